"""What an import does: which column goes into which field, which field tells records apart, what of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.definitions.form import Field
from runtime.errors import Problem
from runtime.exchange.match import Match, MatchField, match_columns
from runtime.exchange.reading import Reading
from runtime.fields.base import Names, Refused
from runtime.storage.live import LiveApp, LiveForm

SAMPLE = 50
# What happens to a record that is there already: blanks leave it alone, blanks clear it, it stays as it is.
EXISTING = ("keep", "clear", "skip")
KEY_KINDS = ("text", "number")


@dataclass(frozen=True)
class Plan:
    """`columns` maps a column (from 0) to a field; `key` is the field that says which record a row is, "" for none.

    `values` gives, by field, another text for what a cell says ("" leaves the field empty); cells of a `lenient` field
    that cannot be read are left empty; `create` are the links whose missing records are made; `left` are the columns
    that a person has decided to leave out.
    """

    columns: Mapping[int, str] = field(default_factory=dict)
    key: str = ""
    existing: str = "keep"
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lenient: frozenset[str] = frozenset()
    create: frozenset[str] = frozenset()
    left: frozenset[int] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """As it is kept beside the upload and sent to the jobs."""
        return {
            "columns": {str(column): key for column, key in self.columns.items()}, "key": self.key,
            "existing": self.existing, "values": {key: dict(texts) for key, texts in self.values.items()},
            "lenient": sorted(self.lenient), "create": sorted(self.create),
            "left": sorted(self.left),
        }  # fmt: skip

    @property
    def fields(self) -> dict[str, int]:
        """By field, the column it is filled from."""
        return {key: column for column, key in self.columns.items()}


def from_json(stored: Mapping[str, Any]) -> Plan:
    """A plan as it was kept."""
    return Plan(
        {int(column): key for column, key in stored.get("columns", {}).items()},
        stored.get("key", ""),
        stored.get("existing", "keep"),
        stored.get("values", {}),
        frozenset(stored.get("lenient", ())),
        frozenset(stored.get("create", ())),
        frozenset(stored.get("left", ())),
    )


def takers(live: LiveForm) -> dict[str, Field]:
    """The fields a column can go into; files do not travel in a list, and a code only says which record it is."""
    return {key: item for key, item in live.form.live_fields.items() if item.type.kind != "file"}


def propose(app: LiveApp, live: LiveForm, reading: Reading, names: Names) -> tuple[Plan, list[Match]]:
    """The plan as the column names suggest it, and how sure each match is."""
    sample = [row.cells for row in reading.preview(SAMPLE)]
    wanted = [_wanted(item, names) for item in takers(live).values()]
    matches = match_columns(reading.columns, sample, wanted)
    columns = {match.column: match.field for match in matches if match.field is not None and taken(match)}
    plan = Plan(columns)
    create = frozenset(key for key, item in creatable(app, live, plan).items() if item.settings.get("create_missing"))
    return Plan(columns, key=_key(live, plan), create=create), matches


def taken(match: Match) -> bool:
    """Whether a match needs no look by the person; a column called like the field is it, however bad its cells are."""
    return match.sure or match.how in ("name", "alias")


def _wanted(item: Field, names: Names) -> MatchField:
    """A field as matching sees it; what stands for a record or a person is known by name only, so any text may fit."""

    def fits(cell: Any) -> bool:
        try:
            item.type.from_cell(cell, item.settings, names)
        except Refused:
            return False
        return True

    stands = item.type.kind in ("link", "links", "person", "people", "many") and not item.options
    return MatchField(item.key, item.label, (), None if stands else fits)


def key_fields(live: LiveForm, plan: Plan) -> dict[str, Field]:
    """The mapped fields by which a record can be known: texts and numbers, the unique ones and codes first."""
    mapped = {key: item for key, item in takers(live).items() if key in plan.fields}
    able = {
        key: item
        for key, item in mapped.items()
        if key in live.tables.names and item.type.kind in KEY_KINDS and (item.type.searchable or item.unique)
    }
    title = live.form.title_field
    return dict(
        sorted(able.items(), key=lambda pair: (not pair[1].type.readonly, not pair[1].unique, pair[0] == title))
    )


def _key(live: LiveForm, plan: Plan) -> str:
    """Records are updated by a code or a unique value; a name alone is too weak to be taken without being asked."""
    return next((key for key, item in key_fields(live, plan).items() if item.type.readonly or item.unique), "")


def creatable(app: LiveApp, live: LiveForm, plan: Plan) -> dict[str, Field]:
    """The mapped links whose missing records could be made from a title alone."""
    found = {}
    for key in plan.fields:
        item = takers(live).get(key)
        target = app.forms.get(item.form or "") if item else None
        if item and target and not target.form.fields[target.form.title_field].type.readonly:
            found[key] = item
    return found


def problems(live: LiveForm, plan: Plan, columns: Sequence[str]) -> list[Problem]:
    """What must be settled before anything can be checked or stored."""
    found = []
    able = takers(live)
    if not plan.columns:
        found.append(Problem("columns", "import_nothing_mapped"))
    for column, key in plan.columns.items():
        if key not in able or not 0 <= column < len(columns):
            found.append(Problem(f"columns.{column}", "no_such_field", {"field": key}))
    for key in {key for key in plan.columns.values() if list(plan.columns.values()).count(key) > 1 and key in able}:
        found.append(Problem("columns", "import_field_twice", {"field": able[key].label}))
    if plan.key and plan.key not in plan.fields:
        found.append(
            Problem(
                "key",
                "import_key_unmapped",
                {"field": live.form.fields[plan.key].label} if plan.key in live.form.fields else {"field": plan.key},
            )
        )
    if plan.existing not in EXISTING:
        found.append(Problem("existing", "import_bad_choice"))
    found += [
        Problem(key, "import_required_unmapped", {"field": item.label}) for key, item in unfilled(live, plan).items()
    ]
    return found


def unfilled(live: LiveForm, plan: Plan) -> dict[str, Field]:
    """Required fields that no column fills and that have no default; with a key, rows may still update records."""
    if plan.key:
        return {}
    return {
        key: item
        for key, item in takers(live).items()
        if item.required and not item.type.readonly and item.default is None and key not in plan.fields
    }
