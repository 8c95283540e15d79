"""One app whose workflows send, for tests: with the job that does it and short ways to look at what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from runtime import clock
from runtime.accounts import sending
from runtime.accounts.actor import Actor
from runtime.accounts.vault import Vault
from runtime.config import Config
from runtime.jobs.runner import Runner
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import outgoing
from runtime.workflows import sending as sender
from runtime.workflows.outgoing import Item
from tests.crm import BODIES, CUSTOMER, field, form
from tests.flows import Flows, flow

MASTER = "the key of a test installation"
WITH_MAIL = form("customer", "name", {**CUSTOMER["properties"], "mail": field("email", "邮箱", {"type": "string", "format": "idn-email", "maxLength": 254}),
                                      "note": field("long_text", "备注", {"type": "string", "maxLength": 9_000})}, ["name"])
PARTS = [("form", WITH_MAIL) if body is CUSTOMER else (kind, body) for kind, body in BODIES]
HELLO = {"zh": "你好 {name}", "en": "Hello {name}"}


@dataclass
class House:
    """One app whose workflows send, with the job that does it."""

    flows: Flows
    boss: Actor

    @property
    def database(self) -> Database:
        return self.flows.crm.database

    def set(self, **given: Any) -> None:
        with self.database.write() as conn:
            sending.save(conn, self.boss, replace(sending.read(conn), **given))

    def secret(self, name: str, text: str) -> None:
        with self.database.write() as conn:
            Vault(MASTER).put(conn, self.boss, name, text)

    def begin(self, *steps: dict[str, Any], **values: Any) -> int:
        """A workflow with these steps is published and done for one new customer."""
        self.flows.crm.publish(flow("out", {"type": "created"}, *steps))
        record = self.flows.crm.add("customer", **{"name": "牧羊", **values})
        self.flows.work()
        return record

    def send(self) -> None:
        """Everything that is due goes out."""
        Runner(self.database, sender.kinds(Config(Path("nowhere"), "", MASTER)), rest=0).drain()

    def hurry(self) -> None:
        """The next try is due at once."""
        with self.database.write() as conn:
            conn.execute(sa.update(tables.outgoing).where(tables.outgoing.c.state.in_(("waiting", "sending"))).values(due=clock.text(clock.now())))
            outgoing.queue.put(conn, outgoing.SEND, {}, once=True)
        self.send()

    def items(self) -> list[Item]:
        with self.database.read() as conn:
            return [outgoing.item_of(row) for row in conn.execute(sa.select(tables.outgoing).order_by(tables.outgoing.c.id))]

    @property
    def item(self) -> Item:
        one, = self.items()
        return one

    @property
    def why(self) -> str:
        problem = self.item.why
        return problem.code if problem else ""


def everything(house: House) -> str:
    """All that the system tables hold, but for what is sealed."""
    with house.database.read() as conn:
        return "\n".join(str(tuple(row)) for table in tables.METADATA.sorted_tables if table.name != "person" for row in conn.execute(sa.select(table)))
