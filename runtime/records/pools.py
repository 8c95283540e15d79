"""Pools as they stand: whose records return when, who may take one and when, and the warnings that a contact ends.

A record whose owner changed has a row that says since when; one without such a row was its owner's from the beginning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.definitions.pool import Pool, Reclaim, Rule
from runtime.records import contacts, history
from runtime.records.act import Act
from runtime.records.targets import target
from runtime.rules.compile import compile_rule
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm
from runtime.storage.pool_tables import held, line

CLAIM, LEFT = "claim", "left"
h, t = held, tables.task


class Standing(NamedTuple):
    """One record of a pool: its owner, the day until which it stays in any case, the day on which it returns if nobody calls."""

    owner: int | None
    kept: date | None
    back: date | None


def of(app: LiveApp) -> Sequence[tuple[LiveForm, Pool]]:
    """The forms of an app that have a pool."""
    if "pools" not in app.cache:
        app.cache["pools"] = [(live, live.form.pool) for live in app.forms.values() if live.form.pool and live.form.pool.owner in live.tables.names]
    found: Sequence[tuple[LiveForm, Pool]] = app.cache["pools"]
    return found


def fits(app: LiveApp, live: LiveForm, rule: Rule | None, as_of: AsOf) -> ColumnElement[bool]:
    """A rule of a pool as a condition; without one everybody fits."""
    return sa.true() if rule is None else compile_rule(rule, target(app, live), as_of).where


def mine(conn: Connection, app: LiveApp, live: LiveForm, pool: Pool, person: int, as_of: AsOf) -> int:
    """How many records somebody has that count, no further than one more than allowed by a thousand."""
    main, owner = live.tables.main, live.tables.column(pool.owner)
    counted = sa.true() if pool.free is None else sa.not_(fits(app, live, pool.free, as_of))
    few = sa.select(main.c.id).where(owner == person, main.c.deleted_at.is_(None), counted).limit((pool.most or 0) + 1_000)
    return int(conn.execute(sa.select(sa.func.count()).select_from(few.subquery())).scalar_one())


def taken_today(conn: Connection, live: LiveForm, person: int, as_of: AsOf) -> int:
    """How many somebody has taken from the pool today."""
    since = clock.text(as_of.start_of(as_of.today))
    query = sa.select(sa.func.count()).where(line.c.form_id == live.id, line.c.person == person, line.c.act == CLAIM, line.c.at >= since)
    return int(conn.execute(query).scalar_one())


def left_by(conn: Connection, live: LiveForm, person: int, ids: Sequence[int]) -> dict[int, str]:
    """Which of these records somebody had, and when they last went back."""
    query = sa.select(line.c.record_id, sa.func.max(line.c.at)).where(
        line.c.form_id == live.id, among(line.c.record_id, list(ids)), line.c.person == person, line.c.act == LEFT).group_by(line.c.record_id)
    return {row[0]: row[1] for row in conn.execute(query)}


def again_on(pool: Pool, left: str, as_of: AsOf) -> date:
    """The day from which somebody may take a record again that went back at a moment."""
    return _day(left, as_of) + timedelta(days=pool.again or 0)


def may_claim(conn: Connection, pool: Pool, actor: Actor) -> bool:
    """Whether somebody is among those who may take records from the pool; builders and administrators are."""
    if not pool.who or actor.may("build"):
        return True
    if any(one.get("role") == actor.role or one.get("person") == actor.id for one in pool.who):
        return True
    asked = [one["department"] for one in pool.who if "department" in one]
    return bool(asked) and bool(_inside(conn, actor.id, asked))


def _inside(conn: Connection, person: int, keys: Sequence[str]) -> bool:
    d, above = tables.department_person, tables.department_line
    query = sa.select(d.c.person).join(above, above.c.department == d.c.department).where(d.c.person == person, above.c.above.in_(list(keys)))
    return conn.execute(query.limit(1)).first() is not None


def since(live: LiveForm, owner: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[bool]]:
    """Since when a record is its owner's, and the condition by which its row in the pool is joined."""
    return sa.func.coalesce(h.c.since, live.tables.main.c.created_at), sa.and_(h.c.form_id == live.id, h.c.record_id == live.tables.main.c.id, h.c.owner == owner)


def due(app: LiveApp, live: LiveForm, pool: Pool, as_of: AsOf, ahead: int) -> sa.Select[Any]:
    """Number and owner of the records that would return within so many days from today, if nobody called: no contact for long enough, not protected."""
    main, owner = live.tables.main, live.tables.column(pool.owner)
    begun, joined = since(live, owner)
    assert pool.reclaim is not None
    edge = _edge(pool.reclaim.days, ahead, as_of)
    where = [main.c.deleted_at.is_(None), owner.is_not(None), begun < edge, fits(app, live, pool.reclaim.when, as_of), _silent(app, live, edge)]
    if pool.keep:
        where.append(begun < _edge(pool.keep, ahead, as_of))
    return sa.select(main.c.id, owner.label("owner")).select_from(main.outerjoin(h, joined)).where(*where)


class Foreseen(NamedTuple):
    """How many records of one owner would return today, and how many more in the days after."""

    owner: int
    now: int
    soon: int


def foreseen(conn: Connection, app: LiveApp, live: LiveForm, pool: Pool, as_of: AsOf, days: int) -> list[Foreseen]:
    """By owner, those with most first; by what is known now, as if everybody had been warned."""
    counted = []
    for ahead in (0, days):
        rows = due(app, live, pool, as_of, ahead).subquery()
        counted.append({row[0]: row[1] for row in conn.execute(sa.select(rows.c.owner, sa.func.count()).group_by(rows.c.owner))})
    found = [Foreseen(owner, counted[0].get(owner, 0), n - counted[0].get(owner, 0)) for owner, n in counted[1].items()]
    return sorted(found, key=lambda one: (-one.now - one.soon, one.owner))


def _edge(days: int, ahead: int, as_of: AsOf) -> str:
    """What lies before this moment has become so many days old, on the day that comes so many days from today."""
    return clock.text(as_of.start_of(as_of.today - timedelta(days=days - ahead - 1)))


def _silent(app: LiveApp, live: LiveForm, edge: str) -> ColumnElement[bool]:
    """No talk since; a form without talks counts from the day somebody got the record."""
    talks = contacts.talks_of(app, live.key)
    if talks is None:
        return sa.true()
    talk, link, at = talks
    other = talk.tables.main.alias()
    of_, when = other.c[talk.tables.names[link.key]], other.c[talk.tables.names[at.key]]
    return ~sa.exists().where(of_ == live.tables.main.c.id, other.c.deleted_at.is_(None), when >= edge)


def _day(moment: str, as_of: AsOf) -> date:
    return clock.moment(moment).astimezone(as_of.zone).date()


def standing(conn: Connection, app: LiveApp, live: LiveForm, record: int, as_of: AsOf) -> Standing | None:
    """How one record stands in its pool; None where the form has none."""
    pool = live.form.pool
    if pool is None:
        return None
    main, owner = live.tables.main, live.tables.column(pool.owner)
    begun, joined = since(live, owner)
    row = conn.execute(sa.select(owner.label("owner"), begun.label("since"), h.c.back).select_from(main.outerjoin(h, joined)).where(main.c.id == record)).first()
    if row is None or row.owner is None:
        return Standing(None, None, None)
    kept = _day(row.since, as_of) + timedelta(days=pool.keep) if pool.keep else None
    return Standing(row.owner, kept if kept and kept > as_of.today else None, date.fromisoformat(row.back) if row.back else None)


def noted(act: Act, live: LiveForm, kind: str, records: Mapping[int, Any] | Iterable[int]) -> None:
    """Something of a kind happened to records of a form: a talk ends the warnings about whom it was with, and so does the bin."""
    for own, pool in of(act.app):
        if pool.reclaim is None:
            continue
        if own.key == live.key and kind == "removed":
            end_warnings(act, own, list(records), "gone")
        talks = contacts.talks_of(act.app, own.key)
        if talks is not None and talks[0].key == live.key and kind in ("created", "changed", "restored"):
            _contacted(act, own, pool, pool.reclaim, talks[1].key, live, list(records))


def _contacted(act: Act, own: LiveForm, pool: Pool, reclaim: Reclaim, link: str, talk: LiveForm, talks: Sequence[int]) -> None:
    """Of those talked with, end the warnings of whoever would not return any more."""
    of_ = talk.tables.column(link)
    warned = sa.select(h.c.record_id).join(talk.tables.main, of_ == h.c.record_id).where(
        h.c.form_id == own.id, h.c.back.is_not(None), among(talk.tables.main.c.id, list(talks)))
    asked = sorted(set(act.conn.execute(warned).scalars())) if talks else []
    if asked:
        still = due(act.app, own, pool, act.as_of, reclaim.warn).where(among(own.tables.main.c.id, asked))
        end_warnings(act, own, sorted(set(asked) - set(act.conn.execute(still).scalars())), "done")


def end_warnings(act: Act, live: LiveForm, ids: Sequence[int], state: str) -> None:
    """These records do not return by the clock after all; what their owners were asked to do is done, or gone."""
    if not ids:
        return
    here = (h.c.form_id == live.id, among(h.c.record_id, list(ids)), h.c.back.is_not(None))
    numbers = [one for one in act.conn.execute(sa.select(h.c.task).where(*here)).scalars() if one is not None]
    act.conn.execute(sa.update(h).where(*here).values(back=None, task=None))
    end_tasks(act, live, numbers, state)


def end_tasks(act: Act, live: LiveForm, numbers: Sequence[int], state: str) -> None:
    """End what is still open of these tasks, with a line in the history of each record."""
    if numbers:
        still = sa.update(t).where(among(t.c.id, list(numbers)), t.c.state == "open").values(state=state, ended_at=act.at, ended_by=act.by.by)
        ended = act.conn.execute(still.returning(t.c.record_id, t.c.title)).all()
        told = [(row.record_id, {f"$task_{state}": (None, json.loads(row.title))}) for row in ended]
        history.note(act.conn, live.id, told, act="task", cause=act.cause, by=act.by.by, at=act.at, batch=act.batch)
