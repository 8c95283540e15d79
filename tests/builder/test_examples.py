"""Examples of a group: kept in the draft, asked on every look, and in the way of publishing until they are met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from builder import drafts
from builder.edits import grouping as edits
from builder.publish import apply as publishing
from runtime.accounts.actor import Actor
from runtime.definitions.grouping import Grouping
from runtime.errors import Invalid
from runtime.groups import examples, pins
from runtime.storage.db import Database
from tests.builder.wholesale import Designer, designer, installed
from tests.crm import LEVEL, Crm, grouping, made, one
from tests.web import visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    return made(database, boss)


def tried(crm: Crm, body: Mapping[str, Any]) -> examples.Tried:
    with crm.database.read() as conn:
        return examples.tried(conn, crm.app(conn), Grouping(body), crm.as_of)


def test_an_example_is_one_of_one_side_only() -> None:
    body = edits.put_examples(LEVEL, "high", "in", [3, 4, 3])
    body = edits.put_examples(body, "high", "out", [4])
    assert body["groups"][0]["examples"] == {"in": [3], "out": [4]}
    assert "examples" not in edits.put_examples(body, "high", "none", [3, 4])["groups"][0]
    assert edits.without_examples(body) == LEVEL


def test_examples_are_judged_by_order_pins_and_deletion(crm: Crm) -> None:
    big, small, gone = (crm.add("customer", name=name, size=size) for name, size in (("big", 90), ("small", 1), ("gone", 1)))
    crm.drop("customer", gone)
    body = edits.put_examples(edits.put_examples(LEVEL, "mid", "in", [big, small, gone]), "low", "out", [big, small])
    found = tried(crm, body)
    assert {(item.group, item.side, item.record) for item in found.broken} == {("mid", "in", small), ("low", "out", small)}
    assert found.gone == {gone} and found.places[small] == {"low"}
    with crm.act() as act:
        pins.put(act, "customer", [small], "level/mid", "in", "because")
    assert tried(crm, body).broken == ()


def test_publishing_is_refused_until_the_rule_or_the_example_is_mended(crm: Crm) -> None:
    big = crm.add("customer", name="Big Co", size=90)
    wrong = edits.set_rule(edits.put_examples(LEVEL, "mid", "in", [big]), "mid", one({"field": "size", "operator": ">", "value": 500}))
    with crm.database.read() as conn:
        app_id = crm.app(conn).id
    with pytest.raises(Invalid) as refused, crm.database.write() as conn:
        publishing.publish_body(conn, app_id, "grouping", wrong, crm.boss.id)
    (problem,) = refused.value.problems
    assert problem.code == "example_in_broken" and problem.params["name"] == "Big Co" and problem.path == "groups[1].examples"
    with crm.database.write() as conn:
        assert crm.app(conn).groupings["level"].version == 1
        publishing.publish_body(conn, app_id, "grouping", edits.put_examples(wrong, "mid", "none", [big]), crm.boss.id)
        publishing.publish_body(conn, app_id, "grouping", edits.put_examples(LEVEL, "mid", "in", [big]), crm.boss.id)


@pytest.mark.parametrize(("given", "code"), [({"in": ["abc"]}, "example_not_a_record"), ({"in": [True]}, "example_not_a_record"), ({"out": [-1]}, "example_not_a_record"),
                                             ({"in": [5], "out": [5]}, "example_both"), ({"in": list(range(1, 52))}, "example_too_many")])
def test_odd_examples_are_refused_with_a_sentence(crm: Crm, given: dict[str, object], code: str) -> None:
    body = grouping("level", [{**LEVEL["groups"][0], "examples": given}, *LEVEL["groups"][1:]], fallback="low")
    with crm.database.write() as conn, pytest.raises(Invalid) as refused:
        publishing.publish_body(conn, crm.app(conn).id, "grouping", body, crm.boss.id)
    assert code in {problem.code for problem in refused.value.problems}


def test_an_example_is_kept_seen_and_in_the_way(designer: Designer) -> None:
    """From the why panel into the draft; the panel, the list and the dialog say that the new rule breaks it."""
    mine = designer.refs["customer"]
    html = designer.get("/high/members")
    record = next(number for number in mine.values() if f"record={number}\"" in html)
    designer.post("/high/example/in", record=record)
    assert designer.body()["groups"][0]["examples"] == {"in": [record]}
    assert "一直在这个组" in visible(designer.get("/high/exampled")) and "不对" not in visible(designer.get("/high/exampled"))
    designer.act("change", path="rules[0]", part="value", v="99999999", slot=0)
    seen = visible(designer.get("/high/impact?tab=rule&panel=impact"))
    assert "有 1 个例子对不上" in seen and "要一直在「高价值" in seen
    assert "不对" in visible(designer.get("/high/exampled"))
    dialog = designer.get("/-/publish?open=high")
    assert "还不能发布" in visible(dialog) and "tab=examples" in dialog
    assert "还不能发布" in visible(designer.post("/-/publish", 422, sure="1"))
    answer = designer.person.client.post(f"/api/v1/apps/{designer.app.key}/definitions/grouping/importance/publish", json={"sure": True}, headers={"X-CSRFToken": designer.person.token})
    assert answer.status_code in (401, 403, 422)
    designer.post("/high/example/none", record=record)
    designer.post("/-/publish", 204, sure="1")


def test_examples_out_of_the_dialog_and_a_deleted_customer(designer: Designer) -> None:
    one, two = list(designer.refs["customer"].values())[:2]
    assert "记下了 2 个例子" in visible_toast(designer, "/high/examples/keep", **{"in": [one], "out": [two]})
    assert designer.body()["groups"][0]["examples"] == {"in": [one], "out": [two]}
    designer.post("/high/examples/keep", 422)
    with designer.site.database.read() as conn:
        assert drafts.open_draft(conn, designer.app.id, "grouping", "importance").id


def visible_toast(designer: Designer, path: str, **data: object) -> str:
    answer = designer.person.htmx("POST", f"{designer.home}{path}", {"revision": designer.revision, "open": "high", "tab": "examples", **data})
    assert answer.status_code == 200
    return str(answer.headers["HX-Trigger"]).encode().decode("unicode_escape")
