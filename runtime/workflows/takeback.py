"""An answer that may be taken back for ten seconds: the run goes on after them, and only where nobody has done anything since.

What stood before and what the answer left are remembered with the way back; it is gone as soon as they differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.errors import Conflict, Problem
from runtime.records.act import Act
from runtime.storage import system_tables as tables
from runtime.workflows import desk, log, tasks, work

UNDO = "task_answered"
PLACE, ROWS, WAS, LEFT = "place", "rows", "was", "left"
MOST = 500  # tasks of one place; more of them and there is no way back
p, r, t = tables.place, tables.run, tables.task
_OF_PLACE = ("step", "state", "due", "data")
_OF_TASK = ("state", "due", "opinion", "ended_at", "ended_by", "person")


def answer(act: Act, number: int, how: str, opinion: str = "") -> dict[str, Any]:
    """Answer a task without changing the record; gives what `take_back` needs, nothing where there is no way back."""
    place = desk.one(act.conn, number).place_id
    _held(act.conn, place)
    was = _stands(act.conn, place)
    tasks.answer(act, number, how, opinion, grace=True)
    left = _stands(act.conn, place)
    return {"id": number, PLACE: place, WAS: was, LEFT: left} if len(was[ROWS]) < MOST else {}


def take_back(act: Act, params: Mapping[str, Any]) -> None:
    """Everything as it stood before the answer; raises Conflict where the run has gone on, or somebody has acted on it."""
    place, was = params[PLACE], params[WAS]
    _held(act.conn, place)
    if _stands(act.conn, place) != params[LEFT]:
        raise Conflict(Problem("", "task_gone_on"))
    for number, held in was[ROWS].items():
        if held != params[LEFT][ROWS][number]:
            act.conn.execute(sa.update(t).where(t.c.id == int(number)).values(dict(zip(_OF_TASK, held, strict=True))))
    stood = dict(zip(_OF_PLACE, was[PLACE], strict=True))
    act.conn.execute(sa.update(p).where(p.c.id == place).values(stood))
    task = desk.one(act.conn, params["id"])
    log.write(act.conn, task.run_id or 0, [(task.step, "answer_back", {})], act.at, by=act.by.by)
    if stood["due"]:
        work.later(act.conn, stood["due"])


def _held(conn: Connection, place: int | None) -> None:
    """Hold a place with its run, as answering and the engine do."""
    conn.execute(sa.select(p.c.id).join(r, r.c.id == p.c.run_id).where(p.c.id == place).with_for_update()).first()


def _stands(conn: Connection, place: int | None) -> dict[str, Any]:
    """A place and its tasks as they are, in a shape that a token can keep; nothing where the run has left it for good."""
    row = conn.execute(sa.select(*(p.c[name] for name in _OF_PLACE)).where(p.c.id == place)).first()
    if row is None:
        return {}
    rows = conn.execute(sa.select(t.c.id, *(t.c[name] for name in _OF_TASK)).where(t.c.place_id == place).order_by(t.c.id).limit(MOST))
    return {PLACE: list(row), ROWS: {str(number): list(held) for number, *held in rows}}


UNDOS = {UNDO: take_back}
