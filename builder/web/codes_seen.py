"""What the pages about given codes show: those that no longer match and why, and what was done with codes lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from builder.web.groupings_why import CAUSES
from runtime import words
from runtime.commands import code_jobs, fill_codes
from runtime.commands.code_jobs import Run
from runtime.exchange import code_lists
from runtime.groups import code_audit
from runtime.groups.code_audit import Filter, Line, Rules, Verdict, bit
from runtime.jobs import queue
from runtime.jobs.queue import Row
from runtime.records import load
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here
from runtime.web.formats import Formats
from runtime.words import Words

AT_ONCE, READ_ON, LATELY = 50, 10, 5
KINDS = (code_jobs.AUDIT, code_jobs.RECODE, code_jobs.BACK, fill_codes.KIND)
PATTERN = Words("按以前的规则编的", "Made by an earlier rule")
CHECK = Words("校验位对不上", "Its check sign does not fit")
FIELD = Words("「{field}」改了：{old} → {new}", "“{field}” changed: {old} → {new}")
GROUP = Words("{grouping}：{old} → {new}", "{grouping}: {old} → {new}")
MOVED = Words("{at} 因{cause}", "{at}, by {cause}")
NONE = Words("没有分组", "no group")
LACKS = Words("「{part}」没有对应的字母，现在编不出来", "“{part}” has no letters for it, so no code can be made now")


class Shown(NamedTuple):
    """A code that no longer matches: whose, its pieces now and those it would get (with whether each differs), why, and
    whether its number stays.
    """

    record: int
    title: str
    now: list[tuple[str, bool]]
    would: list[tuple[str, bool]]
    why: list[str]
    keeps: bool


def leaf(found: LiveApp, live: LiveForm, both: Rules, asked: Filter, after: int) -> tuple[list[Shown], int]:
    """A page of what differs still, and from where the next goes on (0: nowhere). Where a whole page matches by now it
    reads on, but not for ever.
    """
    made: list[Shown] = []
    for _ in range(READ_ON):
        lines = code_audit.lines(here.conn(), found, live, asked, after, AT_ONCE + 1)
        after = lines[AT_ONCE - 1].record if len(lines) > AT_ONCE else 0
        made = rows(found, live, both, lines[:AT_ONCE])
        if made or not after:
            break
    return made, after


def rows(found: LiveApp, live: LiveForm, both: Rules, lines: Sequence[Line]) -> list[Shown]:
    """Each judged anew as it is this moment; one that matches by now is left out."""
    conn, as_of, names = here.conn(), here.as_of(), here.names(found)
    records = load.records(conn, live, [line.record for line in lines], fields=code_audit.reads(both.now, live))
    names.prime_records(live.key, records)
    moves = _moves(found, live, both, list(records))
    made = []
    for item in code_audit.coded(conn, found, live, records.values(), as_of.zone):
        text = str(item.values[both.now.field] or "")
        verdict = code_audit.judge(both, found, item, text, as_of)
        if text and verdict.differs:
            made.append(_shown(found, live, item.id, text, verdict, moves))
    return made


def _shown(found: LiveApp, live: LiveForm, record: int, text: str, verdict: Verdict, moves: Mapping[tuple[int, str], str]) -> Shown:
    differs = [bool(verdict.differs & bit(at)) for at in range(len(verdict.made))]
    whole = bool(verdict.differs & code_audit.PATTERN)
    now = [(text, True)] if verdict.now is None else list(zip(verdict.now, differs, strict=True))
    would = [(verdict.would, True)] if whole or not verdict.would else _pieces(verdict, differs)
    why = [PATTERN.say(here.actor().lang)] if whole else [_why(found, live, record, verdict, at, moves) for at, off in enumerate(differs) if off]
    if not verdict.would:
        at = next(at for at, part in enumerate(verdict.made) if not part.text)
        why.append(LACKS.say(here.actor().lang, part=part_label(found, live, verdict.made[at].source)))
    title = here.names(found).record(live.key, record)
    return Shown(record, title, now, would if verdict.would else [], why, verdict.number is not None)


def _pieces(verdict: Verdict, differs: Sequence[bool]) -> list[tuple[str, bool]]:
    """The code it would get, cut where its parts meet; what stands in a number's place is cut with it."""
    made, rest = [], verdict.would
    sizes = [len(part.text) for part in verdict.made]
    for at, part in enumerate(verdict.made):
        size = len(rest) - sum(sizes[at + 1 :]) if "serial" in part.source else sizes[at]
        made.append((rest[:size], differs[at]))
        rest = rest[size:]
    return made


def part_label(found: LiveApp, live: LiveForm, segment: Mapping[str, Any]) -> str:
    """What a part of a code is called, in the reader's language."""
    return code_lists.part_name(found, live, segment, here.actor().lang)


def _why(found: LiveApp, live: LiveForm, record: int, verdict: Verdict, at: int, moves: Mapping[tuple[int, str], str]) -> str:
    lang, part, old = here.actor().lang, verdict.made[at], (verdict.now or [])[at]
    if "group" not in part.source:
        if "field" not in part.source:
            return CHECK.say(lang)
        return FIELD.say(lang, field=part_label(found, live, part.source), old=old, new=part.text)
    key = part.source["group"]
    said = GROUP.say(lang, grouping=part_label(found, live, part.source), old=_named(found, key, old), new=_named(found, key, part.text))
    moved = moves.get((record, key))
    return f"{said}（{moved}）" if moved and lang == "zh" else f"{said} ({moved})" if moved else said


def _named(found: LiveApp, grouping: str, letters: str) -> str:
    """Letters with the group they stand for."""
    groups = found.groupings[grouping].grouping.top
    label = next((words.read(group.label, here.actor().lang) for group in groups if group.prefix == letters), "")
    return f"{letters} {label or (NONE.say(here.actor().lang) if letters else '')}".strip()


def _moves(found: LiveApp, live: LiveForm, both: Rules, ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """By record and grouping, when and why it last moved, in words."""
    d, lang = tables.diary, here.actor().lang
    told = Formats(lang, here.zone())
    numbers = {found.groupings[key].id: key for key in both.now.groupings}
    if not ids or not numbers:
        return {}
    query = sa.select(d.c.record_id, d.c.grouping_id, d.c.at, d.c.cause).where(
        d.c.form_id == live.id, among(d.c.record_id, list(ids)), d.c.grouping_id.in_(sorted(numbers)))
    last = {(row.record_id, numbers[row.grouping_id]): row for row in here.conn().execute(query.order_by(d.c.id))}
    return {key: MOVED.say(lang, at=told.moment(row.at), cause=CAUSES[row.cause].say(lang) if row.cause in CAUSES else row.cause)
            for key, row in last.items()}


def running(found: LiveApp, form: str) -> list[Row]:
    """The jobs that work on the codes of a form now."""
    return [row for kind in KINDS for row in queue.open_jobs(here.conn(), kind, found.id) if row.params["form"] == form]


def lately(found: LiveApp, form: str) -> list[Run]:
    """The runs that gave codes and can be taken back, the newest first."""
    return code_jobs.runs(here.conn(), found, found.form(form), LATELY)


def checked(found: LiveApp, form: str) -> Row | None:
    """The last audit that came to its end."""
    return next((row for row in queue.ended(here.conn(), code_jobs.AUDIT, found.id) if row.params["form"] == form), None)
