"""Clients are asked twice too: a grouping that moves very many is published only by whoever says that they mean it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.checks import shape
from runtime.definitions.grouping import Grouping
from runtime.errors import FenzuError, Invalid, Problem
from runtime.groups import felt
from runtime.groups.felt import Felt
from runtime.groups.preview import Draft
from runtime.storage.live import LiveApp


@contextmanager
def asked_twice(conn: Connection, app: LiveApp, bodies: Iterable[tuple[str, Mapping[str, Any]]], as_of: AsOf, sure: bool) -> Iterator[None]:
    """Publish inside; what is wrong is said first, and only then that too many would move to do so without a word."""
    large = [] if sure else [found for found in _counted(conn, app, bodies, as_of) if found.large]
    yield
    if large:
        raise Invalid(Problem("sure", "many_move", {"n": max(found.moved for found in large)}))


def _counted(conn: Connection, app: LiveApp, bodies: Iterable[tuple[str, Mapping[str, Any]]], as_of: AsOf) -> Iterator[Felt]:
    """How many each grouping would move; one that cannot be counted is refused for that."""
    for kind, body in bodies:
        if kind == "grouping" and not shape(kind, body):
            with suppress(FenzuError):
                yield felt.felt(Draft(conn, app, Grouping(body), as_of))
