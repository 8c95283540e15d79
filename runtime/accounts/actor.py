"""Who is acting: what every command and every reader is told about the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts import settings
from runtime.errors import Denied, Problem
from runtime.storage.system_tables import person, setting
from runtime.words import Words

ROLES = ("administrator", "builder", "member")
ROLE_NAMES = {
    "administrator": Words("管理员", "administrator"),
    "builder": Words("搭建者", "builder"),
    "member": Words("成员", "member"),
    "system": Words("系统", "system"),
}
VISITOR = "visitor"
ACTS: dict[str, frozenset[str]] = {
    "administrator": frozenset({"administer", "build", "use"}),
    "builder": frozenset({"build", "use"}),
    "member": frozenset({"use"}),
    "system": frozenset({"administer", "build", "use"}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """One person at this moment: id, name, role, language and the organisation's time zone name."""

    id: int
    name: str
    role: str
    lang: str
    zone: str

    def may(self, act: str) -> bool:
        """Whether the role allows `administer` (people, settings), `build` (definitions) or `use` (records)."""
        return act in ACTS.get(self.role, ())

    def must(self, act: str) -> None:
        """Stop here with Denied unless the role allows the act."""
        if not self.may(act):
            raise Denied(Problem("", "denied"))

    @property
    def by(self) -> int | None:
        """What goes into a `by` column: nobody when the system itself acts."""
        return self.id or None


def system(conn: Connection) -> Actor:
    """The installation itself, for jobs nobody asked for."""
    found = settings.read(conn)
    return Actor(0, "Fenzu", "system", found.lang, found.zone)


def visitor(zone: str, lang: str) -> Actor:
    """Whoever fills in a public form: nobody we know, who may give one record and see none."""
    return Actor(0, "Fenzu", VISITOR, lang, zone)


# One statement for what every request needs to know; the time zone comes along.
ZONE = sa.select(setting.c.value).where(setting.c.key == "zone").scalar_subquery().label("zone")
COLUMNS = (person.c.id, person.c.name, person.c.role, person.c.lang, ZONE)
BY_ID = sa.select(*COLUMNS, person.c.epoch).where(person.c.id == sa.bindparam("person_id"), person.c.active)


def load(conn: Connection, person_id: int) -> Actor | None:
    """An active person as actor; None when there is no such person or they have left."""
    row = conn.execute(BY_ID, {"person_id": person_id}).first()
    return None if row is None else from_row(row)


def for_job(conn: Connection, by: int | None) -> Actor | None:
    """The actor a job works for: the person who asked, the system when nobody did, None when that person has left."""
    return system(conn) if by is None else load(conn, by)


def from_row(row: sa.Row[*tuple[Any, ...]]) -> Actor:
    """An actor from a row of COLUMNS."""
    return Actor(row.id, row.name, row.role, row.lang, row.zone or settings.DEFAULT.zone)
