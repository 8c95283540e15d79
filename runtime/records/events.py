"""What happened to records, written down in the act itself for the workflows that wait for it.

An event holds what happened to many records at once: a batch stays a batch. It is kept only where somebody listens.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.jobs import queue
from runtime.records import cadences, pools
from runtime.records.act import Act
from runtime.records.entry import plain
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm

WORK = "workflows"  # the job that drains events and moves runs on
SAMPLES = "template"  # the cause of sample records that come with an app: they set nothing off
CHUNK = 500  # records to an event
# By kind of trigger the kinds of event it answers to, as the workflows' own registry says; one that is not here hears all.
HEARS: dict[str, frozenset[str]] = {}
_packed = json.JSONEncoder(ensure_ascii=False, default=plain, separators=(",", ":")).encode


def note(act: Act, live: LiveForm, kind: str, records: Mapping[int, Mapping[str, Sequence[Any]]] | Iterable[int], **more: Any) -> None:
    """Write down that something of a kind happened to records, with what changed (`{id: {field: [from, to]}}`) if it did.

    `kind` is created, changed, removed, restored, moved or a name of a trigger's own.
    """
    if act.cause == SAMPLES:
        return
    cadences.noted(act, live, kind, records)
    pools.noted(act, live, kind, records)
    if not heard(act.app, live.key, kind):
        return
    items = list(records.items()) if isinstance(records, Mapping) else [(one, None) for one in records]
    rows = []
    for start in range(0, len(items), CHUNK):
        part = items[start : start + CHUNK]
        changes = {str(one): changed for one, changed in part if changed}
        detail = {"ids": [one for one, _ in part], **({"changes": changes} if changes else {}), **more}
        rows.append({"app_id": act.app.id, "form": live.key, "kind": kind, "detail": _packed(detail), "by": act.by.by,
                     "cause": act.cause, "depth": act.depth, "at": act.at})
    if rows:
        act.conn.execute(sa.insert(tables.event), rows)
        queue.put(act.conn, WORK, {}, once=True)


def flipped(conn: sa.Connection, app: LiveApp, form: str, grouping: str, at: str, by: int | None, cause: str) -> None:
    """Write down that a build took over; the diary of that moment says whom it moved."""
    if heard(app, form, "moved"):
        conn.execute(sa.insert(tables.event).values(app_id=app.id, form=form, kind="flipped", detail=_packed({"grouping": grouping, "at": at}),
                                                    by=by, cause=cause, depth=0, at=at))
        queue.put(conn, WORK, {}, once=True)


def moved(act: Act, live: LiveForm, moves: Sequence[tuple[int, str, int, int]]) -> None:
    """Write down who left and joined which groups: record, grouping, the number of the group left and joined (0: none)."""
    cadences.moved(act, live, moves)
    if not heard(act.app, live.key, "moved"):
        return
    by_record: dict[int, dict[str, Sequence[Any]]] = {}
    for record, grouping, left, joined in moves:
        names = {number: key for key, number in act.app.groupings[grouping].ids.items()}
        by_record.setdefault(record, {}).setdefault(grouping, [[], []])
        for side, number in enumerate((left, joined)):
            if number:
                by_record[record][grouping][side].append(names.get(number, ""))
    note(act, live, "moved", by_record)


def heard(app: LiveApp, form: str, kind: str) -> bool:
    """Whether any workflow waits for this kind of event of a form."""
    if form not in app.heard:
        return False
    known: dict[tuple[str, str], bool] = app.cache.setdefault("events heard", {})
    if (form, kind) not in known:
        kinds = [item.workflow.trigger["type"] for item in app.workflows.values() if item.on and item.workflow.form == form]
        known[form, kind] = any(kind in HEARS[one] if one in HEARS else True for one in kinds)
    return known[form, kind]
