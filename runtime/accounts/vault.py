"""Named secrets: kept sealed (decision 006), opened only where something is sent, never given back to anybody."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import audit
from runtime.accounts.actor import Actor
from runtime.errors import Invalid, Problem
from runtime.storage.system_tables import secret as table

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MAIL = "$mail"  # the password of the mail server; no name that people give begins so
LONGEST = 2_000
NONCE = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """What may be told of a secret: its name, who put it in and when, and whether it can still be opened."""

    name: str
    by: int | None
    at: str
    opens: bool


class Vault:
    """The secrets of one installation; `master` is its own key."""

    def __init__(self, master: str) -> None:
        self._master = master

    def __repr__(self) -> str:
        return "Vault()"

    @cached_property
    def _cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"fenzu secrets").derive(self._master.encode()))

    def seal(self, name: str, text: str) -> str:
        """A secret as it is stored."""
        nonce = secrets.token_bytes(NONCE)
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), name.encode())).decode()

    def open(self, name: str, sealed: str) -> str:
        """What was sealed under this name; raises Invalid when it was changed or sealed with another key."""
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.urlsafe_b64decode(sealed)
            return self._cipher.decrypt(raw[:NONCE], raw[NONCE:], name.encode()).decode()
        except (InvalidTag, ValueError):
            raise Invalid(Problem("", "mail_unreadable" if name == MAIL else "secret_unreadable", {"name": name})) from None

    def opens(self, name: str, sealed: str) -> bool:
        """Whether it is of this installation's key."""
        try:
            self.open(name, sealed)
        except Invalid:
            return False
        return True

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


# What {$…} means in texts already: what a record is called, how many a batch has, what a comment says and whose it is.
TAKEN = frozenset({"title", "n", "comment", "commenter"})


def _check(name: str, text: str) -> None:
    problems = []
    if name != MAIL and (not NAME.fullmatch(name) or name in TAKEN):
        problems.append(Problem("name", "secret_name"))
    if not text or len(text) > LONGEST or not text.isprintable():
        problems.append(Problem("value", "secret_value", {"most": LONGEST}))
    if problems:
        raise Invalid(problems)


def drop(conn: Connection, by: Actor, name: str) -> None:
    """Forget a secret."""
    if conn.execute(sa.delete(table).where(table.c.name == name)).rowcount:
        audit.note(conn, by, "secret_dropped", name)


def listed(conn: Connection, vault: Vault) -> list[Kept]:
    """All secrets by name, that of the mail server among them."""
    rows = conn.execute(sa.select(table).order_by(table.c.name))
    return [Kept(row.name, row.by, row.at, vault.opens(row.name, row.sealed)) for row in rows]


NAMED = re.compile(r"\{\$([a-z][a-z0-9_]{0,39})\}")


def named(text: str) -> Iterator[str]:
    """The secrets that a text has in braces: `{$name}`."""
    return (found[1] for found in NAMED.finditer(text))


def filled(text: str, known: Mapping[str, str]) -> str:
    """A text with its secrets filled in."""
    return NAMED.sub(lambda found: known[found[1]], text)
