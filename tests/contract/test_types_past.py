"""Every type can be asked how it changed: each side of a change says what the field itself said before and after it."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType
from runtime.records.entry import plain
from runtime.records.targets import target
from runtime.rules.check import check_rule
from runtime.rules.operators import OPERATORS
from runtime.rules.past import side_operators
from runtime.storage.db import Database
from runtime.storage.live import Live
from tests.contract.bound import SampleNames
from tests.contract.every_type import FORM, TYPES, publish
from tests.crm import NOW, AsOf, Crm, ZoneInfo, one

SPAN = {"n": 30, "unit": "day"}


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    """The app with the form of every type."""
    with database.write() as conn:
        key = publish(conn, boss)
    return Crm(database, Live(), boss, key, AsOf(NOW, ZoneInfo("Asia/Shanghai")))


def test_only_what_people_fill_in_is_remembered() -> None:
    forgotten = {name for name, kind in FIELD_TYPES.items() if not kind.remembered}
    assert forgotten == {"code", "auto_number", "formula", "rollup", "lookup", "system"}
    assert {name for name, kind in FIELD_TYPES.items() if not kind.retold} == {"rich_text", "location"}


def test_each_side_of_a_change_says_what_the_field_said(crm: Crm) -> None:
    record = crm.add(FORM, name="a", **{f"the_{name}": _typed(kind, 0) for name, kind in TYPES.items()})
    asked = [(f"the_{name}", side) for name, kind in TYPES.items() for side in _sides(crm, name, kind)]
    before = _fits(crm, [{"field": field, **side} for field, side in asked])
    crm.set(FORM, record, **{f"the_{name}": _typed(kind, 1) for name, kind in TYPES.items()})
    after = _fits(crm, [{"field": field, **side} for field, side in asked])
    moved = {f"the_{name}" for name, kind in TYPES.items() if _value(kind, 0) != _value(kind, 1)}
    assert moved
    for part, expected in (("from", before), ("to", after)):
        said = _fits(crm, [{"field": field, "operator": "changed", "value": {**SPAN, part: side}} for field, side in asked])
        wrong = [(asked[at], part, was, now) for at, (was, now) in enumerate(zip(expected, said, strict=True)) if now != (was and asked[at][0] in moved)]
        assert not wrong


def test_what_was_emptied_became_blank(crm: Crm) -> None:
    record = crm.add(FORM, name="a", **{f"the_{name}": _typed(kind, 0) for name, kind in TYPES.items()})
    crm.set(FORM, record, **dict.fromkeys((f"the_{name}" for name in TYPES), ""))
    both = {"from": {"operator": "notNull"}, "to": {"operator": "null"}}
    fields = [f"the_{name}" for name in TYPES]
    assert all(_fits(crm, [{"field": f, "operator": "changed", "value": {**SPAN, **both}} for f in fields]))
    assert not any(_fits(crm, [{"field": f, "operator": "changed", "value": {**SPAN, "from": both["to"]}} for f in fields]))


def _fits(crm: Crm, leaves: list[dict[str, Any]]) -> list[bool]:
    with crm.database.read() as conn:
        app = crm.app(conn)
        for leaf in leaves:
            assert [p for p in check_rule(one(leaf), target(app, app.form(FORM))) if p.severity == "error"] == [], leaf
        return [bool(crm.list(conn, one(leaf), FORM)) for leaf in leaves]


def _sides(crm: Crm, name: str, kind: FieldType) -> list[dict[str, Any]]:
    """Every comparison a side can make, with the values of both samples."""
    with crm.database.read() as conn:
        app = crm.app(conn)
        operand = target(app, app.form(FORM)).operand(f"the_{name}")
    found: list[dict[str, Any]] = []
    for operator in side_operators(operand):
        takes = OPERATORS[operator].takes
        for at in (0, 1):
            given = plain(_value(kind, at))
            member = given[0] if isinstance(given, list) else given
            if kind.kind == "period":
                member = member[:10]
            if kind.kind == "consent":
                member = "2026-01-01"
            value = {"one": member, "list": [member], "pair": [member, member], "span": dict(SPAN)}.get(takes)
            found.append({"operator": operator, **({} if value is None else {"value": value})})
    return found


def _value(kind: FieldType, at: int) -> Any:
    return kind.parse(kind.samples[at % len(kind.samples)], {}, SampleNames())


def _typed(kind: FieldType, at: int) -> Any:
    return kind.typed(_value(kind, at), {}, SampleNames())
