"""The sample records of an installed app: how many are left, how many were worked on since, and clearing them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.commands import remove
from runtime.records import known
from runtime.records.act import Act
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp
from runtime.workflows import cadence, pooling

SOME = 500
# What happens to a record without anybody working on it.
BY_ITSELF = ("template", "clock", cadence.KIND, pooling.CAUSE)


class Samples(NamedTuple):
    """The sample records still in use, by form in the order of installing, and those of them worked on since."""

    ids: Mapping[str, list[int]]
    changed: Mapping[str, set[int]]

    @property
    def total(self) -> int:
        return sum(map(len, self.ids.values()))

    @property
    def touched(self) -> int:
        return sum(map(len, self.changed.values()))


def look(conn: Connection, app: LiveApp) -> Samples:
    """Count before anything is cleared."""
    found = conn.execute(sa.select(tables.app.c.sample).where(tables.app.c.id == app.id)).scalar()
    stored: dict[str, list[int]] = json.loads(found) if found else {}
    ids = {form: known.present(conn, app.form(form), mine) for form, mine in stored.items() if form in app.forms}
    return Samples(ids, {form: _changed(conn, app, form, mine) for form, mine in ids.items()})


def clear(act: Act, *, keep_changed: bool) -> int:
    """Put the sample records into the recycle bin, what is kept belongs to people from now on."""
    samples, gone = look(act.conn, act.app), 0
    for form in reversed(list(samples.ids)):
        kept = samples.changed[form] if keep_changed else set()
        for part in _parts([i for i in samples.ids[form] if i not in kept]):
            gone += len(remove.remove(act, form, part))
    a = tables.app
    act.conn.execute(a.update().where(a.c.id == act.app.id).values(sample=None))
    return gone


def _changed(conn: Connection, app: LiveApp, form: str, ids: list[int]) -> set[int]:
    h, c = tables.history, tables.comment
    found: set[int] = set()
    for part in _parts(ids):
        mine = (h.c.form_id == app.form(form).id, h.c.record_id.in_(part), h.c.cause.not_in(BY_ITSELF))
        found.update(conn.execute(sa.select(h.c.record_id).where(*mine).distinct()).scalars())
        talked = sa.select(c.c.record_id).where(c.c.form_id == app.form(form).id, c.c.record_id.in_(part))
        found.update(conn.execute(talked.distinct()).scalars())
    return found


def _parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + SOME] for start in range(0, len(ids), SOME))
