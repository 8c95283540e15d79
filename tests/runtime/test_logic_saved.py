"""A form's logic when records are saved: nothing that logic closes is written, whoever sends it and by whichever door."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.commands import bulk
from runtime.errors import Invalid
from runtime.messages import say
from runtime.records import load, logic
from runtime.records.entry import read
from runtime.records.settled import settled
from runtime.storage.db import Database
from tests import crm
from tests.crm import NUMBER, TEXT, Crm, field, one, options

ENTERPRISE = one({"field": "kind", "operator": "in", "value": ["enterprise"]})
AGENT = one({"field": "kind", "operator": "in", "value": ["agent"]})
LOGIC = [
    {"key": "company", "when": ENTERPRISE, "then": [{"show": "firm"}]},
    {"key": "agents", "when": AGENT, "then": [
        {"set": {"field": "level", "value": "b"}}, {"require": "since"}, {"readonly": "note"},
        {"offer": {"field": "site", "options": ["shop"]}}]},
    {"key": "large", "when": {"combinator": "and", "rules": [
        {"field": "size", "operator": ">", "value": 1000}, {"field": "credit", "operator": "null"}]},
     "then": [{"refuse": {"zh": "超过 1000 人要填信用代码", "en": "Over 1,000 people need a credit code"}}]},
]


def customer() -> dict[str, Any]:
    """A form of which one section is for companies only."""
    made = crm.form("customer", "name", {
        "name": field("text", "名称", TEXT),
        "kind": field("choice", "类型", {"oneOf": options("enterprise", "person", "agent")}),
        "credit": field("text", "信用代码", TEXT),
        "size": field("number", "人数", NUMBER, hidden="clear"),
        "level": field("choice", "等级", {"oneOf": options("a", "b")}),
        "site": field("choice", "场所", {"oneOf": options("shop", "home")}),
        "since": field("date", "日期", {"type": "string", "format": "date"}),
        "note": field("text", "备注", TEXT, default="-"),
    }, ["name", "credit"])
    layout = made["x-fenzu"]["layout"]
    layout[0]["items"] = [item for item in layout[0]["items"] if item["field"] not in ("credit", "size")]
    layout.append({"key": "firm", "label": crm.words("企业"), "columns": 1, "items": [{"field": "credit"}, {"field": "size"}]})
    made["x-fenzu"]["logic"] = LOGIC
    return made


@pytest.fixture
def system(database: Database, boss: Actor) -> Crm:
    return crm.made(database, boss, [("form", customer())])


def stored(system: Crm, record: int) -> dict[str, Any]:
    with system.database.read() as conn:
        return load.records(conn, system.app(conn).form("customer"), [record])[record].values


def refused(system: Crm, record: int | None = None, **values: Any) -> dict[str, str]:
    """What stands against storing some values, by field."""
    with pytest.raises(Invalid) as caught:
        system.add("customer", **values) if record is None else system.set("customer", record, **values)
    return {problem.path: say(problem, "zh") for problem in caught.value.problems}


def test_what_is_hidden_is_neither_asked_for_nor_taken(system: Crm) -> None:
    person = stored(system, system.add("customer", name="王芳", kind="person", credit="X", size="nonsense"))
    assert (person["credit"], person["size"]) == (None, None)
    assert refused(system, name="沐阳", kind="enterprise") == {"credit": "请填写信用代码。"}


def test_hidden_values_stay_or_go_by_their_field(system: Crm) -> None:
    record = system.add("customer", name="沐阳", kind="enterprise", credit="913205", size=20)
    system.set("customer", record, kind="person", credit="sent all the same")
    assert (stored(system, record)["credit"], stored(system, record)["size"]) == ("913205", None)
    system.set("customer", record, kind="enterprise")
    assert stored(system, record)["credit"] == "913205"


def test_set_locked_limited_and_required(system: Crm) -> None:
    said = refused(system, name="代理", kind="agent", site="home", level="a")
    assert said == {"since": "请填写日期。", "site": "这种情况下，场所不能选「home」。"}
    record = system.add("customer", name="代理", kind="agent", site="shop", level="a", since="2026-01-02", note="mine")
    assert (stored(system, record)["level"], stored(system, record)["note"]) == ("b", "-")
    system.set("customer", record, note="changed", name="代理二")
    assert (stored(system, record)["note"], stored(system, record)["name"]) == ("-", "代理二")


def test_a_refusal_is_said_at_the_form_and_only_to_whoever_touches_it(system: Crm) -> None:
    record = system.add("customer", name="沐阳", kind="enterprise", credit="913205", size=2000)
    assert refused(system, record, credit="", size=3000)[""] == "不能提交：超过 1000 人要填信用代码"
    system.set("customer", record, name="沐阳餐饮")


def test_an_old_debt_is_no_part_of_another_change(system: Crm) -> None:
    record = system.add("customer", name="王芳", kind="person")
    assert refused(system, record, kind="enterprise") == {"credit": "请填写信用代码。"}
    system.publish(("form", {**customer(), "x-fenzu": {**customer()["x-fenzu"], "logic": LOGIC[:1]}, "required": ["name", "site"]}))
    system.set("customer", record, note="later")


def test_many_at_once_are_asked_each_for_itself(system: Crm) -> None:
    ids = [system.add("customer", name=f"n{n}", kind=kind, **({"credit": "1", "size": n} if kind == "enterprise" else {}))
           for n, kind in enumerate(["enterprise", "person"])]
    with system.act() as act:
        bulk.set_fields(act, "customer", ids, {"size": 7})
    assert [stored(system, record)["size"] for record in ids] == [7, None]


def test_a_form_without_logic_asks_nothing(system: Crm, database: Database) -> None:
    plain = customer()
    del plain["x-fenzu"]["logic"]
    system.publish(("form", plain))
    with system.act() as act:
        form = act.app.form("customer").form
        entry = read(form, {"name": "n", "credit": "1"}, act.names)
        assert settled(entry, act.conn, act.names, act.as_of) is entry
        assert form not in logic._KNOWN
