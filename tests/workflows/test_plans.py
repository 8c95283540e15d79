"""The ready-made follow-up plan: published as it comes, begun for chosen rows, taken back with all it asked for."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from builder import flows_ready
from runtime import clock
from runtime.records import undo
from runtime.storage import system_tables as tables
from runtime.workflows import buttons, unpressing
from tests.cadences import FORMS
from tests.crm import Crm, running
from tests.flows import Flows, flow, step
from tests.web import Site, visible

t = tables.task


@pytest.fixture
def crm(site: Site) -> Crm:
    return running(site, FORMS)


def plan(crm: Crm) -> tuple[str, dict[str, Any]]:
    with crm.database.read() as conn:
        return "workflow", dict(flows_ready.made(crm.app(conn), crm.app(conn).form("customer"), "plan", [], 0))


def asked(crm: Crm) -> list[tuple[str, str, int]]:
    with crm.database.read() as conn:
        return [(json.loads(row[0])["zh"], row[1], row[2]) for row in conn.execute(sa.select(t.c.title, t.c.state, t.c.record_id).order_by(t.c.id))]


def test_one_click_makes_the_draft(site: Site, crm: Crm) -> None:
    person = site.person("builder")
    assert "跟进计划" in visible(person.htmx("GET", f"/build/{crm.key}/workflows/-/ready").get_data(as_text=True))
    made = person.htmx("POST", f"/build/{crm.key}/workflows/-/ready", {"ready": "plan", "form": "customer"})
    page = visible(person.text(made.headers["HX-Redirect"]))
    assert "打个电话" in page and "上门拜访" in page and "发布" in page
    assert person.htmx("POST", f"/build/{crm.key}/workflows/-/ready", {"ready": "nothing", "form": "customer"}).status_code == 404


def test_it_asks_on_its_days(site: Site, crm: Crm) -> None:
    crm.publish(plan(crm))
    f, one = Flows(crm), crm.add("customer", name="沐阳", owner=site.actor().id)
    with crm.act() as act:
        _, runs = buttons.press(act, "customer", next(iter(act.app.workflows)), [one])
    f.work()
    for said, days in (("打个电话", 0), ("发方案和报价", 3), ("上门拜访", 4)):
        crm.later(days=days)
        f.work()
        assert asked(crm)[-1] == (said, "open", one)
    assert (len(asked(crm)), f.runs()[0].state, len(runs)) == (3, "done", 1)


def test_it_is_taken_back_for_all_that_were_chosen(site: Site, crm: Crm) -> None:
    crm.publish(plan(crm))
    crm.as_of = type(crm.as_of)(clock.now() + timedelta(minutes=1), crm.as_of.zone)
    with crm.database.read() as conn:
        key = next(iter(crm.app(conn).workflows))
    ids = [crm.add("customer", name=name, owner=site.actor().id) for name in ("沐阳", "半山", "太湖")]
    person = site.person()
    address = f"/a/{crm.key}/customer/press/{key}"
    assert "3 条" in visible(person.htmx("POST", address, {"id": ids}).get_data(as_text=True))
    person.htmx("POST", address, {"id": ids, "sure": "1"})
    f = Flows(crm)
    f.work()
    assert sorted(asked(crm)) == sorted(("打个电话", "open", one) for one in ids)
    with crm.database.read() as conn:
        token = conn.execute(sa.select(tables.undo.c.id)).scalar_one()
    assert person.htmx("POST", f"/undo/{token}").status_code in (200, 204)
    crm.later(days=10)
    f.work()
    assert [state for _, state, _ in asked(crm)] == ["gone"] * 3 and {run.state for run in f.runs()} == {"stopped"}


def test_what_cannot_be_taken_back_offers_no_way_back(site: Site, crm: Crm) -> None:
    crm.publish(flow("mark", {"type": "button"}, step("a", "set_fields", set=[{"field": "name", "value": "x"}])))
    one = crm.add("customer", name="沐阳")
    with crm.act() as act:
        item, runs = buttons.press(act, "customer", "mark", [one])
        assert unpressing.offer(act, item, runs) == "" and act.conn.execute(sa.select(tables.undo)).first() is None
    crm.publish(plan(crm))
    with crm.act() as act:
        key = next(key for key in act.app.workflows if key != "mark")
        item, runs = buttons.press(act, "customer", key, [one])
        token = unpressing.offer(act, item, runs)
        assert undo.find(act.conn, act.by, token).params == {"runs": runs}
