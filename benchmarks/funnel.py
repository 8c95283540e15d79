"""The live funnel in this process: ten conditions in one pass beside one plain scan, and how soon a first number is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from benchmarks.figures import Figure, beside, best
from benchmarks.world import World
from runtime.groups.funnel import funnel
from runtime.groups.sampling import sample_of

FIRST = 0.3  # seconds to the first number of a rule of five conditions


def figures(
    made: World, hand: sqlite3.Connection, ten: Any, by_hand: Sequence[str], five: Any, form: str = "customer"
) -> list[Figure]:
    """The funnel of a rule of ten conditions beside the scan that counts the same ten by hand; the first number of five."""
    with made.database.read() as conn:
        look = _Look(made, conn, form)
        table = made.app.form(form).tables.main.name
        statement = f"SELECT count(*) FROM {table} NOT INDEXED WHERE deleted_at IS NULL AND {' AND '.join(by_hand)}"
        expected = hand.execute(statement).fetchone()[0]
        assert look.everybody(ten)() == expected, (look.everybody(ten)(), expected)
        scanned = best(lambda: hand.execute(statement).fetchone(), 5)
        first = best(look.first(five), 5)
        return [
            beside("funnel of ten conditions in one pass, beside one scan", best(look.everybody(ten), 5), scanned, 2.5),
            Figure("first preview number of a rule of five conditions", first.seconds, most=FIRST, absolute=True),
            beside("the exact funnel of these five", best(look.everybody(five), 5), scanned),
        ]


class _Look:
    """Funnels of one form through one connection, as the page asks for them."""

    def __init__(self, made: World, conn: Connection, form: str) -> None:
        self.conn, self.app, self.as_of = conn, made.app, made.as_of
        self.live = self.app.form(form)

    def everybody(self, rule: Any) -> Callable[[], int]:
        """The total of an exact funnel."""
        return lambda: funnel(self.conn, self.app, self.live, rule, self.as_of).total

    def first(self, rule: Any) -> Callable[[], int]:
        """The first number a person sees: of a sample where the form is large, else of everybody."""

        def asked() -> int:
            sample = sample_of(self.conn, self.live.tables.main)
            return funnel(self.conn, self.app, self.live, rule, self.as_of, sample).total

        return asked
