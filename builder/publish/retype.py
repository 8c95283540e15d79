"""Publishing a form whose fields change their types: new columns, their values carried over, the old columns kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts import settings
from runtime.commands import convert
from runtime.commands.convert import Rehearsal, Switch
from runtime.definitions.form import Form
from runtime.errors import Problem
from runtime.records.names import RecordNames
from runtime.storage import live as snapshots
from runtime.storage import record_tables, retypes, system_tables
from runtime.storage.live import LiveApp, LiveForm
from runtime.storage.record_tables import RecordTables
from runtime.storage.versions import Published

# So many records are carried over while the publishing person waits; more are left to a job.
AT_ONCE = 3_000


@dataclass(frozen=True)
class Going:
    """The fields of one form that go over, with the form as it is still published."""

    app: LiveApp
    live: LiveForm
    moved: list[Switch]
    names: RecordNames

    @property
    def found_again(self) -> bool:
        """Whether the search box would find other records than before."""
        return any(each.was.type.searchable or each.now.type.searchable for each in self.moved)

    def over(self, conn: Connection) -> Going:
        """The same in a later transaction."""
        self.names.conn = conn
        return self

    @property
    def code(self) -> str | None:
        """The field that holds the form's codes."""
        rule = self.app.code_of(self.live.key)
        return rule.field if rule else None


def going(conn: Connection, app_id: int, old: Published | None, body: Mapping[str, Any]) -> Going | None:
    """What goes over when a body takes the place of the published one; None for nothing."""
    if old is None or old.kind != "form":
        return None
    moved = convert.switches(conn, old.id, Form(old.body), Form(body))
    if not moved:
        return None
    key = conn.execute(sa.select(system_tables.app.c.key).where(system_tables.app.c.id == app_id)).scalar_one()
    app, ours = snapshots.load(conn, key), settings.read(conn)
    return Going(app, app.form(old.key), moved, RecordNames(conn, app, ours.lang, ours.zone))


def returning(conn: Connection, old: Published | None, body: Mapping[str, Any]) -> frozenset[str]:
    """The fields that take a column again which they left, so that they may be what they were, whatever they are now."""
    return freed(conn, old.id, Form(old.body), Form(body)) if old is not None and old.kind == "form" else frozenset()


def freed(conn: Connection, form_id: int, before: Form, after: Form) -> frozenset[str]:
    """The same of forms that have been parsed."""
    return frozenset(each.key for each in convert.switches(conn, form_id, before, after) if each.back)


def rehearse(conn: Connection, go: Going | None, but: Collection[str] = ()) -> dict[str, Rehearsal]:
    """What would become of the values, by field; nothing is written. Fields that are not ready are left out by `but`."""
    return convert.rehearse(conn, go.live, [each for each in go.moved if each.key not in but], go.names) if go else {}


def repeats(go: Going, rehearsed: Mapping[str, Rehearsal]) -> list[Problem]:
    """Values that may not repeat and would."""
    return [
        Problem(f"properties.{each.key}", "values_repeat",
                {"field": each.now.label, "n": len(found), "examples": ", ".join(value for value, _ in found)})
        for each in go.moved if each.now.unique == "block" and each.key in rehearsed and (found := rehearsed[each.key].repeated)
    ]


def large(conn: Connection, go: Going) -> bool:
    """Whether so many records are there that a job should carry them over."""
    return convert.more_than(conn, go.live.tables, AT_ONCE)


def prepare(conn: Connection, go: Going) -> dict[str, int]:
    """Columns for what goes over, which nobody reads yet; gives their numbers."""
    numbers = {each.key: each.back.number if each.back else retypes.reserve(conn, go.live.id, each.key, each.now.type.name)
               for each in go.moved}
    middle = _middle(go)
    record_tables.widen(conn, go.live.id, middle, {**record_tables.numbers_of(conn, go.live.id), **numbers})
    return numbers


def into(conn: Connection, go: Going, numbers: Mapping[str, int]) -> RecordTables:
    """The tables in which the new columns stand in the place of the old ones."""
    return record_tables.build(go.live.id, _middle(go), {**record_tables.numbers_of(conn, go.live.id), **numbers})


def _middle(go: Going) -> Form:
    """The published form with nothing changed but the fields that go over."""
    changed = {each.key: each.now.node for each in go.moved}
    return Form({**go.live.form.body, "properties": {**go.live.form.body["properties"], **changed}})


def carry_all(conn: Connection, go: Going) -> dict[str, int]:
    """Carry every record over at once; gives the numbers of the columns that were filled."""
    numbers = prepare(conn, go)
    tables = into(conn, go, numbers)
    for ids in convert.pages(conn, go.live.tables):
        convert.carry(conn, go.live, tables, go.moved, ids, go.names)
    return numbers


def flip(conn: Connection, go: Going, numbers: Mapping[str, int], by: int | None) -> None:
    """From now on the fields are read and written in their new columns."""
    now = record_tables.numbers_of(conn, go.live.id)
    for each in go.moved:
        retypes.switch(conn, go.live.id, each.was, numbers[each.key], now[each.key], by)


def index_all(conn: Connection, go: Going, after: LiveForm) -> None:
    """Let the search box find what the fields now say."""
    if go.found_again:
        for ids in convert.pages(conn, after.tables):
            convert.index_again(conn, after, go.code, ids)
