"""What a rule's sentence is made of: tokens, templates in both languages, and the names it asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from runtime.words import Words

_HOLE = re.compile(r"\{(\w+)\}")
_CLOSING = re.compile(r"^[\s,.;:!?)\]”’，。；：！？）」、]")
_OPENING = re.compile(r"[\s(\[“（「]$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[0-9A-Za-z¥$€£%+\-]")


class Token(NamedTuple):
    """A piece of a sentence; the role is plain, field, op, value, join, open or close."""

    text: str
    role: str = "plain"


Tokens = list[Token]


@dataclass(frozen=True)
class RelatedWords:
    """Records that link here, in words: what they are called, how they are counted, and the words of their own fields.

    `unit` is `笔` or `order|orders`; it is "" where the records have a name of their own that no count word fits.
    `moment` names the date by which the last of them is meant when nothing else is said.
    """

    label: str
    unit: str
    moment: str
    names: Wording


class Wording(Protocol):
    """The names a sentence needs. Nothing raises: what is gone is named by its key."""

    def field(self, name: str) -> str:
        """What people call a field."""
        ...

    def kind(self, name: str) -> str:
        """Its kind (runtime.rules.target.KINDS), or `tags`."""
        ...

    def show(self, name: str, value: Any) -> str:
        """One value of a rule as people write it."""
        ...

    def may_be_blank(self, name: str) -> bool:
        """Whether a record may lack it."""
        ...

    def related(self, inverse: str) -> RelatedWords:
        """The records behind an inverse key."""
        ...

    def group(self, key: str) -> str:
        """What people call a group, by `grouping/group`."""
        ...


def plain(text: str) -> Tokens:
    """A text without any role; nothing for an empty one."""
    """A text that only joins the others; none for an empty one."""
    return [Token(text)] if text else []


def value(text: str) -> Tokens:
    """A value, which a page may make bold."""
    """A text the page sets in bold: what a condition compares with."""
    return [Token(text, "value")]


def fill(words: Words, lang: str, role: str = "op", **parts: str | Sequence[Token]) -> Tokens:
    """A template as tokens: its own words take the role, each hole takes its tokens (or a text as a value)."""
    made: Tokens = []
    template = words.zh if lang == "zh" else words.en
    at = 0
    for hole in _HOLE.finditer(template):
        made += [Token(template[at : hole.start()], role)]
        part = parts[hole[1]]
        made += value(part) if isinstance(part, str) else part
        at = hole.end()
    return [token for token in [*made, Token(template[at:], role)] if token.text]


def listed(texts: Sequence[str], last: Words, lang: str) -> Tokens:
    """Several values as people say them: `a、b或c`, `a, b or c`; a very long list says how many there are."""
    shown, more = (texts, 0) if len(texts) <= 8 else (texts[:6], len(texts))
    made: Tokens = []
    for at, text in enumerate(shown):
        if at:
            final = at == len(shown) - 1 and not more
            comma = Words("、", ", ").say(lang)
            made.append(
                Token(f"{'' if lang == 'zh' else ' '}{last.say(lang)}{'' if lang == 'zh' else ' '}" if final else comma)
            )
        made += value(text)
    if more:
        made += plain(Words("等 {n} 个", " and others ({n} in all)").say(lang, n=more))
    return made


def quoted(text: str, lang: str) -> str:
    """A text somebody typed, in the language's quotation marks."""
    return f"「{text}」" if lang == "zh" else f"“{text}”"


def inside(label: str, lang: str) -> str:
    """A label as it stands inside an English sentence: small first letter, but for names such as WeChat or VIP."""
    first = label.split(" ")[0]
    if lang == "zh" or not label or first[1:] != first[1:].lower() or len(first) == 1:
        return label
    return label[0].lower() + label[1:]


def spaced(tokens: Sequence[Token], lang: str) -> Tokens:
    """The tokens with the spaces the language wants between them; English begins with a capital."""
    made: Tokens = []
    for token in tokens:
        before = made[-1].text if made else ""
        if before and _gap(before, token.text, lang):
            made.append(Token(" "))
        made.append(token)
    head = next((at for at, token in enumerate(made) if token.role != "open"), len(made))
    if lang != "zh" and head < len(made) and made[head].role != "value":
        text, role = made[head]
        made[head] = Token(text[0].upper() + text[1:], role)
    return made


def _gap(before: str, after: str, lang: str) -> bool:
    if lang != "zh":
        return not _OPENING.search(before) and not _CLOSING.match(after)
    sides = (before[-1], after[0])
    return any(_HAN.match(one) and _LATIN.match(other) for one, other in (sides, sides[::-1]))


UNITS: Mapping[str, Words] = {
    "minute": Words("{n} 分钟", "{n} minute|{n} minutes"),
    "hour": Words("{n} 小时", "{n} hour|{n} hours"),
    "day": Words("{n} 天", "{n} day|{n} days"),
    "week": Words("{n} 周", "{n} week|{n} weeks"),
    "month": Words("{n} 个月", "{n} month|{n} months"),
    "quarter": Words("{n} 个季度", "{n} quarter|{n} quarters"),
    "year": Words("{n} 年", "{n} year|{n} years"),
}


def length(n: Any, unit: Any, lang: str) -> str:
    """A length of time: `90 天`, `1 year`."""
    words = UNITS.get(str(unit), UNITS["day"])
    return (
        words.say(lang, n=n)
        if isinstance(n, int)
        else words.zh.format(n="…")
        if lang == "zh"
        else words.en.split("|")[-1].format(n="…")
    )
