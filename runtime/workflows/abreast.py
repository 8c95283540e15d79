"""Several runs that stand before the same step: taken together, so that they share its statements.

A batch of 10,000 records becomes 10,000 runs that mostly stand before the same step; each alone would cost as much as a save by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.records import ask
from runtime.records.act import Act
from runtime.storage import system_tables as tables
from runtime.workflows import flows
from runtime.workflows.base import Here
from runtime.workflows.registry import STEPS
from runtime.workflows.rows import FAILED, HELD, OPEN, READY, Place, Run, run_of

Hand = tuple[Run, Place]
p, r = tables.place, tables.run


def claimed(act: Act, most: int) -> list[Hand]:
    """Places that are due and whose runs no other worker holds; they are ours until the transaction ends.

    Of each run one: what a step does may end the run's other places. By record, so that two workers whose steps hold records
    wait for each other rather than for ever.
    """
    due = sa.select(r, *HELD).join(p, p.c.run_id == r.c.id).where(p.c.app_id == act.app.id, p.c.due <= act.at, r.c.state.in_((OPEN, FAILED)))
    due = due.order_by(p.c.due, p.c.id).limit(most).with_for_update(skip_locked=True)
    found: dict[int, Hand] = {}
    for row in act.conn.execute(due):
        if row.id not in found:
            place = Place(row.place_id, row.id, row.parent, row.step, row.place_state, row.attempts, row.due, json.loads(row.data))
            found[row.id] = run_of(row), place
    return sorted(found.values(), key=lambda hand: (hand[0].record or 0, hand[1].id))


def parts(act: Act, hands: Iterable[Hand]) -> Iterator[list[Hand]]:
    """Those that are done in one go: at the same step of the same version, each about a record of its own; others alone."""
    found: dict[Any, list[Hand]] = {}
    met: dict[Any, int] = {}
    for run, place in hands:
        key: Any = place.id
        if place.state == READY and _abreast(act, run, place):
            same = (run.workflow_id, run.version, place.step, run.depth, place.data.get("form", run.form))
            record = (same, place.data.get("record", run.record))
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
