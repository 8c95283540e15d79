"""What the system itself puts into values: counted numbers, the time of a consent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from runtime.clock import AsOf
from runtime.records.act import Act
from runtime.sql.counters import take_numbers
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm


def number(act: Act, live: LiveForm, rows: Sequence[dict[str, Any]]) -> None:
    """Put a number into every new record's values for each field that counts."""
    number_on(act, live, rows, act.as_of)


def number_on(act: Act, live: LiveForm, rows: Sequence[dict[str, Any]], day: AsOf) -> None:
    """Put the numbers that values lack into them, as on a day; a counter is named by its column, so that a field of
    another type with the same key begins anew. A code's counters end in a separator, these never do.
    """
    for field in live.form.live_fields.values():
        if not field.type.counted or not rows:
            continue
        bare = [values for values in rows if not values.get(field.key)]
        scope = f"{live.tables.names[field.key]}/{field.type.period(field.settings, day.today)}"
        start = field.type.setting(field.settings, "start")
        first = take_numbers(act.conn, tables.counter, {"form_id": live.id, "scope": scope}, len(bare), start) if bare else 0
        for at, values in enumerate(bare, first):
            values[field.key] = field.type.numbered(field.settings, day.today, at)


def stamp(live: LiveForm, rows: Iterable[dict[str, Any]], at: str) -> None:
    """Note the time in new values that remember when they were given; one that has a time keeps it."""
    fields = [field for field in live.form.live_fields.values() if field.type.stamped]
    for values in rows if fields else ():
        for field in fields:
            if values.get(field.key) is not None:
                values[field.key] = field.type.stamp(values[field.key], at)
