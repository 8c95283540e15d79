"""Clients are asked twice too: a grouping that moves very many is published only by whoever says that they mean it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.checks import shape
from runtime.definitions.grouping import Grouping
from runtime.errors import FenzuError, Invalid, Problem
from runtime.groups import felt
from runtime.groups.preview import Draft
from runtime.storage.live import LiveApp


def must_be_sure(conn: Connection, app: LiveApp, bodies: Iterable[tuple[str, Mapping[str, Any]]], as_of: AsOf) -> None:
    """Refuse groupings that would move too many to do so without a word; what cannot be counted is refused by its own problems."""
    for kind, body in bodies:
        if kind != "grouping" or shape(kind, body):
            continue
        try:
            found = felt.felt(Draft(conn, app, Grouping(body), as_of))
        except FenzuError:
            continue
        if found.large:
            raise Invalid(Problem("sure", "many_move", {"n": found.moved}))
