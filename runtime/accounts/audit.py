"""Who did what to the installation itself; records have their own history."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts.actor import ROLE_NAMES, Actor
from runtime.errors import Problem
from runtime.messages import CODES, say
from runtime.storage.system_tables import audit, person


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit log; `name` is the person's name today, "" when the system acted."""

    id: int
    at: str
    by: int | None
    name: str
    act: str
    subject: str
    params: dict[str, Any]

    def sentence(self, lang: str) -> str:
        """The line in words; the sentence of an act is the code `audit_<act>`, and without one the bare act shows."""
        code = f"audit_{self.act}"
        if code not in CODES:
            return f"{self.act} {self.subject}"
        params = {"subject": self.subject, **self.params}
        if "role" in params:
            params["role"] = ROLE_NAMES.get(params["role"], params["role"])
        return say(Problem("", code, params), lang)


def note(conn: Connection, by: Actor | int | None, act: str, subject: str, **params: Any) -> None:
    """Write one line in the caller's transaction; `subject` is what people call the thing, params fill the sentence."""
    who = by.by if isinstance(by, Actor) else by
    conn.execute(
        sa.insert(audit).values(
            at=clock.text(clock.now()), by=who, act=act, subject=subject, params=json.dumps(params, ensure_ascii=False)
        )
    )


def page(
    conn: Connection, before: int | None = None, limit: int = 50, act: str | None = None, by: int | None = None
) -> list[Entry]:
    """The newest lines first; `before` is the id of the last line already seen."""
    query = (
        sa.select(audit, sa.func.coalesce(person.c.name, "").label("name"))
        .select_from(audit.outerjoin(person, person.c.id == audit.c.by))
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    for column, value in ((audit.c.act, act), (audit.c.by, by)):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(audit.c.id < before)
    rows = conn.execute(query)
    return [Entry(row.id, row.at, row.by, row.name, row.act, row.subject, json.loads(row.params)) for row in rows]
