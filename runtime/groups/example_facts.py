"""What can be told about some records: their own fields, and counts and sums of what is linked to them, read in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.clock import AsOf
from runtime.definitions.form import Field
from runtime.records.targets import RecordTarget, shown
from runtime.rules import related
from runtime.rules.compile import Work
from runtime.sql.lists import among
from runtime.storage.live import LiveApp, LiveForm

# Whole lives, and the windows people think in.
WINDOWS = (None, 30, 90, 365)
# Fields whose values can stand in a short readable condition.
OWN = ("number", "date", "datetime", "choice", "tree", "boolean", "person", "link", "file", "rows", "many", "text")
SUMS = 6  # number fields of one related form that are added up
NUMBERS = ("number", "file", "rows")


@dataclass(frozen=True)
class Fact:
    """One thing known of each record of a sample. `base` is the condition without operator and value.

    `values` are as rules write them, None where blank; sets for fields of many values. `options` says how many different
    values the field could have, 0 where there is no list of them; `days` that they are days or moments.
    """

    base: Mapping[str, Any]
    kind: str
    values: Sequence[Any]
    cost: float = 1.0
    options: int = 0


def facts(conn: Connection, app: LiveApp, live: LiveForm, ids: Sequence[int], as_of: AsOf) -> list[Fact]:
    """Everything about these records, in the order of `ids`."""
    target = RecordTarget(app, live, shown(app)).at(as_of)
    work = Work(target, as_of, None, scan=False)
    fields = [field for field in live.form.live_fields.values() if field.type.kind in OWN and not field.type.nested]
    plain = [field for field in fields if not field.type.many]
    sums = list(_sums(app, live))
    columns: list[ColumnElement[Any]] = [target.operand(field.key).value for field in plain]
    columns += [related.aggregate(work, leaf, "").value for leaf, _of in sums]
    named = [column.label(f"c{at}") for at, column in enumerate(columns)]
    found = {row[0]: row[1:] for row in conn.execute(sa.select(target.id, *named).where(among(target.id, list(ids))))}
    rows = [found.get(one, (None,) * len(named)) for one in ids]
    made = [_own(field, [row[at] for row in rows]) for at, field in enumerate(plain)]
    made += [_summed(leaf, of, [row[len(plain) + at] for row in rows]) for at, (leaf, of) in enumerate(sums)]
    return [*made, *(_many(conn, live, field, ids) for field in fields if field.type.many)]


def _own(field: Field, stored: Sequence[Any]) -> Fact:
    values = [None if value is None else field.type.load(value, field.settings) for value in stored]
    return Fact({"field": field.key}, field.type.kind, values, options=len(field.options))


def _summed(leaf: Mapping[str, Any], of: Field | None, stored: Sequence[Any]) -> Fact:
    """A count is a whole number; a sum or a last day is what its field holds."""
    agg = leaf["agg"]
    base = {key: leaf[key] for key in ("field", "agg")}
    if agg["fn"] == "count" or of is None:
        return Fact(base, "number", [int(value) for value in stored], cost=1.2)
    values = [None if value is None else of.type.load(_exact(value), of.settings) for value in stored]
    return Fact(base, of.type.kind, values, cost=1.3)


def _exact(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal | float) and value == int(value) else value


def _many(conn: Connection, live: LiveForm, field: Field, ids: Sequence[int]) -> Fact:
    table = live.tables.many[field.key]
    held: dict[int, set[Any]] = {one: set() for one in ids}
    for record, value in conn.execute(sa.select(table.c.record_id, table.c.value).where(among(table.c.record_id, list(ids)))):
        held[record].add(value)
    return Fact({"field": field.key}, field.type.kind, [frozenset(held[one]) for one in ids])


def _sums(app: LiveApp, live: LiveForm) -> Iterator[tuple[dict[str, Any], Field | None]]:
    """Counts, sums and the last day of every form that links here, for each window."""
    for inverse in app.inverses.get(live.key, {}):
        found = app.related(live.key, inverse)
        if found is None:
            continue
        fields = found[0].form.live_fields.values()
        day = next((f for f in fields if f.type.kind in ("date", "datetime")), None)
        numbers = [f for f in fields if f.type.kind == "number" and not f.type.computed][:SUMS]
        base = {"field": inverse, "operator": "=", "value": 0}
        for window in WINDOWS if day is not None else (None,):
            where = {} if window is None or day is None else {"where": _within(day.key, window)}
            yield {**base, "agg": {"fn": "count", **where}}, None
            for number in numbers:
                yield {**base, "agg": {"fn": "sum", "of": number.key, **where}}, number
        if day is not None:
            yield {**base, "agg": {"fn": "max", "of": day.key}}, day


def _within(day: str, window: int) -> dict[str, Any]:
    leaf = {"field": day, "operator": "inLast", "value": {"n": window, "unit": "day"}}
    return {"combinator": "and", "rules": [leaf]}
