"""Which records are stored in another group than the rules say: asked of the database as one question, without a lock."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import Dialect

from runtime import clock
from runtime.clock import AsOf
from runtime.groups import plans
from runtime.records.targets import RecordTarget
from runtime.sql.lists import among_bound
from runtime.sql.prepared import Prepared, late
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm


def in_range(conn: Connection, app: LiveApp, live: LiveForm, groupings: Sequence[str], span: tuple[int, int], as_of: AsOf) -> list[int]:
    """Those with a number above the first and up to the second whose groups in these groupings are not what is stored."""
    asked = _prepared(app, live, tuple(groupings), _any_pins(conn, live), "range", conn.dialect)
    return _ids(asked, conn, as_of, low=span[0], high=span[1])


def among(conn: Connection, app: LiveApp, live: LiveForm, groupings: Sequence[str], ids: Sequence[int], as_of: AsOf) -> list[int]:
    """Those of some records whose groups are not what is stored."""
    asked = _prepared(app, live, tuple(groupings), _any_pins(conn, live), "ids", conn.dialect)
    return _ids(asked, conn, as_of, ids=str(list(ids)))


def _ids(asked: Prepared | None, conn: Connection, as_of: AsOf, **more: object) -> list[int]:
    if asked is None:
        return []
    return [row[0] for row in asked.run(conn, as_of=as_of, at=clock.text(as_of.at), **more)]


def _any_pins(conn: Connection, live: LiveForm) -> bool:
    p = tables.pin
    return conn.execute(sa.select(sa.literal(1)).where(p.c.form_id == live.id).limit(1)).first() is not None


def _prepared(app: LiveApp, live: LiveForm, groupings: tuple[str, ...], pinned: bool, by: str, dialect: Dialect) -> Prepared | None:
    key = ("differing", live.key, groupings, pinned, by, dialect.name)
    if key not in app.cache:
        app.cache[key] = _made(app, live, groupings, pinned, by, dialect)
    found: Prepared | None = app.cache[key]
    return found


def _made(app: LiveApp, live: LiveForm, groupings: tuple[str, ...], pinned: bool, by: str, dialect: Dialect) -> Prepared | None:
    main, members = live.tables.main, live.tables.members
    target = RecordTarget(app, live, plans.generations(app, building=False))
    other = []
    for key in groupings:
        item = app.groupings[key]
        if item.live is not None and not item.frozen:
            asked, _joins = plans.ask(app, live, item, item.live, target, pinned=pinned)
            other += [sa.case((main.c.deleted_at.is_(None), one.answer), else_=sa.null()).is_distinct_from(
                plans.stored_answer(main, members, one)) for one in asked]
    if not other:
        return None
    which = among_bound(main.c.id, late("ids", sa.Text())) if by == "ids" else sa.and_(
        main.c.id > late("low", sa.BigInteger()), main.c.id <= late("high", sa.BigInteger()))
    return Prepared(sa.select(main.c.id).select_from(main).where(which, sa.or_(*other)), dialect)
