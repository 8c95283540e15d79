"""Signing in and staying signed in: a session is a person's id and epoch; a new epoch ends every session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import actor, audit, passwords, people
from runtime.accounts.actor import Actor
from runtime.storage.system_tables import person


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the session keeps (`person_id`, `epoch`), and a fresh digest when the stored one is out of date."""

    person_id: int
    epoch: int
    digest: str | None = None


def recognise(conn: Connection, login: str, password: str) -> SignedIn | None:
    """Check login and password, reading only, so that the slow digest holds up no writer; None gives no reason."""
    row = conn.execute(
        sa.select(person.c.id, person.c.epoch, person.c.password).where(
            person.c.login == people.fold_login(login), person.c.active
        )
    ).first()
    if not passwords.matches(row.password if row else None, password) or row is None:
        return None
    return SignedIn(row.id, row.epoch, passwords.digest(password) if passwords.outdated(row.password) else None)


def begin(conn: Connection, signed_in: SignedIn, at: datetime | None = None) -> None:
    """Put the sign-in on record, in a writing transaction."""
    values = {"seen_at": clock.text(at or clock.now())}
    if signed_in.digest:
        values["password"] = signed_in.digest
    conn.execute(sa.update(person).where(person.c.id == signed_in.person_id).values(**values))
    audit.note(conn, signed_in.person_id, "signed_in", "")


def resume(conn: Connection, person_id: int, epoch: int) -> Actor | None:
    """The actor of a session; None when they left, or signed out everywhere since."""
    row = conn.execute(actor.BY_ID, {"person_id": person_id}).first()
    return None if row is None or row.epoch != epoch else actor.from_row(row)


def end_all(conn: Connection, by: Actor, person_id: int) -> int:
    """Sign a person out everywhere; one's own, or anybody's for an administrator. Gives the new epoch."""
    if by.id != person_id:
        by.must("administer")
    found = people.get(conn, person_id)
    conn.execute(sa.update(person).where(person.c.id == person_id).values(epoch=person.c.epoch + 1))
    audit.note(conn, by, "signed_out_everywhere", found.name)
    return found.epoch + 1
