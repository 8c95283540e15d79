"""One condition as a phrase in either language, by operator and kind; what is not finished yet says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from runtime.rules import dates_said
from runtime.rules.operators import OPERATORS
from runtime.rules.wording import Token, Tokens, Wording, fill, inside, listed, plain, quoted, value
from runtime.words import Words

OR, AND, NOR = Words("或", "or"), Words("和", "and"), Words("或", "or")
UNFINISHED = Words("（这条还没写完）", "(this condition is not finished)")
BLANK_TOO = Words("（含没填的）", "(including blank)")
NONE_TOO = Words("（含没有的）", "(including none)")
NO_TODAY = Words("（不含今天）", "(not counting today)")

_COMMON = {
    "=": Words("{f}是{v}", "{f} is {v}"),
    "!=": Words("{f}不是{v}", "{f} is not {v}"),
    "in": Words("{f}是{v}", "{f} is {v}"),
    "notIn": Words("{f}不是{v}", "{f} is not {v}"),
    "null": Words("{f}没有填", "{f} is blank"),
    "notNull": Words("{f}已经填了", "{f} is filled in"),
}
_TEXT = {
    "contains": Words("{f}包含{v}", "{f} contains {v}"),
    "doesNotContain": Words("{f}不包含{v}", "{f} does not contain {v}"),
    "beginsWith": Words("{f}以{v}开头", "{f} begins with {v}"),
    "doesNotBeginWith": Words("{f}不以{v}开头", "{f} does not begin with {v}"),
    "endsWith": Words("{f}以{v}结尾", "{f} ends with {v}"),
    "doesNotEndWith": Words("{f}不以{v}结尾", "{f} does not end with {v}"),
}
ORDER = {
    "<": Words("{f}少于{v}", "{f} is under {v}"),
    "<=": Words("{f}不超过{v}", "{f} is at most {v}"),
    ">": Words("{f}超过{v}", "{f} is over {v}"),
    ">=": Words("{f}不少于{v}", "{f} is at least {v}"),
    "between": Words("{f}在{v}到{w}之间", "{f} is between {v} and {w}"),
    "notBetween": Words("{f}不在{v}到{w}之间", "{f} is not between {v} and {w}"),
}
_WHEN = {
    "<": Words("{f}早于{v}", "{f} is before {v}"),
    "<=": Words("{f}不晚于{v}", "{f} is on or before {v}"),
    ">": Words("{f}晚于{v}", "{f} is after {v}"),
    ">=": Words("{f}不早于{v}", "{f} is on or after {v}"),
    "between": ORDER["between"],
    "notBetween": ORDER["notBetween"],
}
_TIME = {
    **_WHEN,
    "<=": Words("{f}不晚于{v}", "{f} is at or before {v}"),
    ">=": Words("{f}不早于{v}", "{f} is at or after {v}"),
}
_PERIOD = {
    "covers": Words("{f}包含{v}", "{f} includes {v}"),
    "doesNotCover": Words("{f}不包含{v}", "{f} does not include {v}"),
    "startsBefore": Words("{f}开始早于{v}", "{f} starts before {v}"),
    "startsAfter": Words("{f}开始晚于{v}", "{f} starts after {v}"),
    "endsBefore": Words("{f}结束早于{v}", "{f} ends before {v}"),
    "endsAfter": Words("{f}结束晚于{v}", "{f} ends after {v}"),
    "startsInNext": Words("{f}在未来{v}内开始", "{f} starts in the next {v}"),
    "startsInLast": Words("{f}在最近{v}内开始", "{f} started in the last {v}"),
    "endsInNext": Words("{f}在未来{v}内结束", "{f} ends in the next {v}"),
    "endsInLast": Words("{f}在最近{v}内结束", "{f} ended in the last {v}"),
}
_SPAN = {
    "inLast": Words("{f}在最近{v}内", "{f} is in the last {v}"),
    "inNext": Words("{f}在未来{v}内", "{f} is in the next {v}"),
    "olderThan": Words("{f}早于{v}前", "{f} was over {v} ago"),
    "furtherThan": Words("{f}晚于{v}后", "{f} is over {v} from now"),
    "anniversaryInNext": Words("{f}在未来{v}内（不看年份）", "{f} comes round in the next {v}"),
    "anniversaryInLast": Words("{f}在最近{v}内（不看年份）", "{f} came round in the last {v}"),
}
_TODAY = {"inLast": "=", "inNext": "=", "olderThan": "<", "furtherThan": ">"}
_TREE = {"under": Words("{f}在{v}", "{f} is in {v}"), "notUnder": Words("{f}不在{v}", "{f} is not in {v}")}
_PLACE = {
    "near": Words("{f}在{v}以内", "{f} lies within {v}"),
    "notNear": Words("{f}不在{v}以内", "{f} does not lie within {v}"),
    "contains": Words("{f}的地址包含{v}", "{f} has an address with {v}"),
    "doesNotContain": Words("{f}的地址不包含{v}", "{f} has no address with {v}"),
}
_MANY = {
    "hasAnyOf": Words("{f}包含{v}", "{f} includes {v}"),
    "hasAllOf": Words("{f}同时包含{v}", "{f} includes {v}"),
    "hasNoneOf": Words("{f}不包含{v}", "{f} does not include {v}"),
    "hasExactly": Words("{f}正好是{v}", "{f} is exactly {v}"),
}
_TAGS = {
    "hasAnyOf": Words("带有标签{v}", "has the tag {v}"),
    "hasAllOf": Words("同时带有标签{v}", "has the tags {v}"),
    "hasNoneOf": Words("没有标签{v}", "does not have the tag {v}"),
    "hasExactly": Words("标签正好是{v}", "has exactly the tags {v}"),
    "null": Words("没有任何标签", "has no tags"),
    "notNull": Words("至少有一个标签", "has at least one tag"),
}
_FILE = {
    "null": Words("没有上传{f}", "has no {f}"),
    "notNull": Words("上传了{f}", "has {f}"),
    "=": Words("{f}正好有{v}", "{f} has exactly {v}"),
    "!=": Words("{f}不是{v}", "{f} does not have exactly {v}"),
    **{name: Words(words.zh, words.en.replace(" is ", " has ")) for name, words in ORDER.items()},
}
_ROWS = {
    **_FILE,
    "null": Words("{f}一行也没有", "{f} has no rows"),
    "notNull": Words("{f}至少有一行", "{f} has rows"),
}
_GROUP = {"in": Words("在分组{v}里", "is in the group {v}"), "notIn": Words("不在分组{v}里", "is not in the group {v}")}
_CONSENT = {
    "null": Words("没有同意{f}", "has not agreed to {f}"),
    "notNull": Words("同意了{f}", "has agreed to {f}"),
    "inLast": Words("在最近{v}内同意了{f}", "agreed to {f} in the last {v}"),
    "olderThan": Words("同意{f}早于{v}前", "agreed to {f} over {v} ago"),
    "<": Words("在{v}之前同意了{f}", "agreed to {f} before {v}"),
    ">": Words("在{v}之后同意了{f}", "agreed to {f} after {v}"),
}
_BOOLEAN = {"=": Words("{f}选了{v}", "{f} is {v}")}
BY_KIND: Mapping[str, Mapping[str, Words]] = {
    "text": _TEXT,
    "number": ORDER,
    "date": {**_WHEN, **_SPAN},
    "datetime": {**_WHEN, **_SPAN},
    "time": _TIME,
    "period": _PERIOD,
    "tree": _TREE,
    "place": _PLACE,
    "many": _MANY,
    "people": _MANY,
    "links": _MANY,
    "tags": _TAGS,
    "file": _FILE,
    "rows": _ROWS,
    "boolean": _BOOLEAN,
    "consent": _CONSENT,
    "choice": {},
    "person": {},
    "link": {},
}


@dataclass(frozen=True)
class Subject:
    """What a condition is about: its words, its kind, and how its values are shown."""

    tokens: Tokens
    kind: str
    names: Wording
    name: str
    unit: str = ""
    verbal: bool = False


def subject(names: Wording, name: str, lang: str) -> Subject:
    """A field of the record itself as what a condition is about."""
    """A field of the record as what a condition is about."""
    return Subject([Token(inside(names.field(name), lang), "field")], names.kind(name), names, name)


def phrase(about: Subject, operator: str, held: Any, lang: str) -> Tokens:
    """A subject, an operator and its value as one phrase."""
    if operator not in OPERATORS:
        return [*about.tokens, *plain(UNFINISHED.say(lang))]
    takes = OPERATORS[operator].takes
    about = _verbal(about, operator, lang)
    words = BY_KIND.get(about.kind, {}).get(operator) or _COMMON.get(operator)
    if words is None:
        words = Words(f"{{f}}{OPERATORS[operator].phrase.zh}{{v}}", f"{{f}} {OPERATORS[operator].phrase.en} {{v}}")
    if about.verbal:
        words = Words(
            words.zh,
            words.en.replace("{f} is ", "{f} ").replace("{f} was ", "{f} ") if operator != "=" else "{f} on {v}",
        )
    if takes == "none":
        return fill(words, lang, f=about.tokens, v=[])
    if takes == "span":
        return _span(about, operator, held, words, lang)
    if takes == "pair":
        return _pair(about, operator, held, words, lang)
    if takes == "list":
        return _list(about, operator, held, words, lang)
    return fill(words, lang, f=about.tokens, v=value(shown(about, held, lang)))


def _verbal(about: Subject, operator: str, lang: str) -> Subject:
    """English dates are often called `Joined on`: people say `joined in the last 30 days`, not `joined on is in …`."""
    plainly = (
        lang != "zh"
        and about.kind in ("date", "datetime")
        and (operator in _SPAN or operator in ("=", "<", "<=", ">", ">="))
    )
    label = about.tokens[0].text if len(about.tokens) == 1 else ""
    if not plainly or not label.endswith((" on", " at")) or operator.startswith("anniversary"):
        return about
    return replace(about, tokens=[Token(label[:-3], "field")], verbal=True)


def shown(about: Subject, held: Any, lang: str) -> str:
    """One value of a condition as people write it."""
    if held is None or held == "" or isinstance(held, list):
        return "…"
    if held == "$me":
        return Words("我", "me").say(lang)
    if isinstance(held, Mapping):
        return dates_said.moment(held, lang)
    text = about.names.show(about.name, held) if about.name else f"{held:,}" if type(held) is int else str(held)
    if about.kind == "text":
        return quoted(text, lang)
    if about.kind == "boolean":
        return quoted(text, lang) if lang == "zh" else text.lower()
    return f"{text} {about.unit}" if about.unit and lang == "zh" else text


def _span(about: Subject, operator: str, held: Any, words: Words, lang: str) -> Tokens:
    text, no_today = dates_said.span(held, lang)
    if (
        isinstance(held, Mapping)
        and held.get("n") == 0
        and operator in _TODAY
        and held.get("unit") not in ("hour", "minute")
    ):
        plainly = _TODAY[operator]
        return fill(_WHEN.get(plainly) or _COMMON["="], lang, f=about.tokens, v=dates_said.moment({}, lang))
    made = fill(words, lang, f=about.tokens, v=text)
    return [*made, *plain(NO_TODAY.say(lang))] if no_today else made


def _pair(about: Subject, operator: str, held: Any, words: Words, lang: str) -> Tokens:
    if not isinstance(held, list) or len(held) != 2:
        return fill(words, lang, f=about.tokens, v="…", w="…")
    whole = dates_said.period(held[0], held[1], lang) if about.kind in ("date", "datetime") else None
    if whole:
        words = Words("{f}在{v}", "{f} is {v}") if operator == "between" else Words("{f}不在{v}", "{f} is not {v}")
        return fill(words, lang, f=about.tokens, v=whole)
    low, high = _ordered(held)
    return fill(words, lang, f=about.tokens, v=shown(about, low, lang), w=shown(about, high, lang))


def _ordered(held: list[Any]) -> tuple[Any, Any]:
    """The smaller of two values first, where they can be compared; a rule accepts either order."""
    first, second = held
    alike = isinstance(first, str) and isinstance(second, str)
    number = all(isinstance(part, int | float) and not isinstance(part, bool) for part in held)
    return (second, first) if (alike or number) and second < first else (first, second)


def _list(about: Subject, operator: str, held: Any, words: Words, lang: str) -> Tokens:
    texts = [shown(about, one, lang) for one in held] if isinstance(held, list) and held else ["…"]
    if operator == "notIn" and len(texts) == 2:
        return fill(
            Words("{f}既不是{v}也不是{w}", "{f} is neither {v} nor {w}"), lang, f=about.tokens, v=texts[0], w=texts[1]
        )
    if operator == "notIn" and len(texts) > 2:
        words = Words("{f}不是{v}中的任何一个", "{f} is none of {v}")
    if operator == "hasAnyOf" and about.kind == "tags" and len(texts) > 1:
        words = Words("带有标签{v}", "has any of the tags {v}")
    if operator == "hasNoneOf" and about.kind == "tags" and len(texts) > 1:
        words = Words("没有标签{v}中的任何一个", "has none of the tags {v}")
    if operator in ("hasAllOf", "hasExactly") and len(texts) == 1 and about.kind == "tags":
        words = _TAGS["hasAnyOf"] if operator == "hasAllOf" else Words("只有标签{v}", "has only the tag {v}")
    last = AND if operator in ("hasAllOf", "hasExactly") or (operator == "notIn" and lang == "zh") else OR
    return fill(words, lang, f=about.tokens, v=listed(texts, last, lang))


def in_groups(names: Wording, operator: str, held: Any, lang: str) -> Tokens:
    """Membership in groups."""
    keys = held if isinstance(held, list) and held else [held]
    texts = [quoted(names.group(key), lang) if isinstance(key, str) and key else "…" for key in keys]
    words = _GROUP.get(operator, _GROUP["in"])
    if len(texts) > 1:
        words = Words(
            words.zh,
            words.en.replace("the group", "one of the groups") if operator == "in" else "is in none of the groups {v}",
        )
    return fill(words, lang, v=listed(texts, OR, lang))
