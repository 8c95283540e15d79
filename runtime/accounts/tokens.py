"""Bearer tokens of the API: shown once, stored as a digest, speaking for the person who made them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import actor, audit, token_cache
from runtime.accounts.actor import Actor
from runtime.accounts.token_cache import Bearer
from runtime.errors import Invalid, NotFound, Problem
from runtime.storage.db import last_id
from runtime.storage.system_tables import person, token

PREFIX = "fz_"
HINT = 8
TOUCH = timedelta(minutes=1)
FIND = (
    sa.select(token.c.id.label("token_id"), token.c.used_at, *actor.COLUMNS)
    .select_from(token.join(person, person.c.id == token.c.person))
    .where(token.c.digest == sa.bindparam("digest"), token.c.ended_at.is_(None), person.c.active)
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it: enough to tell it from others, never the secret."""

    id: int
    person: int
    name: str
    hint: str
    created_at: str
    used_at: str | None


def digest_of(secret: str) -> str:
    """What is stored of a secret; it is random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create(conn: Connection, by: Actor, name: str) -> tuple[Token, str]:
    """A new token of the actor's own, and its secret, which nobody can read again."""
    label = name.strip()
    if not 1 <= len(label) <= 100:
        raise Invalid(Problem("name", "token_name", {"n": 100}))
    secret, at = PREFIX + secrets.token_urlsafe(32), clock.text(clock.now())
    made = sa.insert(token).values(
        person=by.id, name=label, digest=digest_of(secret), hint=secret[:HINT], created_at=at
    )
    token_id = last_id(conn.execute(made))
    audit.note(conn, by, "token_made", label)
    return Token(token_id, by.id, label, secret[:HINT], at, None), secret


def of_person(conn: Connection, person_id: int) -> list[Token]:
    """A person's tokens that work, the newest first."""
    columns = (token.c[name] for name in Token.__slots__)
    query = sa.select(*columns).where(token.c.person == person_id, token.c.ended_at.is_(None))
    return [Token(*row) for row in conn.execute(query.order_by(token.c.id.desc()))]


def revoke(conn: Connection, by: Actor, token_id: int) -> None:
    """End a token; its owner may, and an administrator."""
    query = sa.select(token.c.person, token.c.name).where(token.c.id == token_id, token.c.ended_at.is_(None))
    row = conn.execute(query).first()
    if row is None or (row.person != by.id and not by.may("administer")):
        raise NotFound(Problem("", "not_found"))
    conn.execute(sa.update(token).where(token.c.id == token_id).values(ended_at=clock.text(clock.now())))
    token_cache.drop_person(row.person)
    audit.note(conn, by, "token_ended", row.name)


def find(conn: Connection, secret: str) -> Bearer | None:
    """Whom a secret speaks for, or None; answered from memory for half a minute after the first time."""
    if not secret.startswith(PREFIX):
        return None
    digest = digest_of(secret)
    bearer = token_cache.get(digest)
    if bearer is None:
        row = conn.execute(FIND, {"digest": digest}).first()
        if row is None:
            return None
        bearer = Bearer(row.token_id, actor.from_row(row), row.used_at)
        token_cache.put(digest, bearer)
    return bearer


def due(bearer: Bearer, at: datetime) -> bool:
    """Whether the last use on record is more than a minute old, so that `touch` is worth a write."""
    return bearer.used_at is None or clock.moment(bearer.used_at) + TOUCH <= at


def touch(conn: Connection, secret: str, bearer: Bearer, at: datetime) -> None:
    """Put the use on record; call it in a writing transaction when `due`."""
    now = clock.text(at)
    conn.execute(sa.update(token).where(token.c.id == bearer.token_id).values(used_at=now))
    token_cache.put(digest_of(secret), replace(bearer, used_at=now))
