"""Put tags on the record at hand and take others off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runtime.commands import bulk
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import shapes
from runtime.workflows.base import Here, Node, StepType, meet
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.wording import Teller

OFF = Words("去掉 {tags}", "Remove {tags}")
TAGS = {"type": "array", "items": KEY, "maxItems": 50, "uniqueItems": True}


class Tag(StepType):
    name = "tag"
    label = Words("打标签", "Tag")
    icon = "tag"
    words = "贴标签 去标签 标记 label mark"
    settings = shapes.settings({"field": shapes.said(KEY, "哪个标签字段", "Which field of tags", "field", of="tags"), "add": shapes.said(TAGS, "加上", "Add", "tags"),
                "remove": shapes.said(TAGS, "去掉", "Remove", "tags")})
    required = ("field",)
    abreast = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        node, field = step.node, form.live_fields.get(step.node["field"])
        if field is None or not field.type.tagged:
            yield Problem("field", "no_such_field", {"field": node["field"]})
        if not node.get("add") and not node.get("remove"):
            yield Problem("add", "step_without_tags")
        known = {key for vocabulary in whole.vocabularies.values() for key in vocabulary.tags}
        for side in ("add", "remove"):
            for number, key in enumerate(node.get(side, ())):
                if key not in known:
                    yield Problem(f"{side}[{number}]", "no_such_tag", {"text": key})

    def say(self, node: Node, tell: Teller) -> str:
        return tell.parts(tell.tags(node.get("add", ())), tell.word(OFF, tags=tell.tags(node["remove"])) if node.get("remove") else "")

    def run(self, here: Here) -> Outcome:
        return self.run_all([here])[0]

    def run_all(self, heres: Sequence[Here]) -> list[Outcome]:
        meet(heres)
        node, add, remove = heres[0].node, heres[0].node.get("add", ()), heres[0].node.get("remove", ())
        ids = bulk.tag(heres[0].act, heres[0].form, [here.record.id for here in heres], node["field"], add, remove)
        for here in heres:
            here.changed(ids)
            here.note("tagged", n=len(add) + len(remove))
        return [Go() for _ in heres]
