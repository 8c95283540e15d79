"""Gestures on a workflow by name: what each does, how the undo button calls it, and what is looked at afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from builder.edits import workflow as edits
from builder.edits.flow_tree import TRIGGER
from builder.edits.made import Body, Edit, Made
from builder.web import workflows_given
from builder.web.workflows_room import Room, kind_of, room_of
from runtime.errors import NotFound, Problem
from runtime.words import LANGUAGES, Words
from runtime.workflows.base import StepType
from runtime.workflows.registry import STEPS, TRIGGERS

Given = MultiDict[str, str]


class Act(NamedTuple):
    """One gesture: its words, the edit it makes of a room and what was sent; `typing` goes on as one step.

    `quiet` leaves the drawer as it is, because somebody is typing in it; `leaves` looks at what stands beside.
    """

    said: Words
    make: Callable[[Room, Given], Edit]
    typing: bool = False
    quiet: bool = False
    leaves: bool = False


def _texts(given: Given, name: str = "label") -> dict[str, str]:
    """A text in the languages that were sent: `label_zh`, `label_en`."""
    return {lang: given[f"{name}_{lang}"] for lang in LANGUAGES if f"{name}_{lang}" in given}


def _step(name: str) -> StepType:
    if name not in STEPS:
        raise NotFound(Problem("type", "no_such_step_type", {"type": name[:40]}))
    return STEPS[name]


def _add(room: Room, given: Given) -> Edit:
    kind = _step(given.get("type", ""))

    def change(body: Body) -> Made:
        done = edits.add_step(body, kind, given.get("inside", ""), given.get("after", ""))
        return Made(_ready(room, done.body, done.key), done.key)

    return change


def _ready(room: Room, body: Body, at: str) -> Body:
    """The body with what a new step or trigger must have, as far as nobody need choose it."""
    there = room_of(room.found, replace(room.draft, body=body), at)
    known = {name: workflows_given.only(there, name) for name in (there.kind.required if there.kind else ())}
    return edits.set_settings(body, at, {name: value for name, value in known.items() if value is not None})


def _start(room: Room, given: Given) -> Edit:
    name = given.get("v", "")
    if name not in TRIGGERS:
        raise NotFound(Problem("type", "no_such_trigger", {"type": name[:40]}))
    return lambda body: _ready(room, edits.set_trigger(body, name), TRIGGER)


def _set(room: Room, given: Given) -> Edit:
    name = given.get("name", "")
    value = workflows_given.read(room, name, given)
    kind = kind_of(room.step) if not room.branch else None

    def change(body: Body) -> Body:
        done = edits.set_setting(body, room.at, name, value)
        return edits.fit_ways(done, room.step_key, kind) if kind is not None else done

    return change


def _either(room: Room, given: Given) -> Edit:
    """One of several ways: what the others held goes."""
    name, kind = given.get("v", ""), room.kind
    own = workflows_given.spec_of(room, name).get("either")
    others = {other: None for other, spec in (kind.settings.items() if kind else ()) if spec.get("either") == own}
    return lambda body: edits.set_settings(body, room.at, {**others, name: workflows_given.begin(room, name)})


def _branching(room: Room, asks: bool = False) -> StepType:
    """The kind of a step whose branches people make; raises NotFound for one that has none or always the same."""
    kind = kind_of(room.step)
    if kind is None or kind.branching not in ("ask", "all") or (asks and kind.branching != "ask"):
        raise NotFound(Problem("branches", "step_branches"))
    return kind


def _branch(room: Room, given: Given) -> Edit:
    kind = _branching(room)
    return lambda body: edits.add_branch(body, room.step_key, kind)


def _rest(room: Room, given: Given) -> Edit:
    _branching(room, asks=True)
    return lambda body: edits.set_rest(body, room.at, given.get("v") == "1")


def _move(room: Room, given: Given) -> Edit:
    to = given.get("to", "up")
    if room.branch:
        _branching(room)
    return lambda body: edits.move_branch(body, room.at, to) if room.branch else edits.move(body, room.at, to)


def _remove(room: Room, given: Given) -> Edit:
    if room.branch:
        _branching(room)
    return lambda body: edits.remove_branch(body, room.at) if room.branch else edits.remove(body, room.at)


def _place(room: Room, given: Given) -> Edit:
    return lambda body: edits.move_to(body, room.at, given.get("inside", ""), given.get("after", ""))


ACTS: Mapping[str, Act] = {
    "add": Act(Words("加一步", "Add a step"), _add),
    "start": Act(Words("换触发方式", "Change the trigger"), _start),
    "set": Act(Words("改设置", "Change a setting"), _set),
    "type": Act(Words("改设置", "Change a setting"), _set, typing=True, quiet=True),
    "either": Act(Words("改设置", "Change a setting"), _either),
    "branch": Act(Words("加一种情况", "Add a branch"), _branch),
    "rest": Act(Words("改其他情况", "Change the rest"), _rest),
    "name": Act(Words("改名", "Rename"), lambda room, given: lambda body: edits.rename(body, room.at, _texts(given)), typing=True, quiet=True),
    "move": Act(Words("移动", "Move"), _move),
    "place": Act(Words("移动", "Move"), _place),
    "copy": Act(Words("复制一步", "Duplicate a step"), lambda room, given: lambda body: edits.duplicate(body, room.at)),
    "remove": Act(Words("去掉", "Remove"), _remove, leaves=True),
    "relabel": Act(Words("流程改名", "Rename the workflow"), lambda room, given: lambda body: edits.describe(edits.relabel(body, _texts(given)), _texts(given, "help"))),
}


def left_at(room: Room, act: Act) -> str:
    """What is looked at when what was chosen is gone."""
    if not act.leaves:
        return room.at
    if room.branch:
        return room.step_key
    return edits.beside(room.draft.body, room.at) if room.step_key else TRIGGER
