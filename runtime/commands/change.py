"""Change records: one by hand, or many by one instruction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.commands import checks, copied, filled, pooled, rows, signed
from runtime.commands.create import Saved
from runtime.errors import Conflict, NotFound, Problem
from runtime.groups import cascade, membership
from runtime.records import access, events, history, load
from runtime.records.act import Act
from runtime.records.entry import Entry
from runtime.records.load import Record
from runtime.records.settled import settled
from runtime.storage.live import LiveForm

Difference = dict[str, tuple[Any, Any]]


def change(act: Act, form: str, record_id: int, entry: Entry, *, version: int | None) -> Saved:
    """Change one record. `version` is the one the person saw; an older one is a conflict that names what changed."""
    live = act.app.form(form)
    record = _open(act, live, [record_id]).get(record_id)
    if record is None:
        raise NotFound(Problem("id", "no_such_record"))
    if version is not None and record.version != version:
        raise Conflict(_conflict(act, live, record, entry))
    entry = settled(entry, act.conn, act.names, act.as_of, record.values)
    checks.stop_on_problems([entry])
    _write(act, live, [(record, entry.values)])
    return Saved(record.id, record.version)


def change_many(act: Act, form: str, changes: Sequence[tuple[int, Entry]]) -> list[Saved]:
    """Change many records in one transaction; records that are gone or not the asker's are left out of the answer."""
    live = act.app.form(form)
    opened = _open(act, live, [i for i, _ in changes])
    ready = [(opened[i], settled(entry, act.conn, act.names, act.as_of, opened[i].values)) for i, entry in changes if i in opened]
    checks.stop_on_problems([*(entry for _, entry in ready), *(entry for i, entry in changes if i not in opened)])
    pairs = [(record, entry.values) for record, entry in ready]
    _write(act, live, pairs)
    return [Saved(record.id, record.version) for record, _ in pairs]


def _open(act: Act, live: LiveForm, ids: Sequence[int]) -> dict[int, Record]:
    """The records the asker may see and change, their rows held until the act ends."""
    access.must(act.app, act.by, "change")
    seen = access.visible_ids(act.conn, act.app, live, act.by, ids, act.as_of)
    return load.records(act.conn, live, sorted(seen), lock=True)


def _conflict(act: Act, live: LiveForm, record: Record, entry: Entry) -> list[Problem]:
    """The fields on which the person and whoever was faster do not agree."""
    who = act.names.person(record.updated_by or 0)
    theirs = difference(live, record.values, entry.values)
    return [Problem("", "changed_meanwhile", {"who": who or "Fenzu", "version": record.version})] + [
        Problem(key, "changed_meanwhile", {"who": who or "Fenzu", "value": record.values.get(key)}) for key in theirs
    ]


def difference(live: LiveForm, before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """What really changes; two lists with the same members are the same, and a row keeps its number."""
    found: Difference = {}
    for key, given in after.items():
        old = before.get(key)
        value = live.form.fields[key].type.settle(old, given)
        if key in live.tables.many and not live.form.fields[key].type.ordered:
            if sorted(old or ()) != sorted(value or ()):
                found[key] = (old, value)
        elif old != value:
            found[key] = (old, value)
    return found


def _write(act: Act, live: LiveForm, pairs: Sequence[tuple[Record, dict[str, Any]]]) -> None:
    filled.stamp(live, (values for _, values in pairs), act.at)
    signed.keep(act, live, ((values, record.values) for record, values in pairs))
    copied.take(act, live, [values for _, values in pairs], [record.values for record, _ in pairs])
    differences = {record.id: difference(live, record.values, values) for record, values in pairs}
    touched = [(record, {k: v for k, (_, v) in differences[record.id].items()}) for record, _ in pairs if differences[record.id]]
    if not touched:
        return
    checks.refuse(checks.check(act, live, [values for _, values in touched], [record.id for record, _ in touched]))
    for record, values in touched:
        with checks.once(live):
            rows.update(act, live, record.id, record.version, values)
        record.version += 1
    ids = [record.id for record, _ in touched]
    changed = frozenset(key for values in differences.values() for key in values)
    _index(act, live, touched, changed)
    why = {"$why": (None, act.why)} if act.why else {}
    history.note(act.conn, live.id, ((i, {**differences[i], **why}) for i in ids), act="change", cause=act.cause, by=act.by.by,
                 at=act.at, batch=act.batch)
    events.note(act, live, "changed", {i: differences[i] for i in ids})
    membership.refresh(act, live, ids, changed)
    cascade.follow(act, live, ids, changed, {key: [record.values.get(key) for record, _ in touched] for key in live.form.pointing})
    pooled.changed(act, live, differences)


def _index(act: Act, live: LiveForm, touched: Sequence[tuple[Record, Mapping[str, Any]]], changed: frozenset[str]) -> None:
    if any(field.key in changed for field in rows.searchable(live)):
        code = act.app.code_of(live.key)
        now = {record.id: {**record.values, **values} for record, values in touched}
        rows.index_again(act, live, rows.search_texts(act.conn, live, code.field if code else None, now))
