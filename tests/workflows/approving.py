"""A house in which approvals are asked for and answered, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.accounts import actor, people
from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import tasks
from tests.crm import made, words
from tests.flows import Flows, flow, step

NAMES = ("an", "bo", "cai", "di")
ASKED = words("给「{name}」95 折", "Five per cent off for {name}")
AFTER = step("z", "tag", field="tags", add=["gold"])
HOURS = {"n": 24, "unit": "hour"}


class House:
    """An app with a workflow that asks an, bo and cai, and people who answer."""

    def __init__(self, database: Database, boss: Actor) -> None:
        self.crm = made(database, boss)
        with database.write() as conn:
            ids = {name: people.insert(conn, name, name.title(), "member", "zh", None) for name in NAMES}
            found = {name: actor.load(conn, one) for name, one in ids.items()}
        self.who: dict[str, Actor] = {name: one for name, one in found.items() if one is not None} | {"boss": boss}
        self.flows = Flows(self.crm)

    def ask(self, *, kind: str = "approve", who: Sequence[str] = ("an", "bo", "cai"), before: Sequence[Mapping[str, Any]] = (), **node: Any) -> int:
        """Publish the workflow and set it off for a new customer; gives the customer."""
        asked = step("a", kind, title=ASKED, who=[{"person": self.who[name].id} for name in who], **node)
        self.crm.publish(flow("deal", {"type": "created"}, *before, asked, AFTER))
        record = self.crm.add("customer", name="沐阳")
        self.flows.work()
        return record

    def task(self, name: str) -> int:
        """The newest task of somebody."""
        t = tables.task
        with self.crm.database.read() as conn:
            found = conn.execute(sa.select(sa.func.max(t.c.id)).where(t.c.person == self.who[name].id)).scalar()
        assert found is not None, name
        return int(found)

    def does(self, name: str, what: str, *given: Any) -> None:
        """`hand bo` and the like; the rest is an answer."""
        number, me = self.task(name), self.who[name]
        with self.crm.act(me) as act:
            if what == "hand":
                tasks.hand(act, number, self.who[given[0]].id)
            elif what in ("before", "beside", "after"):
                tasks.add(act, number, self.who[given[0]].id, what)
            else:
                tasks.answer(act, number, what, "因为", given[0] if given else None)
        self.flows.work()

    def states(self) -> list[str]:
        """`an open`, in the order in which they were asked."""
        names = {one.id: name for name, one in self.who.items()}
        return [f"{names[person]} {state}" for person, state in self.flows.all(tables.task, "person", "state")]

    def passed(self) -> bool | None:
        """Whether the run came to what follows the approval; None while it waits."""
        run = self.flows.runs()[-1]
        if run.state == "open":
            return None
        assert self.flows.places() == [] and not {state for _, state in map(str.split, self.states())} & {"open", "waiting"}
        return bool(self.flows.value("customer", run.record or 0, "tags"))
