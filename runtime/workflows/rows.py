"""The rows of a run as the engine holds them: the run itself, and the place where one branch of it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.errors import NotFound, Problem
from runtime.records.entry import plain
from runtime.storage import system_tables as tables

OPEN, DONE, FAILED, STOPPED = "open", "done", "failed", "stopped"
READY, WAITING, JOINING = "ready", "waiting", "joining"
WOKEN = "woken"  # in the data of a place that failed when it was woken: it is woken again, not begun anew
OVER = "over"  # a place that is no more, while somebody still holds it in hand


_p = tables.place
HELD = (_p.c.id.label("place_id"), _p.c.state.label("place_state"), _p.c.parent, _p.c.step, _p.c.attempts, _p.c.due, _p.c.data)
_HELD = sa.select(tables.run, *HELD).join(_p, _p.c.run_id == tables.run.c.id).where(
    _p.c.id == sa.bindparam("id"), tables.run.c.state.in_((OPEN, FAILED)))
_KEEP = sa.update(_p).where(_p.c.id == sa.bindparam("of_place")).values({name: sa.bindparam(name) for name in ("step", "state", "due", "data", "attempts")})


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow by the version it began with. `detail` is what the trigger saw (`from`, `to`, `group` …)."""

    id: int
    app_id: int
    workflow_id: int
    version: int
    form: str
    record: int | None
    state: str
    depth: int
    by: int | None
    at: str
    detail: dict[str, Any]
    why: Problem | None
    ended_at: str | None


@dataclass(slots=True)
class Place:
    """Where one branch of a run stands. `data` is the step's own memory; with `form` and `record` in it, the steps from
    here on are about that record.
    """

    id: int
    run_id: int
    parent: int | None
    step: str
    state: str
    attempts: int
    due: str | None
    data: dict[str, Any] = field(default_factory=dict)


def run_of(row: sa.Row[Any]) -> Run:
    """A run from a row of its table."""
    why = json.loads(row.why) if row.why else None
    return Run(row.id, row.app_id, row.workflow_id, row.version, row.form, row.record_id, row.state, row.depth, row.by, row.at,
               json.loads(row.detail), Problem(why["path"], why["code"], why["params"]) if why else None, row.ended_at)


def place_of(row: sa.Row[Any]) -> Place:
    """A place from a row of its table."""
    return Place(row.id, row.run_id, row.parent, row.step, row.state, row.attempts, row.due, json.loads(row.data))


def keep_places(conn: Connection, places: Sequence[Place]) -> None:
    """Store where several places stand."""
    if places:
        conn.execute(_KEEP, [_kept(place) for place in places])


def keep_place(conn: Connection, place: Place) -> None:
    """Store where a place stands."""
    conn.execute(_KEEP, _kept(place))


def _kept(place: Place) -> dict[str, Any]:
    return {"of_place": place.id, "step": place.step, "state": place.state, "due": place.due, "attempts": place.attempts,
            "data": json.dumps(place.data, ensure_ascii=False, default=plain)}


def held(conn: Connection, place_id: int) -> tuple[Run, Place] | None:
    """A place with its run as they are now; None when it is there no more or the run has ended."""
    row = conn.execute(_HELD, {"id": place_id}).first()
    if row is None:
        return None
    return run_of(row), Place(row.place_id, row.id, row.parent, row.step, row.place_state, row.attempts, row.due, json.loads(row.data))


def run_by(conn: Connection, run_id: int) -> Run:
    """A run by its number; raises NotFound."""
    row = conn.execute(sa.select(tables.run).where(tables.run.c.id == run_id)).first()
    if row is None:
        raise NotFound(Problem("", "no_such_run"))
    return run_of(row)
