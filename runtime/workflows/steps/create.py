"""Make a record, of this form or another; what was made can be turned to by later steps."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.commands import checks, create
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.records import entry
from runtime.words import Words
from runtime.workflows import given, named, shapes
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.wording import Teller


class Create(StepType):
    name = "create"
    label = Words("新建记录", "Create a record")
    icon = "file-plus"
    words = "新增 添加 add new"
    settings = shapes.settings({
        "form": shapes.said(KEY, "在哪张表单里新建", "In which form", "form"),
        "set": shapes.said(given.SET, "填哪些字段", "What to fill in", "set", into="form"),
        "link": shapes.said(KEY, "用哪个字段关联回来", "Links back by", "field", into="form", of="link")})
    required = ("form", "set")
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        node, other = step.node, whole.forms.get(step.node["form"])
        if other is None:
            yield Problem("form", "no_such_form", {"form": node["form"]})
            return
        yield from given.problems(node["set"], other, form, "set")
        if "link" in node:
            yield from named.field(other, node["link"], "link", lambda field: field.far == form.key, "field_no_link_here")
        filled = {one["field"] for one in node["set"]} | {node.get("link")}
        for field in other.live_fields.values():
            if field.required and field.key not in filled and field.default is None and field.key not in other.logic.about:
                yield Problem("set", "create_lacks", {"field": field.label})

    def say(self, node: Node, tell: Teller) -> str:
        return tell.form_name(node["form"]) if "form" in node else ""

    def run(self, here: Here) -> Outcome:
        node = here.node
        live, typed = here.act.app.form(node["form"]), given.values(here, node["set"])
        if "link" in node:
            field = live.form.fields.get(node["link"])
            typed[node["link"]] = [here.record_id] if field is not None and field.type.many else here.record_id
        made = entry.read(live.form, typed, here.act.names)
        checks.stop_on_problems([made])
        saved = create.create(here.act, live.key, made)
        here.place.data = {**here.place.data, "made": {**here.place.data.get("made", {}), here.step.key: [live.key, saved.id]}}
        here.note("created", form=dict(live.form.label), id=saved.id)
        return Go()
