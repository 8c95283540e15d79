"""Customer codes: made of segments, given once at creation or by back-fill, unique over all that were ever given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.others import Code
from runtime.fold import fold
from runtime.groups import check_digit
from runtime.sql.bulk import update_by_id
from runtime.sql.counters import insert_or_ignore, take_numbers
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm

DATE_FORMS = {"YYYY": "%Y", "YY": "%y", "YYMM": "%y%m", "YYYYMM": "%Y%m", "YYMMDD": "%y%m%d", "YYYYMMDD": "%Y%m%d"}
# A number may be taken, and with a check sign one in 37 is passed over.
TRIES = 12
UNKNOWN = "#"


class Coded(NamedTuple):
    """A record and what its code is made from: its values, by grouping the key of its group (exclusive ones), and the day
    it was stored, where that is not today.
    """

    id: int
    values: Mapping[str, Any]
    groups: Mapping[str, str]
    day: date | None = None


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
            text = (item.day or as_of.today).strftime(DATE_FORMS[segment["date"]])
        elif "check" in segment:
            text = UNKNOWN if serial is None else check_digit.sign("".join(part.text for part in made))
        else:
            text = serial if serial is not None else UNKNOWN * segment["serial"]["width"]
        made.append(Part(text, segment))
    return made


def _prefix(app: LiveApp, segment: Mapping[str, Any], group: str | None) -> str:
    found = app.groupings[segment["group"]].grouping.groups.get(group or "")
    none: str = segment.get("none", "")
    return found.prefix if found is not None and found.prefix else none


def lacking(made: Sequence[Part]) -> int | None:
    """The place of the first piece that has no letters, so that no code can be made; None where all is there."""
    return next((at for at, part in enumerate(made) if not part.text), None)


def numbering(code: Code) -> Mapping[str, Any]:
    """The rule's serial: width, start, scope."""
    found: Mapping[str, Any] = next(segment["serial"] for segment in code.segments if "serial" in segment)
    return found


def written(code: Code, number: int) -> str:
    """A serial number as a code shows it: at least as wide as the rule says, wider when the numbers have run out."""
    return str(number).zfill(numbering(code)["width"])


def scope_of(code: Code, made: Sequence[Part]) -> str:
    """Which counter a record draws from: one for all, or one per combination of the segments before the serial."""
    before = ""
    for part in made:
        if "serial" in part.source:
            return before if part.source["serial"].get("scope") == "prefix" else ""
        before += f"{part.text}\x1f"
    return ""


def assemble(made: Sequence[Part], serial: str) -> str | None:
    """The code with its number and its check sign; None for a number whose check sign is not printed."""
    text = ""
    for part in made:
        text += serial if "serial" in part.source else check_digit.sign(text) if "check" in part.source else part.text
    return None if text.endswith(check_digit.UNPRINTED) else text


def waits(app: LiveApp, code: Code) -> list[str]:
    """The groupings a code reads that are frozen or being built for the first time: until then no code is given."""
    return [key for key in code.groupings if not app.groupings[key].live or app.groupings[key].frozen]


def give(conn: Connection, app: LiveApp, live: LiveForm, items: Sequence[Coded], as_of: AsOf, at: str) -> dict[int, str]:
    """Give each record its code and store it; numbers are drawn in one block per counter. Gaps are allowed."""
    code = app.code_of(live.key)
    if code is None or not items or code.field not in live.form.fields:
        return {}
    made = {item.id: parts(code, app, item, as_of) for item in items}
    given = draw(conn, live, code, {i: pieces for i, pieces in made.items() if lacking(pieces) is None}, at)
    write(conn, live, code, given)
    return given


def draw(conn: Connection, live: LiveForm, code: Code, made: Mapping[int, Sequence[Part]], at: str) -> dict[int, str]:
    """Codes with the next free numbers, entered in the register as their records' own."""
    given: dict[int, str] = {}
    waiting = dict(made)
    for _ in range(TRIES):
        if not waiting:
            break
        drawn = _draw(conn, live, code, waiting)
        taken = claim(conn, live, drawn, at)
        given |= {i: text for i, text in drawn.items() if i in taken}
        waiting = {i: pieces for i, pieces in waiting.items() if i not in taken}
    return given


def _draw(conn: Connection, live: LiveForm, code: Code, made: Mapping[int, Sequence[Part]]) -> dict[int, str]:
    """The codes that the next free numbers make."""
    by_scope: dict[str, list[int]] = {}
    for i, pieces in made.items():
        by_scope.setdefault(scope_of(code, pieces), []).append(i)
    drawn: dict[int, str] = {}
    for scope, ids in sorted(by_scope.items()):
        first = take_numbers(conn, tables.counter, {"form_id": live.id, "scope": scope}, len(ids), numbering(code).get("start", 1))
        for number, i in enumerate(ids, first):
            text = assemble(made[i], written(code, number))
            if text is not None:
                drawn[i] = text
    return drawn


def claim(conn: Connection, live: LiveForm, wanted: Mapping[int, str], at: str) -> set[int]:
    """Enter codes in the register as their records' own; gives the records that got theirs. A code that was ever
    another's is nobody else's for good; one's own former code becomes the present one again.
    """
    if not wanted:
        return set()
    rows = [(fold(text), i) for i, text in sorted(wanted.items(), key=lambda item: item[1])]
    made = [{"form_id": live.id, "code": code, "record_id": i, "current": True, "at": at} for code, i in rows]
    if insert_or_ignore(conn, tables.code, made, ("form_id", "code")):
        return set(wanted)
    c, past, form = tables.code, tables.code_past, live.id
    held = (c.c.form_id == form, among(c.c.code, [code for code, _ in rows]))
    owners = {row.code: row.record_id for row in conn.execute(sa.select(c.c.code, c.c.record_id).where(*held))}
    mine = {code: i for code, i in rows if owners.get(code) == i}
    conn.execute(c.update().where(c.c.form_id == form, among(c.c.code, list(mine))).values(current=True))
    conn.execute(past.delete().where(past.c.form_id == form, among(past.c.code, list(mine))))
    return set(mine.values())


def write(conn: Connection, live: LiveForm, code: Code, given: Mapping[int, str | None]) -> None:
    """Put codes into the records' column; None takes a code off its record."""
    field = live.form.fields[code.field]
    name = live.tables.names[code.field]
    stored = {i: field.type.store(name, text, field.settings) for i, text in given.items()}
    names = tuple(next(iter(stored.values()), ()))
    update_by_id(conn, live.tables.main, names, [(*columns.values(), i) for i, columns in stored.items()])
