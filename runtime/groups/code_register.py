"""The register of codes: every code that was ever given, whose it is, since when, and whether it is still in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.clock import AsOf
from runtime.definitions.others import Code
from runtime.fold import fold
from runtime.groups.code_reading import letters
from runtime.records import access
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.storage.live import LiveApp, LiveForm

USED, FORMER, FREED = STATES = ("used", "former", "freed")
# So many ways to read the parts before the one that is asked about; beyond that the filter would be no filter.
WAYS = 400


class Given(NamedTuple):
    """A line of the register: a code as it is compared and as it is shown, whose it is, since when; until when and by whom
    it was ended, and whether it was taken back.
    """

    code: str
    shown: str
    record: int
    current: bool
    at: str
    until: str | None
    by: int | None
    freed: bool

    @property
    def state(self) -> str:
        return USED if self.current else FREED if self.freed else FORMER


class Wanted(NamedTuple):
    """What to look for: the beginning of a code, a state, and letters by the place of their segment."""

    prefix: str = ""
    state: str = ""
    letters: Mapping[int, str] = {}


def page(conn: Connection, app: LiveApp, live: LiveForm, mine: ColumnElement[bool], wanted: Wanted, after: str, limit: int) -> list[Given]:
    """Codes ever given to live records, in order from `after` on; `mine` limits them to records the asker may see."""
    c, past, main, start, rule = tables.code, tables.code_past, live.tables.main, fold(wanted.prefix), app.code_of(live.key)
    now = sa.null() if rule is None else live.tables.column(rule.field)
    shown = sa.func.coalesce(past.c.shown, sa.case((c.c.current.is_(True), now)), c.c.code)
    query = (
        sa.select(c.c.code, shown, c.c.record_id, c.c.current, c.c.at, past.c.until, past.c.by, past.c.freed)
        .join(main, main.c.id == c.c.record_id)
        .outerjoin(past, sa.and_(past.c.form_id == c.c.form_id, past.c.code == c.c.code))
        .where(c.c.form_id == live.id, main.c.deleted_at.is_(None), mine, c.c.code > after)
    )
    if start:
        query = query.where(c.c.code >= start, c.c.code < start + chr(0x10FFFF))
    if wanted.state:
        query = query.where(_in_state(wanted.state))
    if rule is not None and wanted.letters:
        query = query.where(_has(rule, app, wanted.letters))
    rows = conn.execute(query.order_by(c.c.code).limit(limit))
    return [Given(*row[:3], bool(row[3]), *row[4:7], bool(row[7])) for row in rows]


def _in_state(state: str) -> ColumnElement[bool]:
    c, past = tables.code, tables.code_past
    if state == USED:
        return c.c.current.is_(True)
    freed = sa.func.coalesce(past.c.freed, sa.false())
    return sa.and_(c.c.current.is_(False), freed if state == FREED else sa.not_(freed))


def filters(code: Code, app: LiveApp) -> dict[int, list[str]]:
    """The segments one can filter by, with the letters each may have: those of groups and fields before the number."""
    found: dict[int, list[str]] = {}
    for at, segment in enumerate(code.segments):
        if "serial" in segment:
            break
        if given := letters(segment, app):
            found[at] = given
    return found


def _has(code: Code, app: LiveApp, wanted: Mapping[int, str]) -> ColumnElement[bool]:
    """Whether a code has these letters at these places. Segments of one length have one place; after others there are
    as many ways as they have letters, and since none begins another, at most one of the ways fits.
    """
    text = tables.code.c.code
    ways = [(1, sa.true())]
    for at, segment in enumerate(code.segments[: max(wanted) + 1]):
        ways = [step for way in ways for step in _steps(segment, app, way, wanted.get(at, ""), text)][:WAYS]
    return sa.or_(sa.false(), *(condition for _, condition in ways))


def _steps(segment: Mapping[str, Any], app: LiveApp, way: tuple[int, Any], wanted: str, text: Any) -> Iterator[tuple[int, Any]]:
    place, so_far = way
    known = letters(segment, app)
    if wanted:
        here = sa.func.substr(text, place, len(fold(wanted))) == fold(wanted)
        yield place + len(wanted), sa.and_(so_far, here)
    elif len({len(each) for each in known}) > 1:
        for each in known:
            yield place + len(each), sa.and_(so_far, sa.func.substr(text, place, len(each)) == fold(each))
    else:
        yield place + (len(known[0]) if known else len(segment.get("text") or segment.get("date") or "")), so_far


def former(conn: Connection, live: LiveForm, record: int) -> list[Given]:
    """The codes one record had before, the newest first."""
    c, past = tables.code, tables.code_past
    query = sa.select(c.c.code, past.c.shown, c.c.record_id, c.c.current, c.c.at, past.c.until, past.c.by, past.c.freed).join(
        past, sa.and_(past.c.form_id == c.c.form_id, past.c.code == c.c.code))
    rows = conn.execute(query.where(c.c.form_id == live.id, c.c.record_id == record).order_by(past.c.until.desc(), c.c.code))
    return [Given(*row[:3], bool(row[3]), *row[4:7], bool(row[7])) for row in rows]


def version_at(times: Sequence[tuple[int, str]], at: str) -> int:
    """By which version of the rule a code was given: the one in force at that time."""
    return max((number for number, since in times if since <= at), default=1)


def version_times(conn: Connection, app: LiveApp, live: LiveForm) -> list[tuple[int, str]]:
    """The versions of a form's code rule, with when each came into force."""
    rule = app.code_of(live.key)
    item = versions.find(conn, app.id, "code", rule.key) if rule else None
    return [(row.version, row.at) for row in versions.versions(conn, item.id)] if item else []


def stream(conn: Connection, app: LiveApp, live: LiveForm, by: Any, as_of: AsOf, wanted: Wanted, size: int) -> Iterator[list[Given]]:
    """The whole register as the asker may see it, page after page."""
    mine, after = access.row_rule(app, live, by, as_of), ""
    while rows := page(conn, app, live, mine, wanted, after, size):
        yield rows
        after = rows[-1].code
