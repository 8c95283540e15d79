"""The way back after an act: a token that its person may use once, for ten minutes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.errors import NotFound, Problem
from runtime.records.act import Act
from runtime.storage.system_tables import undo

LIFE = timedelta(minutes=10)

# Takes an act back, given the params of the offer, inside one writing act of the person who asks.
Undo = Callable[[Act, Mapping[str, Any]], object]


class Offer(NamedTuple):
    """What an undo token stands for: the name of the act to do, the app it happens in, and what it needs."""

    act: str
    app: str
    params: dict[str, Any]


def offer(
    conn: Connection, by: Actor, act: str, app: str, params: Mapping[str, Any], at: datetime | None = None
) -> str:
    """Keep a way back in the transaction that makes it needed; gives the token of `/undo/<token>`."""
    token, start = secrets.token_urlsafe(18), at or clock.now()
    kept = json.dumps({"app": app, "params": dict(params)}, ensure_ascii=False)
    conn.execute(sa.delete(undo).where(undo.c.until <= clock.text(start)))
    conn.execute(sa.insert(undo).values(id=token, by=by.id, act=act, params=kept, until=clock.text(start + LIFE)))
    return token


def find(conn: Connection, by: Actor, token: str, at: datetime | None = None) -> Offer:
    """What a token of one's own stands for; NotFound when it is another's, used up or too old."""
    alive = (undo.c.id == token, undo.c.by == by.id, undo.c.until > clock.text(at or clock.now()))
    row = conn.execute(sa.select(undo).where(*alive)).first()
    if row is None:
        raise NotFound(Problem("", "undo_over"))
    kept = json.loads(row.params)
    return Offer(row.act, kept["app"], kept["params"])


def use_up(conn: Connection, token: str) -> None:
    """Take the token out of use, in the transaction that does the undoing; of two at once one is refused."""
    if not conn.execute(sa.delete(undo).where(undo.c.id == token)).rowcount:
        raise NotFound(Problem("", "undo_over"))
