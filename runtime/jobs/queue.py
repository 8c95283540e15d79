"""The job rows: asked for, claimed, kept alive, ended. Every function works in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.errors import NotFound, Problem
from runtime.jobs import owner as owners
from runtime.storage.db import last_id
from runtime.storage.system_tables import job
from runtime.words import Words

LEASE = timedelta(seconds=30)
ATTEMPTS = 4  # without a checkpoint in between; a job that gets on may stumble as often as it likes
BACK_OFF = (5, 30, 120)  # seconds before the second, third and fourth attempt
OPEN = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Row:
    """A job as stored. `state` is waiting, running, done, failed or cancelled; times are stored text.

    `progress` is `{"done", "total", "words"}`; `saved` is the last checkpoint, `value` what a finished job gave,
    `problems` why it failed.
    """

    id: int
    kind: str
    params: dict[str, Any]
    state: str
    progress: dict[str, Any]
    saved: dict[str, Any]
    value: dict[str, Any]
    problems: tuple[Problem, ...]
    app_id: int | None
    by: int | None
    at: str
    run_at: str
    attempts: int
    cancel: bool
    ended_at: str | None
    owner: str | None

    @property
    def open(self) -> bool:
        """Whether anything more will happen to it."""
        return self.state in OPEN

    @property
    def percent(self) -> int | None:
        """How far it is; None while the whole is not known."""
        total = self.progress.get("total")
        return min(100, self.progress["done"] * 100 // total) if total else None


def put(
    conn: Connection,
    kind: str,
    params: Mapping[str, Any],
    by: int | None = None,
    app_id: int | None = None,
    run_at: datetime | None = None,
    once: bool = False,
) -> int:
    """Ask for a job in the caller's transaction; with `once`, one that already waits for the same thing is enough."""
    text, at = dumps(params, sort_keys=True), clock.text(clock.now())
    if once:
        same = sa.select(job.c.id).where(job.c.kind == kind, job.c.params == text, job.c.state == "waiting")
        same = same.where(job.c.app_id.is_not_distinct_from(app_id)).limit(1)
        # held until our transaction ends: the job that starts afterwards sees what we did
        found = conn.execute(same.with_for_update(read=True)).scalar()
        if found is not None:
            return int(found)
    values = {
        "kind": kind, "params": text, "state": "waiting", "progress": "{}", "result": "{}", "app_id": app_id, "by": by,
        "at": at, "run_at": clock.text(run_at) if run_at else at, "attempts": 0, "cancel": False,
    }
    return last_id(conn.execute(sa.insert(job).values(**values)))


def put_by(conn: Connection, kind: str, moment: datetime) -> None:
    """See that a job of a kind begins by a moment; one that waits for an earlier time is enough."""
    same = sa.select(job.c.id).where(job.c.kind == kind, job.c.state == "waiting", job.c.run_at <= clock.text(moment)).limit(1)
    if conn.execute(same).first() is None:
        put(conn, kind, {}, run_at=moment)


def is_due(conn: Connection, kinds: Collection[str], at: datetime) -> bool:
    """Whether a claim would find something; a look that takes no lock."""
    return conn.execute(sa.select(_due(kinds, at).exists())).scalar() is True


def others_wait(conn: Connection, row: Row, at: datetime) -> bool:
    """Whether any other job could begin now."""
    due = (job.c.state == "waiting", job.c.run_at <= clock.text(at), job.c.id != row.id)
    return conn.execute(sa.select(sa.select(job.c.id).where(*due).exists())).scalar() is True


def _due(kinds: Collection[str], at: datetime) -> sa.Select[int]:
    waits = (job.c.state == "waiting", job.c.run_at <= clock.text(at), job.c.kind.in_(sorted(kinds)))
    return sa.select(job.c.id).where(*waits)


def due(conn: Connection, kinds: Collection[str], at: datetime, most: int = 100) -> list[tuple[int, str, str]]:
    """The number, kind and time of the jobs that have waited longest."""
    found = _due(kinds, at).add_columns(job.c.kind, job.c.run_at).order_by(job.c.run_at, job.c.id).limit(most)
    return [(row.id, row.kind, row.run_at) for row in conn.execute(found)]


def claim(conn: Connection, kinds: Collection[str], at: datetime, first: int | None = None) -> Row | None:
    """Take the job of this number if it is due, else the one that has waited longest; two claimers never get the same one."""
    found = None if first is None else _take(conn, _due(kinds, at).where(job.c.id == first), at)
    return found or _take(conn, _due(kinds, at).order_by(job.c.run_at, job.c.id).limit(1), at)


def _take(conn: Connection, wanted: sa.Select[int], at: datetime) -> Row | None:
    taken = (
        sa.update(job)
        .where(job.c.id == wanted.with_for_update(skip_locked=True).scalar_subquery(), job.c.state == "waiting")
        .values(state="running", owner=owners.new_owner(), lease=clock.text(at + LEASE), attempts=job.c.attempts + 1)
        .returning(job)
    )
    row = conn.execute(taken).first()
    return None if row is None else from_row(row)


def update_held(conn: Connection, row: Row, **values: Any) -> bool | None:
    """Change a running job if this claim still holds it: gives its cancel flag, or None when it was lost."""
    held = (job.c.id == row.id, job.c.owner == row.owner, job.c.state == "running")
    flag: bool | None = conn.execute(sa.update(job).where(*held).values(**values).returning(job.c.cancel)).scalar()
    return flag


def finish(conn: Connection, row: Row, value: Mapping[str, Any] | None, state: str = "done") -> bool | None:
    """End a job well (`done`) or by the wish of a person (`cancelled`); None when the claim was lost."""
    return end(conn, row, state, {"value": dict(value or {})})


def fail(conn: Connection, row: Row, problems: Sequence[Problem], again: bool, at: datetime) -> bool | None:
    """Try again later, from the last checkpoint, or give up and keep the reasons."""
    if not again or row.attempts >= ATTEMPTS:
        return end(conn, row, "failed", {"problems": [_packed(problem) for problem in problems], "saved": row.saved})
    wait = BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
    return release(conn, row, run_at=at + timedelta(seconds=wait))


def release(conn: Connection, row: Row, run_at: datetime, **values: Any) -> bool | None:
    """Give a claimed job back to the queue."""
    return update_held(conn, row, state="waiting", owner=None, lease=None, run_at=clock.text(run_at), **values)


def end(conn: Connection, row: Row, state: str, result: Mapping[str, Any]) -> bool | None:
    """The last word about a job."""
    ended = clock.text(clock.now())
    return update_held(conn, row, state=state, owner=None, lease=None, ended_at=ended, result=dumps(result))


def sweep(conn: Connection, at: datetime) -> int:
    """Give back what expired leases or dead processes of this machine hold; how many jobs that were."""
    freed = 0
    columns = (job.c.id, job.c.owner, job.c.lease, job.c.attempts, job.c.result)
    for row in conn.execute(sa.select(*columns).where(job.c.state == "running").order_by(job.c.id)).all():
        if row.lease > clock.text(at) and not owners.dead(row.owner):
            continue
        values: dict[str, Any] = {"state": "waiting", "owner": None, "lease": None}
        if row.attempts >= ATTEMPTS:  # it took its process down every time
            stopped = {**json.loads(row.result), "problems": [_packed(Problem("", "job_keeps_stopping"))]}
            values |= {"state": "failed", "ended_at": clock.text(at), "result": dumps(stopped)}
        held = (job.c.id == row.id, job.c.owner == row.owner, job.c.lease == row.lease, job.c.state == "running")
        freed += conn.execute(sa.update(job).where(*held).values(**values)).rowcount
    return freed


def needs_sweep(conn: Connection, at: datetime) -> bool:
    """Whether `sweep` would find something; a look that takes no lock."""
    held = conn.execute(sa.select(job.c.owner, job.c.lease).where(job.c.state == "running"))
    return any(row.lease <= clock.text(at) or owners.dead(row.owner) for row in held)


def cancel(conn: Connection, by: Actor, job_id: int) -> Row:
    """Stop a job of one's own, or anybody's for an administrator: at once while it waits, else at its next pause."""
    found = get(conn, job_id, by)
    mine = job.c.id == job_id
    at = clock.text(clock.now())
    stopped = sa.update(job).where(mine, job.c.state == "waiting").values(state="cancelled", ended_at=at, cancel=True)
    if found.open and not conn.execute(stopped).rowcount:
        conn.execute(sa.update(job).where(mine, job.c.state == "running").values(cancel=True))
    return get(conn, job_id, by)


def get(conn: Connection, job_id: int, asker: Actor | None = None) -> Row:
    """One job; with an asker, only their own, or any for an administrator."""
    row = conn.execute(sa.select(job).where(job.c.id == job_id)).first()
    if row is None or (asker is not None and row.by != asker.by and not asker.may("administer")):
        raise NotFound(Problem("", "not_found"))
    return from_row(row)


def recent(conn: Connection, by: int | None, app_id: int | None = None, limit: int = 20) -> list[Row]:
    """A person's jobs, the newest first."""
    query = sa.select(job).where(job.c.by.is_not_distinct_from(by)).order_by(job.c.id.desc()).limit(limit)
    if app_id is not None:
        query = query.where(job.c.app_id == app_id)
    return [from_row(row) for row in conn.execute(query)]


def open_jobs(conn: Connection, kind: str, app_id: int | None = None) -> list[Row]:
    """Jobs of a kind that wait or run."""
    query = sa.select(job).where(job.c.kind == kind, job.c.state.in_(OPEN)).order_by(job.c.id)
    if app_id is not None:
        query = query.where(job.c.app_id == app_id)
    return [from_row(row) for row in conn.execute(query)]


def ended(conn: Connection, kind: str, app_id: int, most: int = 20) -> list[Row]:
    """The last jobs of a kind that were done in an app, newest first."""
    own = (job.c.kind == kind, job.c.app_id == app_id, job.c.state == "done")
    return [from_row(row) for row in conn.execute(sa.select(job).where(*own).order_by(job.c.id.desc()).limit(most))]


def dumps(value: Any, sort_keys: bool = False) -> str:
    """JSON as it is stored."""
    return json.dumps(value, ensure_ascii=False, sort_keys=sort_keys, default=str)


def _packed(problem: Problem) -> dict[str, Any]:
    """A problem as JSON; words among its params keep both languages."""
    params = {k: {"$words": list(v)} if isinstance(v, Words) else v for k, v in problem.params.items()}
    return {"path": problem.path, "code": problem.code, "params": params}


def _unpacked(stored: Mapping[str, Any]) -> Problem:
    given = stored["params"].items()
    params = {k: Words(*v["$words"]) if isinstance(v, dict) and "$words" in v else v for k, v in given}
    return Problem(stored["path"], stored["code"], params)


def from_row(row: sa.Row[*tuple[Any, ...]]) -> Row:
    """A Row from a row of the table."""
    progress, result = json.loads(row.progress), json.loads(row.result)
    return Row(
        id=row.id, kind=row.kind, params=json.loads(row.params), state=row.state,
        progress={"done": 0, "total": None, "words": {}, **progress},
        saved=result.get("saved", {}), value=result.get("value", {}),
        problems=tuple(_unpacked(problem) for problem in result.get("problems", ())),
        app_id=row.app_id, by=row.by, at=row.at, run_at=row.run_at, attempts=row.attempts, cancel=row.cancel,
        ended_at=row.ended_at, owner=row.owner,
    )
