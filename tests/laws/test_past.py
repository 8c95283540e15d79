"""Laws of what happened: rules over the history say what a replay of its lines in Python says, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.definitions.grouping import Grouping
from runtime.errors import FenzuError
from runtime.groups import generations, membership, preview, turning
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import CUSTOMER, ORDER, TAGS, Crm, field, group, grouping, made, one
from tests.runtime.test_clock_groups import run_clock

Said = Callable[[Any], bool]


def changed(name: str, n: int = 30, **sides: Any) -> dict[str, Any]:
    """The condition; `was` is its `from`."""
    return {"field": name, "operator": "changed", "value": {"n": n, "unit": "day", **{"from" if key == "was" else key: side for key, side in sides.items()}}}


def tagged(n: int, *tags: str) -> dict[str, Any]:
    return {"field": "tags", "operator": "taggedInLast", "value": {"n": n, "unit": "day", "tags": list(tags)}}


def entered(n: int, *groups: str) -> dict[str, Any]:
    return {"field": "$group", "operator": "enteredInLast", "value": {"n": n, "unit": "day", "groups": list(groups)}}


def side(operator: str, value: Any = None) -> dict[str, Any]:
    return {"operator": operator} if value is None else {"operator": operator, "value": value}


SIZE = grouping("size", [group("big", one({"field": "size", "operator": ">=", "value": 50})), group("small")], fallback="small")
DEAR = one(changed("amount", 30, to=side(">=", 1000)))
# By group: the rule, and for the replay the field, the days, what it was and what it became.
RULES: Mapping[str, tuple[Any, str, int, Said, Said]] = {
    "up": (changed("kind", was=side("=", "person"), to=side("in", ["enterprise", "agent"])), "kind", 30, lambda v: v == "person", lambda v: v in ("enterprise", "agent")),
    "any": (changed("kind", 5), "kind", 5, lambda _: True, lambda _: True),
    "grew": (changed("size", 10, was=side("<", 50), to=side(">=", 50)), "size", 10, lambda v: v is not None and v < 50, lambda v: v is not None and v >= 50),
    "not_ten": (changed("size", was=side("!=", 10.5)), "size", 30, lambda v: v != 10.5, lambda _: True),
    "called": (changed("name", 20, to=side("contains", "STRASSE")), "name", 20, lambda _: True, lambda v: "strasse" in v.casefold()),
    "given": (changed("owner", was=side("null")), "owner", 30, lambda v: v is None, lambda _: True),
    "vip": (changed("vip", to=side("=", True)), "vip", 30, lambda _: True, lambda v: v is True),
    "ungold": (changed("tags", was=side("hasAnyOf", ["gold"]), to=side("hasNoneOf", ["gold"])), "tags", 30, lambda v: "gold" in (v or ()), lambda v: "gold" not in (v or ())),
    "only_new": (changed("tags", to=side("hasExactly", ["new"])), "tags", 30, lambda _: True, lambda v: set(v or ()) == {"new"}),
}
FORM = {**CUSTOMER, "properties": {**CUSTOMER["properties"], "size": field("number", "规模", {"type": "number"}, decimals=1)}}
PAST = grouping("past", [*(group(key, one(rule[0])) for key, rule in RULES.items()),
                         group("gold", one(tagged(20, "gold"))),
                         group("still", {"combinator": "and", "not": True, "rules": [changed("kind")]}),
                         group("dear", one({"field": "orders", "operator": "=", "match": {"mode": "some"}, "value": DEAR})),
                         group("entered", one(entered(15, "size/big")))], mode="overlapping")
BODIES = [("vocabulary", TAGS), ("form", FORM), ("form", ORDER), ("grouping", SIZE), ("grouping", PAST)]


def replay(crm: Crm, as_of: AsOf) -> dict[str, set[int]]:
    """The groups at a moment, from every line of the history and the diary that had been written by then."""
    with crm.database.read() as conn:
        app = crm.app(conn)
        everybody, form = crm.list(conn, None), app.form("customer")
        lines = [row for row in conn.execute(sa.select(tables.history)).mappings() if row["at"] <= clock.text(as_of.at)]
        diary = list(conn.execute(sa.select(tables.diary)).mappings())
        orders = app.form("order")
        main = orders.tables.main
        holders = {row[0]: row[1] for row in conn.execute(sa.select(main.c.id, orders.tables.column("customer")).where(main.c.deleted_at.is_(None)))}
    own = [row for row in lines if row["form_id"] == form.id]
    found: dict[str, set[int]] = {}
    for key, (_rule, name, days, was, became) in RULES.items():
        found[key] = {row["record_id"] for row in own if row["act"] == "change" and recent(row, as_of, days)
                      and name in (told := json.loads(row["changes"])) and was(told[name][0]) and became(told[name][1])}
    found["gold"] = {row["record_id"] for row in own if row["act"] in ("change", "create") and recent(row, as_of, 20)
                     and "gold" in (json.loads(row["changes"]).get("tags", [0, 0])[1] or ()) and "gold" not in (json.loads(row["changes"])["tags"][0] or ())}
    found["still"] = everybody - {row["record_id"] for row in own if row["act"] == "change" and recent(row, as_of, 30) and "kind" in json.loads(row["changes"])}
    dear = {row["record_id"] for row in lines if row["form_id"] == orders.id and row["act"] == "change" and recent(row, as_of, 30)
            and (json.loads(row["changes"]).get("amount", [0, 0])[1] or 0) >= 1000}
    found["dear"] = {holders[order] for order in dear if holders.get(order)}
    item = app.groupings["size"]
    found["entered"] = {row["record_id"] for row in diary if row["joined"] and row["grouping_id"] == item.id and row["group_id"] == item.ids["big"]
                        and row["at"] <= clock.text(as_of.at) and recent(row, as_of, 15)}
    return {key: members & everybody for key, members in found.items()}


def recent(row: Mapping[str, Any], as_of: AsOf, days: int) -> bool:
    """Since the beginning of the local day so many days ago."""
    return clock.moment(row["at"]) >= as_of.start_of(as_of.today - timedelta(days=days))


def stored(crm: Crm) -> dict[str, set[int]]:
    with crm.database.read() as conn:
        app = crm.app(conn)
        ids = list(conn.execute(sa.select(app.form("customer").tables.main.c.id)).scalars())
        found: dict[str, set[int]] = {key: set() for key in app.groupings["past"].grouping.groups}
        for record, by_grouping in membership.groups_of(conn, app, app.form("customer"), ids).items():
            for key in by_grouping.get("past", []):
                found[key].add(record)
    return found


def listed(crm: Crm, as_of: AsOf) -> dict[str, set[int]]:
    """What a list with each rule shows at a moment."""
    now, crm.as_of = crm.as_of, as_of
    with crm.database.read() as conn:
        found = {key: crm.list(conn, part.rule) for key, part in crm.app(conn).groupings["past"].grouping.groups.items()}
    crm.as_of = now
    return found


EDIT = st.fixed_dictionaries({}, optional={
    "kind": st.sampled_from(["person", "enterprise", "agent", None]), "size": st.sampled_from([10.5, 49, 50, 300, None]),
    "name": st.sampled_from(["Alte Straße 5", "STRASSE", "b"]), "vip": st.booleans(), "owner": st.sampled_from([1, None]),
    "tags": st.sampled_from([[], ["gold"], ["new"], ["gold", "new"]])})
STEP = st.one_of(
    st.tuples(st.just("add"), EDIT), st.tuples(st.just("edit"), st.integers(0, 3), EDIT), st.tuples(st.just("edit"), st.integers(0, 3), EDIT),
    st.tuples(st.just("order"), st.integers(0, 3)), st.tuples(st.just("pay"), st.integers(0, 3), st.sampled_from([5, 1000, 2500])),
    st.tuples(st.just("drop"), st.integers(0, 3)), st.tuples(st.just("restore"), st.integers(0, 3)),
    st.tuples(st.just("import"), EDIT), st.tuples(st.just("wait"), st.sampled_from([1, 9, 16, 29])))


def do(crm: Crm, step: tuple[Any, ...], customers: list[int], orders: list[int]) -> None:
    """One thing people do."""
    what, *rest = step

    def pick(ids: list[int]) -> int:
        return ids[rest[0] % len(ids)] if ids else 0

    if what == "add":
        customers.append(crm.add("customer", **{"name": "n", **rest[0]}))
    elif what == "import":
        customers += crm.add_many("customer", [{"name": "i", **rest[0]}, {"name": "j"}])
    elif what == "edit":
        crm.set("customer", pick(customers), **rest[1])
    elif what == "order":
        orders.append(crm.add("order", number=f"o{len(orders)}", customer=pick(customers), amount=5))
    elif what == "pay":
        crm.set("order", pick(orders), amount=rest[1])
    elif what in ("drop", "restore"):
        (crm.drop if what == "drop" else crm.restore)("customer", pick(customers))
    elif what == "wait":
        crm.later(days=rest[0])
        with crm.act(cause="clock") as act:
            membership.refresh(act, act.app.form("customer"), customers, None)


@settings(max_examples=10)
@given(steps=st.lists(STEP, min_size=2, max_size=14), back=st.sampled_from([0, 3, 17, 31]))
def test_rules_over_the_history_say_what_a_replay_says(database: Database, boss_factory: Any, steps: list[tuple[Any, ...]], back: int) -> None:
    crm = made(database, boss_factory(), BODIES)
    customers: list[int] = []
    orders: list[int] = []
    for step in steps:
        with suppress(FenzuError):
            do(crm, step, customers, orders)
        crm.later(seconds=1)
        assert stored(crm) == replay(crm, crm.as_of), step
    assert listed(crm, crm.as_of) == stored(crm)
    then = AsOf(crm.as_of.at - timedelta(days=back), crm.as_of.zone)
    was = replay(crm, then)
    assert listed(crm, then) == was
    with crm.database.read() as conn:
        app = crm.app(conn)
        impact = preview.Draft(conn, app, app.groupings["past"].grouping, crm.as_of).impact()
    assert not any(flow.count for flow in impact.all() if flow.old != flow.new)
    assert rebuilt(crm) == stored(crm)


def rebuilt(crm: Crm) -> dict[str, set[int]]:
    """The same after every grouping was built anew."""
    with crm.database.write() as conn:
        keys = generations.start(conn, crm.app(conn), ["size"], crm.as_of)
    for key in keys:
        with crm.database.write() as conn:
            while not generations.step(conn, crm.app(conn), key, 2, crm.as_of):
                pass
    with crm.database.write() as conn:
        generations.flip(conn, crm.app(conn), keys)
    return stored(crm)


def test_the_clock_asks_only_those_of_whom_a_line_has_grown_old(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a stroke everybody is where a replay puts them, and not everybody was asked."""
    told = grouping("past", [part for part in PAST["groups"] if part["key"] != "dear"], mode="overlapping")
    crm = made(database, boss, [*BODIES[:-1], ("grouping", told)])
    monkeypatch.setattr(clock, "now", lambda: crm.as_of.at)
    old, new, quiet = (crm.add("customer", name=name, kind="person", size=20) for name in "onq")
    crm.set("customer", old, kind="enterprise", size=60, tags=["gold"])
    strokes(crm, 20)
    crm.set("customer", new, kind="agent", size=70, tags=["gold"])
    expected = replay(crm, crm.as_of)
    assert expected["up"] == {old, new} and expected["still"] == {quiet}
    strokes(crm, 14)
    expected = {key: members for key, members in replay(crm, crm.as_of).items() if key != "dear"}
    assert stored(crm) == expected
    assert expected["up"] == {new} and expected["still"] == {old, quiet}
    with crm.database.read() as conn:
        app = crm.app(conn)
        item = grouping("past", [group("any", one(changed("kind")))])
        places = turning.places(app, app.form("customer"), [Grouping(item)])
        assert places is not None
        last = AsOf(crm.as_of.at - timedelta(days=14), crm.as_of.zone)
        turned = [(place, where) for place in places if (where := place.turned(last, crm.as_of)) is not None]
        asked = {record for place, where in turned for record in conn.execute(place.select(place.record).where(where)).scalars()}
        assert old in asked and quiet not in asked


def strokes(crm: Crm, days: int) -> None:
    """The clock, so many days later."""
    run_clock(crm)
    crm.later(days=days)
    run_clock(crm)


def test_who_entered_by_a_new_rule_is_known_at_once(database: Database, boss: Actor) -> None:
    """The diary of a flip is written after the builds of those who read it were made; they are asked again."""
    crm = made(database, boss, BODIES)
    record = crm.add("customer", name="a", size=20)
    assert stored(crm)["entered"] == set()
    crm.as_of = AsOf(clock.now(), crm.as_of.zone)
    crm.publish(("grouping", {**SIZE, "groups": [group("big", one({"field": "size", "operator": ">=", "value": 15})), SIZE["groups"][1]]}))
    assert stored(crm)["entered"] == {record}
    crm.later(seconds=2)
    assert stored(crm) == replay(crm, crm.as_of)


def test_a_former_type_of_a_field_is_no_value_and_no_error(database: Database, boss: Actor) -> None:
    """A line that holds what the field cannot hold now fits no comparison of a side, and breaks none."""
    crm = made(database, boss, BODIES)
    record = crm.add("customer", name="a", size=20)
    crm.set("customer", record, size=60)
    with crm.database.write() as conn:
        conn.execute(tables.history.update().where(tables.history.c.act == "change").values(changes='{"size":["many",{"a":[1]}]}'))
    with crm.database.read() as conn:
        assert crm.list(conn, one(changed("size"))) == {record}
        for said in (side(">=", 0), side("!=", 7), side("null"), side("notNull")):
            assert crm.list(conn, one(changed("size", was=said))) == set(), said
            assert crm.list(conn, one(changed("size", to=said))) == set(), said


@pytest.fixture
def boss_factory(database: Database, boss: Actor) -> Any:
    """The administrator, for properties that make many systems in one database."""
    return lambda: boss
