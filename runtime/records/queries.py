"""The one reader: every list, count, group, export and API answer comes through here, limited to the asker's rows."""

from __future__ import annotations

import base64
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import Invalid, NotFound, Problem
from runtime.records import access, inside, load, search
from runtime.records.load import Record
from runtime.records.targets import SYSTEM
from runtime.rules.compile import compile_rule
from runtime.sql import prepared
from runtime.sql.lists import among
from runtime.sql.prepared import Prepared
from runtime.storage.live import LiveApp, LiveForm

PAGE = 50
MOST = 500
COUNTED = 10_000
REMEMBERED = 500


@dataclass(frozen=True)
class Query:
    """What a list shows: a rule, words to search for, a sort, and where the page begins; `where` limits it further."""

    rule: Mapping[str, Any] | None = None
    search: str = ""
    sort: tuple[tuple[str, bool], ...] = ()
    limit: int = PAGE
    after: str | None = None
    deleted: bool = False
    ids: tuple[int, ...] | None = None
    where: ColumnElement[bool] | None = None


@dataclass(frozen=True)
class Page:
    """One page of a list: its records in order and the markers of its neighbours."""

    records: list[Record]
    after: str | None
    before: str | None
    ids: list[int] = field(default_factory=list)


class Reader:
    """One asker's view of one form at one moment."""

    def __init__(self, conn: Connection, app: LiveApp, live: LiveForm, actor: Actor, as_of: AsOf) -> None:
        self.conn, self.app, self.live, self.actor, self.as_of = conn, app, live, actor, as_of
        self.table = live.tables.main

    def one(self, record_id: int, *, deleted: bool = False) -> Record:
        """One record; raises NotFound when it is not there or not the asker's."""
        seen = access.visible_ids(self.conn, self.app, self.live, self.actor, [record_id], self.as_of, deleted=deleted)
        found = self._load(sorted(seen))
        if record_id not in found:
            raise NotFound(Problem("id", "no_such_record"))
        return found[record_id]

    def _load(self, ids: Sequence[int], fields: Iterable[str] | None = None) -> dict[int, Record]:
        """Rows with everything people see, what is worked out from other values included."""
        seen = access.seen(self.app, self.live, self.actor, late=True)
        return load.records(self.conn, self.live, ids, fields=fields, target=seen, as_of=self.as_of, me=self.actor.id)

    def tried(self, ids: Sequence[int], value: ColumnElement[Any]) -> dict[int, Any]:
        """What an expression over the form's records comes to for some of them; a formula is tried out so before it is kept."""
        seen = access.row_rule(self.app, self.live, self.actor, self.as_of)
        rows = self.conn.execute(sa.select(self.table.c.id, value).where(among(self.table.c.id, list(ids)), seen))
        return {row[0]: row[1] for row in rows}

    def condition(self, query: Query, *, late: bool = False, members: inside.Members | None = None
                  ) -> tuple[ColumnElement[bool], sa.FromClause, search.Found | None]:
        """Everything that limits a list, and the FROM that its sums need. `late` leaves open who asks and when; `members`
        are those of the group that the rule asks for.
        """
        as_of = None if late else self.as_of
        there = self.table.c.deleted_at.is_not(None) if query.deleted else self.table.c.deleted_at.is_(None)
        parts = [there, access.row_rule(self.app, self.live, self.actor, as_of)]
        source: sa.FromClause = self.table if members is None else members.join(self.table)
        rule = query.rule if members is None else members.rest
        if rule is not None:
            me = None if late else self.actor.id
            compiled = compile_rule(rule, access.seen(self.app, self.live, self.actor, late=late), as_of, me=me, scan=True)
            parts.append(compiled.where)
            source = compiled.select_from(source)
        if query.ids is not None:
            parts.append(among(self.table.c.id, query.ids))
        if query.where is not None:
            parts.append(query.where)
        found = search.find(self.conn, self.live.id, query.search) if query.search.strip() else None
        return sa.and_(*parts), source, found

    def page(self, query: Query, fields: Iterable[str] | None = None) -> Page:
        """One page of records: ids first by the sort, then the rows (of them these fields); paged by key, never by offset."""
        if query.after is None and query.ids is None and query.where is None and not query.search.strip():
            ids, after = self._first(query)
        else:
            ids, more = self.ids(query)
            after = self._marker(query, ids[-1]) if more else None
        records = self._load(ids, fields)
        return Page([records[i] for i in ids if i in records], after, None, ids)

    def _first(self, query: Query) -> tuple[list[int], str | None]:
        """The ids of a first page and the marker of the next: the same question asked again costs no compilation."""
        limit = max(1, min(query.limit, MOST))
        rows = self._prepared(query).run(self.conn, as_of=self.as_of, me=self.actor.id, limit=limit + 1)
        after = write_marker(rows[limit - 1]) if len(rows) > limit else None
        return [row[-1] for row in rows[:limit]], after

    def _prepared(self, query: Query) -> Prepared:
        """The statement of a first page, with times, the asker and the length filled in at each run."""
        role, members = access.kept_apart(self.app, self.actor), self._members(query)
        name = (self.live.key, json.dumps(query.rule, sort_keys=True), query.sort, query.deleted, role, members is None)
        known: dict[Any, Prepared] = self.app.cache.setdefault("first pages", {})
        if name not in known:
            where, source, _ = self.condition(query, late=True, members=members)
            keys = self.keys(query.sort, late=True, members=members)
            columns = [key.column.label(f"k{at}") for at, key in enumerate(keys)]
            statement = sa.select(*columns).select_from(source).where(where).order_by(*(key.ordered for key in keys))
            if len(known) >= REMEMBERED:
                known.clear()
            known[name] = Prepared(statement.limit(prepared.late("limit", sa.Integer())), self.conn.dialect)
        return known[name]

    def ids(self, query: Query) -> tuple[list[int], bool]:
        """The ids of one page in order, and whether there are more."""
        limit, members = max(1, min(query.limit, MOST)), self._members(query)
        where, source, found = self.condition(query, members=members)
        keys = self.keys(query.sort, members=members)
        statement = sa.select(self.table.c.id).select_from(source).where(where).order_by(*(k.ordered for k in keys))
        if query.after:
            statement = statement.where(after_marker(keys, read_marker(query.after, len(keys))))
        if found is None:
            ids = list(self.conn.execute(statement.limit(limit + 1)).scalars())
        else:
            ids = search.first(self.conn, found, statement, limit + 1)
        return ids[:limit], len(ids) > limit

    def count(self, query: Query, most: int | None = COUNTED) -> tuple[int, bool]:
        """How many records a list has, counted up to a bound (None: all), and whether the figure is exact."""
        where, source, found = self.condition(query, members=inside.members(self.app, self.live, query.rule))
        if found is not None and most is not None:
            ids = sa.select(self.table.c.id).select_from(source).where(where)
            total = search.count(self.conn, found, ids, most + 1)
            return (total, True) if total <= most else (most, False)
        if found is not None:
            where = sa.and_(where, found.within(self.table.c.id))
        inner = sa.select(sa.literal(1).label("one")).select_from(source).where(where)
        if most is not None:
            inner = inner.limit(most + 1)
        total = int(self.conn.execute(sa.select(sa.func.count()).select_from(inner.subquery())).scalar_one())
        return (total, True) if most is None or total <= most else (most, False)

    def stream(self, query: Query, size: int = 500) -> Iterator[list[Record]]:
        """All records of a list in its order, some hundreds at a time, for exports and jobs.

        The list is filtered and sorted once; of it only the ids are kept, eight bytes each.
        """
        where, source, found = self.condition(query)
        if found is not None:
            where = sa.and_(where, found.within(self.table.c.id))
        statement = sa.select(self.table.c.id).select_from(source).where(where).order_by(*(k.ordered for k in self.keys(query.sort)))
        ids = array("q", self.conn.execute(statement).scalars())
        for start in range(0, len(ids), size):
            yield list(self._load(ids[start : start + size].tolist()).values())

    def _members(self, query: Query) -> inside.Members | None:
        """The members of the group a list asks for, where it is best read from them: in their order, or when they are few."""
        found = None if query.deleted else inside.members(self.app, self.live, query.rule)
        along = not query.sort or query.sort[0][0] in inside.BY_NUMBER
        return found if found is not None and (along or found.few(self.conn)) else None

    def keys(self, sort: Sequence[tuple[str, bool]], *, late: bool = False, members: inside.Members | None = None) -> list[Key]:
        """The columns a list is sorted by; the id comes last, so that no two rows are equal. `late` leaves open when."""
        number = self.table.c.id if members is None else members.record
        if sort and sort[0][0] in inside.BY_NUMBER:
            return [Key("$id", number, sort[0][1], False)]
        made = [self._key(name, desc, late) for name, desc in sort]
        descending = made[-1].desc if made else True
        return [*made, Key("$id", number, descending, False)]

    def _key(self, name: str, desc: bool, late: bool) -> Key:
        if name in SYSTEM:
            return Key(name, self.table.c[SYSTEM[name][0]], desc, name in ("$created_by", "$updated_by"))
        item = self.live.form.live_fields.get(name)
        if item is not None and item.type.computed:
            records = access.seen(self.app, self.live, self.actor, late=late)
            return Key(name, (records if late else records.at(self.as_of)).operand(name).value, desc, True)
        if item is None or name not in self.live.tables.names:
            raise Invalid(Problem("sort", "bad_sort", {"field": name}))
        pinyin = self.live.tables.shadow(name, "p")
        return Key(name, self.live.tables.column(name) if pinyin is None else pinyin, desc, True)

    def _marker(self, query: Query, last: int) -> str:
        """Where the next page begins: the sort values of this page's last row."""
        columns = [key.column.label(f"k{at}") for at, key in enumerate(self.keys(query.sort))]
        row = self.conn.execute(sa.select(*columns).where(self.table.c.id == last)).one()
        return write_marker(list(row))


@dataclass(frozen=True)
class Key:
    """One column of a sort; blanks come last, whichever way it goes."""

    name: str
    column: ColumnElement[Any]
    desc: bool
    nullable: bool

    @property
    def ordered(self) -> ColumnElement[Any]:
        way = self.column.desc() if self.desc else self.column.asc()
        return way.nulls_last() if self.nullable else way

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """Rows that come after a value."""
        if value is None:
            return sa.false()
        later = self.column < value if self.desc else self.column > value
        return sa.or_(later, self.column.is_(None)) if self.nullable else later

    def same(self, value: Any) -> ColumnElement[bool]:
        return self.column.is_(None) if value is None else self.column == value


def after_marker(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows after a marker in the order of the keys."""
    cases = []
    for at, key in enumerate(keys):
        same = [other.same(value) for other, value in zip(keys[:at], values, strict=False)]
        cases.append(sa.and_(*same, key.beyond(values[at])))
    return sa.or_(*cases)


def write_marker(values: Sequence[Any]) -> str:
    """The marker of a place in a list: the sort values of the row it stands behind."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_marker(marker: str, size: int) -> list[Any]:
    """A marker's values; a broken or foreign one is refused."""
    try:
        values = json.loads(base64.urlsafe_b64decode(marker + "=" * (-len(marker) % 4)))
        if isinstance(values, list) and len(values) == size and isinstance(values[-1], int) and not any(
                isinstance(value, list | dict) for value in values):
            return values
    except (ValueError, UnicodeError):
        pass
    raise Invalid(Problem("cursor", "bad_cursor"))
