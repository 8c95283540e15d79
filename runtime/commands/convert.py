"""Values of a field that changes its type: rehearsed, then written into the column that takes over; the old one stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.commands import rows
from runtime.definitions.form import Field, Form
from runtime.fields.base import Names, Refused
from runtime.fields.conversions import Converted, convert, stored_alike
from runtime.records import load, search
from runtime.storage import retypes
from runtime.storage.live import LiveForm
from runtime.storage.record_tables import RecordTables
from runtime.storage.retypes import Past

AT_ONCE = 500
SAMPLES = 3
UNMATCHED = 60


@dataclass(frozen=True)
class Switch:
    """One field that goes over. `back` is the column it left before and takes again, where there is one."""

    was: Field
    now: Field
    back: Past | None

    @property
    def key(self) -> str:
        return self.now.key


@dataclass
class Rehearsal:
    """What would become of the values of one field: how many fit, change and fail, with samples of each.

    `kept` counts those that come back exactly as they were; `whole` is False when only the first were looked at.
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

    @property
    def repeated(self) -> list[tuple[str, int]]:
        """Values that several records would have, where that was asked."""
        return [(str(value), often) for value, often in self.made.most_common(SAMPLES) if often > 1]

    def count(self, said: str, made: Converted, shown: str) -> None:
        """Count one value."""
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


def rehearse(conn: Connection, live: LiveForm, moved: Sequence[Switch], names: Names, most: int = 50_000) -> dict[str, Rehearsal]:
    """Convert without writing: every live record, or the first `most` of a very large form."""
    found = {each.key: Rehearsal() for each in moved}
    seen = 0
    for ids in pages(conn, live.tables, alive=True):
        if seen >= most:
            for one in found.values():
                one.whole = False
            break
        seen += len(ids)
        records = load.records(conn, live, ids, fields=found.keys())
        for each in moved:
            _rehearse(conn, live, each, found[each.key], records, names)
    return found


def _rehearse(conn: Connection, live: LiveForm, each: Switch, into: Rehearsal, records: dict[int, Any], names: Names) -> None:
    fresh = set(records)
    if each.back is not None:
        fresh = retypes.edited(conn, live.id, each.key, each.back.since, list(records))
        untouched = len(retypes.held(conn, live.id, each.back, [i for i in records if i not in fresh]))
        into.kept, into.fit = into.kept + untouched, into.fit + untouched
    for i in fresh & records.keys():
        value = records[i].values.get(each.key)
        if value is None:
            continue
        made = _converted(each, value, names)
        said = each.was.type.show(value, each.was.settings, names)
        shown = each.now.type.show(made.value, each.now.settings, names) if made.refused is None else ""
        into.count(said, made, shown)
        if each.now.unique == "block" and made.value is not None and not each.now.type.many:
            into.made[shown] += 1


def _converted(each: Switch, value: Any, names: Names) -> Converted:
    return convert(each.was.type, each.was.settings, each.now.type, each.now.settings, value, names)


def pages(conn: Connection, tables: RecordTables, *, alive: bool = False, low: int = 0) -> Iterator[list[int]]:
    """The numbers of a form's records in order, some at a time; those in the recycle bin too, unless only the `alive`."""
    main = tables.main
    while True:
        query = sa.select(main.c.id).where(main.c.id > low).order_by(main.c.id).limit(AT_ONCE)
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


def carry(conn: Connection, live: LiveForm, into: RecordTables, moved: Sequence[Switch], ids: Sequence[int], names: Names) -> None:
    """Write these records' values into the columns that take over. What cannot be read stays in the old column alone.

    A column that is taken again keeps what it holds, but for the values that were written since it was left.
    """
    records = load.records(conn, live, ids, fields=[each.key for each in moved])
    for each in moved:
        wanted = ids if each.back is None else sorted(
            retypes.edited(conn, live.id, each.key, each.back.since, list(ids)))
        values = {i: _converted(each, records[i].values.get(each.key), names).value for i in wanted if i in records}
        rows.put_column(conn, into, each.now, values)


def index_again(conn: Connection, live: LiveForm, code: str | None, ids: Sequence[int]) -> None:
    """Enter records into the search as their fields now read."""
    records = load.records(conn, live, ids)
    search.put(conn, live.id, [(i, rows.search_text(live, record.values, record.values.get(code) if code else None))
                               for i, record in records.items()])
