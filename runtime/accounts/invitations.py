"""An invitation is a link that works once, for seven days; the person chooses login and password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import audit, people
from runtime.accounts.actor import Actor
from runtime.accounts.tokens import digest_of
from runtime.errors import Invalid, NotFound, Problem
from runtime.storage.db import last_id
from runtime.storage.system_tables import invitation

LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody expected: the name and role they will have, and until when the link works."""

    id: int
    name: str
    role: str
    lang: str
    by: int
    created_at: str
    expires_at: str


COLUMNS = tuple(invitation.c[name] for name in Invitation.__slots__)


def create(
    conn: Connection, by: Actor, name: str, role: str, lang: str, at: datetime | None = None
) -> tuple[Invitation, str]:
    """An invitation and the secret of its link, which is shown once."""
    by.must("administer")
    problems = people.check({"name": name.strip(), "role": role, "lang": lang})
    if problems:
        raise Invalid(problems)
    start, secret = at or clock.now(), secrets.token_urlsafe(32)
    row = sa.insert(invitation).values(
        digest=digest_of(secret), name=name.strip(), role=role, lang=lang, by=by.id,
        created_at=clock.text(start), expires_at=clock.text(start + LIFE),
    )
    made = last_id(conn.execute(row))
    audit.note(conn, by, "person_invited", name.strip(), role=role)
    return get(conn, made), secret


def get(conn: Connection, invitation_id: int) -> Invitation:
    """One invitation by id."""
    row = conn.execute(sa.select(*COLUMNS).where(invitation.c.id == invitation_id)).first()
    if row is None:
        raise NotFound(Problem("", "not_found"))
    return Invitation(*row)


def find(conn: Connection, secret: str, at: datetime | None = None) -> Invitation:
    """The invitation behind a link; NotFound says it in words when it was used, taken back or is too old."""
    row = conn.execute(
        sa.select(*COLUMNS).where(
            invitation.c.digest == digest_of(secret),
            invitation.c.used_at.is_(None),
            invitation.c.expires_at > clock.text(at or clock.now()),
        )
    ).first()
    if row is None:
        raise NotFound(Problem("", "invitation_ended"))
    return Invitation(*row)


def accept(
    conn: Connection, secret: str, login: str, password: str, name: str | None = None, at: datetime | None = None
) -> int:
    """Become a person: the link is used up in the same transaction. Gives the person's id."""
    found = find(conn, secret, at)
    used = conn.execute(
        sa.update(invitation)
        .where(invitation.c.id == found.id, invitation.c.used_at.is_(None))
        .values(used_at=clock.text(at or clock.now()))
    )
    if not used.rowcount:
        raise NotFound(Problem("", "invitation_ended"))
    made = people.insert(conn, login, name or found.name, found.role, found.lang, password)
    audit.note(conn, made, "invitation_accepted", found.name, role=found.role)
    return made


def take_back(conn: Connection, by: Actor, invitation_id: int) -> None:
    """The link stops working."""
    by.must("administer")
    found = get(conn, invitation_id)
    conn.execute(sa.delete(invitation).where(invitation.c.id == invitation_id, invitation.c.used_at.is_(None)))
    audit.note(conn, by, "invitation_taken_back", found.name)


def waiting(conn: Connection, at: datetime | None = None) -> list[Invitation]:
    """Invitations whose links still work, the newest first."""
    open_ones = (invitation.c.used_at.is_(None), invitation.c.expires_at > clock.text(at or clock.now()))
    query = sa.select(*COLUMNS).where(*open_ones).order_by(invitation.c.id.desc())
    return [Invitation(*row) for row in conn.execute(query)]
