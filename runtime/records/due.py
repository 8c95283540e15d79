"""Records found for the clock: by a date in a field, which an index answers, or all that fit a rule; always by number, some at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.errors import NotFound, Problem
from runtime.records.act import Act
from runtime.records.targets import target
from runtime.rules.compile import compile_rule
from runtime.sql.lists import among_bound
from runtime.storage.live import LiveForm

# Numbers of records with what a field of theirs holds.
Dated = list[tuple[int, str]]


def on_days(conn: Connection, live: LiveForm, field: str, days: Sequence[str], after: int, limit: int) -> Dated:
    """Those whose date is one of some days, from behind a record on."""
    named = sa.bindparam(None, json.dumps(list(days)), type_=sa.Text())
    return _rows(conn, live, field, among_bound(_column(live, field), named, whole=False), after, limit)


def within(conn: Connection, live: LiveForm, field: str, low: str, high: str, after: int, limit: int) -> Dated:
    """Those whose moment lies after one and up to another, from behind a record on."""
    column = _column(live, field)
    return _rows(conn, live, field, sa.and_(column > low, column <= high), after, limit)


def years(conn: Connection, live: LiveForm, field: str) -> range:
    """The years in which the dates of a field lie; each end is one look into the index."""
    column = _column(live, field)
    ends = (sa.select(end(column)).where(column.is_not(None)).scalar_subquery() for end in (sa.func.min, sa.func.max))
    first, last = conn.execute(sa.select(*ends)).one()
    return range(int(first[:4]), int(last[:4]) + 1) if first else range(0)


def newest(conn: Connection, live: LiveForm, most: int) -> int:
    """The number behind which the newest so many records lie; 0 where there are no more than these."""
    number = live.tables.main.c.id
    return conn.execute(sa.select(number).order_by(number.desc()).offset(most).limit(1)).scalar() or 0


def soonest(conn: Connection, live: LiveForm, field: str, low: str, high: str, limit: int) -> list[str]:
    """The first moments of a field after one and up to another."""
    column = _column(live, field)
    return list(conn.execute(sa.select(column).where(column > low, column <= high).order_by(column).limit(limit)).scalars())


def fitting(act: Act, live: LiveForm, rule: Mapping[str, Any] | None, after: int, limit: int) -> list[int]:
    """Those that fit a rule (None: all there are), from behind a record on."""
    main = live.tables.main
    query = sa.select(main.c.id).where(main.c.deleted_at.is_(None), main.c.id > after).order_by(main.c.id).limit(limit)
    fit = sa.true() if rule is None else compile_rule(rule, target(act.app, live), act.as_of).where
    return list(act.conn.execute(query.where(fit)).scalars())


def _rows(conn: Connection, live: LiveForm, field: str, where: sa.ColumnElement[bool], after: int, limit: int) -> Dated:
    main = live.tables.main
    query = sa.select(main.c.id, _column(live, field)).where(main.c.deleted_at.is_(None), main.c.id > after, where)
    return [(row[0], row[1]) for row in conn.execute(query.order_by(main.c.id).limit(limit))]


def _column(live: LiveForm, field: str) -> sa.ColumnElement[Any]:
    if field not in live.tables.names or field not in live.form.live_fields:
        raise NotFound(Problem("field", "no_such_field", {"field": field}))
    return live.tables.column(field)
