"""One run for many records that something happened to at once: an import, a bulk edit, a rule that moved thousands.

What the same person does within half a minute, in parts or in a row, gathers in one run before it takes its first step.
Such a run is about no record; the step `batch` goes through those it holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from runtime import clock
from runtime.records.act import Act
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveWorkflow
from runtime.workflows import log, shapes
from runtime.workflows.base import Event
from runtime.workflows.rows import OPEN, READY

IDS = "batch"  # in a run's detail: the numbers of its records
ONCE = shapes.said(shapes.yes("", ""), "一批只运行一次", "Once for a whole batch", "yes",
                   help=("导入、批量修改或重新分组时，半分钟内的合成一次运行；要逐条处理，加一步「对这一批的每一条」",
                         "Imports, bulk edits and regrouping within half a minute become one run; add “For each of the batch” to turn to each record"))
SETTING = {"batch": ONCE}
GATHER = timedelta(seconds=30)
MOST = 10_000  # records of one run
p, r = tables.place, tables.run


def once(trigger: Mapping[str, Any]) -> bool:
    """Whether a trigger begins one run for a whole batch."""
    return bool(trigger.get("batch"))


def held(detail: Mapping[str, Any]) -> list[int]:
    """The records that a run was begun for; none where it was not begun for a batch."""
    return list(detail.get(IDS, ()))


def due(act: Act) -> str:
    """When a run that begins now has gathered what belongs to it."""
    return clock.text(act.as_of.at + GATHER)


def parts(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """What runs for so many records are told, each of no more than one run holds."""
    for start in range(0, len(ids), MOST):
        yield {IDS: list(ids[start : start + MOST])}


def joined(act: Act, item: LiveWorkflow, event: Event, ids: Sequence[int]) -> list[int]:
    """Add records to the run that is still gathering for the same person; gives those it has no room for, or all where there is none."""
    query = sa.select(r.c.id, r.c.detail).join(p, p.c.run_id == r.c.id).where(
        r.c.workflow_id == item.id, r.c.version == item.version, r.c.state == OPEN, r.c.record_id.is_(None), r.c.by.is_not_distinct_from(event.by),
        r.c.depth == event.depth, p.c.state == READY, p.c.due > act.at, p.c.step == item.workflow.first)
    row = act.conn.execute(query.order_by(r.c.id.desc()).limit(1).with_for_update(skip_locked=True)).first()
    detail = json.loads(row.detail) if row is not None else {}
    if row is None or IDS not in detail:
        return list(ids)
    there = set(detail[IDS])
    new = [one for one in ids if one not in there]
    room = MOST - len(there)
    detail[IDS] += new[:room]
    act.conn.execute(sa.update(r).where(r.c.id == row.id).values(detail=log.packed(detail)))
    return new[room:]
