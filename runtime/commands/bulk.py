"""One instruction for many records: set fields, put tags on or take them off; by ids or by a rule, in chunks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.commands import change, checks
from runtime.errors import Invalid, Problem
from runtime.records import access, entry, load
from runtime.records.act import Act

AT_ONCE = 500


def set_fields(act: Act, form: str, ids: Sequence[int], typed: Mapping[str, Any]) -> list[int]:
    """Give several records the same values; gives the ids that were changed."""
    live = act.app.form(form)
    made = entry.read(live.form, typed, act.names, whole=False)
    checks.stop_on_problems([made])
    return [saved.id for saved in change.change_many(act, form, [(i, made) for i in ids])]


def set_each(act: Act, form: str, typed: Mapping[int, Mapping[str, Any]]) -> list[int]:
    """Give several records values of their own; gives the ids that were changed."""
    live = act.app.form(form)
    made = [(i, entry.read(live.form, values, act.names, whole=False)) for i, values in typed.items()]
    checks.stop_on_problems([one for _, one in made])
    return [saved.id for saved in change.change_many(act, form, made)]


def tag(act: Act, form: str, ids: Sequence[int], field: str, put_on: Sequence[str] = (), take_off: Sequence[str] = ()) -> list[int]:
    """Put tags on records and take others off; a category that allows one tag gives up the one it had."""
    live = act.app.form(form)
    item = live.form.live_fields.get(field)
    if item is None or not item.type.tagged:
        raise Invalid(Problem("field", "no_such_field", {"field": field}))
    seen = access.visible_ids(act.conn, act.app, live, act.by, ids, act.as_of)
    records = load.records(act.conn, live, sorted(seen), fields=[field])
    single = {name for name, vocabulary in act.app.vocabularies.items() if vocabulary.single}
    replaced = {act.app.tags[key].vocabulary for key in put_on if key in act.app.tags} & single
    entries = []
    for record in records.values():
        kept = [key for key in record.values[field] or () if key not in take_off and key not in put_on
                and not (key in act.app.tags and act.app.tags[key].vocabulary in replaced)]
        entries.append((record.id, entry.read(live.form, {field: [*kept, *put_on]}, act.names, whole=False)))
    return [saved.id for saved in change.change_many(act, form, entries)]
