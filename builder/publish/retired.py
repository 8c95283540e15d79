"""Fields that were taken off a form: since when and by whom, and what they still hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from builder.publish.concerned import filled
from runtime.definitions.form import Field
from runtime.fields.base import Names
from runtime.records import load
from runtime.storage import purges, versions
from runtime.storage.live import LiveForm

SAMPLES = 3


class Retired(NamedTuple):
    """One such field: the version that retired it (with when and by whom), and in how many records a value is kept."""

    item: Field
    version: int
    at: str
    by: str | None
    records: int
    samples: tuple[str, ...]


def of_form(conn: Connection, live: LiveForm, names: Names) -> list[Retired]:
    """The retired fields of a published form, the one that holds most first."""
    items = [item for item in live.form.fields.values() if item.retired]
    if not items:
        return []
    counts, since = count(conn, live, [item.key for item in items]), _since(conn, live, items)
    held = _samples(conn, live, [item for item in items if counts[item.key]], names)
    made = [Retired(item, *since[item.key], counts[item.key], held.get(item.key, ())) for item in items]
    return sorted(made, key=lambda each: -each.records)


def count(conn: Connection, live: LiveForm, keys: Sequence[str]) -> dict[str, int]:
    """In how many records each field holds a value, those in the recycle bin too; one look at the table."""
    stored = [key for key in keys if not live.form.fields[key].type.computed]
    ones = [sa.func.coalesce(sa.func.sum(sa.case((filled(live.tables, key), 1), else_=0)), 0) for key in stored]
    row = conn.execute(sa.select(*ones).select_from(live.tables.main)).one() if ones else ()
    return dict.fromkeys(keys, 0) | dict(zip(stored, map(int, row), strict=True))


def purged_in(conn: Connection, form_id: int) -> dict[int, list[Mapping[str, str]]]:
    """By version that still knows them, the labels of fields whose values have been purged since."""
    gone = purges.of_form(conn, form_id)
    if not gone:
        return {}
    return {row.version: found for row, body in versions.bodies(conn, form_id)
            if (found := [each.label for key, each in gone.items() if key in body["properties"] and row.at <= each.at])}


def _since(conn: Connection, live: LiveForm, items: Sequence[Field]) -> dict[str, tuple[int, str, str | None]]:
    """The version from which on each field has been retired without a break."""
    found: dict[str, tuple[int, str, str | None]] = {}
    open_still = {item.key for item in items}
    for row, body in versions.bodies(conn, live.id):
        off = {key for key in open_still if body["properties"].get(key, {}).get("x-fenzu", {}).get("retired")}
        open_still = off
        found |= dict.fromkeys(off, (row.version, row.at, row.by))
        if not off:
            break
    return found


def _samples(conn: Connection, live: LiveForm, items: Sequence[Field], names: Names) -> dict[str, tuple[str, ...]]:
    """A few values of each field as people read them."""
    main = live.tables.main
    ids: Mapping[str, list[int]] = {
        item.key: list(conn.execute(sa.select(main.c.id).where(filled(live.tables, item.key)).limit(SAMPLES)).scalars())
        for item in items
    }
    records = load.records(conn, live, sorted({i for some in ids.values() for i in some}), fields=[item.key for item in items])
    return {item.key: tuple(dict.fromkeys(item.type.show(records[i].values[item.key], item.settings, names) for i in ids[item.key]))
            for item in items}
