"""What waits to leave the house: put by steps in their own transaction, then claimed, sent and marked one by one."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.errors import Conflict, NotFound, Problem
from runtime.jobs import queue
from runtime.storage import system_tables as tables
from runtime.workflows import log
from runtime.workflows.base import Here

SEND = "send"  # the job that sends
WAITING, SENDING, SENT, FAILED, CANCELLED = STATES = ("waiting", "sending", "sent", "failed", "cancelled")
MAIL, CALL = KINDS = ("mail", "call")
BACK_OFF = tuple(timedelta(minutes=n) for n in (1, 5, 30, 120, 720))  # after the first, second, … try that failed
LEASE = timedelta(minutes=6)  # longer than any sending may take; then its sender is taken for dead
KEPT = timedelta(days=90)
SWEPT = 1_000
o = tables.outgoing


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to send. `body` is what its kind needs, `id` in it the mark by which a receiver knows it again."""

    id: int
    app_id: int
    run_id: int | None
    step: str
    kind: str
    target: str
    body: dict[str, Any]
    state: str
    attempts: int
    why: Problem | None
    due: str | None
    at: str
    ended_at: str | None


def item_of(row: sa.Row[Any]) -> Item:
    """An item from a row of its table."""
    why = json.loads(row.why) if row.why else None
    return Item(row.id, row.app_id, row.run_id, row.step, row.kind, row.target, json.loads(row.body), row.state, row.attempts,
                Problem(why["path"], why["code"], why["params"]) if why else None, row.due, row.at, row.ended_at)


def put(here: Here, kind: str, items: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Let the step at hand send something: (whom people read it goes to, what is sent). In a test run nothing is put.

    A step that is done again after its transaction was lost finds no rows of the first time: nothing is queued twice.
    """
    if here.trial or not items:
        return
    conn, run = here.act.conn, here.run
    mine = sa.select(sa.func.count()).select_from(o).where(o.c.run_id == run.id, o.c.step == here.step.key)
    first = conn.execute(mine).scalar_one()  # a run may come back to a step
    conn.execute(sa.insert(o), [{
        "app_id": run.app_id, "run_id": run.id, "step": here.step.key, "kind": kind, "target": target[:200], "state": WAITING,
        "key": f"{run.id}.{here.place.id}.{here.step.key}.{first + number}", "body": json.dumps({**body, "id": secrets.token_hex(16)}, ensure_ascii=False),
        "attempts": 0, "why": "", "due": clock.text(clock.now()), "at": here.act.at} for number, (target, body) in enumerate(items)])
    queue.put(conn, SEND, {}, once=True)


def claim(conn: Connection, now: datetime) -> Item | None:
    """Take what has been due longest; whoever holds it is the only one to send it, until its lease ends."""
    row = None
    for state in (SENDING, WAITING):  # one after the other, each a range of the index: a long queue is never sorted
        due = sa.select(o).where(o.c.state == state, o.c.due <= clock.text(now)).order_by(o.c.due, o.c.id).limit(1)
        row = row or conn.execute(due.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    attempts = row.attempts + 1
    conn.execute(sa.update(o).where(o.c.id == row.id).values(state=SENDING, attempts=attempts, due=clock.text(now + LEASE)))
    return replace(item_of(row), attempts=attempts, state=SENDING)


def sent(conn: Connection, item: Item, **told: Any) -> None:
    """It went out."""
    if _mark(conn, item, state=SENT, why="", due=None, ended_at=clock.text(clock.now())):
        _tell(conn, item, "mail_sent" if item.kind == MAIL else "call_made", n=item.attempts, **told)


def again(conn: Connection, item: Item, problem: Problem, now: datetime, after: timedelta | None = None) -> None:
    """It did not go out this time; after the last try it stays with what was wrong."""
    if item.attempts > len(BACK_OFF):
        give_up(conn, item, problem)
        return
    wait = max(BACK_OFF[item.attempts - 1], min(after or timedelta(), BACK_OFF[-1]))
    _mark(conn, item, state=WAITING, why=log.packed_problem(problem), due=clock.text(now + wait))


def later(conn: Connection, item: Item, wait: timedelta, now: datetime) -> None:
    """Not tried at all: its host has just failed to answer. This does not count as a try."""
    _mark(conn, item, state=WAITING, attempts=item.attempts - 1, due=clock.text(now + wait))


def give_up(conn: Connection, item: Item, problem: Problem) -> None:
    """It will not go out unless somebody sees to it."""
    if _mark(conn, item, state=FAILED, why=log.packed_problem(problem), due=None, ended_at=clock.text(clock.now())):
        _tell(conn, item, "not_sent", n=item.attempts, problem=log.packed_problem(problem))


def _mark(conn: Connection, item: Item, **values: Any) -> bool:
    """Only whoever made this attempt may say what became of it."""
    mine = (o.c.id == item.id, o.c.state == SENDING, o.c.attempts == item.attempts)
    return bool(conn.execute(sa.update(o).where(*mine).values(**values)).rowcount)


def _tell(conn: Connection, item: Item, code: str, **params: Any) -> None:
    if item.run_id is not None:
        log.write(conn, item.run_id, [(item.step, code, {"to": item.target, **params})], clock.text(clock.now()))


def next_due(conn: Connection) -> str | None:
    """When the next try is due; also what a dead sender holds."""
    found = (conn.execute(sa.select(sa.func.min(o.c.due)).where(o.c.state == state)).scalar() for state in (WAITING, SENDING))
    return min((due for due in found if due is not None), default=None)


def get(conn: Connection, app_id: int, number: int) -> Item:
    """One item of an app; raises NotFound."""
    row = conn.execute(sa.select(o).where(o.c.id == number, o.c.app_id == app_id)).first()
    if row is None:
        raise NotFound(Problem("", "not_found"))
    return item_of(row)


def listed(conn: Connection, app_id: int, state: str = "", before: int | None = None, limit: int = 50) -> list[Item]:
    """What an app sends and sent, the newest first; `before` is the last one already seen."""
    query = sa.select(o).where(o.c.app_id == app_id).order_by(o.c.id.desc()).limit(limit)
    if state:
        query = query.where(o.c.state == state)
    if before is not None:
        query = query.where(o.c.id < before)
    return [item_of(row) for row in conn.execute(query)]


def workflows_of(conn: Connection, runs: Sequence[int]) -> dict[int, int]:
    """The workflow of each of these runs, by number."""
    rows = conn.execute(sa.select(tables.run.c.id, tables.run.c.workflow_id).where(tables.run.c.id.in_(list(runs))))
    return {row.id: row.workflow_id for row in rows}


def send_again(conn: Connection, app_id: int, number: int) -> None:
    """Try at once, with all tries anew; raises Conflict for what is out already or on its way."""
    _change(conn, app_id, number, (WAITING, FAILED, CANCELLED), state=WAITING, attempts=0, due=clock.text(clock.now()), ended_at=None)
    queue.put(conn, SEND, {}, once=True)


def cancel(conn: Connection, app_id: int, number: int) -> None:
    """Never send it; raises Conflict for what is out already or on its way."""
    _change(conn, app_id, number, (WAITING, FAILED), state=CANCELLED, due=None, ended_at=clock.text(clock.now()))


def _change(conn: Connection, app_id: int, number: int, states: Sequence[str], **values: Any) -> None:
    if not conn.execute(sa.update(o).where(o.c.id == number, o.c.app_id == app_id, o.c.state.in_(states)).values(**values)).rowcount:
        get(conn, app_id, number)
        raise Conflict(Problem("", "outgoing_on_its_way"))


def hurry(conn: Connection, kind: str) -> None:
    """What waits may go now: what stood in its way has been mended."""
    conn.execute(sa.update(o).where(o.c.kind == kind, o.c.state == WAITING).values(due=clock.text(clock.now())))
    queue.put(conn, SEND, {}, once=True)


def sweep(conn: Connection, now: datetime) -> int:
    """Forget some of what ended long ago, of the oldest rows there are; gives how many."""
    oldest = list(conn.execute(sa.select(o.c.id).order_by(o.c.id).limit(SWEPT)).scalars())
    ended = (o.c.id.in_(oldest), o.c.state.in_((SENT, FAILED, CANCELLED)), o.c.at < clock.text(now - KEPT))
    return conn.execute(sa.delete(o).where(*ended)).rowcount
