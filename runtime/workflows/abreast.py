"""Several runs that stand before the same step: taken together, so that they share its statements.

A batch of 10,000 records becomes 10,000 runs that mostly stand before the same step; each alone would cost as much as a save by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.records import ask
from runtime.records.act import Act
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.workflows import flows
from runtime.workflows.base import Here
from runtime.workflows.kept import Kept
from runtime.workflows.registry import STEPS
from runtime.workflows.rows import FAILED, OPEN, READY, Place, Run, place_of, run_of

Hand = tuple[Run, Place]
p, r = tables.place, tables.run


def claimed(act: Act, most: int) -> list[Hand]:
    """Places that are due and whose runs no other worker holds; they are ours until the transaction ends.

    By record, so that two workers whose steps hold records wait for each other rather than for ever. A run is read once,
    however many of its branches are due: one that was begun for a batch knows thousands of records.
    """
    due = sa.select(p.c.id, r.c.id).join(r, r.c.id == p.c.run_id).where(p.c.app_id == act.app.id, p.c.due <= act.at, r.c.state.in_((OPEN, FAILED)))
    ids = act.conn.execute(due.order_by(p.c.due, p.c.id).limit(most).with_for_update(skip_locked=True)).all()
    runs = {row.id: run_of(row) for row in act.conn.execute(sa.select(r).where(among(r.c.id, sorted({row[1] for row in ids}))))}
    places = [place_of(row) for row in act.conn.execute(sa.select(p).where(among(p.c.id, [row[0] for row in ids])))]
    return sorted(((runs[place.run_id], place) for place in places), key=lambda hand: (_about(*hand) or 0, hand[1].id))


def standing(hands: Iterable[Hand], kept: Kept) -> list[Hand]:
    """Those that no step of this transaction has ended: with its run, or because its run went on elsewhere."""
    closed, gone = kept.over.union(one["of_run"] for one in kept.closed), set(kept.gone)
    return [(run, place) for run, place in hands if run.id not in closed and place.id not in gone]


def _about(run: Run, place: Place) -> int | None:
    """The record at hand."""
    found: int | None = place.data.get("record", run.record)
    return found


def parts(act: Act, hands: Iterable[Hand]) -> Iterator[list[Hand]]:
    """Those that are done in one go: at the same step of the same version, each about a record of its own; others alone."""
    found: dict[Any, list[Hand]] = {}
    met: dict[Any, int] = {}
    for run, place in hands:
        key: Any = place.id
        if place.state == READY and _abreast(act, run, place):
            same = (run.workflow_id, run.version, place.step, run.depth, place.data.get("form", run.form))
            record = (same, _about(run, place))
            met[record] = met.get(record, 0) + 1
            key = same, met[record]
        found.setdefault(key, []).append((run, place))
    yield from found.values()


def _abreast(act: Act, run: Run, place: Place) -> bool:
    step = flows.at(act.conn, run.workflow_id, run.version).steps.get(place.step)
    return step is not None and step.type in STEPS and STEPS[step.type].abreast


def present(heres: Sequence[Here]) -> set[int]:
    """Places whose record at hand is there and is the run's own: of these nothing more need be asked."""
    own = [here for here in heres if here.run.record is not None and "record" not in here.place.data]
    if not own:
        return set()
    there = set(ask.those(own[0].act, own[0].act.app.form(own[0].run.form), None, [int(here.run.record or 0) for here in own]))
    return {here.place.id for here in own if here.run.record in there}
