"""The history of a field, and the diary of groups, as the lines that rules ask about what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.definitions.form import Field
from runtime.rules.target import FOLDED, MANY, Lines, Operand, Past
from runtime.sql.own import own
from runtime.sql.texts import position
from runtime.sql.told import BECAME, WAS, ToldMany, about, readable, told, whole
from runtime.sql.types import BinaryText
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveGrouping

# How a value of a kind stands in a line of history; as a text where nothing else is said.
_SAID = {"number": "number", "person": "number", "link": "number", "boolean": "boolean",
         "file": "size", "rows": "size", **dict.fromkeys(MANY, "size")}


def past_of(field: Field, operand: Operand, form_id: int, made_at: ColumnElement[Any], *, fresh: bool) -> Past:
    """The history of a field, under aliases of its own at each call; `made_at` is when a record was made."""
    later, first = tables.history.alias(), tables.history.alias()
    return Past(
        Lines(later, later.c.record_id, later.c.at, _about(field, later, form_id, "change")),
        Lines(first, first.c.record_id, made_at, _about(field, first, form_id, "create")),
        _part(field, operand, later, WAS),
        _part(field, operand, later, BECAME),
        _part(field, operand, first, BECAME),
        partial(_readable, field, later.c.changes),
        whole(later.c.changes, field.key),
        field.type.retold,
        fresh,
    )


def _about(field: Field, lines: Any, form_id: int, act: str) -> ColumnElement[bool]:
    """The lines of one act about a field. A look into the text spares reading the JSON of most others."""
    mentioned = position(lines.c.changes, sa.literal(f'"{field.key}":[', BinaryText)) > 0
    kept = lines.c.act == sa.literal_column(f"'{act}'", BinaryText)  # as the index over changes says it
    return sa.and_(lines.c.form_id == form_id, kept, mentioned, about(lines.c.changes, field.key))


def _readable(field: Field, changes: ColumnElement[Any], side: str) -> ColumnElement[bool]:
    """Whether a part is of the field's present kind; it may have had another type then."""
    return readable(changes, field.key, WAS if side == "from" else BECAME, _SAID.get(field.type.kind, "text"))


def _part(field: Field, operand: Operand, lines: Any, part: int) -> Operand:
    """What a field was, or became, as its column would hold it."""
    kind, changes = field.type.kind, lines.c.changes
    if field.type.many:
        return replace(operand, value=sa.null(), many=ToldMany(changes, f"{field.key}/{part}"), past=None)
    value = told(changes, field.key, part, _SAID.get(kind, "text"))
    if kind == "number" and (one := operand.bind(1)) != 1:
        value = sa.func.round(value * sa.literal_column(str(one)))
    folded = own("fold", value, type_=BinaryText) if kind in FOLDED and field.type.retold else None
    return replace(operand, value=value, folded=folded, past=None)


def entered(asked: Sequence[tuple[LiveGrouping, Sequence[str]]], form_id: int) -> Lines:
    """The lines of the diary by which records joined any of these groups, by grouping."""
    d = tables.diary.alias()
    # Numbers of groups belong to one grouping each; naming the grouping as well lets its index over time be used.
    which = sa.or_(*(sa.and_(d.c.grouping_id == item.id, d.c.group_id == item.ids[key]) for item, keys in asked for key in keys))
    return Lines(d, d.c.record_id, d.c.at, sa.and_(d.c.form_id == form_id, d.c.joined.is_(sa.true()), which))
