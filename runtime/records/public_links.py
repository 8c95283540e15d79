"""The link of a form that anybody may fill in: its token, its password, how many answers came, and signed prefilling."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import passwords
from runtime.clock import AsOf
from runtime.definitions.public import Public
from runtime.storage import system_tables as tables

LINK = tables.public_form
EXPIRES, SIGNATURE = "expires", "sig"
NOT_YET, OVER, FULL, OFF = "not_yet", "over", "full", "off"
KEPT = timedelta(days=2)  # how long a sent page is remembered; pages are refused long before


@dataclass(frozen=True)
class Link:
    """One form's link as it is now."""

    id: int
    app: str
    form: str
    token: str
    salt: str
    password: str | None
    received: int

    @property
    def mark(self) -> str:
        """What a browser keeps after the password was right; another password makes another mark."""
        return hashlib.sha256(f"{self.token}{self.password}".encode()).hexdigest()[:24]


_SELECT = sa.select(LINK.c.id, tables.app.c.key, LINK.c.form, LINK.c.token, LINK.c.salt, LINK.c.password, LINK.c.received).join_from(
    LINK, tables.app, tables.app.c.id == LINK.c.app_id)


def by_token(conn: Connection, token: str) -> Link | None:
    """The link that a visitor came by."""
    row = conn.execute(_SELECT.where(LINK.c.token == token)).one_or_none()
    return Link(*row) if row else None


def of_form(conn: Connection, app_id: int, form: str) -> Link | None:
    """The link of a form, if it ever had one."""
    row = conn.execute(_SELECT.where(LINK.c.app_id == app_id, LINK.c.form == form)).one_or_none()
    return Link(*row) if row else None


def renew(conn: Connection, app_id: int, form: str) -> None:
    """Give a form its first link, or another one: the old one stops, and so do signed links made for it."""
    fresh = {"token": secrets.token_urlsafe(16), "salt": secrets.token_hex(16)}
    if of_form(conn, app_id, form) is None:
        conn.execute(LINK.insert().values(app_id=app_id, form=form, received=0, at=clock.text(clock.now()), **fresh))
    else:
        conn.execute(LINK.update().where(LINK.c.app_id == app_id, LINK.c.form == form).values(**fresh))


def set_password(conn: Connection, app_id: int, form: str, password: str) -> None:
    """Ask for a password before the form; "" asks for none."""
    kept = passwords.digest(password) if password else None
    conn.execute(LINK.update().where(LINK.c.app_id == app_id, LINK.c.form == form).values(password=kept))


def closed(link: Link, public: Public, as_of: AsOf) -> str:
    """Why nothing is taken now: not_yet, over, full or off; "" while it is open."""
    now = as_of.at.astimezone(as_of.zone).strftime("%Y-%m-%dT%H:%M")
    if not public.enabled:
        return OFF
    if public.opens and now < public.opens:
        return NOT_YET
    if public.closes and now >= public.closes:
        return OVER
    return FULL if public.quota is not None and link.received >= public.quota else ""


def count_one(conn: Connection, link: Link, quota: int | None) -> bool:
    """Count one more answer; false when there is no room for it. Two at once cannot both take the last place."""
    room = sa.true() if quota is None else LINK.c.received < quota
    done = conn.execute(LINK.update().where(LINK.c.id == link.id, LINK.c.token == link.token, room).values(received=LINK.c.received + 1))
    return done.rowcount == 1


def sent_before(conn: Connection, nonce: str, now: datetime) -> bool:
    """Remember that a page was sent; true when it had been already. Call it after `count_one`, which puts senders in line."""
    sent = tables.public_sent
    if conn.execute(sa.select(sent.c.nonce).where(sent.c.nonce == nonce)).one_or_none():
        return True
    conn.execute(sent.delete().where(sent.c.at < clock.text(now - KEPT)))
    conn.execute(sent.insert().values(nonce=nonce, at=clock.text(now)))
    return False


def signature(link: Link, given: Mapping[str, Any]) -> str:
    """The signature of a prefilled link: over its sorted pairs, the expiry among them, with the form's own key."""
    pairs = sorted((name, str(value)) for name, value in given.items() if name != SIGNATURE)
    return hmac.new(link.salt.encode(), urlencode(pairs).encode(), hashlib.sha256).hexdigest()[:40]


def signed(link: Link, values: Mapping[str, str], until: datetime) -> str:
    """The query of a link that fills in these values until a moment."""
    given = {**values, EXPIRES: str(int(until.timestamp()))}
    return urlencode({**given, SIGNATURE: signature(link, given)})


def holds(link: Link, given: Mapping[str, str], now: datetime) -> bool:
    """Whether a signed link is as it was made and not expired."""
    expires = given.get(EXPIRES, "")
    fresh = expires.isascii() and expires.isdigit() and len(expires) < 12 and int(expires) >= now.timestamp()
    return fresh and hmac.compare_digest(signature(link, given).encode(), given.get(SIGNATURE, "").encode())
