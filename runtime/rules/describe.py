"""A rule as a sentence, in Chinese and in English, as tokens a page can mark up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.rules import phrases_past, phrases_related
from runtime.rules.operators import OPERATORS
from runtime.rules.phrases import BLANK_TOO, BY_KIND, ORDER, UNFINISHED, in_groups, phrase, subject
from runtime.rules.wording import Token, Tokens, Wording, fill, inside, plain, spaced
from runtime.words import Words

Rule = Mapping[str, Any]
_JOIN = {"and": Words("，并且", ", and"), "or": Words("，或者", ", or")}
_TIGHT = Words("且", "and")
_NOT = Words("不满足", "does not fit")
_EMPTY = Words("（还没有条件）", "(no conditions yet)")


def describe(rule: Any, names: Wording, lang: str) -> list[Token]:
    """The sentence of a rule without its full stop. It never raises: what is not finished yet says so in its place."""
    return spaced(_part(rule, names, lang, outer=""), lang)


def sentence(rule: Any, names: Wording, lang: str) -> str:
    """The sentence as one text."""
    return "".join(token.text for token in describe(rule, names, lang))


def _part(rule: Any, names: Wording, lang: str, outer: str) -> Tokens:
    if not isinstance(rule, Mapping):
        return plain(UNFINISHED.say(lang))
    return _group(rule, names, lang, outer) if "rules" in rule else leaf(rule, names, lang)


def _group(rule: Rule, names: Wording, lang: str, outer: str) -> Tokens:
    """The conditions of a group with their joins; brackets only where they are needed to be understood."""
    parts = rule["rules"] if isinstance(rule["rules"], list) else []
    if not parts:
        return plain(_EMPTY.say(lang))
    denied = rule.get("not") is True
    if len(parts) == 1 and not denied:
        return _part(parts[0], names, lang, outer)
    how = "or" if rule.get("combinator") == "or" else "and"
    leaves = not any(isinstance(part, Mapping) and "rules" in part for part in parts)
    tight = how == "and" and leaves and not denied and (outer == "where" or (outer == "or" and len(parts) == 2))
    join = Token((_TIGHT if tight else _JOIN[how]).say(lang), "join")
    made: Tokens = []
    for part in parts:
        made += [*([join] if made else []), *_part(part, names, lang, how if not denied or len(parts) > 1 else "")]
    if denied:
        note = plain(BLANK_TOO.say(lang)) if _reads_blank(rule, names) else []
        return [Token(_NOT.say(lang), "op"), *_bracketed(made, lang), *note]
    return _bracketed(made, lang) if outer in ("and", "or") and not tight else made


def _bracketed(tokens: Tokens, lang: str) -> Tokens:
    first, last = ("（", "）") if lang == "zh" else ("(", ")")
    return [Token(first, "open"), *tokens, Token(last, "close")]


def _reads_blank(rule: Rule, names: Wording) -> bool:
    """Whether somebody gets in only because nothing was filled in: some positive condition inside can be blank."""
    for part in rule["rules"]:
        if not isinstance(part, Mapping):
            continue
        if "rules" in part:
            if isinstance(part["rules"], list) and _reads_blank(part, names):
                return True
        elif (
            _plain_leaf(part) and part.get("operator") not in ("null", "notNull") and names.may_be_blank(part["field"])
        ):
            return True
    return False


def _plain_leaf(rule: Rule) -> bool:
    return isinstance(rule.get("field"), str) and rule["field"] != "$group" and not {"agg", "match"} & rule.keys()


def leaf(rule: Rule, names: Wording, lang: str) -> Tokens:
    """One condition as tokens."""

    def say(inner: Any, own: Wording) -> Tokens:
        return _part(inner, own, lang, outer="where")

    name, operator = rule.get("field"), str(rule.get("operator"))
    if not isinstance(name, str) or not name:
        return plain(UNFINISHED.say(lang))
    if "match" in rule:
        return phrases_related.match(rule, names, lang, say)
    if "agg" in rule:
        return phrases_related.aggregate(rule, names, lang, say)
    if operator in phrases_past.BESIDE:
        return phrases_past.happened(rule, names, lang)
    if name == "$group":
        return in_groups(names, operator, rule.get("value"), lang)
    about = subject(names, name, lang)
    if rule.get("valueSource") == "field":
        other = [Token(inside(names.field(str(rule.get("value"))), lang), "field")]
        words = _two_fields(about.kind, operator)
        made = fill(words, lang, f=about.tokens, v=other, w=[])
    else:
        made = phrase(about, operator, rule.get("value"), lang)
    denies = operator in OPERATORS and OPERATORS[operator].denies and operator != "null"
    if denies and about.kind != "tags" and names.may_be_blank(name):
        made = [*made, *plain(BLANK_TOO.say(lang))]
    return made


def _two_fields(kind: str, operator: str) -> Words:
    """The words between two fields of one kind."""
    same = {
        "=": Words("{f}和{v}一样", "{f} is the same as {v}"),
        "!=": Words("{f}和{v}不一样", "{f} is not the same as {v}"),
    }
    return (
        same.get(operator)
        or BY_KIND.get(kind, {}).get(operator)
        or ORDER.get(operator)
        or Words("{f}和{v}", "{f} and {v}")
    )
