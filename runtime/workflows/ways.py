"""Where a run goes from a step: to what follows, out of a branch, down one or several, or to its end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from runtime import clock
from runtime.errors import Invalid, Problem
from runtime.records.entry import plain
from runtime.storage import system_tables as tables
from runtime.workflows import ending, failing, log
from runtime.workflows.base import Here
from runtime.workflows.flows import step_of
from runtime.workflows.lengths import length
from runtime.workflows.outcome import Go, Into, Outcome, Split, Stop, Wait
from runtime.workflows.rows import DONE, JOINING, OPEN, OVER, READY, WAITING, keep_place

p, t = tables.place, tables.task
# What the places after a step inherit: which record they are about, whether it has been removed, what steps have made.
KEPT = ("form", "record", "removed", "made")
SINCE = "since"  # when a step began to wait
MORE = "after"  # what a step that goes on in parts remembers: when all branches of one part have ended, it is woken for the next


def follow(here: Here, outcome: Outcome) -> None:
    """Keep where the run stands after a step, in the step's own transaction."""
    if here.place.state == WAITING and SINCE in here.place.data and not isinstance(outcome, Wait):
        seconds = int((here.act.as_of.at - clock.moment(here.place.data[SINCE])).total_seconds())
        here.note("waited", seconds=seconds, span=length(seconds))
    told(here)
    match outcome:
        case Wait(due, data):
            _stay(here, WAITING, due, {SINCE: here.act.at, **here.place.data, **data})
        case Into(branch):
            first = here.step.branches[branch].first
            if first is None:
                _leave(here, here.step.key)
            else:
                _go(here, first)
        case Split(into):
            _split(here, into)
        case Go(None):
            _leave(here, here.step.key)
        case Go(to):
            _jump(here, str(to))
        case Stop(state):
            end(here, state)


def told(here: Here) -> None:
    """The lines of a step go into the log, at once or with those of the steps beside it."""
    made = log.rows(here.run.id, here.lines, here.act.at)
    here.lines.clear()
    if here.kept is None:
        log.put(here.act.conn, made)
    else:
        here.kept.lines.extend(made)


def _split(here: Here, into: Any) -> None:
    """A place for each branch that has steps; the step itself waits until the last has ended."""
    rows = []
    for branch, data in into:
        first = here.step.branches[branch].first
        if first is not None:
            kept = {name: here.place.data[name] for name in KEPT if name in here.place.data}
            rows.append({"app_id": here.run.app_id, "run_id": here.run.id, "parent": here.place.id, "step": first, "state": READY,
                         "data": _packed({**kept, **data, "of": here.step.key}), "attempts": 0, "due": here.act.at})
    if rows:
        here.act.conn.execute(sa.insert(p), rows)
        _stay(here, JOINING, None, here.place.data)
    else:
        _leave(here, here.step.key)


def leave_branch(here: Here) -> None:
    """Out of the branch that is about a record of its own, whatever steps were left in it."""
    _join(here)


def _leave(here: Here, key: str) -> None:
    """On to what follows a step; at the end of a branch to what follows the step it belongs to."""
    while True:
        step = step_of(here.workflow, key)
        if step.next is not None:
            _go(here, step.next)
            return
        if step.inside is None:
            break
        key = step.inside[0]
        if here.place.parent is not None and here.place.data.get("of") == key:
            _join(here)
            return
    end(here, DONE)


def _join(here: Here) -> None:
    """One branch of several has ended; the last one takes the step itself further."""
    conn, parent = here.act.conn, here.place.parent
    conn.execute(sa.delete(p).where(p.c.id == here.place.id))
    if conn.execute(sa.select(p.c.id).where(p.c.parent == parent).limit(1)).first() is not None or not _up(here):
        here.place.state = OVER
    elif MORE in here.place.data:
        _stay(here, WAITING, here.act.at, here.place.data)
    else:
        _leave(here, here.place.step)


def _up(here: Here) -> bool:
    """Stand at the step that went several ways, instead of in one of them; False when it has gone."""
    held = here.act.conn.execute(sa.select(p).where(p.c.id == here.place.parent).with_for_update()).first()
    if held is None:
        return False
    here.place.id, here.place.parent, here.place.step, here.place.data = held.id, held.parent, held.step, json.loads(held.data)
    return True


def _jump(here: Here, key: str) -> None:
    """To a step by key, wherever it is. What goes on beside the branches that the run thereby leaves is over."""
    # late: the registry knows the steps, of which some go on in parts
    from runtime.workflows.registry import STEPS

    step_of(here.workflow, key)
    outer = here.workflow.outer(key)
    around = {step.key for step in outer}
    while here.place.parent is not None and here.place.data.get("of") not in around:
        left = here.place.parent
        if not _up(here):
            break
        _end_below(here, left)
    for step, inner in pairwise([*outer, step_of(here.workflow, key)]):
        kind = STEPS.get(step.type) if step.type in STEPS else None
        turned = kind is not None and inner.inside is not None and inner.inside[1] in kind.turned
        if turned and here.place.data.get("of") != step.key:  # whose record would it be about?
            raise Invalid(Problem(here.step.path, "step_only_inside", {"step": dict(step.label) or step.key}))
    _go(here, key)


def _end_below(here: Here, parent: int) -> None:
    """The places below one, and theirs, are no more, nor is what they asked of people."""
    conn, level = here.act.conn, [parent]
    below: list[int] = []
    while level:
        level = list(conn.execute(sa.select(p.c.id).where(p.c.parent.in_(level))).scalars())
        below += level
    conn.execute(sa.delete(p).where(p.c.id.in_(below)))
    if here.kept is not None:
        here.kept.gone.extend(below)
    _nobody_asked(here, t.c.place_id.in_(below))


def _nobody_asked(here: Here, where: sa.ColumnElement[bool]) -> None:
    asked = (t.c.run_id == here.run.id, where, t.c.state.in_((OPEN, WAITING)))
    here.act.conn.execute(sa.update(t).where(*asked).values(state="gone", ended_at=here.act.at))


def _go(here: Here, key: str) -> None:
    """The place is now before another step, which is due at once."""
    step_of(here.workflow, key)
    here.place.step = key
    kept = {name: value for name, value in here.place.data.items() if name in (*KEPT, "of")}
    _stay(here, READY, here.act.at, kept)


def _stay(here: Here, state: str, due: str | None, data: Mapping[str, Any]) -> None:
    """A place that goes on at once is stored by the engine, when it rests."""
    here.place.state, here.place.due, here.place.data, here.place.attempts = state, due, dict(data), 0
    if here.kept is None or state != READY:
        keep_place(here.act.conn, here.place)


def end(here: Here, state: str) -> None:
    """The run has ended: no places, no open tasks."""
    close(here, state)
    here.lines.append(("", f"ended_{state}", {}))
    told(here)


def close(here: Here, state: str, why: str = "") -> None:
    """Put an end to a run without a line."""
    ended = ending.row(here.run.id, state, why, here.act.at)
    if here.kept is None:
        ending.close(here.act.conn, [ended])
    else:
        here.kept.closed.append(ended)
    here.place.state = OVER
    if state == DONE:
        if here.kept is None:
            failing.well(here.act, [here.run.workflow_id])
        else:
            here.kept.ended.append(here.run.workflow_id)


def _packed(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, default=plain)
