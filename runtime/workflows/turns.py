"""Whose turn it is: one row for each step that gives records to people, held by the act that asks until it ends."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from runtime import clock
from runtime.records import linked
from runtime.sql.counters import insert_or_ignore
from runtime.storage import system_tables as tables
from runtime.workflows.base import Here

t = tables.turn
FRESH = timedelta(minutes=1)  # how old a count of everybody's records may be; what is given meanwhile is counted along


def in_turn(here: Here, people: Sequence[int]) -> int:
    """The one after whoever was last, in the order of the people; who has left meanwhile is simply not among them."""
    last = _held(here).last
    chosen = people[(people.index(last) + 1) % len(people)] if last in people else people[0]
    _keep(here, last=chosen)
    return chosen


def by_load(here: Here, people: Sequence[int], field: str, rule: Mapping[str, Any] | None) -> int:
    """The one with the fewest records that fit; of several the first of them who comes after whoever was last."""
    row = _held(here)
    counted = json.loads(row.loads) if row.counted > clock.text(here.act.as_of.at - FRESH) else None
    loads = {int(one): n for one, n in counted.items()} if counted is not None else linked.load_of(here.act, here.live, field, people, rule)
    after = people.index(row.last) + 1 if row.last in people else 0
    chosen = min([*people[after:], *people[:after]], key=lambda one: loads.get(one, 0))
    loads[chosen] = loads.get(chosen, 0) + 1
    _keep(here, last=chosen, loads=json.dumps(loads), **({} if counted is not None else {"counted": here.act.at}))
    return chosen


def _mine(here: Here) -> sa.ColumnElement[bool]:
    return sa.and_(t.c.workflow_id == here.run.workflow_id, t.c.step == here.step.key)


def _held(here: Here) -> sa.Row[Any]:
    """The row of the step, locked; two that ask at once come one after the other."""
    key = {"workflow_id": here.run.workflow_id, "step": here.step.key}
    insert_or_ignore(here.act.conn, t, [{**key, "loads": "{}", "counted": ""}], list(key))
    return here.act.conn.execute(sa.select(t).where(_mine(here)).with_for_update()).one()


def _keep(here: Here, **values: Any) -> None:
    here.act.conn.execute(sa.update(t).where(_mine(here)).values(**values))
