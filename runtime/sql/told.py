"""What a line of history says of one field: what it was (`was`) or became (`became`), read out of the JSON of its changes.

A part that is not of the wanted kind (the field had another type at that time) is NULL, never an error.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from runtime.sql.types import BinaryText

WAS, BECAME = 0, 1
_PARTS: list[tuple[str, Any]] = [
    ("changes", InternalTraversal.dp_clauseelement),
    ("place", InternalTraversal.dp_string),
    ("wanted", InternalTraversal.dp_string),
    ("values", InternalTraversal.dp_clauseelement),
]
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "text": BinaryText, "number": sa.Numeric(), "boolean": sa.Boolean(create_constraint=False), "size": sa.BigInteger(),
    "kind": sa.Text(), "whole": sa.Text(), "any": sa.Boolean(create_constraint=False), "only": sa.Boolean(create_constraint=False),
}


class Told(ColumnElement[Any]):
    """One part of the changes. `place` is a path such as `level/0`; `wanted` says as what it is read.

    text number boolean  the value itself, if it is one
    size                 how many a list has, NULL for none
    kind                 its JSON kind: null text number boolean array; NULL where there is no such part
    whole                the JSON text of it
    any only             whether a list has any of `values` (a JSON array), or nothing but these
    """

    inherit_cache = True
    _traverse_internals = _PARTS

    def __init__(self, changes: ColumnElement[Any], place: str, wanted: str, values: Sequence[Any] = ()) -> None:
        self.changes, self.place, self.wanted, self.type = changes, place, wanted, _TYPES[wanted]
        self.values = sa.literal(json.dumps(list(values)), sa.Text())


def told(changes: ColumnElement[Any], field: str, part: int, wanted: str) -> ColumnElement[Any]:
    """What one part of a field's change says, as text, number, boolean or the size of a list; NULL when blank."""
    return Told(changes, f"{field}/{part}", wanted)


def about(changes: ColumnElement[Any], field: str) -> ColumnElement[bool]:
    """Whether the line is about a field at all."""
    return Told(changes, field, "kind") == "array"


def whole(changes: ColumnElement[Any], field: str) -> ColumnElement[Any]:
    """The change of a field as JSON text: `[was, became]`."""
    return Told(changes, field, "whole")


def readable(changes: ColumnElement[Any], field: str, part: int, wanted: str) -> ColumnElement[bool]:
    """Whether a part is blank or of the wanted kind; what a field of another type held is neither."""
    kind = Told(changes, f"{field}/{part}", "kind")
    return sa.or_(kind == "null", kind == ("array" if wanted == "size" else wanted))


@dataclass(frozen=True)
class ToldMany:
    """The values of a many-valued field as a line of history has them (runtime.rules.target.Many)."""

    changes: ColumnElement[Any]
    place: str

    def any_of(self, values: Sequence[Any]) -> ColumnElement[bool]:
        return sa.and_(self.present(), sa.or_(sa.false(), *(Told(self.changes, self.place, "any", [one]) for one in values)))

    def only(self, values: Sequence[Any]) -> ColumnElement[bool]:
        return sa.or_(sa.not_(self.present()), Told(self.changes, self.place, "only", values))

    def present(self) -> ColumnElement[bool]:
        return sa.func.coalesce(Told(self.changes, self.place, "size"), 0) > 0


@compiles(Told, "sqlite")
def _sqlite(element: Told, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.changes, **kw)
    field, _, part = element.place.partition("/")
    at = f"{column}, '$.{field}{f'[{part}]' if part else ''}'"
    kind = f"json_type({at})"
    if element.wanted in ("any", "only"):
        listed = f"(SELECT value FROM json_each({compiler.process(element.values, **kw)}))"
        found = f"SELECT 1 FROM json_each({at}) WHERE value {'IN' if element.wanted == 'any' else 'NOT IN'} {listed}"
        return f"({'' if element.wanted == 'any' else 'NOT '}EXISTS ({found}))"
    kinds = {"text": "'text'", "number": "'integer', 'real'", "boolean": "'true', 'false'"}
    if element.wanted in kinds:
        return f"(CASE WHEN {kind} IN ({kinds[element.wanted]}) THEN json_extract({at}) END)"
    return {
        "size": f"(CASE WHEN {kind} = 'array' THEN nullif(json_array_length({at}), 0) END)",
        "kind": f"(CASE {kind} WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' WHEN 'true' THEN 'boolean' "
                f"WHEN 'false' THEN 'boolean' ELSE {kind} END)",
        "whole": f"json_extract({at})",
    }[element.wanted]


@compiles(Told, "postgresql")
def _postgresql(element: Told, compiler: SQLCompiler, **kw: Any) -> str:
    field, _, part = element.place.partition("/")
    found = f"(CAST({compiler.process(element.changes, **kw)} AS jsonb) -> '{field}'{f' -> {part}' if part else ''})"
    if element.wanted in ("any", "only"):
        values = f"CAST({compiler.process(element.values, **kw)} AS jsonb)"
        return f"coalesce({found} {'@>' if element.wanted == 'any' else '<@'} {values}, false)"
    kind = f"jsonb_typeof({found})"
    casts = {"text": ("string", ""), "number": ("number", "::numeric"), "boolean": ("boolean", "::boolean")}
    if element.wanted in casts:
        json_kind, cast = casts[element.wanted]
        return f"(CASE WHEN {kind} = '{json_kind}' THEN ({found} #>> '{{}}'){cast} END)"
    return {
        "size": f"(CASE WHEN {kind} = 'array' THEN nullif(jsonb_array_length({found}), 0) END)",
        "kind": f"(CASE {kind} WHEN 'string' THEN 'text' ELSE {kind} END)",
        "whole": f"CAST({found} AS text)",
    }[element.wanted]
