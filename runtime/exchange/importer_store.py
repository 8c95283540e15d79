"""Lines into records: new ones made, known ones changed, each bad one named and none of its neighbours lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import DBAPIError

from runtime.commands import change, checks, create
from runtime.errors import FenzuError, Problem
from runtime.exchange.importer_lines import Line, as_change, find_existing
from runtime.exchange.importer_names import PENDING, ImportNames
from runtime.exchange.plan import Plan
from runtime.messages import CODES, say
from runtime.records import access, load
from runtime.records.act import Act
from runtime.records.entry import Entry, read
from runtime.records.settled import settled
from runtime.storage.live import LiveForm
from runtime.words import LANGUAGES, Words

Doing = tuple[Line, Entry]


@dataclass
class Outcome:
    """What became of a chunk: how many of each, and the lines that did not go in."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    bad: list[Line] = field(default_factory=list)


def store(act: Act, live: LiveForm, plan: Plan, names: ImportNames, lines: Sequence[Line]) -> Outcome:
    """Store a chunk; a row that has the key of an earlier row of the chunk updates what that row made."""
    outcome = Outcome()
    for wave in waves(lines):
        _wave(act, live, plan, names, wave, outcome)
    outcome.bad.sort(key=lambda line: line.row.number)
    return outcome


def waves(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines parted so that no key comes twice in one part, each key's lines in their order."""
    rest = list(lines)
    while rest:
        seen: set[Any] = set()
        now: list[Line] = []
        later: list[Line] = []
        for line in rest:
            (later if line.key is not None and line.key in seen else now).append(line)
            seen.add(line.key)
        yield now
        rest = later


def _wave(act: Act, live: LiveForm, plan: Plan, names: ImportNames, lines: Sequence[Line], outcome: Outcome) -> None:
    find_existing(act.conn, act.app, live, plan, lines)
    known = [line for line in lines if line.record is not None]
    if known and plan.existing == "skip":
        outcome.skipped += len(known)
        lines, known = [line for line in lines if line.record is None], []
    if known:
        mark_hidden(act, live, known, plan)
    for line, problems in zip(lines, verify(act, live, plan, names, lines), strict=True):
        line.problems += problems
    make_links(act, live, names, [line for line in lines if line.ok])
    outcome.bad += [line for line in lines if not line.ok]
    fresh = [(line, line.entry) for line in lines if line.ok and line.record is None]
    _safely(act, fresh, lambda part: _create(act, live, part, outcome), outcome)
    changed = [(line, as_change(line, plan)) for line in lines if line.ok and line.record is not None]
    _safely(act, changed, lambda part: _change(act, live, part, outcome), outcome)


def mark_hidden(act: Act, live: LiveForm, lines: Sequence[Line], plan: Plan) -> None:
    """A row may not change a record that its sender may not see."""
    if not access.restricted(act.app, live, act.by):
        return
    seen = access.visible_ids(
        act.conn, act.app, live, act.by, [line.record for line in lines if line.record], act.as_of
    )
    for line in lines:
        if line.record not in seen:
            line.problems.append(Problem(plan.key, "import_not_yours", {"field": live.form.fields[plan.key].label}))


def verify(act: Act, live: LiveForm, plan: Plan, names: ImportNames, lines: Sequence[Line]) -> list[list[Problem]]:
    """What the database says against lines that read well, in the lines' order; links to be made pass for blank."""
    found: list[list[Problem]] = [[] for _ in lines]
    for known in (False, True):
        at = [n for n, line in enumerate(lines) if line.ok and (line.record is not None) == known]
        ids = [record for n in at if (record := lines[n].record) is not None]
        if at:
            entries = _settled(act, live, plan, [lines[n] for n in at])
            values = _without(live, names, [entry.values for entry in entries])
            for n, entry, problems in zip(at, entries, checks.check(act, live, values, ids), strict=True):
                found[n] = [*(p for p in entry.problems if p.severity == "error"), *problems]
    return found


def _settled(act: Act, live: LiveForm, plan: Plan, lines: Sequence[Line]) -> list[Entry]:
    """The lines' entries as the form's logic lets them be stored: new records, or changes of what is there."""
    known = [line.record for line in lines if line.record is not None] if live.form.logic else []
    stored = load.records(act.conn, live, known)
    entries = [line.entry if line.record is None else as_change(line, plan) for line in lines]
    before = [stored[line.record].values if line.record in stored else None for line in lines]
    pairs = zip(entries, before, strict=True)
    return [settled(entry, act.conn, act.names, act.as_of, values) for entry, values in pairs]


def made_links(live: LiveForm, names: ImportNames) -> list[str]:
    """The links of which missing records are made."""
    return [key for key, item in live.form.links.items() if item.form in names.create]


def _without(live: LiveForm, names: ImportNames, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    if not names.pending:
        return list(rows)
    links = made_links(live, names)
    return [{**values, **{key: None for key in links if (values.get(key) or 0) >= PENDING}} for values in rows]


def make_links(act: Act, live: LiveForm, names: ImportNames, lines: Sequence[Line]) -> None:
    """Make the records that good lines link to and that are not there, each once, and put their ids in."""
    if not names.pending:
        return
    links = made_links(live, names)
    wanted: dict[int, None] = {}
    for line in lines:
        wanted |= {mark: None for key in links if (mark := line.entry.values.get(key) or 0) >= PENDING}
    made, refused = _make(act, names, list(wanted))
    for line in lines:
        for key in links:
            mark = line.entry.values.get(key) or 0
            if mark in made:
                line.entry.values[key] = made[mark]
            elif mark in refused:
                line.problems.append(
                    Problem(
                        key,
                        "import_link_not_made",
                        {"field": live.form.fields[key].label, "text": names.pending[mark][1], "why": refused[mark]},
                    )
                )


def _make(act: Act, names: ImportNames, marks: Sequence[int]) -> tuple[dict[int, int], dict[int, Words]]:
    made: dict[int, int] = {}
    refused: dict[int, Words] = {}
    for form in sorted({names.pending[mark][0] for mark in marks}):
        target = act.app.form(form).form
        entries = {
            mark: read(target, {target.title_field: names.pending[mark][1]}, names)
            for mark in marks
            if names.pending[mark][0] == form
        }
        refused |= {mark: both(entry.problems[0]) for mark, entry in entries.items() if not entry.ok}
        good = {mark: entry for mark, entry in entries.items() if entry.ok}
        saved = create.create_many(act, form, list(good.values())) if good else []
        for mark, one in zip(good, saved, strict=True):
            made[mark] = one.id
    return made, refused


def both(problem: Problem) -> Words:
    """A problem's sentence in both languages, to stand inside another one."""
    return Words(*(say(problem, lang) for lang in LANGUAGES))


def _safely(act: Act, doing: Sequence[Doing], store_part: Callable[[Sequence[Doing]], None], outcome: Outcome) -> None:
    """All at once; when that fails in spite of every check, one by one, so that only the culprit stays out."""
    if not doing:
        return
    try:
        with act.conn.begin_nested():
            store_part(doing)
        return
    except (FenzuError, DBAPIError) as error:
        if len(doing) == 1:
            line = doing[0][0]
            line.problems += _reasons(error)
            outcome.bad.append(line)
            return
    for one in doing:
        _safely(act, [one], store_part, outcome)


def _reasons(error: FenzuError | DBAPIError) -> list[Problem]:
    if isinstance(error, FenzuError):
        return [
            problem if problem.code in CODES else Problem(problem.path, "import_refused") for problem in error.problems
        ]
    return [Problem("", "import_refused")]


def _create(act: Act, live: LiveForm, part: Sequence[Doing], outcome: Outcome) -> None:
    create.create_many(act, live.key, [entry for _, entry in part])
    outcome.created += len(part)


def _change(act: Act, live: LiveForm, part: Sequence[Doing], outcome: Outcome) -> None:
    """Records that say the same already are left alone, without a history line."""
    records = load.records(act.conn, live, [line.record for line, _ in part if line.record is not None])
    differ = [
        (line.record, entry)
        for line, entry in part
        if line.record in records and change.difference(live, records[line.record].values, entry.values)
    ]
    change.change_many(act, live.key, differ)
    outcome.updated += len(differ)
    outcome.unchanged += len(part) - len(differ)
