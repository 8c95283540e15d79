"""The test run at the left of the canvas: a workflow as it is drawn now, tried with a real record; nothing is sent, nothing changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from builder.edits.flow_tree import TRIGGER
from builder.web.runs_seen import sentence
from builder.web.workflows_room import Room, bp, open_room
from runtime.definitions.workflow import Step
from runtime.errors import FenzuError, Invalid, Problem
from runtime.messages import say
from runtime.records import access
from runtime.web import here, page
from runtime.web.odd import whole
from runtime.words import read
from runtime.workflows import trial
from runtime.workflows.log import Line as Said
from runtime.workflows.registry import TRIGGERS
from runtime.workflows.trial import Tried
from runtime.workflows.trial_seen import ASKS, Line

PANEL = "builder/flow/trial.html"
ANSWER = "answer-"


@dataclass
class Seen:
    """One line of the path as the panel shows it."""

    at: str
    title: str
    line: Line
    says: list[str]
    choices: list[tuple[str, str]]


@bp.get("/<key>/-/trial")
def trial_panel(app: str, key: str) -> Response:
    """The panel before anybody is chosen; with `closed` it goes away."""
    room = open_room(app, key)
    return page.show(PANEL, flow=room, open="closed" not in request.args, **blank(room))


@bp.post("/<key>/-/trial")
def trial_run(app: str, key: str) -> Response:
    """Try it, and show the path."""
    room = open_room(app, key)
    try:
        tried = trial.attempt(here.fenzu().database, here.fenzu().live, app, here.actor(), room.flow, chosen(room), answers())
    except FenzuError as refused:
        return page.show(PANEL, status=422, flow=room, open=True, **blank(room) | {"problem": say(refused.problems[0], room.lang)})
    return page.show(PANEL, flow=room, open=True, **blank(room) | seen(room, tried) | {"given": sorted(answers().items())})


def answers() -> dict[str, str]:
    """What people are taken to have said, by step; a button that was pressed comes last and wins."""
    return {name.removeprefix(ANSWER): request.form.getlist(name)[-1] for name in request.form if name.startswith(ANSWER)}


def chosen(room: Room) -> int | None:
    """The record to try it with, as far as the asker may see it; raises Invalid."""
    if not needs_record(room):
        return None
    record = request.form.get("record", type=whole)
    if record is None:
        raise Invalid(Problem("record", "trial_whom"))
    live = room.found.form(room.flow.form)
    if not access.visible_ids(here.conn(), room.found, live, here.actor(), [record], here.as_of()):
        raise Invalid(Problem("record", "trial_gone"))
    return record


def needs_record(room: Room) -> bool:
    """Whether its runs are about a record; those of a schedule may be about none."""
    node = room.flow.trigger
    trigger = TRIGGERS.get(node["type"]) if node["type"] in TRIGGERS else None
    return trigger is None or not trigger.alone(node)


def blank(room: Room) -> dict[str, Any]:
    """The panel with whom was chosen and nothing run yet."""
    record, names = request.form.get("record", type=whole), here.names(room.found)
    live = room.found.form(room.flow.form)
    there = record is not None and access.visible_ids(here.conn(), room.found, live, here.actor(), [record], here.as_of())
    return {"found": room.found, "live": live, "needs": needs_record(room), "tried": None, "given": [],
            "problem": "", "record": record if there else None, "title": names.record(live.key, record) if there and record else "", "path": "[]"}


def seen(room: Room, tried: Tried) -> dict[str, Any]:
    """The path in words, what of it is drawn on the canvas, and what was not reached."""
    lines = [Seen(line.step, room.named(line.step), line, told(room, line), [(key, words.say(room.lang)) for key, words in line.choices.items()])
             for line in tried.path]
    marks: dict[str, str] = {TRIGGER: "ran"}
    for line in tried.path:
        marks[line.step] = line.outcome
        marks |= {f"{line.step}.{branch}": "ran" for branch in line.branches}
    return {"tried": tried, "lines": lines, "path": json.dumps(marks), "left": left(room, tried), "begun": [(read(one.label, room.lang), one.count) for one in tried.begun]}


def told(room: Room, line: Line) -> list[str]:
    """What a step says of itself; one that stumbled says what is wrong with how it is set."""
    if any(problem.code == "trial_stumbled" for problem in line.says):
        wrong = [say(one, room.lang) for one in room.problems if room.address_of(one.path) == line.step]
        if wrong:
            return wrong[:1]
    return [sentence(Said("", problem.code.removeprefix("run_"), problem.params, None, "")) if problem.code.startswith("run_") else say(problem, room.lang)
            for problem in line.says]


def left(room: Room, tried: Tried) -> int:
    """How many steps would have come after where it stopped; those of branches it did not take are not among them."""
    if tried.ended:
        return 0
    taken = {(line.step, branch) for line in tried.path for branch in line.branches}
    reached = tried.reached()

    def comes(step: Step) -> bool:
        if step.inside is None:
            return True
        outer = room.flow.steps[step.inside[0]]
        if outer.key in reached and (outer.key, outer.branches[step.inside[1]].key) not in taken and not _asks(tried, outer.key):
            return False
        return comes(outer)

    return sum(step.key not in reached and comes(step) for step in room.flow.listed)


def _asks(tried: Tried, key: str) -> bool:
    return any(line.step == key and line.outcome == ASKS for line in tried.path)
