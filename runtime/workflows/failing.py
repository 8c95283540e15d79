"""Runs that cannot go on: held where they stand with the reason, their people told, and a workflow that keeps failing turned off."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from runtime import clock
from runtime.accounts import notices
from runtime.errors import Problem
from runtime.messages import say
from runtime.records.act import Act
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.words import LANGUAGES
from runtime.workflows import flows, log
from runtime.workflows.rows import FAILED, WAITING, WOKEN, Place, Run, keep_place

ENOUGH = 20  # runs in a row that failed; the workflow is then turned off
w = tables.workflow


def hold(act: Act, run: Run, place: Place, problem: Problem) -> None:
    """The run waits at this step for somebody who mends what is wrong and tries again; its other branches go on."""
    told = log.packed_problem(problem)
    if place.state == WAITING:
        place.data = {**place.data, WOKEN: True}
    place.state, place.due = FAILED, None
    keep_place(act.conn, place)
    act.conn.execute(sa.update(tables.run).where(tables.run.c.id == run.id).values(state=FAILED, why=told))
    log.write(act.conn, run.id, [(place.step, "failed", {"problem": told})], act.at)
    count(act, run.workflow_id, run.version, told)


def count(act: Act, workflow_id: int, version: int, told: str) -> None:
    """One more run of a workflow failed; its people hear of it, and after too many it begins no more, which they hear once."""
    row = act.conn.execute(sa.select(w.c.failures, w.c.on).where(w.c.workflow_id == workflow_id)).first()
    failures, on = (row.failures + 1, row.on) if row else (1, True)
    off = on and failures >= ENOUGH
    keep(act, workflow_id, failures=failures, **({"on": False, "why": told} if off else {}))
    found = flows.at(act.conn, workflow_id, version)
    code = "workflow_off" if off else "workflow_failed"
    last = act.conn.execute(sa.select(tables.definition_version.c.by).where(
        tables.definition_version.c.definition_id == workflow_id, tables.definition_version.c.version == version)).scalar()
    more = {"n": failures, "why": _sentence(told)} if off else {}
    notices.tell(act.conn, notices.builders(act.conn, last), code, {"workflow": dict(found.label), **more},
                 f"/build/{act.app.key}/workflows/{found.key}/runs", act.app.id)
    if off:
        versions.advance(act.conn, act.app.id)


def _sentence(told: str) -> dict[str, str]:
    """What is wrong, in each language, without the full stop: another sentence holds it."""
    return {lang: say(log.read_problem(told), lang).rstrip("。.") for lang in LANGUAGES}


def keep(act: Act, workflow_id: int, **values: object) -> None:
    """What is known of a workflow beside its definition."""
    values = {"by": act.by.by, "at": clock.text(clock.now()), **values}
    if not act.conn.execute(sa.update(w).where(w.c.workflow_id == workflow_id).values(**values)).rowcount:
        act.conn.execute(sa.insert(w).values(workflow_id=workflow_id, **values))


def well(act: Act, workflow_ids: Iterable[int]) -> None:
    """A run of each of these ended well: those that fail are counted anew."""
    act.conn.execute(sa.update(w).where(among(w.c.workflow_id, sorted(workflow_ids)), w.c.failures > 0).values(failures=0))
