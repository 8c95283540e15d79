"""What every page of the workflow designer stands in: the app, the draft, what it says, and what is chosen of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, request, url_for

from builder import drafts, revisions
from builder.drafts import Draft
from builder.edits import flow_tree
from builder.edits.flow_tree import TRIGGER
from builder.edits.made import Edit
from builder.publish.check import Part, problems
from builder.publish.plan import plan
from builder.revisions import Beside
from builder.web import start
from builder.web.groupings_room import seen_by
from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import NotFound, Problem
from runtime.messages import say
from runtime.storage.live import LiveApp, LiveWorkflow
from runtime.web import here
from runtime.words import LANGUAGES, Words, read
from runtime.workflows.base import StepType, TriggerType
from runtime.workflows.check import form_at
from runtime.workflows.registry import STEPS, TRIGGERS

bp = Blueprint("build_workflows", __name__, url_prefix="/build/<app>/workflows")
bp.before_request(start.guard)
KIND = "workflow"
NAMED = Words("{card}：{said}", "{card}: {said}")


@dataclass
class Room:
    """One workflow being designed. `at` is the address of what is open in the drawer (builder/edits/workflow.py)."""

    found: LiveApp
    draft: Draft
    flow: Workflow
    at: str
    lang: str

    @property
    def key(self) -> str:
        return self.draft.key

    @property
    def item(self) -> LiveWorkflow | None:
        """The published workflow, if there is one."""
        return self.found.workflows.get(self.key)

    @property
    def step_key(self) -> str:
        """The step that is chosen, or whose branch is; "" for the trigger."""
        return "" if self.at == TRIGGER else self.at.partition(".")[0]

    @property
    def branch(self) -> str:
        return self.at.partition(".")[2]

    @property
    def step(self) -> Step | None:
        return self.flow.steps.get(self.step_key)

    @property
    def node(self) -> Mapping[str, Any]:
        """What is chosen, as the document has it."""
        return flow_tree.node_at(self.draft.body, self.at)

    @property
    def kind(self) -> StepType | TriggerType | None:
        """The kind of what is chosen; None for one that this server does not know."""
        if self.at == TRIGGER:
            return trigger_of(self.flow)
        return kind_of(self.step)

    @cached_property
    def whole(self) -> Whole:
        return self.found.whole.with_body(KIND, self.draft.body)

    @property
    def form(self) -> Form:
        """The form whose records what is chosen is about."""
        step = self.step
        return form_at(self.flow, step, self.whole) if step else self.found.form(self.flow.form).form

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything that stands in the way of publishing."""
        return problems([Part(KIND, self.key, self.draft.body)], self.found.whole)

    @property
    def changes(self) -> int:
        """How many changes publishing would make."""
        return len(plan(KIND, self.item.workflow.body if self.item else None, self.draft.body))

    def address_of(self, path: str) -> str:
        """What on the canvas a problem's path belongs to."""
        if path.startswith("trigger") or not path.startswith("steps["):
            return TRIGGER
        found = TRIGGER, 0
        for step in self.flow.listed:
            spots = [(step.path, step.key), *((way.path, f"{step.key}.{way.key}") for way in step.branches)]
            found = max([found, *((at, len(where)) for where, at in spots if path == where or path.startswith((f"{where}.", f"{where}[")))],
                        key=lambda one: one[1])
        return found[0]

    def named(self, at: str) -> str:
        """What a card is called: its own name, or what its kind does."""
        if at == TRIGGER:
            kind = trigger_of(self.flow)
            return kind.label.say(self.lang) if kind else ""
        key, _, branch = at.partition(".")
        step = self.flow.steps[key]
        if branch:
            return next((read(way.label, self.lang) for way in step.branches if way.key == branch), "") or self.named(key)
        own = kind_of(step)
        return read(step.label, self.lang) or (own.label.say(self.lang) if own else step.type)

    def told(self, problem: Problem) -> str:
        """A problem with the name of the card it is about."""
        return NAMED.say(self.lang, card=self.named(self.address_of(problem.path)), said=say(problem, self.lang))

    @cached_property
    def beside(self) -> list[Beside]:
        """Who else changed this draft a moment ago."""
        return revisions.beside(here.conn(), self.draft.name, here.actor().id)

    @property
    def title(self) -> str:
        return read(self.flow.label, self.lang)

    @property
    def origin(self) -> dict[str, str]:
        """Where a rule that is saved here came from."""
        return {lang: read(self.flow.label, lang) for lang in LANGUAGES}

    def url(self, endpoint: str, **values: Any) -> str:
        return url_for(f"build_workflows.{endpoint}", app=self.found.key, key=self.key, **values)


def kind_of(step: Step | None) -> StepType | None:
    """What a step's kind is; None for one that this server does not know."""
    return STEPS.get(step.type) if step is not None and step.type in STEPS else None


def trigger_of(flow: Workflow) -> TriggerType | None:
    """What kind of trigger a workflow has; None for one that this server does not know."""
    name = flow.trigger["type"]
    return TRIGGERS.get(name) if name in TRIGGERS else None


def open_room(app: str, key: str, at: str | None = None) -> Room:
    """The room of a request; what is not there (any more) gives the trigger."""
    found = here.app(app)
    return room_of(found, drafts.open_draft(here.conn(), found.id, KIND, key), at or request.values.get("at", TRIGGER))


def room_of(found: LiveApp, draft: Draft, at: str) -> Room:
    """The room over a draft."""
    room = Room(found, draft, Workflow(draft.body), at, here.actor().lang)
    try:
        flow_tree.node_at(draft.body, at)
    except NotFound:
        room.at = TRIGGER
    found.form(room.flow.form)
    return room


def edit(app: str, key: str, change: Edit, what: Words, at: str, same: str | None = None) -> Room:
    """Do one gesture on the draft and come back to the room with what it made."""
    found, by = here.app(app), here.actor().by
    with here.write() as conn:
        seen = seen_by(conn, drafts.open_draft(conn, found.id, KIND, key), by)
        draft = drafts.apply(conn, found.id, KIND, key, seen, change, what, by, same)
    return room_of(found, draft, draft.made or at)
