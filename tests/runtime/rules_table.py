"""Real tables with a column of every kind, related rows, tags and groups, and the records in them as plain Python."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime import clock
from runtime.clock import AsOf
from runtime.errors import Invalid, Problem
from runtime.fields import FIELD_TYPES
from runtime.rules.compile import compile_rule
from runtime.rules.target import Operand, Related
from runtime.rules.values import Held, ValuesTarget
from runtime.sql.types import BinaryText

NOW = AsOf(datetime(2026, 3, 1, 4, 30, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
OPTIONS = [{"const": key, "label": {"zh": key, "en": key}, "retired": key == "old"} for key in ("a", "b", "c", "old")]
TYPES: Mapping[str, tuple[str, dict[str, Any]]] = {
    "name": ("text", {}),
    "alias": ("text", {}),
    "amount": ("money", {"decimals": 2}),
    "paid": ("money", {"decimals": 2}),
    "born": ("date", {}),
    "seen": ("datetime", {}),
    "opens": ("time", {}),
    "term": ("date_range", {}),
    "kind": ("choice", {"options": OPTIONS}),
    "ok": ("yes_no", {}),
    "agreed": ("consent", {}),
    "place": ("region", {}),
    "spot": ("location", {}),
    "files": ("file", {}),
    "lines": ("rows", {}),
    "owner": ("person", {}),
    "friend": ("link", {"form": "main"}),
    "tags": ("choices", {"options": OPTIONS}),
    "team": ("people", {}),
    "pals": ("links", {"form": "main"}),
}
METADATA = sa.MetaData()


def _columns(*names: str) -> list[sa.Column[Any]]:
    found: list[sa.Column[Any]] = []
    for name in names:
        kind, settings = TYPES[name]
        found += FIELD_TYPES[kind].columns(name, settings)
    return found


LINKED = ("tags", "team", "pals")
_PLAIN = [name for name in TYPES if name not in LINKED]
MAIN = sa.Table("t_main", METADATA, sa.Column("id", sa.Integer, primary_key=True), *_columns(*_PLAIN))
MANY = {
    name: sa.Table(
        f"t_{name}",
        METADATA,
        sa.Column("record_id", sa.Integer, primary_key=True),
        sa.Column("value", FIELD_TYPES[TYPES[name][0]].member, primary_key=True),
    )
    for name in LINKED
}
ORDERS = sa.Table(
    "t_order",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("main_id", sa.Integer),
    sa.Column("gone", sa.Boolean(create_constraint=False), nullable=False),
    *_columns("amount", "born", "kind", "name"),
)
MEMBERS = sa.Table(
    "t_member",
    METADATA,
    sa.Column("record_id", sa.Integer, primary_key=True),
    sa.Column("grp", BinaryText, primary_key=True),
)
GROUPS = ("level/high", "level/low")


@dataclass(frozen=True)
class Linked:
    """The values of a many-valued field in its link table."""

    table: sa.Table
    record: ColumnElement[Any]

    def any_of(self, values: Sequence[Any]) -> ColumnElement[bool]:
        m = self.table.alias()
        return sa.exists().where(m.c.record_id == self.record, sa.or_(*(m.c.value == value for value in values)))

    def only(self, values: Sequence[Any]) -> ColumnElement[bool]:
        m = self.table.alias()
        return ~sa.exists().where(m.c.record_id == self.record, sa.and_(*(m.c.value != value for value in values)))

    def present(self) -> ColumnElement[bool]:
        m = self.table.alias()
        return sa.exists().where(m.c.record_id == self.record)


def bind(name: str, value: Any) -> Any:
    """A rule's value as the field's own type binds it."""
    kind, settings = TYPES[name]
    return FIELD_TYPES[kind].bind(value, settings)


class TableTarget:
    """The target over `t_main`, or over its orders under an alias."""

    def __init__(self, table: Any = MAIN) -> None:
        self.table = table

    @property
    def id(self) -> ColumnElement[Any]:
        found: ColumnElement[Any] = self.table.c.id
        return found

    def operand(self, name: str) -> Operand:
        label = {"zh": name, "en": name}
        if name == "$id":
            return Operand("number", self.table.c.id, lambda value: value, label=label)
        if name not in TYPES or (name not in LINKED and name not in self.table.c):
            raise Invalid(Problem("field", "no_such_field", {"field": name}))
        kind, settings = TYPES[name]
        options = settings.get("options")
        if name in LINKED:
            kept = Linked(MANY[name], self.id)
            return Operand(FIELD_TYPES[kind].kind, sa.null(), partial(bind, name), many=kept, label=label, options=options)
        folded = self.table.c.get(f"{name}_k")
        return Operand(
            FIELD_TYPES[kind].kind, self.table.c[name], partial(bind, name), folded, label=label, options=options
        )

    def related(self, inverse: str) -> Related:
        if inverse != "orders" or self.table is not MAIN:
            raise Invalid(Problem("field", "no_such_inverse", {"name": inverse}))
        rows = ORDERS.alias()
        return Related(TableTarget(rows), rows.c.main_id, rows.c.gone.is_(False), rows, {"zh": "订单", "en": "Orders"})

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        if any(group not in GROUPS for group in groups):
            raise Invalid(Problem("value", "no_such_group", {"group": groups[0]}))
        m = MEMBERS.alias()
        return sa.exists().where(m.c.record_id == self.id, sa.or_(*(m.c.grp == group for group in groups)))


@dataclass(frozen=True)
class Record:
    """One record as plain Python: `values` in the JSON form, tags as a list, orders as values, groups by key."""

    id: int
    values: Mapping[str, Any]
    orders: Sequence[Mapping[str, Any]]
    groups: frozenset[str]


NAMES = (None, "Ann", " ANN ", "ann lee", "a%n", "a_n", "0200", "200", "北京分公司", "北京", "Straße", "STRASSE", "\\d")
AMOUNTS = (None, 0, -5, 10.5, 100, 100.01, 20000)
SPOTS = (None, "31.2304, 121.4737 Bund", "31.2304, 121.4737", "31.2, 121.5 BUND 12", "-33.8688, 151.2093 Sydney", "0, 180", "0.5, -179.9 Reef", "90, 0")
PLACES = (None, "110000", "110105", "320000", "320500", "320508", "310115")


def days(now: AsOf) -> tuple[str | None, ...]:
    near = [
        now.today + timedelta(days=n) for n in (-400, -366, -365, -90, -31, -30, -8, -7, -1, 0, 1, 6, 7, 8, 30, 31, 365)
    ]
    odd = [date(2000, 2, 29), date(1999, 2, 28), date(2001, 3, 1), date(1990, 12, 31), date(2001, 1, 1)]
    return (None, *(day.isoformat() for day in [*near, *odd]))


def terms(now: AsOf) -> tuple[str | None, ...]:
    """Periods that are over, run, begin and end around today, some of a single day."""
    ends = [(-400, -31), (-31, -1), (-30, 0), (-7, 6), (0, 0), (0, 30), (1, 8), (7, 365), (-366, 365), (30, 31)]
    days = [[(now.today + timedelta(days=n)).isoformat() for n in pair] for pair in ends]
    return (None, *("/".join(pair) for pair in days))


def moments(now: AsOf) -> tuple[str | None, ...]:
    """Around now and around local midnights, where a day begins and ends."""
    midnights = [now.start_of(now.today + timedelta(days=n)) for n in (-31, -30, -7, -1, 0, 1, 2, 7, 8)]
    around = [midnight + timedelta(seconds=s) for midnight in midnights for s in (-1, 0, 1)]
    around += [now.at + timedelta(seconds=s) for s in (-7200, -3600, -1, 0, 1, 3600)]
    return (None, *(clock.text(moment) for moment in around))


def make(now: AsOf, count: int = 70, seed: int = 7) -> list[Record]:
    """Records drawn from pools in which every edge is common."""
    draw = random.Random(seed)
    pools: dict[str, Sequence[Any]] = {
        "name": NAMES,
        "alias": NAMES,
        "amount": AMOUNTS,
        "paid": AMOUNTS,
        "born": days(now),
        "seen": moments(now),
        "opens": (None, "00:00", "08:30", "09:00", "14:05", "23:59"),
        "term": terms(now),
        "kind": (None, "a", "b", "c"),
        "ok": (None, True, False),
        "agreed": tuple(moment and f"{moment} #0a1b2c3d4e5f" for moment in moments(now)),
        "place": PLACES,
        "spot": SPOTS,
        "files": (None, 1, 3),
        "lines": (None, 1, 3),
        "owner": (None, 1, 2),
        "friend": (None, 1, 5),
    }
    made = []
    for number in range(1, count + 1):
        values = {name: draw.choice(pool) for name, pool in pools.items()}
        values["tags"] = sorted(draw.sample(("a", "b", "c"), draw.randint(0, 3)))
        values["team"] = sorted(draw.sample((1, 2, 3), draw.randint(0, 3)))
        values["pals"] = draw.sample((1, 5, 6), draw.randint(0, 3))
        orders = [
            {name: draw.choice(pools[name]) for name in ("amount", "born", "kind", "name")}
            for _ in range(draw.choice((0, 0, 1, 2, 4)))
        ]
        groups = frozenset(group for group in GROUPS if draw.random() < 0.3)
        made.append(Record(number, values, orders, groups))
    return made


def stored(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The values as their physical columns hold them."""
    row: dict[str, Any] = {}
    for name in names:
        kind, settings = TYPES[name]
        value = values.get(name)
        value = [{"id": "x"}] * value if name in ("files", "lines") and value else value
        row |= FIELD_TYPES[kind].store(name, value, settings)
    return row


def fill(conn: Connection, records: Sequence[Record]) -> None:
    """Make the tables and put the records in; each has one order more that is deleted and counts for nothing."""
    METADATA.create_all(conn)
    order_names = ("amount", "born", "kind", "name")
    gone = {"amount": 99999, "born": "2026-02-28", "kind": "a", "name": "gone"}
    conn.execute(sa.insert(MAIN), [{"id": record.id, **stored(record.values, _PLAIN)} for record in records])
    orders = [
        {"main_id": record.id, "gone": order is gone, **stored(order, order_names)}
        for record in records
        for order in (*record.orders, gone)
    ]
    conn.execute(sa.insert(ORDERS), [{"id": at + 1, **order} for at, order in enumerate(orders)])
    for name, table in MANY.items():
        held = [{"record_id": r.id, "value": one} for r in records for one in r.values.get(name) or ()]
        if held:
            conn.execute(sa.insert(table), held)
    conn.execute(sa.insert(MEMBERS), [{"record_id": r.id, "grp": group} for r in records for group in r.groups])


def ids(conn: Connection, rule: Any, now: AsOf = NOW, *, scan: bool = False, me: int | None = None) -> list[int]:
    """Who a rule finds."""
    made = compile_rule(rule, TableTarget(), now, me=me, scan=scan)
    query = sa.select(MAIN.c.id).select_from(made.select_from(MAIN)).where(made.where).order_by(MAIN.c.id)
    return list(conn.execute(query).scalars())


def unsaved(record: Record) -> ValuesTarget:
    """The same record as an entry that nobody has saved."""
    held: dict[str, Held] = {}
    for name, (kind, _settings) in TYPES.items():
        own = FIELD_TYPES[kind].kind
        value = record.values.get(name) if name in LINKED else stored(record.values, [name])[name]
        held[name] = (own, value, partial(bind, name))
    return ValuesTarget(held)
