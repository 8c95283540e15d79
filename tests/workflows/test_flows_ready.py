"""Every ready-made workflow: published as it comes wherever it is offered, and doing what its line says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from builder import flows_ready
from builder.gallery import catalogue, install
from builder.publish.apply import publish_set
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.commands import create, receive
from runtime.records import entry
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import TEXT, TYPE, Crm, field, form, made, options
from tests.flows import Flows
from tests.timed import DATE, strike
from tests.web import Site

DAYS = {"born": "生日", "again": "下次联系", "until": "合同到期"}
CUSTOMER = form("customer", "name", {
    "name": field("text", "名称", TEXT), "kind": field("choice", "类型", {"oneOf": options("enterprise", "person", "agent")}),
    "owner": field("person", "负责人", {"type": "integer", "minimum": 1}),
    **{key: field("date", label, DATE) for key, label in DAYS.items()}}, ["name"])
CUSTOMER["x-fenzu"]["public"] = {"enabled": True, "fields": ["name"]}
BEGINS = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    found = made(database, boss, [("form", CUSTOMER), ("grouping", TYPE)])
    found.as_of = AsOf(BEGINS, ZoneInfo("Asia/Shanghai"))
    return found


def ready(crm: Crm, key: str) -> Flows:
    """It alone, published at the moment of the test."""
    with crm.database.read() as conn:
        body: dict[str, Any] = dict(flows_ready.made(crm.app(conn), crm.app(conn).form("customer"), key, [], 0))
    crm.publish(("workflow", body))
    with crm.database.write() as conn:
        conn.execute(sa.update(tables.definition_version).values(at=BEGINS.strftime("%Y-%m-%dT%H:%M:%SZ")))
    strike(flows := Flows(crm))
    return flows


def asked(crm: Crm) -> list[tuple[str, int]]:
    """The tasks so far and whose they are."""
    t = tables.task
    with crm.database.read() as conn:
        return [(json.loads(row.title)["zh"], row.person) for row in conn.execute(sa.select(t.c.title, t.c.person).order_by(t.c.id))]


def test_all_are_offered_where_a_form_has_what_it_takes(crm: Crm) -> None:
    with crm.database.read() as conn:
        assert {one.key for one, _ in flows_ready.fitting(crm.app(conn))} == {one.key for one in flows_ready.READY}


@pytest.mark.parametrize("key", ["again", "birthday", "ends"])
def test_days_bring_a_task(crm: Crm, key: str) -> None:
    flows, boss = ready(crm, key), crm.boss.id
    crm.add("customer", name="牧羊", owner=boss, born="1990-11-25", again="2026-11-25", until="2026-12-02")
    for _day in range(4):
        strike(flows)
        flows.work()
        assert not asked(crm)
        crm.later(days=1)
    crm.later(days=1)
    strike(flows)
    flows.work()
    assert asked(crm) == [({"again": "说好今天再联系牧羊", "birthday": "牧羊今天生日，问候一声", "ends": "牧羊：「合同到期」还有 7 天"}[key], boss)]


def test_whoever_enters_the_group_is_followed_up(crm: Crm) -> None:
    flows = ready(crm, "entered")
    for kind in ("agent", "enterprise", "person"):
        crm.add("customer", name=kind, owner=crm.boss.id, kind=kind)
    flows.work()
    assert asked(crm) == [("联系一下enterprise", crm.boss.id)]


def test_an_inquiry_is_given_to_somebody_and_to_be_called_today(crm: Crm) -> None:
    flows = ready(crm, "inquiry")
    crm.add("customer", name="由同事录入")
    with crm.act(cause=receive.CAUSE) as act:
        create.create(act, "customer", entry.read(act.app.form("customer").form, {"name": "自己来的"}, act.names))
    flows.work()
    assert asked(crm) == [("自己来的自己填了表单，今天联系", crm.boss.id)]


def test_what_is_new_waits_for_approval(crm: Crm) -> None:
    flows = ready(crm, "approval")
    crm.add("customer", name="牧羊")
    flows.work()
    assert asked(crm) == [("牧羊，同意吗", crm.boss.id)] and flows.places()[0][1:] == ("approve", "waiting")


@pytest.mark.parametrize("key", ["wholesale", "retail", "community"])
def test_each_is_publishable_in_every_app_that_comes_with_fenzu(site: Site, key: str) -> None:
    boss = site.actor()
    with site.database.write() as conn:
        app = install.define(conn, catalogue.read(key), boss)
    with site.database.read() as conn:
        live = site.fenzu.live.app(conn, app.key)
    offered = flows_ready.fitting(live)
    assert {"plan", "entered", "again"} <= {one.key for one, _ in offered}
    for one, forms in offered:
        for name in forms:
            with site.database.write() as conn:
                publish_set(conn, app.id, [("workflow", flows_ready.made(live, live.form(name), one.key, [*live.workflows, one.key], 9) | {"key": f"r_{one.key}_{name}"})], boss.by)


def test_what_a_form_has_no_day_for_is_not_made(site: Site) -> None:
    boss = site.actor()
    with site.database.write() as conn:
        app = install.define(conn, catalogue.read("wholesale"), boss)
    person = site.person()
    assert person.htmx("POST", f"/build/{app.key}/workflows/-/ready", {"ready": "birthday", "form": "order"}).status_code == 404
    told = person.htmx("GET", f"/build/{app.key}/workflows/-/ready").get_data(as_text=True)
    assert "生日问候" in told and "公开表单来了新的" not in told
