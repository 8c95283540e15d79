"""What publishing would do, before it is done: the changes with their counts, and what stands in the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import Connection

from builder.publish import plan_types, retype
from builder.publish.change import ATTENTION, Change
from builder.publish.check import Part, problems
from builder.publish.concerned import Condition, Stored
from builder.publish.impact import Impact, impact, untouched
from builder.publish.plan import plan
from builder.published import published
from runtime import clock
from runtime.accounts import settings
from runtime.clock import AsOf
from runtime.commands.convert import Rehearsal
from runtime.definitions.checks import shape
from runtime.definitions.form import Form
from runtime.errors import FenzuError, Problem
from runtime.records.targets import RecordTarget, shown
from runtime.rules.compile import compile_rule
from runtime.storage import live as snapshots
from runtime.storage import purges, system_tables, versions
from runtime.storage.live import LiveApp
from runtime.storage.purges import Purged
from runtime.storage.versions import Published
from runtime.words import Words

Body = Mapping[str, Any]
EMPTY = Words("它以前在 {n} 条记录里的内容已在 {day} 彻底清除，回来时是空的", "What it held in {n} records was purged on {day}: it comes back empty")


@dataclass(frozen=True)
class Preview:
    """What publishing would do: the changes with their counts, what stands in the way, and the version it would be."""

    impact: Impact
    problems: tuple[Problem, ...]
    version: int
    rehearsed: Mapping[str, Rehearsal] = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)


def preview(conn: Connection, app_id: int, kind: str, body: Body) -> Preview:
    """Everything a person should see before publishing a body; nothing is written."""
    unreadable = shape(kind, body)
    if unreadable:
        return Preview(untouched([]), tuple(unreadable), 0)
    old = versions.find(conn, app_id, kind, versions.key_of(kind, body))
    freed = retype.returning(conn, old, body)
    wrong = problems([Part(kind, versions.key_of(kind, body), body, freed)], published(conn, app_id))
    go = None if _fixed(wrong) else retype.going(conn, app_id, old, body)
    rehearsed = retype.rehearse(conn, go, {each.key for each in go.moved if _broken(each.key, wrong)}) if go else {}
    gone = purges.of_form(conn, old.id) if old and kind == "form" else {}
    changes = [_as_it_was(change, freed, gone) for change in plan(kind, old.body if old else None, body)]
    also = {i for told in rehearsed.values() for i in told.touched}
    felt = _impact(conn, app_id, old, body, changes, also)
    more = retype.repeats(go, rehearsed) if go else []
    return Preview(felt, (*wrong, *felt.problems, *more), _next_version(conn, old), rehearsed)


def _impact(conn: Connection, app_id: int, old: Published | None, body: Body, changes: Sequence[Change],
            also: Collection[int]) -> Impact:
    """Only a form's records can feel a change; a new form has none."""
    if old is None or old.kind != "form":
        return untouched(changes)
    key = conn.execute(sa.select(system_tables.app.c.key).where(system_tables.app.c.id == app_id)).scalar_one()
    app = snapshots.load(conn, key)
    as_of = AsOf(clock.now(), ZoneInfo(settings.read(conn).zone))
    return impact(Stored(conn, app.form(old.key).tables, Form(body), lambda rule: _asked(app, old.key, rule, as_of)), changes, also)


def _asked(app: LiveApp, form: str, rule: Any, as_of: AsOf) -> Condition | None:
    """A rule over the published records; None where it reads what is not published yet or is not finished."""
    try:
        return compile_rule(rule, RecordTarget(app, app.form(form), shown(app)), as_of).where
    except FenzuError:
        return None


def _as_it_was(change: Change, freed: Collection[str], gone: Mapping[str, Purged]) -> Change:
    """A field that takes its old column again has its old values, whatever it became in between; a purged one has none."""
    was = gone.get(change.field or "")
    if change.act == "field_added" and was is not None:
        note = Words(EMPTY.zh.format(day=was.at[:10], n=was.records), EMPTY.en.format(day=was.at[:10], n=was.records))
        return replace(change, note=note, severity=ATTENTION)
    if change.act == "type_changed" and change.field in freed:
        return replace(change, note=plan_types.KEPT, severity=ATTENTION)
    return change


def _fixed(wrong: Sequence[Problem]) -> bool:
    """Whether a field would become what it never can."""
    return any(problem.code in ("type_fixed", "published_field_gone") for problem in wrong)


def _broken(key: str, wrong: Sequence[Problem]) -> bool:
    """Whether a field cannot be published as it is, so that nothing can be read by it."""
    path = f"properties.{key}"
    return any(each.severity == "error" and f"{each.path}.".startswith(f"{path}.") for each in wrong)


def _next_version(conn: Connection, old: Published | None) -> int:
    if old is None:
        return 1
    v = system_tables.definition_version
    return 1 + int(conn.execute(sa.select(sa.func.max(v.c.version)).where(v.c.definition_id == old.id)).scalar_one())
