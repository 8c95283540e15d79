"""Turn to another record: the one a link of the record at hand points to, or one that a step before has made."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.definitions.form import Form
from runtime.definitions.parts import KEY
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.records import linked
from runtime.words import Words
from runtime.workflows import named, shapes
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome, Split
from runtime.workflows.wording import Teller

JUST_MADE = Words("前面新建的那条", "The one made before")
MADE = "create"  # the kind of step whose records can be turned to


class About(StepType):
    name = "about"
    label = Words("转到另一条记录", "Turn to another record")
    icon = "switch-horizontal"
    settings = shapes.settings({
        "field": shapes.said(KEY, "这个字段指向的", "The one in this field", "field", of="link", either="which"),
        "made": shapes.said(KEY, "前面这一步新建的", "The one this step has made", "step", of=MADE, either="which")})
    branching = "each"
    turned = frozenset({0})
    ways = (("about", Words("对那条记录", "With that record")),)
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        node = step.node
        if ("field" in node) == ("made" in node):
            yield Problem("field", "about_one_way")
        if "field" in node:
            yield from named.field(form, node["field"], "field", lambda field: field.form is not None, "field_no_link")
        if "made" in node:
            before = [one.key for one in workflow.listed[: workflow.listed.index(step)] if one.type == MADE]
            if node["made"] not in before:
                yield Problem("made", "made_not_before", {"step": node["made"]})

    def about(self, step: Step, branch: int, form: str, workflow: Workflow, whole: Whole) -> str:
        node, found = step.node, form
        if "made" in node:
            maker = workflow.steps.get(node["made"])
            found = maker.node.get("form", form) if maker is not None else form
        else:
            field = whole.forms[form].fields.get(node.get("field", "")) if form in whole.forms else None
            found = field.form if field is not None and field.form else form
        return found if found in whole.forms else form

    def say(self, node: Node, tell: Teller) -> str:
        return tell.field(node["field"]) if "field" in node else tell.word(JUST_MADE) if "made" in node else ""

    def run(self, here: Here) -> Outcome:
        form, record = self._which(here)
        if record is None or not linked.there(here.act, here.act.app.form(form), record):
            here.note("about_none")
            return Go()
        return Split([(0, {"form": form, "record": record, "removed": False})])

    def wake(self, here: Here) -> Outcome:
        return Go()

    @staticmethod
    def _which(here: Here) -> tuple[str, int | None]:
        node = here.node
        if "made" in node:
            form, record = here.place.data.get("made", {}).get(node["made"], (here.form, None))
            return form, record
        field = here.live.form.live_fields.get(node["field"])
        return (here.form, None) if field is None or field.form is None else (field.form, here.record.values.get(field.key))
