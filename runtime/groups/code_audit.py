"""Whether a record's code still says what the record is: the code it would get now, and which of its parts differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime import clock
from runtime.clock import AsOf
from runtime.definitions.others import Code
from runtime.groups import codes, membership
from runtime.groups.code_reading import pieces
from runtime.groups.codes import Coded, Part
from runtime.records.load import Record
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.storage.live import LiveApp, LiveForm

# A code that was made by another rule; the parts of one by this rule are the bits above.
PATTERN = 1


class Rules(NamedTuple):
    """A form's code rule as it is, and as it was in its earlier versions, newest first."""

    now: Code
    earlier: Sequence[Code]


class Verdict(NamedTuple):
    """What would become of a code: as a text ("" where none can be made; hashes where a number would be drawn), which
    parts differ, the number it would keep, the pieces it would have and those it has.
    """

    would: str
    differs: int
    number: str | None
    made: list[Part]
    now: list[str] | None


def bit(at: int) -> int:
    """The bit of a segment."""
    return 2 << at


def rules(conn: Connection, app: LiveApp, live: LiveForm) -> Rules | None:
    """The code rule of a form with its past; read once for each revision of the app."""
    key = ("code rules", live.key)
    if key not in app.cache:
        now = app.code_of(live.key)
        item = versions.find(conn, app.id, "code", now.key) if now else None
        past = [Code(body) for _, body in versions.bodies(conn, item.id)][1:] if item else []
        app.cache[key] = Rules(now, past) if now is not None and now.field in live.form.fields else None
    found: Rules | None = app.cache[key]
    return found


def reads(code: Code, live: LiveForm) -> list[str]:
    """The fields that a code is made from, and its own."""
    return [key for key in {code.field, *(s["field"] for s in code.segments if "field" in s)} if key in live.form.fields]


def coded(conn: Connection, app: LiveApp, live: LiveForm, records: Iterable[Record], zone: ZoneInfo) -> list[Coded]:
    """Stored records as the rule sees them: with their groups now, and the day they were stored."""
    records = list(records)
    groups = membership.groups_of(conn, app, live, [record.id for record in records])
    return [Coded(one.id, one.values, _tops(app, groups.get(one.id, {})), AsOf(clock.moment(one.created_at), zone).today)
            for one in records]


def _tops(app: LiveApp, groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """By grouping, the group of the top level; nested ones do not count for codes."""
    found = {}
    for grouping, keys in groups.items():
        known = app.groupings[grouping].grouping.groups
        top = next((key for key in keys if key in known and known[key].parent is None), None)
        if top is not None:
            found[grouping] = top
    return found


def judge(both: Rules, app: LiveApp, item: Coded, text: str, as_of: AsOf) -> Verdict:
    """Compare a code with the one its record would get. The day in a code stays: it says when, not what. The number stays
    where there is one count for all, or where what stands before it stays; else one is drawn from its new count.
    """
    code, now = both.now, pieces(both.now, app, text)
    made = codes.parts(code, app, item, as_of)
    if now is not None:
        made = [Part(now[at], part.source) if "date" in part.source else part for at, part in enumerate(made)]
    number = _kept(both, app, made, now, text)
    if codes.lacking(made) is not None:
        return Verdict("", _differs(made, now), None, made, now)
    would = codes.assemble(made, number) if number is not None else None
    if would is None:
        number, would = None, "".join(codes.UNKNOWN if "check" in part.source else part.text for part in made)
    differs = _differs(made, now)
    if not differs and would != text:
        differs = bit(len(made) - 1)
    return Verdict(would, differs, number, made, now)


def _differs(made: Sequence[Part], now: Sequence[str] | None) -> int:
    if now is None:
        return PATTERN
    return sum(bit(at) for at, part in enumerate(made) if ("group" in part.source or "field" in part.source) and part.text != now[at])


def _kept(both: Rules, app: LiveApp, made: Sequence[Part], now: Sequence[str] | None, text: str) -> str | None:
    """The number a code keeps, as the rule writes it now."""
    each = codes.numbering(both.now).get("scope") == "prefix"
    if now is not None:
        at = next(at for at, part in enumerate(made) if "serial" in part.source)
        same = all(part.text == piece for part, piece in zip(made[:at], now[:at], strict=True))
        return now[at] if same or not each else None
    for rule in () if each else both.earlier:
        found = pieces(rule, app, text) if all(key in app.groupings for key in rule.groupings) else None
        if found is not None and codes.numbering(rule).get("scope") != "prefix":
            at = next(at for at, segment in enumerate(rule.segments) if "serial" in segment)
            return codes.written(both.now, int(found[at]))
    return None


class Line(NamedTuple):
    """One code that no longer matched when the audit looked."""

    record: int
    code: str
    would: str
    differs: int


class Filter(NamedTuple):
    """Which of the codes that no longer match: those with this bit, those of records in `grouping/group` now."""

    differs: int = 0
    group: str = ""


def where(app: LiveApp, live: LiveForm, wanted: Filter) -> ColumnElement[bool]:
    """The condition of a filter, over records that are there."""
    a, main = tables.code_audit, live.tables.main
    parts = [a.c.form_id == live.id, sa.exists().where(main.c.id == a.c.record_id, main.c.deleted_at.is_(None))]
    if wanted.differs:
        parts.append(a.c.differs.bitwise_and(wanted.differs) != 0)
    if wanted.group:
        grouping, _, group = wanted.group.partition("/")
        item, g = app.groupings.get(grouping), live.tables.members
        number = item.ids.get(group) if item and item.live else None
        inside = sa.exists().where(g.c.record_id == a.c.record_id, g.c.generation == (item.live.id if item and item.live else 0),
                                   g.c.group_id == (number or 0))
        parts.append(inside)
    return sa.and_(*parts)


def lines(conn: Connection, app: LiveApp, live: LiveForm, wanted: Filter, after: int, limit: int) -> list[Line]:
    """What the last audit found, by number from `after` on."""
    a = tables.code_audit
    query = sa.select(a.c.record_id, a.c.code, a.c.would, a.c.differs).where(where(app, live, wanted), a.c.record_id > after)
    return [Line(*row) for row in conn.execute(query.order_by(a.c.record_id).limit(limit))]


def count(conn: Connection, app: LiveApp, live: LiveForm, wanted: Filter) -> int:
    """How many the last audit found."""
    query = sa.select(sa.func.count()).select_from(tables.code_audit).where(where(app, live, wanted))
    return int(conn.execute(query).scalar_one())


def by_part(conn: Connection, app: LiveApp, live: LiveForm, code: Code) -> dict[int, int]:
    """How many differ in each part, by its bit; one that differs in two parts counts in both."""
    a, bits = tables.code_audit, [PATTERN, *(bit(at) for at in range(len(code.segments)))]
    sums = [sa.func.sum(sa.case((a.c.differs.bitwise_and(each) != 0, 1), else_=0)) for each in bits]
    row: Sequence[Any] = conn.execute(sa.select(*sums).where(where(app, live, Filter()))).one()
    return {each: int(n) for each, n in zip(bits, row, strict=True) if n}
