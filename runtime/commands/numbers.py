"""Auto numbers: given to new records in one go, one draw from each counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.records.act import Act
from runtime.sql.counters import take_numbers
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm


def give(act: Act, live: LiveForm, rows: Sequence[dict[str, Any]]) -> None:
    """Put a number into every new record's values for each field that counts; its counter is named by its column, so
    that a field of another type with the same key begins anew. A code's counters end in a separator, these never do.
    """
    today = act.as_of.today
    for field in live.form.live_fields.values():
        if not field.type.counted or not rows:
            continue
        scope = f"{live.tables.names[field.key]}/{field.type.period(field.settings, today)}"
        start = field.type.setting(field.settings, "start")
        first = take_numbers(act.conn, tables.counter, {"form_id": live.id, "scope": scope}, len(rows), start)
        for number, values in enumerate(rows, first):
            values[field.key] = field.type.numbered(field.settings, today, number)
