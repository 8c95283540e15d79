"""Lists about codes on their way out: the register, and the codes that no longer match; texts stay texts in every file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from runtime import clock, words
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import NotFound, Problem
from runtime.exchange.formats import FILE_FORMATS
from runtime.exchange.formats.base import Cell
from runtime.groups import code_audit, code_register
from runtime.groups.code_audit import Filter
from runtime.groups.code_register import Wanted
from runtime.records import access
from runtime.records.names import RecordNames
from runtime.storage.live import LiveApp, LiveForm
from runtime.words import Words

AT_ONCE = 500
NAMES = {"used": Words("在用", "In use"), "former": Words("曾用", "Former"), "freed": Words("已收回", "Taken back")}
REGISTER = (Words("编码", "Code"), Words("记录", "Record"), Words("状态", "State"), Words("给的时间", "Given"), Words("规则版本", "Rule version"),
            Words("停用时间", "Ended"), Words("谁停用的", "Ended by"))
AUDIT = (Words("记录", "Record"), Words("编码现在", "Code now"), Words("该是", "Would be"), Words("差在哪", "Differs in"))
CHECK = Words("校验位", "Check sign")
PATTERN = Words("以前的规则", "Earlier rule")
Told = Callable[[int, int], None] | None


def write(conn: Connection, app: LiveApp, actor: Actor, wanted: Mapping[str, Any], path: Path, told: Told = None) -> int:
    """Write the list that was asked for, as far as the asker may see it; gives the number of rows."""
    access.must(app, actor, "export")
    live, as_of = app.form(wanted["form"]), AsOf(clock.now(), ZoneInfo(actor.zone))
    names = RecordNames(conn, app, actor.lang, actor.zone)
    header, make = (AUDIT, _audit) if wanted["list"] == "audit" else (REGISTER, _register)

    def rows() -> Iterator[Sequence[Cell]]:
        for done, row in enumerate(make(conn, app, live, actor, as_of, wanted, names), 1):
            yield row
            if told and done % AT_ONCE == 0:
                told(done, 0)

    writer = FILE_FORMATS[wanted["kind"]].writer
    assert writer is not None
    return writer(path, [label.say(actor.lang) for label in header], rows(), ["text"] * len(header))


def _register(conn: Connection, app: LiveApp, live: LiveForm, by: Actor, as_of: AsOf, asked: Mapping[str, Any], names: RecordNames) -> Iterator[list[Cell]]:
    versions = code_register.version_times(conn, app, live)
    wanted = Wanted(asked["q"], asked["state"], {int(at): text for at, text in asked["letters"].items()})
    for page in code_register.stream(conn, app, live, by, as_of, wanted, AT_ONCE):
        names.prime_records(live.key, (row.record for row in page))
        names.prime_people(row.by for row in page if row.by)
        for row in page:
            yield [row.shown, names.record(live.key, row.record), NAMES[row.state].say(by.lang), _day(row.at, as_of),
                   code_register.version_at(versions, row.at), _day(row.until, as_of) if row.until else None,
                   names.person(row.by) if row.by else None]


def _audit(conn: Connection, app: LiveApp, live: LiveForm, by: Actor, _as_of: AsOf, asked: Mapping[str, Any], names: RecordNames) -> Iterator[list[Cell]]:
    by.must("build")
    code = app.code_of(live.key)
    if code is None:
        raise NotFound(Problem("form", "no_such_definition", {"key": live.key}))
    parts = [(code_audit.PATTERN, PATTERN.say(by.lang)), *(
        (code_audit.bit(at), part_name(app, live, segment, by.lang)) for at, segment in enumerate(code.segments))]
    after, wanted = 0, Filter(asked["differs"], asked["group"])
    while lines := code_audit.lines(conn, app, live, wanted, after, AT_ONCE):
        after = lines[-1].record
        names.prime_records(live.key, (line.record for line in lines))
        for line in lines:
            off = [name for each, name in parts if line.differs & each]
            yield [names.record(live.key, line.record), line.code, line.would or None, "、".join(off) if by.lang == "zh" else ", ".join(off)]


def part_name(app: LiveApp, live: LiveForm, segment: Mapping[str, Any], lang: str) -> str:
    """What a part of a code that can differ is called: its grouping, its field, or the check sign."""
    if "group" in segment and segment["group"] in app.groupings:
        return words.read(app.groupings[segment["group"]].newest.label, lang)
    field = live.form.fields.get(segment.get("field", ""))
    return words.read(field.label, lang) if field else CHECK.say(lang)


def _day(stored: str, as_of: AsOf) -> str:
    """A moment as people of the organisation read it, and as every spreadsheet sorts it."""
    return clock.moment(stored).astimezone(as_of.zone).strftime("%Y-%m-%d %H:%M")
