"""What is kept of the past, told again as the events that workflows hear: the history of records and the diary of groups.

Of each kind of event the newest lines are looked at, by an index, and no more than `MOST`; `Told.whole` says whether that was all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from runtime import clock
from runtime.records import lately
from runtime.records.act import Act
from runtime.records.events import SAMPLES
from runtime.sql.texts import position
from runtime.sql.types import BinaryText
from runtime.storage import history_index
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm
from runtime.words import Words

MOST = 20_000  # lines, or records, that one look into the past reads
QUIET = (SAMPLES, "silent")  # causes that set nothing off
CHUNK = 500
h, d = tables.history, tables.diary


@dataclass(frozen=True)
class Span:
    """A stretch of the past that is looked at, up to the moment of the act, which only reads."""

    act: Act
    live: LiveForm
    since: datetime

    @property
    def low(self) -> str:
        return clock.text(self.since)


@dataclass
class Told:
    """When runs would have begun: the record (None: a run about none) and the moment.

    `whole` is false where more happened than was looked at; `unknown` says why the past cannot be told, `but` what it is told
    by; `gone` marks records that are no longer there because that is what began the runs.
    """

    moments: list[tuple[int | None, str]] = field(default_factory=list)
    whole: bool = True
    unknown: Words | None = None
    but: Words | None = None
    gone: bool = False


@dataclass(frozen=True)
class Line:
    """One thing that happened to one record."""

    record: int
    at: str
    cause: str
    changes: Mapping[str, Any]


@dataclass
class Lines:
    """Some lines, and whether these are all of the span."""

    found: list[Line]
    whole: bool


def changed(span: Span, names: Sequence[str]) -> Lines:
    """Changes of records, of certain fields or of any; numbers that the system gave later are nobody's change."""
    newest = sa.select(h.c.id, h.c.record_id, h.c.at, h.c.cause, h.c.changes).where(
        h.c.form_id == span.live.id, h.c.act == sa.literal_column("'change'", BinaryText), h.c.at >= span.low)
    part = newest.order_by(h.c.at.desc(), h.c.record_id.desc()).limit(MOST + 1).subquery()
    query = sa.select(part.c.record_id, part.c.at, part.c.cause, _about(part.c.changes, names)).order_by(part.c.id)
    known = {key for key, one in span.live.form.fields.items() if not one.type.counted}
    return _lines(span.act.conn.execute(query).all(), lambda changes: {key: sides for key, sides in changes.items() if key in known})


def created(span: Span, names: Sequence[str]) -> Lines:
    """New records, the newest by number, with what certain fields held at first."""
    newest = lately.newest(span.live, MOST + 1)
    mine = (h.c.form_id == span.live.id, h.c.record_id == newest.c.id, h.c.act == "create")
    query = sa.select(newest.c.id, newest.c.created_at, h.c.cause, _about(h.c.changes, names) if names else sa.literal("{}"))
    return _lines(span.act.conn.execute(query.join(h, sa.and_(*mine)).where(newest.c.created_at >= span.low)).all(), dict, empty=True)


def binned(act: str) -> Callable[[Span, Sequence[str]], Lines]:
    """Records put into the bin, or taken out of it."""

    def read(span: Span, _names: Sequence[str]) -> Lines:
        query = sa.select(h.c.record_id, h.c.at, h.c.cause, sa.literal("{}")).where(
            h.c.form_id == span.live.id, history_index.BINNED_ACTS, h.c.act == act, h.c.at >= span.low)
        return _lines(span.act.conn.execute(query.order_by(h.c.at.desc()).limit(MOST + 1)).all(), dict, empty=True)

    return read


def moved(span: Span, names: Sequence[str]) -> Lines:
    """Moves in certain groupings, as the diary has them: what was left and joined at one moment belongs together."""
    items = [item for key in names if (item := span.act.app.groupings.get(key)) is not None]
    keys = {number: (item.key, key) for item in items for key, number in item.ids.items()}
    columns = (d.c.id, d.c.record_id, d.c.at, d.c.cause, d.c.group_id, d.c.joined)
    parts = [sa.select(*columns).where(d.c.grouping_id == item.id, d.c.form_id == span.live.id, d.c.at >= span.low)
             .order_by(d.c.at.desc()).limit(MOST + 1) for item in items]
    rows = [row for part in parts for row in span.act.conn.execute(part)]
    away = {(line.record, line.at) for line in binned("remove")(span, ()).found}  # who left all groups by being deleted began nothing
    together: dict[tuple[int, str], list[Line]] = {}
    for row in sorted(rows):
        grouping, group = keys.get(row.group_id, ("", ""))
        if not grouping or row.cause in QUIET or (row.record_id, row.at) in away:
            continue
        lines = together.setdefault((row.record_id, row.at), [])
        if not lines or any(group in side for side in lines[-1].changes.get(grouping, ())):
            lines.append(Line(row.record_id, row.at, row.cause, {}))
        _side(lines[-1], grouping, bool(row.joined)).append(group)
    return Lines([line for lines in together.values() for line in lines], len(rows) <= MOST)


def _side(line: Line, grouping: str, joined: bool) -> list[str]:
    sides: list[list[str]] = line.changes.setdefault(grouping, [[], []])  # type: ignore[attr-defined]
    return sides[joined]


def _about(changes: Any, names: Sequence[str]) -> Any:
    """The text of the changes where it mentions one of these fields, which spares reading most others; all without names."""
    if not names:
        return changes
    mentioned = (position(changes, sa.literal(f'"{name}":[', BinaryText)) > 0 for name in names)
    return sa.case((sa.or_(*mentioned), changes))


def _lines(rows: Sequence[Any], kept: Callable[[Any], dict[str, Any]], *, empty: bool = False) -> Lines:
    made = ((row, kept(json.loads(row[3])) if row[3] and row[3] != "{}" else {}) for row in rows[:MOST] if row[2] not in QUIET)
    return Lines([Line(row[0], row[1], row[2], changes) for row, changes in made if changes or empty], len(rows) <= MOST)


READERS: Mapping[str, Callable[[Span, Sequence[str]], Lines]] = {
    "created": created, "changed": changed, "removed": binned("remove"), "restored": binned("restore"), "moved": moved}


def batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines some at a time, of one cause and with no record twice."""
    part: dict[int, Line] = {}
    for line in lines:
        if part and (line.record in part or len(part) >= CHUNK or next(iter(part.values())).cause != line.cause):
            yield list(part.values())
            part = {}
        part[line.record] = line
    if part:
        yield list(part.values())
