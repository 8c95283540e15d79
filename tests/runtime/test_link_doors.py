"""What a link may offer holds at every door: the API, an import with its report, a row of a sub-form, a bulk change."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.commands import bulk, checks
from runtime.errors import Invalid
from runtime.messages import say
from runtime.records import entry
from runtime.storage.db import Database
from tests.crm import TEXT, Crm, field, form, made
from tests.runtime.links import BODIES, FIRMS, SAME, link

LINE = {"contact": link("联系人", "contact", "", only=dict(SAME)), "customer": link("客户", "customer", "", only=dict(FIRMS))}
for each in LINE.values():
    del each["x-fenzu"]["inverse"], each["x-fenzu"]["inverse_label"]
ROWS = {"type": "array", "minItems": 0, "maxItems": 20, "items": {"type": "object", "properties": {"item": field("text", "货品", TEXT), **LINE}}}
TRIP = form("trip", "name", {"name": field("text", "名称", TEXT), "stops": field("rows", "站点", ROWS, order=["item", *LINE])}, ["name"])


@pytest.fixture
def shop(database: Database, boss: Any) -> Crm:
    return made(database, boss, [*BODIES, ("form", TRIP)])


def test_rows_of_a_subform_are_held_to_it_beside_their_own_cells(shop: Crm) -> None:
    firm, other = shop.add("customer", name="甲公司", kind="enterprise"), shop.add("customer", name="乙公司", kind="enterprise")
    mine, theirs = shop.add("contact", name="张三", customer=firm), shop.add("contact", name="李四", customer=other)
    good, wrong = {"item": "a", "customer": firm, "contact": mine}, {"item": "b", "customer": firm, "contact": theirs}
    with pytest.raises(Invalid) as caught:
        shop.add("trip", name="一", stops=[good, wrong])
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [("stops[1].contact", "link_not_offered")]
    trip = shop.add("trip", name="一", stops=[good])
    shop.set("contact", mine, customer=other)
    with shop.database.read() as conn:
        stored = shop.reader(conn, "trip").one(trip).values["stops"]
    shop.set("trip", trip, stops=[*stored, {"item": "c", "customer": other, "contact": mine}])
    with pytest.raises(Invalid):
        shop.set("trip", trip, stops=[{"item": "d", "customer": firm, "contact": theirs}])


def test_many_at_once_are_each_asked_beside_their_own_values(shop: Crm) -> None:
    firms = shop.add_many("customer", [{"name": f"公司{n}", "kind": "enterprise"} for n in range(5)])
    people = shop.add_many("contact", [{"name": f"人{n}", "customer": firm} for n, firm in enumerate(firms)])
    rows = [{"number": f"{a}-{b}", "customer": firm, "contact": person} for a, firm in enumerate(firms) for b, person in enumerate(people)]
    with shop.act(cause="import") as act:
        found = checks.check(act, act.app.form("order"), rows)
    assert [row["number"] for row, problems in zip(rows, found, strict=True) if not problems] == [f"{n}-{n}" for n in range(5)]
    with pytest.raises(Invalid) as caught:
        shop.add_many("order", rows[:2])
    assert "「人1」不是" in say(caught.value.problems[0], "zh") and "“人1” is not one of them" in say(caught.value.problems[0], "en")


def test_one_value_for_many_records_is_refused_where_it_does_not_fit_and_undone(shop: Crm) -> None:
    firm, other = shop.add("customer", name="甲公司", kind="enterprise"), shop.add("customer", name="乙公司", kind="enterprise")
    mine = shop.add("contact", name="张三", customer=firm)
    fits, apart = shop.add("order", number="1", customer=firm), shop.add("order", number="2", customer=other)
    with pytest.raises(Invalid), shop.act(cause="bulk") as act:
        bulk.set_fields(act, "order", [fits, apart], {"contact": str(mine)})
    shop.set("order", fits, contact=mine)
    shop.set("contact", mine, customer=other)
    shop.set("order", fits, contact="")
    with shop.act(cause="undo") as act:
        read = entry.read(act.app.form("order").form, {"contact": mine}, act.names, whole=False)
        bulk.change.change(act, "order", fits, read, version=None)
