"""What is wrong with steps that work on records is said before publishing, each at its place, or by the run that stands still."""

from __future__ import annotations

from typing import Any

import pytest

from builder.publish import check
from runtime.accounts.actor import Actor
from runtime.messages import say
from runtime.storage.db import Database
from tests.crm import BODIES, CUSTOMER, Crm, made, one, words
from tests.flows import flow, step, way
from tests.workflows.shop import NEW, PAID, begun, why


def said(database: Database, boss: Actor, *steps: dict, bodies: Any = BODIES, trigger: Any = NEW, form: str = "customer") -> list[tuple[str, str]]:
    crm: Crm = made(database, boss, bodies)
    kind, body = flow("w", trigger, *steps, form=form)
    with database.read() as conn:
        found = check.problems([check.Part(kind, "w", body)], crm.app(conn).whole)
    assert all(say(problem, lang) for problem in found for lang in ("zh", "en"))
    return [(problem.path, problem.code) for problem in found if problem.severity == "error"]


OWNER = CUSTOMER["properties"]["owner"]
RETIRED = {**CUSTOMER, "properties": {**CUSTOMER["properties"], "owner": {**OWNER, "x-fenzu": {**OWNER["x-fenzu"], "retired": True}}}}
EACH = [way("each", step("x", "stop"))]


@pytest.mark.parametrize(("node", "wrong"), [
    (step("a", "create", form="gone", set=[PAID]), [("steps[0].form", "no_such_form")]),
    (step("a", "create", form="order", set=[PAID]), [("steps[0].set", "create_lacks")]),
    (step("a", "create", form="order", link="amount", set=[{"field": "number", "value": "1"}]), [("steps[0].link", "field_no_link_here")]),
    (step("a", "each", link="gone", branches=EACH), [("steps[0].link", "no_such_inverse")]),
    (step("a", "each", link="orders", where=one({"field": "nope", "operator": "=", "value": 1}), branches=EACH), [("steps[0].where.rules[0].field", "no_such_field")]),
    (step("a", "each", link="orders", branches=[way("each", step("b", "set_fields", set=[{"field": "name", "value": "x"}]))]),
     [("steps[0].branches[0].steps[0].set[0].field", "no_such_field")]),
    (step("a", "about", field="name", branches=EACH), [("steps[0].field", "field_no_link")]),
    (step("a", "about", made="later", branches=EACH), [("steps[0].made", "made_not_before")]),
    (step("a", "about", branches=EACH), [("steps[0].field", "about_one_way")]),
    (step("a", "find", form="order", branches=[way("found")]), [("steps[0].branches", "step_other_branches")]),
    (step("a", "find", form="order", by="nope", branches=[way("found"), way("none")]), [("steps[0].by", "no_such_field")]),
    (step("a", "find", form="order", same=[{"field": "number", "take": "size"}], branches=[way("found"), way("none")]), [("steps[0].same[0].rules[0]", "rule_other_kind")]),
    (step("a", "find", form="customer", link="orders", branches=[way("found"), way("none")]), [("steps[0].link", "link_other_form")]),
    (step("a", "update_related", link="orders", set=[{"field": "name", "value": 1}]), [("steps[0].set[0].field", "no_such_field")]),
    (step("a", "pin", group="level/none", reason=words("x")), [("steps[0].group", "no_such_group")]),
    (step("a", "assign", field="name", way="fixed", who=[{"person": 1}]), [("steps[0].field", "field_no_person")]),
    (step("a", "assign", field="owner", way="turn"), [("steps[0].who", "assign_whom")]),
    (step("a", "assign", field="owner", way="case", by="kind", cases=[{"value": "nope", "who": [{"person": 1}]}]), [("steps[0].cases[0].value.rules[0]", "no_such_option")]),
    (step("a", "call", workflow="nope"), [("steps[0].workflow", "no_such_workflow")]),
])  # fmt: skip
def test_each_mistake_has_its_place_and_its_sentence(sqlite_database: Database, sqlite_boss: Actor, node: dict, wrong: list[tuple[str, str]]) -> None:
    assert said(sqlite_database, sqlite_boss, node) == wrong


def test_a_retired_field_is_refused_by_name_and_holds_a_run_that_began_before(database: Database, boss: Actor) -> None:
    assign = step("a", "assign", field="owner", way="fixed", who=[{"person": boss.id}])
    f = begun(database, boss, flow("v", NEW, step("w", "wait", **{"for": {"n": 1, "unit": "hour"}}), assign))
    f.crm.add("customer", name="甲")
    f.work()
    f.crm.publish(flow("v", NEW, step("n", "stop")))  # as long as a workflow fills the field in it cannot be retired
    f.crm.publish(("form", RETIRED))
    f.crm.later(hours=2)
    f.work()
    assert why(f) == "负责人已经停用，不能再填。"


@pytest.mark.parametrize("node", [
    step("a", "assign", field="owner", way="fixed", who=[{"person": 1}]),
    step("a", "set_fields", set=[{"field": "owner", "fact": "me"}]),
    step("a", "create", form="customer", set=[{"field": "name", "value": "x"}, {"field": "owner", "fact": "me"}]),
])  # fmt: skip
def test_a_retired_field_is_refused_before_publishing(sqlite_database: Database, sqlite_boss: Actor, node: dict) -> None:
    bodies = [(kind, RETIRED if body is CUSTOMER else body) for kind, body in BODIES]
    assert [code for _, code in said(sqlite_database, sqlite_boss, node, bodies=bodies)] == ["field_retired"]


def test_an_app_without_groupings(sqlite_database: Database, sqlite_boss: Actor) -> None:
    plain = BODIES[:3]
    assert said(sqlite_database, sqlite_boss, step("a", "pin", group="level/mid", reason=words("x")), bodies=plain) == [("steps[0].group", "no_such_group")]
