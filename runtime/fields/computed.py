"""Values that are worked out from other values: formulas, sums over linked records, values looked up through a link.

To make a new computed type, write one file with a subclass of `Derived` and list it in `runtime.fields.FIELD_TYPES`:

`result(settings)`      the stored type whose values its results are, and that type's settings (`Money`, `{"decimals": 2}`);
                        showing, exporting, comparing and the JSON Schema all follow from it
`reads(settings)`       what it reads, as `runtime.rules.deps.Deps`: `fields` ("amount", and "customer.level" through a link),
                        `related` (inverse key -> fields of those records), `time` ("day" when it changes at midnight).
                        Groups are asked again, and circles between computed fields found, by this alone
`expression(settings, target)`  one SQLAlchemy expression through `target.operand`, `target.related` and `target.as_of`;
                        NULL when blank, otherwise just what a column of the result's type would hold (a scaled whole
                        number, folded text beside the text, `YYYY-MM-DD`). It must give the same on SQLite and PostgreSQL.
                        `runtime.rules.related.aggregate(Work(target, target.as_of, None, scan=False), rule, "")` sums linked
                        records; `runtime.rules.leaves.at` gives a moment that may be a late parameter
`problems(settings, target)`    what is wrong with its settings, beside an other app's fields; the path is a settings key

Storage makes no column for it, entry refuses a typed value as `read_only`, `records.targets.RecordTarget.operand` hands its
expression to lists, sorts, rules, exports and groupings alike, and `records.load` selects it with the row. There is no
history of it: what it was made of has one.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any, ClassVar

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Settings, Value


@cache
def _as(derived: Derived, kind: FieldType) -> FieldType:
    """A computed type with the kind of its results; one object for each, so that two fields of one type have one type."""
    made = copy(derived)
    made.kind, made.template, made.power = kind.kind, kind.template, kind.power
    return made


class Derived(FieldType):
    """A computed type; it speaks through the stored type whose values its results are."""

    computed: ClassVar[bool] = True
    readonly: ClassVar[bool] = True

    def result(self, settings: Settings) -> tuple[FieldType, Settings]:
        """The stored type whose values the results are, with that type's settings."""
        raise NotImplementedError

    def of(self, settings: Settings) -> FieldType:
        return _as(self, self.result(settings)[0])

    def schema(self, settings: Settings) -> dict[str, Any]:
        kind, own = self.result(settings)
        return {**kind.schema(own), "readOnly": True}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return []

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {}

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        kind, own = self.result(settings)
        return kind.parse(typed, own, names)

    def load(self, stored: Any, settings: Settings) -> Value:
        kind, own = self.result(settings)
        return kind.load(stored, own)

    def bind(self, value: Any, settings: Settings) -> Any:
        kind, own = self.result(settings)
        return kind.bind(value, own)

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        kind, own = self.result(settings)
        return kind.show(value, own, names)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        kind, own = self.result(settings)
        return kind.typed(value, own, names)

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        kind, own = self.result(settings)
        return kind.to_cell(value, own, names)

    def cell_format(self, settings: Settings) -> str | None:
        kind, own = self.result(settings)
        return kind.cell_format(own)

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        kind, own = self.result(settings)
        return kind.from_cell(cell, own, names)
