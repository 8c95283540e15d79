"""Named secrets: kept sealed, opened only where something is sent, never given back to anybody.

Sealed with what the standard library has, in the textbook way (decision 006): HMAC-SHA256 in counter mode makes the key
stream, a second HMAC over name, nonce and cipher text is checked before anything is opened, both keys come from the
installation's own key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import audit
from runtime.accounts.actor import Actor
from runtime.errors import Invalid, Problem
from runtime.storage.system_tables import secret as table

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MAIL = "$mail"  # the password of the mail server; no name that people give begins so
LONGEST = 2_000
VERSION, NONCE, TAG, BLOCK = "1", 24, 32, 32


@dataclass(frozen=True, slots=True)
class Kept:
    """What may be told of a secret: its name, who put it in and when."""

    name: str
    by: int | None
    at: str


class Vault:
    """The secrets of one installation; `master` is its own key."""

    def __init__(self, master: str) -> None:
        base = hmac.new(b"fenzu secrets", master.encode(), hashlib.sha256).digest()
        self._stream, self._mark = (hmac.new(base, purpose, hashlib.sha256).digest() for purpose in (b"stream", b"mark"))

    def __repr__(self) -> str:
        return "Vault()"

    def seal(self, name: str, text: str) -> str:
        """A secret as it is stored."""
        nonce = secrets.token_bytes(NONCE)
        body = nonce + self._crossed(nonce, text.encode())
        return f"{VERSION}.{base64.urlsafe_b64encode(body + self._tag(name, body)).decode()}"

    def open(self, name: str, sealed: str) -> str:
        """What was sealed under this name; raises Invalid when it was changed or sealed with another key."""
        version, _, packed = sealed.partition(".")
        try:
            raw = base64.urlsafe_b64decode(packed)
        except ValueError:
            raw = b""
        body, tag = raw[:-TAG], raw[-TAG:]
        if version != VERSION or not hmac.compare_digest(tag, self._tag(name, body)):
            raise Invalid(Problem("", "secret_unreadable", {"name": name}))
        return self._crossed(body[:NONCE], body[NONCE:]).decode()

    def _tag(self, name: str, body: bytes) -> bytes:
        known = name.encode()
        return hmac.new(self._mark, VERSION.encode() + len(known).to_bytes(4, "big") + known + body, hashlib.sha256).digest()

    def _crossed(self, nonce: bytes, text: bytes) -> bytes:
        stream = (byte for number in range(-(-len(text) // BLOCK)) for byte in self._block(nonce, number))
        return bytes(a ^ b for a, b in zip(text, stream, strict=False))

    def _block(self, nonce: bytes, number: int) -> bytes:
        return hmac.new(self._stream, nonce + number.to_bytes(8, "big"), hashlib.sha256).digest()

    def get(self, conn: Connection, name: str) -> str | None:
        """A secret in clear, for whoever sends; None where there is none of that name."""
        sealed = conn.execute(sa.select(table.c.sealed).where(table.c.name == name)).scalar()
        return None if sealed is None else self.open(name, sealed)

    def put(self, conn: Connection, by: Actor, name: str, text: str) -> None:
        """Keep a secret, in place of an older one of that name; raises Invalid."""
        _check(name, text)
        values = {"sealed": self.seal(name, text), "by": by.by, "at": clock.text(clock.now())}
        if not conn.execute(sa.update(table).where(table.c.name == name).values(**values)).rowcount:
            conn.execute(sa.insert(table).values(name=name, **values))
        audit.note(conn, by, "secret_kept", name)


def _check(name: str, text: str) -> None:
    problems = []
    if name != MAIL and (not NAME.fullmatch(name) or name == "title"):  # {$title} is what a record is called
        problems.append(Problem("name", "secret_name"))
    if not text or len(text) > LONGEST or not text.isprintable():
        problems.append(Problem("value", "secret_value", {"most": LONGEST}))
    if problems:
        raise Invalid(problems)


def drop(conn: Connection, by: Actor, name: str) -> None:
    """Forget a secret."""
    if conn.execute(sa.delete(table).where(table.c.name == name)).rowcount:
        audit.note(conn, by, "secret_dropped", name)


def listed(conn: Connection) -> list[Kept]:
    """The secrets that people named, by name."""
    rows = conn.execute(sa.select(table.c.name, table.c.by, table.c.at).order_by(table.c.name))
    return [Kept(*row) for row in rows if row.name != MAIL]


def has(conn: Connection, name: str) -> bool:
    """Whether there is a secret of that name."""
    return conn.execute(sa.select(table.c.name).where(table.c.name == name)).first() is not None


NAMED = re.compile(r"\{\$([a-z][a-z0-9_]{0,39})\}")


def named(text: str) -> Iterator[str]:
    """The secrets that a text has in braces: `{$name}`."""
    return (found[1] for found in NAMED.finditer(text))


def filled(text: str, known: Mapping[str, str]) -> str:
    """A text with its secrets filled in."""
    return NAMED.sub(lambda found: known[found[1]], text)
