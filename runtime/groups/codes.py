"""Customer codes: made of segments, given once at creation or by back-fill, unique over all that were ever given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.others import Code
from runtime.fold import fold
from runtime.sql.bulk import update_by_id
from runtime.sql.counters import insert_or_ignore, take_numbers
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm

DATE_FORMS = {"YYYY": "%Y", "YY": "%y", "YYMM": "%y%m", "YYYYMM": "%Y%m", "YYMMDD": "%y%m%d", "YYYYMMDD": "%Y%m%d"}
TRIES = 5


class Coded(NamedTuple):
    """A record and what its code is made from: its values, and by grouping the key of its group (exclusive ones)."""

    id: int
    values: Mapping[str, Any]
    groups: Mapping[str, str]


class Given(NamedTuple):
    """A line of the register: a code as it is compared and as it is shown, whose it is, and whether it is the newest."""

    code: str
    shown: str
    record: int
    current: bool
    at: str


class Part(NamedTuple):
    """One finished piece of a code and where it came from, so that a page can name it."""

    text: str
    source: Mapping[str, Any]


def parts(code: Code, app: LiveApp, item: Coded, as_of: AsOf, serial: str | None = None) -> list[Part]:
    """The pieces of one record's code; the serial's piece is `serial`, or hashes where it is not known yet."""
    made: list[Part] = []
    for segment in code.segments:
        if "text" in segment:
            text = segment["text"]
        elif "group" in segment:
            text = _prefix(app, segment, item.groups.get(segment["group"]))
        elif "field" in segment:
            text = segment["map"].get(str(item.values.get(segment["field"])), segment.get("none", ""))
        elif "date" in segment:
            text = as_of.today.strftime(DATE_FORMS[segment["date"]])
        else:
            text = serial if serial is not None else "#" * segment["serial"]["width"]
        made.append(Part(text, segment))
    return made


def _prefix(app: LiveApp, segment: Mapping[str, Any], group: str | None) -> str:
    found = app.groupings[segment["group"]].grouping.groups.get(group or "")
    none: str = segment.get("none", "")
    return found.prefix if found is not None and found.prefix else none


def scope_of(code: Code, made: Sequence[Part]) -> str:
    """Which counter a record draws from: one for all, or one per combination of the segments before the serial."""
    before = ""
    for part in made:
        if "serial" in part.source:
            return before if part.source["serial"].get("scope") == "prefix" else ""
        before += f"{part.text}\x1f"
    return ""


def give(conn: Connection, app: LiveApp, live: LiveForm, items: Sequence[Coded], as_of: AsOf, at: str) -> dict[int, str]:
    """Give each record its code and store it; numbers are drawn in one block per counter. Gaps are allowed."""
    code = app.code_of(live.key)
    if code is None or not items or code.field not in live.form.fields:
        return {}
    given: dict[int, str] = {}
    waiting = list(items)
    for _ in range(TRIES):
        drawn = _draw(conn, app, live, code, waiting, as_of)
        rows = [{"form_id": live.id, "code": fold(text), "record_id": i, "current": True, "at": at} for i, text in drawn.items()]
        taken = insert_or_ignore(conn, tables.code, rows, ("form_id", "code"), "record_id")
        given |= {i: text for i, text in drawn.items() if i in taken}
        waiting = [item for item in waiting if item.id not in taken]
        if not waiting:
            break
    _write(conn, live, code, given)
    return given


def _draw(conn: Connection, app: LiveApp, live: LiveForm, code: Code, items: Sequence[Coded], as_of: AsOf) -> dict[int, str]:
    """The codes that the next free numbers make."""
    segment = next((s["serial"] for s in code.segments if "serial" in s), None)
    made = {item.id: parts(code, app, item, as_of) for item in items}
    if segment is None:
        return {i: "".join(part.text for part in pieces) for i, pieces in made.items()}
    by_scope: dict[str, list[int]] = {}
    for i, pieces in made.items():
        by_scope.setdefault(scope_of(code, pieces), []).append(i)
    drawn: dict[int, str] = {}
    for scope, ids in sorted(by_scope.items()):
        first = take_numbers(conn, tables.counter, {"form_id": live.id, "scope": scope}, len(ids), segment.get("start", 1))
        for number, i in enumerate(ids, first):
            serial = str(number).zfill(segment["width"])
            drawn[i] = "".join(serial if "serial" in part.source else part.text for part in made[i])
    return drawn


def _write(conn: Connection, live: LiveForm, code: Code, given: Mapping[int, str]) -> None:
    field = live.form.fields[code.field]
    name = live.tables.names[code.field]
    stored = {i: field.type.store(name, text, field.settings) for i, text in given.items()}
    names = tuple(next(iter(stored.values()), ()))
    update_by_id(conn, live.tables.main, names, [(*columns.values(), i) for i, columns in stored.items()])


def register(conn: Connection, app: LiveApp, live: LiveForm, mine: sa.ColumnElement[bool], prefix: str, after: str,
             limit: int) -> list[Given]:
    """Codes ever given to live records, in order from `after` on; `mine` limits them to records the asker may see."""
    c, main, start, rule = tables.code, live.tables.main, fold(prefix), app.code_of(live.key)
    written = sa.null() if rule is None else live.tables.column(rule.field)
    query = sa.select(c.c.code, written, c.c.record_id, c.c.current, c.c.at).join(main, main.c.id == c.c.record_id).where(
        c.c.form_id == live.id, main.c.deleted_at.is_(None), mine, c.c.code >= start, c.c.code < start + chr(0x10FFFF),
        c.c.code > after)
    rows = conn.execute(query.order_by(c.c.code).limit(limit))
    return [Given(code, (current and shown) or code, i, bool(current), at) for code, shown, i, current, at in rows]
