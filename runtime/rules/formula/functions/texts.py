"""Texts put together, cut and looked into; letters are counted, not bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.rules.formula import typed
from runtime.rules.formula.functions.base import function, operator
from runtime.rules.formula.functions.numbers import floor
from runtime.rules.formula.tree import Call, Constant, Node
from runtime.rules.formula.typed import DATE, DATETIME, KINDS, NUMBER, TEXT, WHOLE, Expr
from runtime.rules.formula.wrong import Wrong
from runtime.sql.own import own
from runtime.sql.texts import position
from runtime.sql.types import BinaryText

if TYPE_CHECKING:
    from runtime.rules.formula.compile import Compiler

NUMBERS = re.compile(r"(#,##)?0(?:\.(0{1,6}))?(%)?")
DAYS = re.compile(r"yyyy|yy|mm|dd|hh|ss|m|d")
# What may stand between the parts of a date.
BETWEEN = re.compile(r"[-/., :_年月日时分秒点号]*")
PLACES = {"yyyy": (1, 4), "yy": (3, 2), "mm": (6, 2), "dd": (9, 2), "hh": (12, 2), "ss": (18, 2)}


def _join(work: Compiler, call: Call) -> Expr:
    """Blank is nothing in a join; all blank is blank."""
    parts = [work.words(part) for part in call.parts]

    def joined(columns: list[Any]) -> ColumnElement[Any]:
        made: ColumnElement[Any] = sa.func.coalesce(columns[0], typed.word(""), type_=BinaryText)
        for column in columns[1:]:
            made = made.concat(sa.func.coalesce(column, typed.word(""), type_=BinaryText))
        return sa.func.nullif(made, typed.word(""), type_=BinaryText)

    folded = joined([typed.twin(part) for part in parts])
    return typed.text(joined([part.value for part in parts]), folded, tidy=all(part.tidy for part in parts))


def _cut(op: str) -> Any:
    """A function that takes the same piece of a text and of its folded twin."""

    def cut(work: Compiler, call: Call) -> Expr:
        text = work.words(call.parts[0])
        numbers = [floor(work.number(part)).value for part in call.parts[1:]] or [sa.literal_column("1", WHOLE)]
        value, folded = (own(op, column, *numbers, type_=BinaryText) for column in (text.value, typed.twin(text)))
        return typed.text(value, folded, tidy=False)

    return cut


def _len(work: Compiler, call: Call) -> Expr:
    return typed.whole(sa.func.length(work.words(call.parts[0]).value, type_=WHOLE), 10**6)


def _letters(op: str) -> Any:
    def letters(work: Compiler, call: Call) -> Expr:
        text = work.words(call.parts[0])
        return typed.text(own(op, text.value, type_=BinaryText), typed.twin(text), tidy=text.tidy)

    return letters


def _trim(work: Compiler, call: Call) -> Expr:
    text = work.words(call.parts[0])
    return typed.text(typed.tidied(text.value), typed.tidied(typed.twin(text)))


def _contains(work: Compiler, call: Call) -> Expr:
    text, wanted = (work.words(part) for part in call.parts)
    parts = [typed.twin(one) for one in (text, wanted)]
    return typed.truth(sa.func.coalesce(position(*parts) > 0, sa.false(), type_=sa.Boolean()))


def _text(work: Compiler, call: Call) -> Expr:
    if len(call.parts) == 1:
        return work.words(call.parts[0])
    made, node = work.make(call.parts[0]), call.parts[1]
    shape = node.value if isinstance(node, Constant) else None
    if not isinstance(shape, str):
        raise Wrong("formula_literal", node.at, node.end, name="TEXT", wanted=KINDS[TEXT])
    if made.kind == NUMBER:
        return _number(made, shape, node)
    if made.kind in (DATE, DATETIME):
        return _when(work.local(made) if made.kind == DATETIME else made.value, made.kind, shape, node)
    raise Wrong("formula_kind", made.at, made.end, wanted=KINDS[NUMBER], given=KINDS[made.kind], text=made.said,
                hint="")


def _number(made: Expr, shape: str, node: Node) -> Expr:
    found = NUMBERS.fullmatch(shape)
    if found is None:
        raise Wrong("formula_format", node.at, node.end, text=shape)
    if found[3]:
        made = typed.times(made, typed.Expr(NUMBER, sa.literal_column("100", WHOLE), most=100))
    said = own("form", made.value, made.scale, len(found[2] or ""), int(bool(found[1])), type_=BinaryText)
    return typed.text(said.concat(typed.word("%")) if found[3] else said)


def _when(column: Any, kind: str, shape: str, node: Node) -> Expr:
    """A date in a format: yyyy mm dd, m and d without a zero; for a moment hh, ss and mm after hh."""
    parts, last, before = [], 0, ""
    for hit in DAYS.finditer(shape.lower()):
        parts.append(shape[last : hit.start()])
        start, size = PLACES[hit.group() * (2 if len(hit.group()) == 1 else 1)]
        start = 15 if hit.group() == "mm" and before == "hh" else start
        if start > 10 and kind == DATE:
            raise Wrong("formula_format", node.at, node.end, text=shape)
        parts.append(f"{start}:{size}:{int(len(hit.group()) == 1)}")
        last, before = hit.end(), hit.group()
    parts.append(shape[last:])
    if len(parts) < 3 or not all(BETWEEN.fullmatch(one) for one in parts[::2]):
        raise Wrong("formula_format", node.at, node.end, text=shape)
    return typed.text(own("when", column, sa.literal_column(f"'{'|'.join(parts)}'"), type_=BinaryText), tidy=False)


FUNCTIONS = (
    operator("&", (2, 2), _join),
    function("CONCAT", "text", ("内容, 内容, …", "what, what, …"), ("连成一段文字，和 & 一样。", "Joined into one text, as & does."), (1, 60), _join),
    function("TEXT", "text", ("数字或日期, 格式", "number or date, format"),
             ("按格式写成文字，比如 \"0.00\"、\"yyyy-mm-dd\"。", "Written in a format such as \"0.00\" or \"yyyy-mm-dd\"."), (1, 2), _text),
    function("LEN", "text", ("文字", "text"), ("有几个字。", "How many characters it has."), (1, 1), _len),
    function("LEFT", "text", ("文字, 几个字", "text, how many"), ("开头的几个字。", "Its first characters."), (1, 2), _cut("left")),
    function("RIGHT", "text", ("文字, 几个字", "text, how many"), ("末尾的几个字。", "Its last characters."), (1, 2), _cut("right")),
    function("MID", "text", ("文字, 从第几个字, 几个字", "text, from, how many"), ("中间的几个字。", "Characters from its middle."), (3, 3), _cut("mid")),
    function("UPPER", "text", ("文字", "text"), ("字母变大写。", "In capital letters."), (1, 1), _letters("upper")),
    function("LOWER", "text", ("文字", "text"), ("字母变小写。", "In small letters."), (1, 1), _letters("lower")),
    function("TRIM", "text", ("文字", "text"), ("去掉前后的空格。", "Without outer spaces."), (1, 1), _trim),
    function("CONTAINS", "text", ("文字, 找什么", "text, what"), ("文字里有没有它，不分大小写。", "Whether the text has it, in any letter case."), (2, 2), _contains),
)
