"""Conditions on what happened as phrases: a field that changed, a tag that was put on, a group that was entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runtime.rules import dates_said
from runtime.rules.past import BESIDE as BESIDE
from runtime.rules.past import SIDES
from runtime.rules.phrases import NO_TODAY, OR, Subject, phrase, shown, subject
from runtime.rules.wording import Token, Tokens, Wording, fill, listed, plain, quoted
from runtime.words import Words

# By which sides are said in two words: from, to, both, none.
_PLAIN: Mapping[tuple[str, ...], Words] = {
    (): Words("{f}在最近{n}内变过", "{f} changed in the last {n}"),
    ("from",): Words("{f}在最近{n}内从{a}变成别的", "{f} changed from {a} in the last {n}"),
    ("to",): Words("{f}在最近{n}内变成{b}", "{f} changed to {b} in the last {n}"),
    SIDES: Words("{f}在最近{n}内从{a}变成{b}", "{f} changed from {a} to {b} in the last {n}"),
}
_SIDES = {"from": Words("原来的值", "the old value"), "to": Words("新的值", "the new value")}
_TAGGED = Words("在最近{n}内打上标签{v}", "was given the tag {v} in the last {n}")
_ENTERED = Words("在最近{n}内进入分组{v}", "entered the group {v} in the last {n}")
_MANY = {"the tag": "one of the tags", "the group": "one of the groups"}
_BLANK = Words("空白", "blank")


def happened(rule: Mapping[str, Any], names: Wording, lang: str) -> Tokens:
    """A condition on what happened in the last n days."""
    held = rule["value"] if isinstance(rule.get("value"), Mapping) else {}
    text, no_today = dates_said.span(held, lang)
    name = str(rule["field"])
    if rule["operator"] == "changed":
        made = _changed(subject(names, name, lang), held, text, lang)
    else:
        made = _listed(rule["operator"], held, text, names, name, lang)
    return [*made, *plain(NO_TODAY.say(lang))] if no_today else made


def _changed(about: Subject, held: Mapping[str, Any], text: str, lang: str) -> Tokens:
    sides = {name: held[name] for name in SIDES if isinstance(held.get(name), Mapping)}
    said = {name: _value(about, side, lang) for name, side in sides.items()}
    if None not in said.values():
        return fill(_PLAIN[tuple(sides)], lang, f=about.tokens, n=text, a=said.get("from") or [], b=said.get("to") or [])
    made = fill(_PLAIN[()], lang, f=about.tokens, n=text)
    told: Tokens = []
    for name, side in sides.items():
        each = replace(about, tokens=[Token(_SIDES[name].say(lang), "op")])
        told += [*([Token(Words("，", "and").say(lang), "join")] if told else []), *phrase(each, str(side.get("operator")), side.get("value"), lang)]
    first, last = ("（", "）") if lang == "zh" else ("(", ")")
    return [*made, Token(first, "open"), *told, Token(last, "close")]


def _value(about: Subject, side: Mapping[str, Any], lang: str) -> Tokens | None:
    """A side in two words: a value, one of some values, or blank; None for any other comparison."""
    operator, held = side.get("operator"), side.get("value")
    if operator == "null":
        return [Token(_BLANK.say(lang), "value")]
    if operator == "=" and about.kind != "file" and about.kind != "rows":
        return [Token(shown(about, held, lang), "value")]
    if operator == "in":
        return listed([shown(about, one, lang) for one in held] if isinstance(held, list) and held else ["…"], OR, lang)
    return None


def _listed(operator: str, held: Mapping[str, Any], text: str, names: Wording, name: str, lang: str) -> Tokens:
    """Tags or groups, any of which will do."""
    keys = held.get(BESIDE[operator][0])
    grouped = operator == "enteredInLast"
    keys = keys if isinstance(keys, list) and keys else [None]
    about = None if grouped else subject(names, name, lang)
    texts = ["…" if key is None else quoted(names.group(str(key)), lang) if about is None else shown(about, key, lang) for key in keys]
    words = _ENTERED if grouped else _TAGGED
    if len(texts) > 1:
        for one, several in _MANY.items():
            words = Words(words.zh, words.en.replace(one, several))
    return fill(words, lang, v=listed(texts, OR, lang), n=text)
