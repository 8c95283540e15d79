"""Give the record at hand to a person: always the same, in turn, to whoever has fewest, or by the value of a field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runtime.commands import bulk
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY, RULE
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Invalid, Problem
from runtime.words import Words
from runtime.workflows import assigning, people, shapes, turns
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.wording import Teller

WAYS = {"fixed": ("固定的人", "Always the same"), "turn": ("轮流", "In turn"), "load": ("给手上最少的人", "Whoever has fewest"), "case": ("看字段的值", "By a field’s value")}
GIVEN = Words("{way}：{who}", "{way}: {who}")
ONE = {"type": "object", "required": ["value", "who"], "additionalProperties": False, "properties": {"value": {}, "who": {**people.WHO, "minItems": 0}}}
CASES = {"type": "array", "minItems": 1, "maxItems": 60, "items": ONE}


class Assign(StepType):
    name = "assign"
    label = Words("分配负责人", "Assign")
    icon = "user-share"
    words = "换负责人 转交 轮流 分单 owner round robin hand over"
    settings = shapes.settings({
        "field": shapes.said(KEY, "填到哪个人员字段", "Into which field", "field", of="person"),
        "way": shapes.choice("fixed", "怎么分配", "How", WAYS),
        "who": shapes.said(people.WHO, "分配给", "Whom", "who", only={"way": ["fixed", "turn", "load"]}),
        "where": shapes.said(RULE, "哪些算在手上（不填就算全部）", "Which of their records count (none: all)", "rule", only={"way": ["load"]}),
        "by": shapes.said(KEY, "看哪个字段", "By which field", "field", of=list(assigning.ASKED), only={"way": ["case"]}),
        "cases": shapes.said(CASES, "是什么值，给谁", "Which value, whom", "cases", into="by", only={"way": ["case"]}),
        "standin": shapes.said(people.WHO, "人都不在了，或都对不上时给", "When nobody of them is there", "who"),
        "keep": shapes.yes("已经有人的不换", "Leave it with whoever has it")})
    required = ("field", "way")

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        return assigning.problems(step.node, whole, form)

    def say(self, node: Node, tell: Teller) -> str:
        way = Words(*WAYS[node.get("way", "fixed")])
        who = "" if node.get("way") == "case" else tell.who(node.get("who", ()))
        return tell.word(GIVEN, way=tell.word(way), who=who) if who else tell.word(way)

    def run(self, here: Here) -> Outcome:
        node = here.node
        had = here.record.values.get(node["field"])
        if had and node.get("keep") and people.active(here, [had]):
            here.note("assigned_already", who=here.act.names.person(had))
            return Go()
        chosen = self._chosen(here, people.of(here, self._meant(here)))
        if chosen is None:
            raise Invalid(Problem(here.step.path, "assign_nobody"))
        bulk.set_fields(here.act, here.form, [here.record_id], {node["field"]: chosen})
        here.note("assigned", who=here.act.names.person(chosen))
        return Go()

    @staticmethod
    def _meant(here: Here) -> Any:
        node = here.node
        return assigning.case(here) if node["way"] == "case" else node.get("who", ())

    @staticmethod
    def _chosen(here: Here, some: list[int]) -> int | None:
        node = here.node
        if not some:
            return next(iter(people.of(here, node.get("standin", ()))), None)
        if node["way"] == "turn":
            return turns.in_turn(here, some)
        return turns.by_load(here, some, node["field"], node.get("where")) if node["way"] == "load" else some[0]
