"""What a record said in a field that has changed its type since, where the new type could not read it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from runtime.definitions.form import Field
from runtime.records.load import Record
from runtime.storage import record_tables, retypes
from runtime.storage.live import LiveForm


def of_record(conn: Connection, live: LiveForm, record: Record) -> dict[str, tuple[Field, Any]]:
    """By field that is blank now and that nobody has written since: the field as it was, and what it held."""
    left = retypes.past(conn, live.id)
    blank = [key for key in left if key in live.form.live_fields and record.values.get(key) is None]
    found: dict[str, tuple[Field, Any]] = {}
    numbers = record_tables.numbers_of(conn, live.id) if blank else {}
    for key in blank:
        for each in left[key]:
            if each.number == numbers[key] or retypes.edited(conn, live.id, {key: each.since}, [record.id])[key]:
                continue
            value = retypes.held(conn, live.id, each, [record.id]).get(record.id)
            if value is not None:
                found.setdefault(key, (each.item, value))
    return found
