"""Where a run goes from a step: to what follows, out of a branch, down one or several, or to its end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from runtime.records.entry import plain
from runtime.storage import system_tables as tables
from runtime.workflows import log
from runtime.workflows.base import Here
from runtime.workflows.flows import step_of
from runtime.workflows.outcome import Go, Into, Outcome, Split, Stop, Wait
from runtime.workflows.rows import DONE, JOINING, OPEN, READY, WAITING

p, r, t = tables.place, tables.run, tables.task
KEPT = ("form", "record")  # what the places after a step inherit: which record it is about


def follow(here: Here, outcome: Outcome) -> None:
    """Keep where the run stands after a step, in the step's own transaction."""
    log.write(here.act.conn, here.run.id, here.lines, here.act.at)
    here.lines.clear()
    match outcome:
        case Wait(due, data):
            _stay(here, WAITING, due, {**here.place.data, **data})
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
            _go(here, str(to))
        case Stop(state):
            end(here, state)


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
    held = conn.execute(sa.select(p).where(p.c.id == parent).with_for_update()).first()
    conn.execute(sa.delete(p).where(p.c.id == here.place.id))
    others = conn.execute(sa.select(p.c.id).where(p.c.parent == parent).limit(1)).first()
    if held is None or others is not None:
        return
    here.place.id, here.place.parent, here.place.data = held.id, held.parent, json.loads(held.data)
    here.place.step = held.step
    _leave(here, held.step)


def _go(here: Here, key: str) -> None:
    """The place is now before another step, which is due at once."""
    step_of(here.workflow, key)
    here.place.step = key
    kept = {name: value for name, value in here.place.data.items() if name in (*KEPT, "of")}
    _stay(here, READY, here.act.at, kept)


def _stay(here: Here, state: str, due: str | None, data: Mapping[str, Any]) -> None:
    here.place.state, here.place.due, here.place.data = state, due, dict(data)
    values = {"step": here.place.step, "state": state, "due": due, "data": _packed(data), "attempts": 0}
    here.act.conn.execute(sa.update(p).where(p.c.id == here.place.id).values(**values))


def end(here: Here, state: str) -> None:
    """The run has ended: no places, no tasks that it waits for; those it left to people stay theirs."""
    close(here, state)
    log.write(here.act.conn, here.run.id, [("", f"ended_{state}", {})], here.act.at)


def close(here: Here, state: str, why: str = "") -> None:
    """Put an end to a run without a line."""
    conn = here.act.conn
    conn.execute(sa.delete(p).where(p.c.run_id == here.run.id))
    mine = sa.update(t).where(t.c.run_id == here.run.id, t.c.place_id.is_not(None), t.c.state.in_((OPEN, WAITING)))
    conn.execute(mine.values(state="gone", ended_at=here.act.at))
    conn.execute(sa.update(r).where(r.c.id == here.run.id).values(state=state, why=why, ended_at=here.act.at))


def _packed(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, default=plain)
