"""Look for a record of a form: down one branch about the one that is found, down the other where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.parts import KEY, RULE
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.records import linked
from runtime.rules.beside import OWN
from runtime.words import Words
from runtime.workflows import named, shapes
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Into, Outcome, Split
from runtime.workflows.wording import Teller

FOUND, NONE = 0, 1
ONE = {"type": "object", "required": ["field", "take"], "additionalProperties": False, "properties": {"field": KEY, "take": KEY}}
SAME = {"type": "array", "minItems": 1, "maxItems": 10, "items": ONE}
EDGES = {"first": ("第一条", "The first"), "last": ("最后一条", "The last")}


class Find(StepType):
    name = "find"
    label = Words("找一条记录", "Find a record")
    icon = "file-search"
    words = "查询 查重 look up search"
    settings = shapes.settings({
        "form": shapes.said(KEY, "在哪张表单里找", "In which form", "form"),
        "link": shapes.said(KEY, "只在这些关联记录里找（不选就在整张表单里）", "Only among these linked records (none: in the whole form)", "link"),
        "same": shapes.said(SAME, "和这条记录一样的", "The same as in this record", "same", into="form"),
        "where": shapes.said(RULE, "符合这些条件的", "That fits", "rule", into="form"),
        "which": shapes.choice("last", "有好几条时，取", "Of several, take", EDGES),
        "by": shapes.said(KEY, "按哪个字段排（不选就按建档先后）", "In the order of (none: as they were made)", "field", into="form")})
    required = ("form",)
    branching = "fixed"
    turned = frozenset({0})
    ways = (("found", Words("找到了", "Found")), ("none", Words("没找到", "None found")))
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        node, other = step.node, whole.forms.get(step.node["form"])
        if other is None:
            yield Problem("form", "no_such_form", {"form": node["form"]})
            return
        behind = named.behind(form, whole, node["link"]) if "link" in node else other
        if behind is None or behind.key != other.key:
            yield Problem("link", "link_other_form", {"form": other.label})
        if node.get("where"):
            yield from named.beside(node["where"], whole, other.key, form, "where")
        for number, one in enumerate(node.get("same", ())):
            yield from named.beside({"combinator": "and", "rules": [_equal(one)]}, whole, other.key, form, f"same[{number}]")
        if "by" in node:
            yield from named.field(other, node["by"], "by", lambda field: not (field.type.many or field.type.computed or field.type.nested))

    def about(self, step: Step, branch: int, form: str, workflow: Workflow, whole: Whole) -> str:
        found: str = step.node.get("form", form)
        return found if branch == FOUND and found in whole.forms else form

    def say(self, node: Node, tell: Teller) -> str:
        return tell.form_name(node["form"]) if "form" in node else ""

    def run(self, here: Here) -> Outcome:
        node = here.node
        other, rule = here.act.app.form(node["form"]), _rule(node)
        hand = linked.Hand(here.live, here.record_id, here.record.values) if here.about_one else None
        found = linked.edge(here.act, other, rule, node.get("by", "$id"), node.get("which", "last") == "last", hand, node.get("link", ""))
        here.note("found" if found is not None else "found_none", form=dict(other.form.label))
        if found is None:
            return Into(NONE)
        return Split([(FOUND, {"form": other.key, "record": found, "removed": False})])

    def wake(self, here: Here) -> Outcome:
        return Go()


def _rule(node: Node) -> dict[str, Any] | None:
    """All that the record looked for must fulfil."""
    parts = [*([node["where"]] if node.get("where") else ()), *map(_equal, node.get("same", ()))]
    return {"combinator": "and", "rules": parts} if parts else None


def _equal(one: Node) -> dict[str, Any]:
    """Its field holds what a field of the record at hand holds; two blanks are not the same."""
    return {"field": one["field"], "operator": "=", "value": f"{OWN}{one['take']}", "valueSource": "field"}
