"""A new version of a grouping's rules takes effect: its membership is built beside the live one, then both change places.

The build goes through the records by id, in chunks that let people's saves in between. From its start every writer
maintains both builds for the records it has passed; the flip is one short transaction. A newer version supersedes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import Dialect

from runtime import clock
from runtime.clock import AsOf
from runtime.groups import movers, plans
from runtime.groups.questions import Question
from runtime.records.targets import RecordTarget
from runtime.rules.shared import Shared, repeated
from runtime.sql.prepared import Prepared, late
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.storage.live import LiveApp, LiveForm, LiveGrouping

BUILDING, LIVE, FROZEN, OLD = "building", "live", "frozen", "old"


def allocate(conn: Connection, grouping_id: int, keys: Iterable[str]) -> None:
    """Give every group of a grouping its number; a group that comes back gets the number it had."""
    g = tables.group_key
    known = set(conn.execute(sa.select(g.c.key).where(g.c.grouping_id == grouping_id)).scalars())
    rows = [{"grouping_id": grouping_id, "key": key} for key in keys if key not in known]
    if rows:
        conn.execute(g.insert(), rows)


def start(conn: Connection, app: LiveApp, changed: Sequence[str], as_of: AsOf) -> list[str]:
    """Begin building these groupings and all whose rules read them; gives their keys in the order of building.

    A build that was still going on is superseded. The caller has published the new versions in this transaction.
    """
    keys = [key for key in dependants(app, changed) if key in changed or not app.groupings[key].frozen]
    gen = tables.generation
    for key in keys:
        item = app.groupings[key]
        conn.execute(gen.update().where(gen.c.grouping_id == item.id, gen.c.state == BUILDING).values(state=OLD))
        conn.execute(gen.insert().values(grouping_id=item.id, version=item.version, state=BUILDING, built_to=0, why="",
                                         as_of=clock.text(as_of.at), at=clock.text(clock.now())))
    if keys:
        versions.advance(conn, app.id)
    return keys


def dependants(app: LiveApp, changed: Sequence[str]) -> list[str]:
    """Groupings with all that read them through `$group`, each after what it reads."""
    deps = {key: plans.deps_of(item.newest) for key, item in app.groupings.items()}
    wanted = set(changed)
    order = [key for layer in plans.layered(deps) for key in layer]
    for key in order:
        if any(name.split("/")[0] in wanted for name in deps[key].groups):
            wanted.add(key)
    return [key for key in order if key in wanted]


def position(conn: Connection, item: LiveGrouping) -> int:
    """How far the build of a grouping has come: the last record it has passed."""
    gen = tables.generation
    assert item.building is not None
    return int(conn.execute(sa.select(gen.c.built_to).where(gen.c.id == item.building.id)).scalar_one())


def last_record(conn: Connection, live: LiveForm) -> int:
    """The highest record number of a form."""
    return conn.execute(sa.select(sa.func.max(live.tables.main.c.id))).scalar() or 0


def step(conn: Connection, app: LiveApp, key: str, size: int, as_of: AsOf) -> bool:
    """Build the next `size` record numbers of one grouping; gives whether it has reached the last record."""
    item = app.groupings[key]
    live = app.form(item.newest.form)
    assert item.building is not None
    low, last = position(conn, item), last_record(conn, live)
    high = min(low + size, last)
    if high > low:
        at = clock.text(as_of.at)
        for insert in inserts(app, live, item, _has_pins(conn, item), conn.dialect):
            insert.execute(conn, as_of=as_of, at=at, low=low, high=high)
        gen = tables.generation
        conn.execute(gen.update().where(gen.c.id == item.building.id).values(built_to=high))
    return high >= last


def _has_pins(conn: Connection, item: LiveGrouping) -> bool:
    p = tables.pin
    return conn.execute(sa.select(sa.literal(1)).where(p.c.grouping_id == item.id).limit(1)).first() is not None


def inserts(app: LiveApp, live: LiveForm, item: LiveGrouping, pinned: bool, dialect: Dialect) -> list[Prepared]:
    """One statement per question that fills a range of record numbers into the build; compiled once for all chunks."""
    assert item.building is not None
    key = ("inserts", item.building.id, pinned, dialect.name)
    if key not in app.cache:
        target = RecordTarget(app, live, plans.generations(app, building=True))
        rules = [group.rule for group in item.building.grouping.groups.values() if group.rule is not None]
        shared = Shared(repeated(rules), _between)
        asked, _ = plans.ask(app, live, item, item.building, target, pinned=pinned, shared=shared)
        app.cache[key] = [Prepared(_insert(live, question, shared), dialect) for question in asked]
    made: list[Prepared] = app.cache[key]
    return made


def _between(number: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The records of one chunk."""
    return sa.and_(number > late("low", sa.BigInteger()), number <= late("high", sa.BigInteger()))


def _insert(live: LiveForm, question: Question, shared: Shared) -> sa.Insert:
    main, members = live.tables.main, live.tables.members
    inner = (
        sa.select(main.c.id.label("record"), question.answer.label("answer"))
        .select_from(shared.join(main, question.answer))
        .where(_between(main.c.id), main.c.deleted_at.is_(None))
        # an offset keeps the databases from folding this into the outer query, where each answer would be asked twice
        .offset(0)
        .subquery()
    )
    build = sa.literal_column(str(question.generation), sa.BigInteger)
    filled = sa.select(build, inner.c.answer, inner.c.record).where(inner.c.answer.is_not(None))
    return members.insert().from_select(["generation", "group_id", "record_id"], filled)


def flip(conn: Connection, app: LiveApp, keys: Sequence[str]) -> list[int]:
    """Let the new builds take the place of the live ones, all at once; gives the numbers of those that are now old."""
    gen = tables.generation
    retired: list[int] = []
    for key in keys:
        item = app.groupings[key]
        if item.building is None:
            continue
        if item.live is not None:
            conn.execute(gen.update().where(gen.c.id == item.live.id).values(state=OLD))
            retired.append(item.live.id)
        conn.execute(gen.update().where(gen.c.id == item.building.id, gen.c.state == BUILDING).values(state=LIVE))
    versions.advance(conn, app.id)
    return retired


def adopt(conn: Connection, app: LiveApp, keys: Iterable[str]) -> None:
    """Let the newest builds carry on under new versions in which nobody changes place: other names, colours, prefixes."""
    gen = tables.generation
    for key in keys:
        item = app.groupings[key]
        newest = item.building or item.live
        if newest is not None:
            conn.execute(gen.update().where(gen.c.id == newest.id).values(version=item.version))
    versions.advance(conn, app.id)


def freeze(conn: Connection, app: LiveApp, key: str, why: str) -> None:
    """Leave a grouping's members as they are because a rule of it is broken; runtime/groups/frozen.py tells its owner."""
    gen, item = tables.generation, app.groupings[key]
    conn.execute(gen.update().where(gen.c.grouping_id == item.id, gen.c.state == LIVE).values(state=FROZEN, why=why))
    versions.advance(conn, app.id)


def tidy(conn: Connection, app: LiveApp, live: LiveForm, size: int) -> bool:
    """Delete up to `size` membership rows of old builds; gives whether none is left."""
    gen, g = tables.generation, live.tables.members
    ids = [item.id for item in app.groupings_of(live.key)]
    old = list(conn.execute(sa.select(gen.c.id).where(gen.c.grouping_id.in_(ids), gen.c.state == OLD)).scalars())
    for build in old:
        rows = sa.select(g.c.group_id, g.c.record_id).where(g.c.generation == build).limit(size).subquery()
        part = sa.select(rows.c.group_id, rows.c.record_id)
        gone = conn.execute(g.delete().where(g.c.generation == build, sa.tuple_(g.c.group_id, g.c.record_id).in_(part)))
        if gone.rowcount:
            return False
        movers.forget(conn, build)
        conn.execute(gen.delete().where(gen.c.id == build))
    return True
