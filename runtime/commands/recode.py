"""A record's code changed with the knowledge of those who build: the old one stays its own and leads to it for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from runtime.commands import rows
from runtime.definitions.others import Code
from runtime.errors import Conflict, NotFound, Problem
from runtime.fold import fold
from runtime.groups import code_audit, codes
from runtime.groups.code_reading import pieces
from runtime.groups.codes import Part
from runtime.records import history, known, load
from runtime.records.act import Act
from runtime.records.load import Record
from runtime.sql.bulk import insert_rows
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm

Made = Mapping[int, Sequence[Part]]
# By record the code it had, or None, and the code it has now, or None.
Swaps = Mapping[int, tuple[str | None, str | None]]
PAST = ("form_id", "code", "shown", "until", "by", "freed")
BATCH = ("batch", "record_id", "form_id", "code", "was")


def recode(act: Act, form: str, ids: Sequence[int]) -> Swaps:
    """Give records whose code no longer matches the one they would get now; gives what changed. Those that match, that
    have none, or for which none can be made stay as they are; while a grouping is frozen nothing can be judged.
    """
    act.by.must("build")
    live, both = act.app.form(form), code_audit.rules(act.conn, act.app, act.app.form(form))
    if both is None:
        raise NotFound(Problem("form", "no_such_definition", {"key": form}))
    if codes.waits(act.app, both.now):
        raise Conflict(Problem("", "code_waits"))
    found = load.records(act.conn, live, ids, lock=True)
    records = {i: one for i, one in found.items() if one.values.get(both.now.field) and one.deleted_at is None}
    made: dict[int, list[Part]] = {}
    kept: dict[int, str] = {}
    for item in code_audit.coded(act.conn, act.app, live, records.values(), act.as_of.zone):
        verdict = code_audit.judge(both, act.app, item, str(item.values[both.now.field]), act.as_of)
        if verdict.differs and verdict.would:
            made[item.id] = verdict.made
            kept |= {item.id: verdict.would} if verdict.number is not None else {}
    given = give(act, live, both.now, made, kept)
    swaps = {i: (str(records[i].values[both.now.field]), text) for i, text in given.items()}
    keep(act, live, both.now, records, swaps)
    return swaps


def give(act: Act, live: LiveForm, code: Code, made: Made, kept: Mapping[int, str]) -> dict[int, str]:
    """A code for each record: one it had once that says the same, the one with the number it keeps, or a new number."""
    given: dict[int, str] = {}
    for wanted in (_own(act, live, code, made), kept):
        asked = {i: text for i, text in wanted.items() if i not in given}
        taken = codes.claim(act.conn, live, asked, act.at)
        given |= {i: text for i, text in asked.items() if i in taken}
    rest = {i: pieces for i, pieces in made.items() if i not in given}
    return given | codes.draw(act.conn, live, code, rest, act.at)


def _own(act: Act, live: LiveForm, code: Code, made: Made) -> dict[int, str]:
    """Codes that records had once and that say what they should say now."""
    found: dict[int, str] = {}
    for i, texts in known.former_codes(act.conn, live, list(made)).items():
        for text in texts:
            now = pieces(code, act.app, text)
            if now is not None and all("serial" in part.source or "check" in part.source or part.text == piece
                                       for part, piece in zip(made[i], now, strict=True)):
                found[i] = text
    return found


def keep(act: Act, live: LiveForm, code: Code, records: Mapping[int, Record], swaps: Swaps, *, freed: bool = False) -> None:
    """Write the new codes where codes stand: the records, the register, the search, the history, the run's own list."""
    if not swaps:
        return
    codes.write(act.conn, live, code, {i: new for i, (_, new) in swaps.items()})
    _retire(act, live, [old for old, _ in swaps.values() if old], freed)
    values = {i: {**records[i].values, code.field: new} for i, (_, new) in swaps.items()}
    rows.index_again(act, live, rows.search_texts(act.conn, live, code.field, values))
    history.note(act.conn, live.id, ((i, {"$code": swap}) for i, swap in swaps.items()), act="change", cause=act.cause,
                 by=act.by.by, at=act.at, batch=act.batch)
    a = tables.code_audit
    act.conn.execute(a.delete().where(a.c.form_id == live.id, among(a.c.record_id, list(swaps))))
    if act.batch is not None and not freed:
        insert_rows(act.conn, tables.code_batch, BATCH, [(act.batch, i, live.id, new, old) for i, (old, new) in swaps.items()])


def _retire(act: Act, live: LiveForm, gone: Sequence[str], freed: bool) -> None:
    """These codes are nobody's present code any more, and stay their records' own."""
    if not gone:
        return
    c, folded = tables.code, [fold(text) for text in gone]
    act.conn.execute(c.update().where(c.c.form_id == live.id, among(c.c.code, folded)).values(current=False))
    there = set(act.conn.execute(sa.select(c.c.code).where(c.c.form_id == live.id, among(c.c.code, folded))).scalars())
    insert_rows(act.conn, tables.code_past, PAST, [
        (live.id, fold(text), text, act.at, act.by.by, freed) for text in gone if fold(text) in there])


def take_back(act: Act, form: str, swaps: Swaps) -> list[int]:
    """Undo: each record gets back what it had, as far as its code is still the one that was given; what was given stays
    reserved and is never another's. Gives the records it was done for.
    """
    act.by.must("build")
    live, code = act.app.form(form), act.app.code_of(form)
    if code is None:
        raise NotFound(Problem("form", "no_such_definition", {"key": form}))
    records = load.records(act.conn, live, sorted(swaps), lock=True)
    same = {i: old for i, (old, new) in swaps.items() if i in records and records[i].values.get(code.field) == new}
    taken = codes.claim(act.conn, live, {i: old for i, old in same.items() if old is not None}, act.at)
    back = {i: (swaps[i][1], old) for i, old in same.items() if old is None or i in taken}
    keep(act, live, code, records, back, freed=True)
    return list(back)
