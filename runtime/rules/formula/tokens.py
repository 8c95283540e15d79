"""A formula's text cut into words and signs; Chinese punctuation means the same as its narrow twin."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runtime.rules.formula.wrong import Wrong

LONGEST = 2000
TEXT, NUMBER, NAME, FIELD, SIGN, END = "text", "number", "name", "field", "sign", "end"
NARROW = str.maketrans("，；（）＋－＊×／÷＆＝＞＜｛｝％．０１２３４５６７８９", ",;()+-**//&=><{}%.0123456789")
TWINS = {"!=": "<>", "==": "=", "≠": "<>", "≤": "<=", "≥": ">=", ";": ","}
# What no database keeps in a text and nobody can see.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
SHAPE = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>"(?:[^"]|"")*"|“[^”]*”)
    |(?P<field>\{[^{}"]*\})
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+))
    |(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    |(?P<sign><>|<=|>=|!=|==|[-+*/&=<>(),;%≠≤≥])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign; `at` and `end` are its place in the text."""

    kind: str
    text: str
    at: int
    end: int


def tokens(text: str) -> list[Token]:
    """All of them, with an end token last; raises Wrong at the first character that means nothing."""
    if len(text) > LONGEST:
        raise Wrong("formula_long", 0, len(text), most=LONGEST)
    if (unseen := UNSEEN.search(text)) is not None:
        raise Wrong("formula_stray", unseen.start(), unseen.end(), sign="\ufffd")
    narrow, found, at = _narrow(text), [], 0
    while at < len(text):
        hit = SHAPE.match(narrow, at)
        if hit is None:
            raise _stray(narrow, at)
        if hit.lastgroup not in (None, "space"):
            found.append(Token(str(hit.lastgroup), _read(str(hit.lastgroup), text, narrow, hit), at, hit.end()))
        at = hit.end()
    return [*found, Token(END, "", len(text), len(text))]


def _narrow(text: str) -> str:
    """The text with narrow signs outside quotes, every character in its place."""
    parts = re.split(r'("(?:[^"]|"")*"|“[^”]*”)', text)
    return "".join(part if at % 2 else part.translate(NARROW) for at, part in enumerate(parts))


def _read(kind: str, text: str, narrow: str, hit: re.Match[str]) -> str:
    found = hit.group()
    if kind == TEXT:
        return found[1:-1].replace('""', '"')
    if kind == FIELD:
        return text[hit.start() + 1 : hit.end() - 1].strip()
    return TWINS.get(found, found)


def _stray(text: str, at: int) -> Wrong:
    if text[at] in '"“':
        return Wrong("formula_open_text", at, len(text))
    if text[at] in "{}":
        return Wrong("formula_open_field", at, len(text))
    if text[at] in "^＾":
        return Wrong("formula_power", at, at + 1)
    return Wrong("formula_stray", at, at + 1, sign=text[at].encode(errors="replace").decode())
