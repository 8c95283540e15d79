"""Computed fields in workflows: sentences show them, steps copy them, waits wait for them, people in them are meant."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import CUSTOMER, ORDER, TAGS, form, made
from tests.flows import Flows, flow, step
from tests.runtime.test_formula_fields import PROPS, TAXED, worked
from tests.sending import WITH_MAIL, House

NEW = {"type": "created"}
GRADE = worked("等级", 'IF({size} > 50, "B", "C")', "text")
COMPUTED = form("customer", "name", {
    **PROPS, "spent": worked("花了多少", "SUM({orders.taxed})", format="money"), "grade": GRADE,
    "renews": worked("续约", "{since} + 30", "date"), "odd": worked("没有", "{size} / 0")}, ["name"])
BODIES: list[tuple[str, Any]] = [("vocabulary", TAGS), ("form", COMPUTED), ("form", TAXED)]
SAYS = {"zh": "{name} {grade}级 花了{spent} 续约{renews}{odd}", "en": "{name} {grade} spent {spent} renews {renews}{odd}"}


def begun(database: Database, boss: Actor, *steps: dict[str, Any]) -> Flows:
    crm = made(database, boss, BODIES)
    crm.publish(flow("v", NEW, *steps))
    return Flows(crm)


def test_a_sentence_shows_what_is_worked_out(database: Database, boss: Actor) -> None:
    """As it is at that moment: after what the step before it wrote."""
    f = begun(database, boss, step("w", "wait", **{"for": {"n": 1, "unit": "hour"}}), step("s", "set_fields", set=[{"field": "size", "value": 80}]),
              step("n", "notify", who=[{"person": boss.id}], text=SAYS), step("t", "todo", who=[{"person": boss.id}], title=SAYS))
    record = f.crm.add("customer", name="甲", size=1, since="2026-01-05")
    f.crm.add("order", number="1", customer=record, amount=100)
    f.work()
    f.crm.later(hours=1)
    f.work()
    text = json.loads(f.all(tables.notice, "params")[0][0])["text"]
    assert text["zh"].startswith("甲 B级 花了") and "106" in text["zh"] and "2026" in text["zh"] and "None" not in text["zh"]
    assert "spent" in text["en"] and "106" in text["en"]
    assert json.loads(f.all(tables.task, "title")[0][0])["zh"] == text["zh"]


def test_a_step_copies_it(database: Database, boss: Actor) -> None:
    f = begun(database, boss, step("s", "set_fields", set=[{"field": "since", "take": "renews"}, {"field": "name", "take": "grade"}]))
    record = f.crm.add("customer", name="甲", size=80, since="2026-01-05")
    f.work()
    assert (f.value("customer", record, "since"), f.value("customer", record, "name")) == ("2026-02-04", "B")


def test_it_is_waited_for(database: Database, boss: Actor) -> None:
    f = begun(database, boss, step("w", "wait", until="renews"), step("e", "stop"))
    f.crm.add("customer", name="甲", since="2026-10-25")  # renews on the 24th, a day and a half from now
    f.crm.add("customer", name="乙")
    f.work()
    assert [run.state for run in f.runs()] == ["open", "done"]
    f.crm.later(days=2)
    f.work()
    assert [run.state for run in f.runs()] == ["done", "done"]


def test_many_runs_at_once_each_get_their_own(database: Database, boss: Actor) -> None:
    f = begun(database, boss, step("s", "set_fields", set=[{"field": "name", "text": {"zh": "{name}{grade}", "en": "{name}{grade}"}}]))
    ids = f.crm.add_many("customer", [{"name": f"n{size}", "size": size} for size in (10, 60, 20, 90)])
    f.work()
    assert [f.value("customer", one, "name") for one in ids] == ["n10C", "n60B", "n20C", "n90B"]


def test_orders_too(database: Database, boss: Actor) -> None:
    """A form's own formula over a linked record, in the sentence of a reason."""
    crm = made(database, boss, [*BODIES[:1], ("form", CUSTOMER), ("form", form("order", "number", {**ORDER["properties"], "taxed": worked("含税", "{amount} * 2", format="money")}))])
    crm.publish(flow("v", NEW, step("n", "notify", who=[{"person": boss.id}], text={"zh": "{number}：{taxed}", "en": "{number}: {taxed}"}), form="order"))
    f = Flows(crm)
    crm.add("order", number="7", amount=21)
    f.work()
    assert "42" in json.loads(f.all(tables.notice, "params")[0][0])["text"]["zh"]


@pytest.mark.parametrize(("key", "text"), [("size", "80"), ("grade", "B")])
def test_a_mail_has_them(house: House, key: str, text: str) -> None:
    """Beside those that are typed in."""
    house.set(host="127.0.0.1", port=9, security="none", sender="crm@hemu.cn")
    house.flows.crm.publish(("form", form("customer", "name", {**WITH_MAIL["properties"], "grade": GRADE}, ["name"])))
    house.begin(step("m", "mail", to=["mail"], subject={"zh": f"<{{{key}}}>", "en": "x"}, body={"zh": f"<{{{key}}}>", "en": "x"}), mail="li@muyang.cn", size=80)
    assert house.item.body["text"] == house.item.body["subject"] == f"<{text}>"
