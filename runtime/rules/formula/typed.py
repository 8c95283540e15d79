"""One part of a formula as SQL, with its kind; and how parts of different kinds meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.fold import fold
from runtime.sql.own import CEILING, own
from runtime.sql.types import BinaryText
from runtime.words import Words

WHOLE = sa.BigInteger()
SCALE = 6
SPACES = " \t\n\r\u3000"
NUMBER, TEXT, DATE, DATETIME, BOOLEAN, BLANK, CHOICE, OPAQUE = (
    "number", "text", "date", "datetime", "boolean", "blank", "choice", "opaque")
KINDS: Mapping[str, Words] = {
    NUMBER: Words("数字", "a number"),
    TEXT: Words("文字", "text"),
    DATE: Words("日期", "a date"),
    DATETIME: Words("日期时间", "a date and time"),
    BOOLEAN: Words("是或否", "yes or no"),
    BLANK: Words("空", "blank"),
    CHOICE: Words("选项", "a choice"),
    OPAQUE: Words("别的内容", "something else"),
}


@dataclass(frozen=True)
class Expr:
    """A value of some kind, NULL when blank.

    A number is a whole number of `scale` decimals and never beyond `most`; a text comes with its `folded` twin, and may have
    outer spaces unless `tidy`; a choice holds option keys and its `options`; `said` is what the formula wrote.
    """

    kind: str
    value: ColumnElement[Any]
    at: int = 0
    end: int = 0
    scale: int = 0
    most: int = CEILING
    folded: ColumnElement[Any] | None = None
    tidy: bool = True
    options: Sequence[Mapping[str, Any]] = ()
    said: Any = ""
    label: Mapping[str, str] | None = None

    @cached_property
    def present(self) -> ColumnElement[bool]:
        """Whether it is not blank."""
        return tidied(self.value).is_not(None) if self.kind == TEXT and not self.tidy else self.value.is_not(None)

    @property
    def compared(self) -> ColumnElement[Any]:
        """A text as it is compared: folded and without outer spaces."""
        return twin(self) if self.tidy else tidied(twin(self))


def tidied(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text without outer spaces, NULL where nothing is left."""
    return sa.func.nullif(sa.func.trim(text, word(SPACES), type_=BinaryText), word(""), type_=BinaryText)


def word(text: str) -> ColumnElement[Any]:
    """A text of the formula's own as a bound value."""
    return sa.literal(text, BinaryText)


def twin(made: Expr) -> ColumnElement[Any]:
    """A text's folded twin, outer spaces and all."""
    return made.value if made.folded is None else made.folded


def text(value: ColumnElement[Any], folded: ColumnElement[Any] | None = None, **more: Any) -> Expr:
    """A text that was put together; it is compared as it stands unless its folded twin is given."""
    return Expr(TEXT, value, folded=folded, **more)


def written(words: str) -> Expr:
    """A text in quotation marks; nothing but spaces is blank."""
    if not words.strip(SPACES) and not words:
        return Expr(BLANK, sa.null())
    return Expr(TEXT, word(words), folded=word(words.casefold()), tidy=words == words.strip(), said=words)


def whole(value: ColumnElement[Any], most: int = CEILING) -> Expr:
    """A whole number."""
    return Expr(NUMBER, value, most=most)


def scaled(number: Expr, scale: int) -> Expr:
    """The same number kept with other decimals; fewer are rounded half up, and what does not fit is blank."""
    more = scale - number.scale
    if more == 0:
        return number
    if more < 0:
        value = own("shift", number.value, -more, type_=WHOLE)
        return _number(value, scale, number.most // 10**-more + 1)
    if number.most * 10**more <= CEILING:
        return _number(number.value * sa.literal_column(str(10**more), WHOLE), scale, number.most * 10**more)
    return _number(own("times", number.value, 10**more, 0, type_=WHOLE), scale, CEILING)


def _number(value: ColumnElement[Any], scale: int, most: int) -> Expr:
    return Expr(NUMBER, value, scale=scale, most=most)


def plus(a: Expr, b: Expr, sign: int = 1) -> Expr:
    """The sum, or with `sign` -1 the difference, with the longer decimals of the two."""
    scale = max(a.scale, b.scale)
    a, b = scaled(a, scale), scaled(b, scale)
    if a.most + b.most <= CEILING:
        return _number(a.value + b.value if sign > 0 else a.value - b.value, scale, a.most + b.most)
    return _number(own("plus", a.value, b.value if sign > 0 else minus(b).value, type_=WHOLE), scale, CEILING)


def minus(a: Expr) -> Expr:
    """The number with the other sign."""
    return _number(-a.value, a.scale, a.most)


def times(a: Expr, b: Expr) -> Expr:
    """The product; decimals beyond six are rounded half up."""
    scale, most = a.scale + b.scale, a.most * b.most
    drop = max(0, scale - SCALE)
    if drop == 0 and most <= CEILING:
        return _number(a.value * b.value, scale, most)
    return _number(own("times", a.value, b.value, drop, type_=WHOLE), scale - drop, min(CEILING, most // 10**drop + 1))


def over(a: Expr, b: Expr) -> Expr:
    """The quotient with six decimals, rounded half up; blank when divided by zero."""
    return _number(own("over", a.value, b.value, SCALE + b.scale - a.scale, type_=WHOLE), SCALE, CEILING)


def day(value: ColumnElement[Any]) -> Expr:
    """A date."""
    return Expr(DATE, value)


def truth(value: ColumnElement[Any]) -> Expr:
    """A condition: true or false, never blank."""
    return Expr(BOOLEAN, value)


def labels(choice: Expr) -> Expr:
    """A choice as the text of its option, in Chinese where there is Chinese."""
    said = {str(one["const"]): _label(one) for one in choice.options}
    if not said:
        return Expr(TEXT, choice.value, folded=choice.value)
    value: ColumnElement[Any] = sa.case({key: word(label) for key, label in said.items()}, value=choice.value)
    folded: ColumnElement[Any] = sa.case({key: word(fold(label)) for key, label in said.items()}, value=choice.value)
    return Expr(TEXT, value, folded=folded)


def _label(option: Mapping[str, Any]) -> str:
    label = option["label"]
    return str(label.get("zh") or next(iter(label.values()))).strip()
