"""Bearers recently recognised in this process, so that a busy API client costs no query to recognise."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from runtime.accounts.actor import Actor

LIFE = 30.0
# A change is dropped before its transaction commits; for this long nobody may put the old state back.
QUIET = 5.0
MOST = 2000


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token speaks for; `used_at` is what the database said when it was read."""

    token_id: int
    actor: Actor
    used_at: str | None


_found: dict[str, tuple[float, Bearer]] = {}
_quiet: dict[int, float] = {}
_lock = threading.Lock()


def get(digest: str) -> Bearer | None:
    """The bearer of a digest when it was recognised less than half a minute ago."""
    entry = _found.get(digest)
    return entry[1] if entry is not None and entry[0] > time.monotonic() else None


def put(digest: str, bearer: Bearer) -> None:
    """Remember a bearer read from the database just now."""
    now = time.monotonic()
    with _lock:
        if _quiet.get(bearer.actor.id, 0.0) > now:
            return
        if len(_found) >= MOST:
            _found.clear()
        _found[digest] = (now + LIFE, bearer)


def drop_person(person_id: int) -> None:
    """Forget every token of a person whose rights are changing."""
    now = time.monotonic()
    with _lock:
        for digest in [digest for digest, (_, bearer) in _found.items() if bearer.actor.id == person_id]:
            del _found[digest]
        for other in [other for other, until in _quiet.items() if until <= now]:
            del _quiet[other]
        _quiet[person_id] = now + QUIET


def clear() -> None:
    """Forget everything, as a fresh process would; between two databases in one process this matters."""
    with _lock:
        _found.clear()
        _quiet.clear()
