"""A press of a button taken back: the runs it began end, and what they asked for is no longer asked.

Offered only where that takes back all there is: workflows whose steps wait and ask for follow-ups, as plans do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.errors import NotFound, Problem
from runtime.records import undo
from runtime.records.act import Act
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveWorkflow
from runtime.workflows import ending, log
from runtime.workflows.rows import FAILED, OPEN
from runtime.workflows.steps.stop import Stop
from runtime.workflows.steps.todo import Todo
from runtime.workflows.steps.wait import Wait

HARMLESS = frozenset({Todo.name, Wait.name, Stop.name})
ACT = "press"
p, r, t = tables.place, tables.run, tables.task


def offer(act: Act, item: LiveWorkflow, runs: Sequence[int]) -> str:
    """The token of the way back; "" where the workflow does what cannot be taken back."""
    if not runs or any(step.type not in HARMLESS for step in item.workflow.steps.values()):
        return ""
    return undo.offer(act.conn, act.by, ACT, act.app.key, {"runs": list(runs)})


def take_back(act: Act, params: Mapping[str, Any]) -> None:
    """End the runs that still go on, and let go of their open tasks; raises NotFound where one's own are not among them."""
    mine = (among(r.c.id, params["runs"]), r.c.app_id == act.app.id, r.c.by == act.by.by)
    runs = list(act.conn.execute(sa.select(r.c.id).where(*mine)).scalars())
    if not runs:
        raise NotFound(Problem("", "no_such_run"))
    act.conn.execute(sa.select(p.c.id).where(among(p.c.run_id, runs)).order_by(p.c.id).with_for_update()).all()
    on = list(act.conn.execute(sa.select(r.c.id).where(*mine, r.c.state.in_((OPEN, FAILED))).order_by(r.c.id)).scalars())
    ending.close(act.conn, [ending.row(one, "stopped", "", act.at) for one in on])
    open_ones = (among(t.c.run_id, runs), t.c.state.in_(("open", "waiting")))
    act.conn.execute(sa.update(t).where(*open_ones).values(state="gone", ended_at=act.at, ended_by=act.by.by))
    log.put(act.conn, [row for one in on for row in log.rows(one, [("", "withdrawn", {})], act.at, act.by.by)])


UNDOS = {ACT: take_back}
