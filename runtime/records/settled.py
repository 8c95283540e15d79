"""An entry after its form's logic: what may be written, what is missing, what is refused. Every writer goes through it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.errors import Problem
from runtime.fields.base import Names
from runtime.records import logic
from runtime.records.entry import Entry
from runtime.records.logic import Outcome

Values = Mapping[str, Any]


def settled(entry: Entry, conn: Connection, names: Names, as_of: AsOf, stored: Values | None = None) -> Entry:
    """The entry as its form's logic lets it be stored; `stored` is what the record holds, None for a new one.

    What nobody may write now is discarded, what logic sets is put in. A form without logic costs nothing.
    """
    if not entry.form.logic:
        return entry
    found = logic.evaluate(entry.form, entry.values, conn, names, as_of, stored)
    made = replace(entry, values=_values(entry, found, stored), problems=_standing(entry, found))
    for problem in _said(entry, made.values, found, names, stored):
        if problem not in made.problems:
            made.problems.append(problem)
    made.outcome = found
    return made


def _values(entry: Entry, found: Outcome, stored: Values | None) -> dict[str, Any]:
    """For a new record everything; for a change what was sent and may be, and what logic makes different."""
    decided = found.closed & entry.form.logic.about
    if stored is None:
        return {**entry.values, **{key: found.values.get(key) for key in decided if key in entry.values or key in found.given}}
    kept = {key: value for key, value in entry.values.items() if key not in decided}
    return kept | {key: found.values.get(key) for key in sorted(decided) if found.values.get(key) != stored.get(key)}


def _standing(entry: Entry, found: Outcome) -> list[Problem]:
    """What is wrong with a value that is discarded is nobody's concern."""
    return [problem for problem in entry.problems if problem.path.split(".")[0].split("[")[0] not in found.closed]


def _said(entry: Entry, after: Values, found: Outcome, names: Names, stored: Values | None) -> Iterator[Problem]:
    """What is missing, not offered or refused, as far as this entry is about it: an old debt is no part of a change."""
    form, touched = entry.form, {*entry.values, *after}
    told = {problem.path for problem in entry.problems}
    for key in sorted(found.required, key=list(form.fields).index):
        near = stored is None or key in touched or any(r.reads & touched for r in _about(entry, key))
        if near and found.values.get(key) is None and key not in told:
            yield Problem(key, form.fields[key].type.lack, {"field": form.fields[key].label})
    for key, options in found.offered.items():
        item, value = form.fields[key], found.values.get(key)
        if key in found.hidden or (stored is not None and value == stored.get(key)):
            continue
        for wrong in [each for each in (value if isinstance(value, list) else [value]) if each is not None and each not in options]:
            shown = item.type.show([wrong] if item.type.many else wrong, item.settings, names)
            yield Problem(key, "logic_not_offered", {"field": item.label, "value": shown})
            break
    for rule, text in found.refusals:
        if stored is None or rule.reads & touched:
            yield Problem("", "logic_refused", {"text": text})


def _about(entry: Entry, key: str) -> Iterator[Any]:
    logic = entry.form.logic
    parts = [part for part, keys in logic.parts.items() if key in keys]
    for target in (key, *parts):
        for rule, _ in logic.touching(target):
            yield rule
