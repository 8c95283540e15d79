"""Store new records: one or thousands, by the same steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runtime.commands import checks, copied, filled, pooled, rows, signed
from runtime.groups import cascade, codes, membership
from runtime.records import access, events, history
from runtime.records.act import Act
from runtime.records.entry import Entry
from runtime.records.settled import settled
from runtime.sql.counters import reserve_ids
from runtime.storage.live import LiveForm


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one entry: the record's number, its version and its code, if its form gives one."""

    id: int
    version: int
    code: str | None = None


def create(act: Act, form: str, entry: Entry) -> Saved:
    """Store one new record with its groups, its code and its history line, or nothing at all."""
    return create_many(act, form, [entry])[0]


def create_many(act: Act, form: str, entries: Sequence[Entry]) -> list[Saved]:
    """The same for many at once; either all are stored or none."""
    live = act.app.form(form)
    access.must(act.app, act.by, "create")
    entries = [settled(entry, act.conn, act.names, act.as_of) for entry in entries]
    checks.stop_on_problems(entries)
    values = [entry.values for entry in entries]
    for key in live.tables.rows:
        for one in values:
            one[key] = live.form.fields[key].type.settle(None, one.get(key))
    copied.take(act, live, values)
    checks.refuse(checks.check(act, live, values))
    filled.stamp(live, values, act.at)
    signed.keep(act, live, ((one, {}) for one in values))
    filled.number(act, live, values)
    ids = reserve_ids(act.conn, live.tables.main, len(entries))
    with checks.once(live):
        rows.insert(act, live, ids, values)
    moves = membership.refresh(act, live, ids, None, fresh=True)
    given = give_codes(act, live, list(zip(ids, values, strict=True)), moves)
    rows.index_new(act, live, [(i, rows.search_text(live, v, given.get(i))) for i, v in zip(ids, values, strict=True)])
    history.note(act.conn, live.id, ((i, _first(v, given.get(i))) for i, v in zip(ids, values, strict=True)),
                 act="create", cause=act.cause, by=act.by.by, at=act.at, batch=act.batch)
    tagged = [key for key, field in live.form.fields.items() if field.type.tagged]
    events.note(act, live, "created", {i: {key: (None, v[key]) for key in tagged if v.get(key)} for i, v in zip(ids, values, strict=True)} if tagged else ids)
    cascade.follow(act, live, ids, None, {})
    if live.form.pool is not None:
        pooled.created(act, live, zip(ids, values, strict=True))
    return [Saved(i, rows.FIRST, given.get(i)) for i in ids]


def _first(values: rows.Values, code: str | None) -> dict[str, tuple[Any, Any]]:
    filled = {key: (None, value) for key, value in values.items() if value is not None}
    return {**filled, "$code": (None, code)} if code else filled


def give_codes(act: Act, live: LiveForm, records: Sequence[tuple[int, rows.Values]], moves: membership.Moves) -> dict[int, str]:
    """Give codes to records whose groups are known; while a grouping the code reads is frozen, the code waits."""
    code = act.app.code_of(live.key)
    if code is None or codes.waits(act.app, code):
        return {}
    by_record = membership.groups_joined(act, moves)
    items = [codes.Coded(i, values, by_record.get(i, {})) for i, values in records]
    return codes.give(act.conn, act.app, live, items, act.as_of, act.at)
