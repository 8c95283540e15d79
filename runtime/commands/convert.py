"""Values of a field that changes its type: rehearsed, then written into the column that takes over; the old one stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.commands import rows
from runtime.definitions.form import Field, Form
from runtime.fields.base import Names, Refused
from runtime.fields.conversions import Converted, convert, stored_alike
from runtime.records import load, search
from runtime.records.names import RecordNames
from runtime.storage import retypes
from runtime.storage.live import LiveForm
from runtime.storage.record_tables import RecordTables
from runtime.storage.retypes import Past

AT_ONCE = 500
SAMPLES = 3
UNMATCHED = 60
# So many different values are remembered with what becomes of them.
REMEMBERED = 20_000


class Told(NamedTuple):
    """A value as it read before, what becomes of it, and how that reads."""

    said: str
    made: Converted
    shown: str


@dataclass(frozen=True)
class Switch:
    """One field that goes over. `back` is the column it left before and takes again, where there is one."""

    was: Field
    now: Field
    back: Past | None
    known: dict[Any, Told] = field(default_factory=dict, compare=False, repr=False)

    @property
    def key(self) -> str:
        return self.now.key

    def over(self, value: Any, names: Names) -> Told:
        """What becomes of a value; one that comes again is not read again."""
        name = tuple(value) if self.was.type.many else value
        found = self.known.get(name)
        if found is None:
            found = self._read(value, names)
            if len(self.known) < REMEMBERED:
                self.known[name] = found
        return found

    def _read(self, value: Any, names: Names) -> Told:
        made = convert(self.was.type, self.was.settings, self.now.type, self.now.settings, value, names)
        shown = self.now.type.show(made.value, self.now.settings, names) if made.refused is None else ""
        return Told(self.was.type.show(value, self.was.settings, names), made, shown)


@dataclass
class Rehearsal:
    """What would become of the values of one field: how many fit, change and fail, with samples of each.

    `kept` counts those that come back exactly as they were; `whole` is False when only the first were looked at;
    `touched` are the records in which something changes or fails.
    """

    fit: int = 0
    change: int = 0
    fail: int = 0
    kept: int = 0
    changed: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, Refused]] = field(default_factory=list)
    unmatched: Counter[str] = field(default_factory=Counter)
    whole: bool = True
    made: Counter[Any] = field(default_factory=Counter)
    touched: set[int] = field(default_factory=set)

    @property
    def repeated(self) -> list[tuple[str, int]]:
        """Values that several records would have, where that was asked."""
        return [(str(value), often) for value, often in self.made.most_common(SAMPLES) if often > 1]

    def count(self, told: Told) -> None:
        """Count one value."""
        said, made, shown = told
        if made.refused is not None:
            self.fail += 1
            if said not in self.unmatched and len(self.failed) < SAMPLES:
                self.failed.append((said, made.refused))
            if said in self.unmatched or len(self.unmatched) < UNMATCHED:
                self.unmatched[said] += 1
        elif made.same:
            self.fit += 1
        else:
            self.change += 1
            if len(self.changed) < SAMPLES and (said, shown) not in self.changed:
                self.changed.append((said, shown))


def switches(conn: Connection, form_id: int, before: Form, after: Form) -> list[Switch]:
    """The fields of a form that would be stored in another way."""
    moved = [(before.fields[key], now) for key, now in after.fields.items()
             if key in before.fields and not now.type.computed and not before.fields[key].type.computed]
    moved = [(was, now) for was, now in moved if not stored_alike(was.type, was.settings, now.type, now.settings)]
    left = retypes.past(conn, form_id) if moved else {}
    return [Switch(was, now, retypes.kept_for(left, now)) for was, now in moved]


def rehearse(conn: Connection, live: LiveForm, moved: Sequence[Switch], names: RecordNames, most: int = 50_000) -> dict[str, Rehearsal]:
    """Convert without writing: every live record, or the first `most` of a very large form."""
    found = {each.key: Rehearsal() for each in moved}
    seen = 0
    for ids in pages(conn, live.tables, alive=True):
        if seen >= most:
            for one in found.values():
                one.whole = False
            break
        seen += len(ids)
        wanted = _wanted(conn, live, moved, ids)
        records = _records(conn, live, moved, wanted, names)
        for each in moved:
            if each.back is not None:
                fresh = set(wanted[each.key])
                untouched = len(retypes.held(conn, live.id, each.back, [i for i in ids if i not in fresh]))
                found[each.key].kept += untouched
                found[each.key].fit += untouched
            _rehearse(each, found[each.key], {i: records[i] for i in wanted[each.key] if i in records}, names)
    return found


def _rehearse(each: Switch, into: Rehearsal, records: Mapping[int, load.Record], names: Names) -> None:
    for i, record in records.items():
        value = record.values.get(each.key)
        if value is None:
            continue
        told = each.over(value, names)
        into.count(told)
        if not told.made.same:
            into.touched.add(i)
        if each.now.unique == "block" and told.made.value is not None and not each.now.type.many:
            into.made[told.shown] += 1


def prime(moved: Sequence[Switch], records: Mapping[int, load.Record], names: RecordNames) -> None:
    """Look up together what the values stand for: titles of linked records, names of people."""
    for each in moved:
        held = [value for record in records.values() if (value := record.values.get(each.key)) is not None]
        if each.was.far:
            names.prime_records(each.was.far, (one for value in held for one in (value if each.was.type.many else [value])))
        elif each.now.far:
            names.prime_found(each.now.far, map(str, held))
        elif each.was.type.kind in ("person", "people"):
            names.prime_people(one for value in held for one in each.was.type.persons(value))


def _wanted(conn: Connection, live: LiveForm, moved: Sequence[Switch], ids: Sequence[int]) -> Mapping[str, Sequence[int]]:
    """By field, which of these records have a value to be read: all, or for a column that is taken again those that were
    written since it was left.
    """
    again = retypes.edited(conn, live.id, {each.key: each.back.since for each in moved if each.back}, ids)
    return {each.key: ids if each.back is None else sorted(again[each.key].intersection(ids)) for each in moved}


def _records(conn: Connection, live: LiveForm, moved: Sequence[Switch], wanted: Mapping[str, Sequence[int]],
             names: RecordNames) -> Mapping[int, load.Record]:
    """The records that have something to be read."""
    records = load.records(conn, live, sorted(set().union(*wanted.values())), fields=wanted.keys())
    prime(moved, records, names)
    return records


def pages(conn: Connection, tables: RecordTables, *, alive: bool = False, low: int = 0, size: int = AT_ONCE) -> Iterator[list[int]]:
    """The numbers of a form's records in order, some at a time; those in the recycle bin too, unless only the `alive`."""
    main = tables.main
    while True:
        query = sa.select(main.c.id).where(main.c.id > low).order_by(main.c.id).limit(size)
        ids = list(conn.execute(query.where(main.c.deleted_at.is_(None)) if alive else query).scalars())
        if not ids:
            return
        yield ids
        low = ids[-1]


def last(conn: Connection, tables: RecordTables) -> int:
    """The highest number of a record."""
    return int(conn.execute(sa.select(sa.func.max(tables.main.c.id))).scalar() or 0)


def more_than(conn: Connection, tables: RecordTables, count: int) -> bool:
    """Whether a form has more than so many records."""
    return conn.execute(sa.select(tables.main.c.id).limit(1).offset(count)).first() is not None


def carry(conn: Connection, live: LiveForm, into: RecordTables, moved: Sequence[Switch], ids: Sequence[int], names: RecordNames) -> None:
    """Write these records' values into the columns that take over. What cannot be read stays in the old column alone.

    A column that is taken again keeps what it holds, but for the values that were written since it was left.
    """
    wanted, found = _wanted(conn, live, moved, ids), []
    records = _records(conn, live, moved, wanted, names)
    for each in moved:
        values = {i: records[i].values.get(each.key) for i in wanted[each.key] if i in records}
        found.append((each.now, {i: None if value is None else each.over(value, names).made.value for i, value in values.items()}))
    rows.put_columns(conn, into, found)


def index_again(conn: Connection, live: LiveForm, code: str | None, ids: Sequence[int]) -> None:
    """Enter records into the search as their fields now read."""
    records = load.records(conn, live, ids, fields=[*(item.key for item in rows.searchable(live)), *([code] if code else [])])
    search.put(conn, live.id, rows.search_texts(conn, live, code, {i: record.values for i, record in records.items()}))
