"""A form's logic on the page: what is hidden, asked for, locked or limited now, for the form that is being filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from runtime.definitions.layout import Layout
from runtime.records import logic
from runtime.records.entry import Entry, read
from runtime.records.logic import Outcome
from runtime.records.settled import settled
from runtime.storage.live import LiveForm
from runtime.web import here, sheet
from runtime.web.bound import Binder, Bound


@dataclass(frozen=True)
class Shown:
    """What the templates of an entry form ask: which fields and sections are out of sight, and what a script is told."""

    outcome: Outcome
    folded: set[str]
    about: frozenset[str]
    reads: frozenset[str]

    @property
    def hidden(self) -> set[str]:
        return self.outcome.hidden

    @property
    def state(self) -> Mapping[str, Any]:
        """For static/js/logic.js."""
        found = self.outcome
        return {
            "hidden": sorted(found.hidden),
            "folded": sorted(self.folded),
            "required": sorted(found.required),
            "locked": sorted(found.readonly | found.given.keys()),
            "offered": found.offered,
        }


def settle(entry: Entry, names: Any, stored: Mapping[str, Any] | None = None) -> Entry:
    """The entry of a page after its form's logic, with everything that is wrong with it."""
    return settled(entry, here.conn(), names, here.as_of(), stored)


def sent(live: LiveForm, names: Any, stored: Mapping[str, Any] | None = None) -> Entry:
    """What a browser sent, read and settled: a new record, or a change of what is stored."""
    return settle(read(live.form, sheet.typed(live, request.form), names, whole=stored is None), names, stored)


def shown(entry: Entry, names: Any, stored: Mapping[str, Any] | None, layout: Layout | None = None) -> Shown | None:
    """How the form looks for an entry, by its full layout or another; None where it has no logic."""
    form = entry.form
    if not form.logic:
        return None
    found: Outcome = entry.outcome or logic.evaluate(form, entry.values, here.conn(), names, here.as_of(), stored)
    return Shown(found, _folded(found, layout or form.layout), form.logic.about, form.logic.read)


def _folded(outcome: Outcome, layout: Layout) -> set[str]:
    """Sections out of sight: hidden ones, and those of which nothing is left, as a heading over nothing says nothing.

    A field that another layout has put elsewhere is seen there, whatever becomes of the section it came from.
    """
    found = set()
    for section in layout.sections:
        bare = bool(section.content) and len(section.fields) == len(section.content)
        if (bare or section.key in outcome.folded) and outcome.hidden.issuperset(section.fields):
            found.add(section.key)
    return found


def apply(shown: Shown | None, fields: dict[str, Bound], binder: Binder) -> None:
    """Let fields say what logic asks of them now, and hold what it sets."""
    for key in shown.about & fields.keys() if shown else ():
        assert shown is not None
        fields[key].required = key in shown.outcome.required
    for key in shown.outcome.given.keys() & fields.keys() if shown else ():
        assert shown is not None
        required = fields[key].required
        fields[key] = binder.value(fields[key].field, shown.outcome.given[key])
        fields[key].required = required


def changed(before: Entry, shown: Shown) -> list[str]:
    """The fields that logic sets to something else than the page holds: they are drawn anew."""
    given = shown.outcome.given
    bad = {problem.path for problem in before.problems}
    return [key for key, value in given.items() if key in bad or before.values.get(key) != value]
