"""What workflows name is said where it would be taken away, and nothing that would break one is published."""

from __future__ import annotations

from builder.publish.check import Part, problems
from runtime.definitions.uses import uses_of
from runtime.definitions.whole import whole
from tests import crm
from tests.flows import flow, step, way

BIG = crm.one({"field": "size", "operator": ">", "value": 50})
FLOW = flow("sort", {"type": "entered", "groups": ["level/high"]},
            step("how", "branch", branches=[way("big", step("t", "tag", field="tags", add=["gold"]), when=BIG), way("rest")]),
            step("all", "each", link="orders", branches=[way("each", step("o", "set_fields", set=[{"field": "amount", "take": "number"}]))]),
            step("n", "notify", who=[{"field": "owner"}], text={"zh": "来了 {kind}", "en": "{kind}"}))  # fmt: skip
APP = whole([*crm.BODIES, FLOW])


def in_flow(kind: str, key: str, **what: str) -> list[str]:
    return sorted({use.path for use in uses_of(APP, kind, key, **what) if use.kind == "workflow"})


def test_what_it_reads_and_writes_is_used_by_it() -> None:
    assert in_flow("form", "customer", field="size") == ["steps[0].branches[0].when.rules[0]"]
    assert in_flow("form", "customer", field="owner") == ["steps[2]"] and in_flow("form", "customer", field="kind") == ["steps[2]"]
    assert in_flow("form", "order", field="amount") == in_flow("form", "order", field="number") == ["steps[1].branches[0].steps[0]"]
    assert in_flow("form", "customer", field="amount") == [] and in_flow("form", "customer") == ["form"]
    assert in_flow("vocabulary", "mark", tag="gold") == ["steps[0].branches[0].steps[0]"] and in_flow("vocabulary", "mark", tag="new") == []
    assert in_flow("grouping", "level", group="high") == ["trigger"] == in_flow("grouping", "level") and in_flow("grouping", "level", group="mid") == []


def test_nothing_that_breaks_it_is_published() -> None:
    without = {**crm.LEVEL, "groups": [one for one in crm.LEVEL["groups"] if one["key"] != "high"]}
    found = problems([Part("grouping", "level", without)], APP)
    assert any(one.code == "breaks_dependant" and one.params["key"] == "sort" and one.params["path"] == "trigger.groups[0]" for one in found)
    owner = crm.CUSTOMER["properties"]["owner"]
    retired = {**crm.CUSTOMER, "properties": {**crm.CUSTOMER["properties"], "owner": {**owner, "x-fenzu": {**owner["x-fenzu"], "retired": True}}}}
    assert any(one.code == "breaks_dependant" and one.params["key"] == "sort" for one in problems([Part("form", "customer", retired)], APP))
