"""Workflows that most businesses want, made into an ordinary draft by one click, to be changed like any other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from builder.edits import workflow as edits
from builder.edits.made import Body
from runtime.errors import NotFound, Problem
from runtime.records import cadences
from runtime.storage.live import LiveForm
from runtime.words import Words

Node = dict[str, Any]


@dataclass(frozen=True)
class Ready:
    """One of them: what it is called and for, and its trigger and steps for a form."""

    key: str
    label: Words
    help: Words
    make: Callable[[LiveForm], tuple[Node, list[Node]]]


def whose(live: LiveForm) -> list[Node]:
    """Whoever the record belongs to, else whoever begins the workflow."""
    owner = next((key for key, field in live.form.live_fields.items() if cadences.names_one(field)), None)
    return [{"field": owner}] if owner else [{"starter": True}]


def task(key: str, said: Words, who: list[Node], days: int = 0) -> Node:
    """A step that asks for a follow-up within so many days; 0 is today."""
    return {"key": key, "type": "todo", "who": who, "title": said._asdict(), "due": {"n": days, "unit": "day"}}


def wait(key: str, days: int) -> Node:
    """A step that waits so many days."""
    return {"key": key, "type": "wait", "for": {"n": days, "unit": "day"}}


def _plan(live: LiveForm) -> tuple[Node, list[Node]]:
    who = whose(live)
    steps = [task("call", Words("打个电话", "Call"), who), wait("three_days", 3), task("offer", Words("发方案和报价", "Send an offer"), who),
             wait("four_days", 4), task("visit", Words("上门拜访", "Visit"), who)]
    return {"type": "button", "text": Words("开始跟进计划", "Start the follow-up plan")._asdict()}, steps


READY = (
    Ready("plan", Words("跟进计划", "Follow-up plan"), Words("按下按钮就开始：当天打电话，第 3 天发方案，第 7 天拜访。列表里选中的客户可以一起开始。",
                                                     "Begins at a press: call at once, send an offer on day 3, visit on day 7. It can be begun for all that are chosen in a list."), _plan),
)


def made(live: LiveForm, key: str, taken: Collection[str], position: int) -> Body:
    """The draft of one of them for a form."""
    one = next((one for one in READY if one.key == key), None)
    if one is None:
        raise NotFound(Problem("ready", "no_such_part", {"key": key[:40]}))
    trigger, steps = one.make(live)
    body: Mapping[str, Any] = edits.new(live.key, one.label._asdict(), taken, trigger=trigger["type"], position=position)
    return {**body, "trigger": trigger, "steps": steps}
