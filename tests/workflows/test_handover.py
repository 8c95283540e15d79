"""Handing over: every record that names somebody names somebody else, what cannot be stored stays, and it can be taken back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.errors import Conflict, Denied, Invalid
from runtime.jobs.runner import Runner
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import handover
from tests.crm import CUSTOMER, Crm, field, form, made
from tests.web import Site, visible

TEAM = form("project", "title", {
    "title": field("text", "项目", {"type": "string", "minLength": 1, "maxLength": 20}),
    "lead": field("person", "负责", {"type": "integer", "minimum": 1}),
    "team": field("people", "团队", {"type": "array", "uniqueItems": True, "minItems": 1, "maxItems": 20, "items": {"type": "integer", "minimum": 1}}),
}, ["title"])  # fmt: skip
BODIES = [("form", {**CUSTOMER, "properties": {k: v for k, v in CUSTOMER["properties"].items() if k not in ("code", "tags")},
                    "x-fenzu": {**CUSTOMER["x-fenzu"], "layout": [{"key": "main", "label": {"zh": "主"}, "columns": 1, "items": [
                        {"field": k} for k in CUSTOMER["properties"] if k not in ("code", "tags")]}]}}), ("form", TEAM)]


def staffed(database: Database, boss: Actor) -> tuple[Crm, int, int]:
    crm = made(database, boss, BODIES)
    with database.write() as conn:
        leaver, heir = (people.add(conn, boss, login, login.title(), "member", "zh", "correct horse") for login in ("leaver", "heir"))
    return crm, leaver, heir


def test_everything_goes_and_comes_back(database: Database, boss: Actor) -> None:
    crm, leaver, heir = staffed(database, boss)
    mine = crm.add_many("customer", [{"name": f"n{n}", "owner": leaver if n % 2 else boss.id} for n in range(700)])
    both = crm.add("project", title="a", lead=heir, team=[leaver, heir, boss.id])
    alone = crm.add("project", title="b", lead=leaver, team=[leaver])
    with database.read() as conn:
        told = {(item.form, item.field): item.records for item in handover.owned(conn, crm.live, boss, leaver, crm.as_of)}
    assert told == {("customer", "owner"): 350, ("project", "lead"): 1, ("project", "team"): 2}
    runner = Runner(database, handover.kinds(crm.live), rest=0)
    with database.write() as conn:
        batch = handover.ask(conn, boss, leaver, heir)
    with database.write() as conn, pytest.raises(Conflict):
        handover.ask(conn, boss, leaver, heir)
    runner.drain()
    assert _owners(crm, mine) == [heir if n % 2 else boss.id for n in range(700)]
    assert _project(crm, both) == (heir, sorted([heir, boss.id])) and _project(crm, alone) == (heir, [heir])
    crm.set("customer", mine[1], owner=boss.id)  # given on since
    with database.write() as conn:
        last = handover.last_of(conn, leaver)
        assert last is not None and last.id == batch and (last.value["done"], last.value["left"]) == (353, 0)
        handover.take_back(conn, boss, leaver, batch)
    runner.drain()
    assert _owners(crm, mine) == [boss.id if n == 1 else leaver if n % 2 else boss.id for n in range(700)]
    assert _project(crm, both) == (heir, sorted([leaver, heir, boss.id])) and _project(crm, alone) == (leaver, [leaver])
    with database.write() as conn, pytest.raises(Conflict):
        handover.take_back(conn, boss, leaver, batch)


def test_a_record_that_cannot_be_stored_stays(database: Database, boss: Actor) -> None:
    crm, leaver, heir = staffed(database, boss)
    good, bad = crm.add("project", title="a", lead=leaver), crm.add("project", title="b" * 20, lead=leaver)
    crm.publish(("form", {**TEAM, "properties": {**TEAM["properties"], "lead": {**TEAM["properties"]["lead"]}},
                          "x-fenzu": {**TEAM["x-fenzu"], "logic": [{"key": "one", "when": {"combinator": "and", "rules": [
                              {"field": "title", "operator": "beginsWith", "value": "bb"}, {"field": "lead", "operator": "=", "value": heir}]}, "then": [{"refuse": {"zh": "不行", "en": "No"}}]}]}}))
    runner = Runner(database, handover.kinds(crm.live), rest=0)
    with database.write() as conn:
        handover.ask(conn, boss, leaver, heir)
    runner.drain()
    with database.read() as conn:
        last = handover.last_of(conn, leaver)
    assert last is not None and (last.value["done"], last.value["left"]) == (1, 1)
    assert (_project(crm, good)[0], _project(crm, bad)[0]) == (heir, leaver)


def test_open_tasks_go_too(database: Database, boss: Actor) -> None:
    crm, leaver, heir = staffed(database, boss)
    with database.write() as conn:
        app = crm.app(conn)
        rows = [{"app_id": app.id, "form": "customer", "person": leaver, "kind": "todo", "state": state, "title": "{}", "at": "2026"} for state in ("open", "done")]
        conn.execute(sa.insert(tables.task), rows)
        assert handover.tasks(conn, leaver) == 1
        handover.ask(conn, boss, leaver, heir)
    Runner(database, handover.kinds(crm.live), rest=0).drain()
    with database.read() as conn:
        assert list(conn.execute(sa.select(tables.task.c.person).order_by(tables.task.c.id)).scalars()) == [heir, leaver]


def test_only_to_a_colleague_who_is_here_and_by_an_administrator(database: Database, boss: Actor) -> None:
    _crm, leaver, heir = staffed(database, boss)
    with database.write() as conn:
        people.deactivate(conn, boss, heir)
    with database.write() as conn, pytest.raises(Invalid):
        handover.ask(conn, boss, leaver, heir)
    with database.write() as conn, pytest.raises(Denied):
        handover.ask(conn, Actor(leaver, "x", "member", "zh", "Asia/Shanghai"), boss.id, heir)


def test_the_page(site: Site) -> None:
    boss = site.actor()
    crm = made(site.database, boss, BODIES)
    crm.live = site.fenzu.live
    with site.database.write() as conn:
        leaver, heir = (people.add(conn, boss, login, login.title(), "member", "zh", "correct horse") for login in ("leaver", "heir"))
    crm.add("customer", name="a", owner=leaver)
    person = site.person()
    address = f"/settings/people/{leaver}/hand-over/"
    assert "customer" in visible(person.get(address).get_data(as_text=True))
    assert person.post(address, {"to": ""}).status_code == 422
    assert person.post(address, {"to": str(heir)}).status_code in (204, 302, 303)
    site.jobs()
    page = person.get(address).get_data(as_text=True)
    assert _owners(crm, [1]) == [heir] and "/back" in page
    assert site.person("builder").get(address).status_code == 403


def _owners(crm: Crm, ids: list[int]) -> list[int]:
    with crm.database.read() as conn:
        reader = crm.reader(conn, "customer")
        return [reader.one(one).values["owner"] for one in ids]


def _project(crm: Crm, record: int) -> tuple[int, list[int]]:
    with crm.database.read() as conn:
        values = crm.reader(conn, "project").one(record).values
    return values["lead"], sorted(values["team"] or [])
