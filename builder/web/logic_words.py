"""A logic rule as a sentence: when it holds, what it does, and what otherwise."""

from __future__ import annotations

from typing import Any

from builder.web.logic_room import EntryScope, label_of
from runtime.definitions.form import Form
from runtime.definitions.logic import OFFER, REFUSE, SET, Action, LogicRule
from runtime.rules.describe import describe
from runtime.rules.wording import Token
from runtime.words import Words, read

KINDS = {
    "show": Words("显示", "Show"),
    "hide": Words("不显示", "Hide"),
    "require": Words("必须填", "Require"),
    "readonly": Words("不能改", "Lock"),
    "set": Words("设成", "Set"),
    "offer": Words("只能选", "Offer only"),
    "refuse": Words("不让提交", "Refuse"),
}
SAID = {
    "show": Words("显示{f}", "show {f}"),
    "hide": Words("不显示{f}", "hide {f}"),
    "require": Words("{f}必须填", "{f} is required"),
    "readonly": Words("{f}不能改", "{f} is locked"),
    "set": Words("{f}就是{v}", "{f} is {v}"),
    "offer": Words("{f}只能选{v}", "{f} offers only {v}"),
    "refuse": Words("不让提交，并且说{v}", "refuse and say {v}"),
}
EMPTY = Words("空着", "empty")
MISSING = Words("（还没选）", "(not chosen yet)")
UNSAID = Words("（还没写）", "(nothing yet)")
NOTHING = Words("（还没说做什么）", "(nothing yet)")
WHEN = Words("当", "When ")
THEN = Words("时，", ", ")
ELSE = Words("；不然，", "; otherwise ")
QUOTED = Words("「{text}」", "“{text}”")


def sentence(rule: LogicRule, form: Form, scope: EntryScope) -> list[Token]:
    """The whole rule as tokens, which a page can mark."""
    lang = scope.lang
    made = [Token(WHEN.say(lang), ""), *describe(rule.when, scope.words, lang), Token(THEN.say(lang), "")]
    made += listed(rule.then, form, scope) if rule.then or not rule.otherwise else [Token(NOTHING.say(lang), "")]
    if rule.otherwise:
        made += [Token(ELSE.say(lang), "join"), *listed(rule.otherwise, form, scope)]
    return [*made, Token("。" if lang == "zh" else ".", "")]


def listed(actions: tuple[Action, ...], form: Form, scope: EntryScope) -> list[Token]:
    """Several actions one after the other."""
    if not actions:
        return [Token(NOTHING.say(scope.lang), "")]
    comma = Token("，" if scope.lang == "zh" else ", ", "")
    made: list[Token] = []
    for action in actions:
        made += [*([comma] if made else []), *said(action, form, scope)]
    return made


def said(action: Action, form: Form, scope: EntryScope) -> list[Token]:
    """One action as tokens."""
    fill = {"f": Token(name_of(action.target, form, scope.lang), "field"), "v": Token(value_of(action, form, scope), "value")}
    made: list[Token] = []
    rest = SAID[action.kind].zh if scope.lang == "zh" else SAID[action.kind].en
    while rest:
        before, brace, after = rest.partition("{")
        made += [Token(before, "")] if before else []
        made += [fill[after[0]]] if brace else []
        rest = after[2:]
    return made


def name_of(target: str, form: Form, lang: str) -> str:
    """A field or section by its label, in quotes."""
    return QUOTED.say(lang, text=read(label_of(form, target), lang)) if target else MISSING.say(lang)


def value_of(action: Action, form: Form, scope: EntryScope) -> str:
    """What is set, offered or said, as people read it."""
    lang, item = scope.lang, form.fields.get(action.target)
    if action.kind == REFUSE:
        return QUOTED.say(lang, text=read(action.value, lang)) if read(action.value, lang) else UNSAID.say(lang)
    if action.kind == SET:
        return EMPTY.say(lang) if action.value is None or item is None else _shown(item, action.value, scope)
    if action.kind == OFFER:
        names = [scope.words.show(action.target, key) for key in action.value or ()]
        return ("、" if lang == "zh" else ", ").join(names) or MISSING.say(lang)
    return ""


def _shown(item: Any, value: Any, scope: EntryScope) -> str:
    try:
        text: str = item.type.show(item.type.parse(value, item.settings, scope.names), item.settings, scope.names)
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError):
        return str(value)[:60]
    return text
