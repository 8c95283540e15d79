"""Undo and redo where several people change one draft: each takes back what is their own, and what others did stays."""

from __future__ import annotations

import json
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from builder import steps
from builder.edits.made import Body
from builder.merge import forms
from builder.steps import Step
from runtime.errors import Conflict, Problem
from runtime.storage.system_tables import draft_step, person
from runtime.words import Words

UNDO, REDO = "undo", "redo"


class Turn(NamedTuple):
    """The step that somebody could take back next; `plain` where it is the newest one and simply goes."""

    step: int
    said: Words
    plain: bool


def turns(conn: Connection, draft_id: int, top: int, near: dict[int, Step], whose: int) -> dict[str, Turn | None]:
    """What one person could undo and redo."""
    newest, after = near[top] if top - 1 in near else None, near.get(top + 1)
    found: dict[str, Turn | None] = {UNDO: None, REDO: None}
    if after is not None and _own(after, whose):
        found[REDO] = Turn(top + 1, steps.said(after), True)
    if newest is not None and _own(newest, whose) and (after is None or after.by == whose):
        return {**found, UNDO: Turn(top, steps.said(newest), True)}
    done, undone = _stacks(steps.of_person(conn, draft_id, top, whose)) if newest is not None else ([], [])
    if done:
        found[UNDO] = Turn(done[-1].step, steps.said(done[-1]), False)
    if undone and found[REDO] is None:
        found[REDO] = Turn(undone[-1].step, steps.said(undone[-1]), False)
    return found


def of(conn: Connection, draft_id: int, top: int, whose: int) -> dict[str, Turn | None]:
    """The same where the steps beside the present one have not been read yet."""
    return turns(conn, draft_id, top, steps.near(conn, draft_id, top), whose)


def _own(step: Step, whose: int) -> bool:
    return step.by == whose and steps.way(step) is None


def _stacks(mine: list[Step]) -> tuple[list[Step], list[Step]]:
    """The steps that stand and those that took one back, each in the order in which they can be turned round."""
    done: list[Step] = []
    undone: list[Step] = []
    for step in mine:
        way = steps.way(step)
        if way is None:
            undone.clear()
        from_ = {UNDO: done, REDO: undone}.get(way or "")
        if from_:
            from_.pop()
        (undone if way == UNDO else done).append(step)
    return done, undone


def turned(conn: Connection, draft_id: int, now: Body, turn: Turn, whose: int) -> Body:
    """The body with one step turned round and everything since kept; Conflict where others changed the same since."""
    after, before = steps.body_of(conn, draft_id, turn.step), steps.body_of(conn, draft_id, turn.step - 1)
    merged = forms.merge(after, before, now) if after is not None and before is not None else None
    if merged is None or merged.clashes:
        params = {"step": turn.said._asdict(), "who": _since(conn, draft_id, turn.step, whose)}
        raise Conflict(Problem("revision", "undo_changed_since", params))
    return merged.body


def _since(conn: Connection, draft_id: int, step: int, but: int) -> str:
    """The name of whoever changed the draft last after a step."""
    found = conn.execute(
        sa.select(person.c.name)
        .join(draft_step, draft_step.c.by == person.c.id)
        .where(draft_step.c.draft_id == draft_id, draft_step.c.step > step, draft_step.c.by != but)
        .order_by(draft_step.c.step.desc())
    ).scalar()
    return found or "—"


def written_out(conn: Connection, draft_id: int, top: int, by: int | None, at: str, keep: bool = False) -> int:
    """Before a new step: what others took back becomes steps of their own, so that they can still do it again.

    Gives the new top. What the same person took back is forgotten, as ever, unless it must be kept.
    """
    lost = steps.above(conn, draft_id, top)
    if not lost or (lost[0].by == by and not keep):
        steps.drop(conn, draft_id, top)
        return top
    first = steps.body_of(conn, draft_id, top)
    bodies = [first, *(json.loads(step.body) for step in lost)]
    number = int(lost[-1].step)
    for place in range(len(lost) - 1, -1, -1):
        number += 1
        body = bodies[place]
        steps.add(conn, draft_id, number, body or {}, steps.said(lost[place]), lost[place].by, at, way=UNDO)
    return number
