"""Begin another workflow for the record at hand; this one goes on without waiting for it."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.definitions.form import Form
from runtime.definitions.parts import KEY
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import NotFound, Problem
from runtime.records import ask
from runtime.words import Words
from runtime.workflows import shapes
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.wording import Teller


class Call(StepType):
    name = "call"
    label = Words("运行另一个流程", "Run another workflow")
    icon = "route"
    words = "子流程 sub-workflow"
    settings = shapes.settings({"workflow": shapes.said(KEY, "哪个流程", "Which workflow", "workflow")})
    required = ("workflow",)
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        found = whole.workflows.get(step.node["workflow"])
        if found is None:
            yield Problem("workflow", "no_such_workflow", {"key": step.node["workflow"]})
        elif found.form != form.key:
            yield Problem("workflow", "workflow_other_form", {"workflow": found.label, "form": form.label})

    def say(self, node: Node, tell: Teller) -> str:
        return tell.workflow(node["workflow"]) if "workflow" in node else ""

    def run(self, here: Here) -> Outcome:
        # late: the inbox knows all kinds of trigger, and through the registry this step
        from runtime.workflows import inbox

        item = here.act.app.workflows.get(here.node["workflow"])
        if item is None:
            raise NotFound(Problem(here.step.path, "no_such_workflow", {"key": here.node["workflow"]}))
        label, rule = dict(item.workflow.label), item.workflow.trigger.get("when")
        if not item.on:
            here.note("call_off", workflow=label)
        elif rule and not ask.fits(here.act, here.live, rule, here.record_id):
            here.note("call_unfit", workflow=label)
        else:
            inbox.start(here.act, item, here.form, here.record_id, by=here.run.by, depth=here.act.depth, detail={"called": here.run.id})
            here.note("called", workflow=label)
        return Go()
