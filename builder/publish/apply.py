"""Publishing: checked as a whole, stored as a version, tables made ready, all in the caller's one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from builder import drafts
from builder.edits.made import Edit, Made
from builder.edits.restore import restored
from builder.edits.settle import settle
from builder.publish import retype
from builder.publish.change import Change
from builder.publish.check import Part, broken_by_removal, problems
from builder.publish.concerned import Stored
from builder.publish.impact import impact
from builder.publish.keep_examples import keep_examples
from builder.publish.plan import plan
from builder.publish.plan_grouping import moves_members
from builder.publish.preview import Preview as Preview
from builder.publish.preview import preview as preview
from builder.published import published
from runtime.commands import fill_numbers
from runtime.definitions.check_grouping import reads_of
from runtime.definitions.checks import shape
from runtime.definitions.form import Form
from runtime.definitions.grouping import Grouping
from runtime.definitions.whole import Whole, whole
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.jobs import queue
from runtime.records import search
from runtime.sql.locks import hold_app
from runtime.storage import record_tables, system_tables, versions
from runtime.storage.live import LiveForm
from runtime.storage.versions import Published
from runtime.workflows import cadence, pooling
from runtime.workflows import clock as workflow_clock

# Columns into which a job has carried the values of fields that change their types.
Ready = Mapping[str, int] | None
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What was published and what the caller has still to see to.

    `groupings_to_rebuild`: groupings whose membership must be worked out anew, those that others read first.
    `groupings_unmoved`: groupings with a new version in which nobody changes place; their builds may take it over.
    `codes_to_fill`: code rules that are new on their form, so that records without a code can be given one.
    """

    published: Published
    changes: tuple[Change, ...]
    groupings_to_rebuild: tuple[str, ...] = ()
    groupings_unmoved: tuple[str, ...] = ()
    codes_to_fill: tuple[str, ...] = ()


def apply(
    conn: Connection,
    app_id: int,
    kind: str,
    key: str,
    by: int | None,
    note: str = "",
    revision: int | None = None,
    *, settled: bool = False,
) -> Outcome:
    """Publish a draft, if it is the revision that was seen, and end it; raises Invalid with everything that is wrong.

    `settled` gives new fields and options of a form keys from their names, where nobody chose their keys.
    """
    hold_app(conn, app_id, alone=True)
    draft = drafts.open_draft(conn, app_id, kind, key)
    old = versions.find(conn, app_id, kind, key)
    if revision is not None and revision != draft.revision:
        raise Conflict(Problem("revision", "stale_draft", {"seen": revision, "now": draft.revision}))
    if draft.id and old is not None and old.version != draft.base_version:
        raise Conflict(Problem("revision", "published_since", {"base": draft.base_version, "now": old.version}))
    if old is not None and old.body == draft.body:
        raise Conflict(Problem("", "nothing_to_publish"))
    body = settle(draft.body, old.body if old else None) if settled and kind == "form" else draft.body
    outcome = publish_body(conn, app_id, kind, body, by, note)
    drafts.discard(conn, app_id, kind, key)
    return outcome


def publish_body(
    conn: Connection, app_id: int, kind: str, body: Mapping[str, Any], by: int | None, note: str = "", ready: Ready = None
) -> Outcome:
    """Publish a body at once, without a draft: tags, views and roles, and what comes from a template or a client."""
    return publish_set(conn, app_id, [(kind, body)], by, note, ready)[0]


def publish_set(
    conn: Connection, app_id: int, bodies: Sequence[tuple[str, Body]], by: int | None, note: str = "", ready: Ready = None,
    purged: Collection[str] = (),
) -> list[Outcome]:
    """Publish several bodies `(kind, body)` as one: they are checked side by side, so they may need each other.

    `purged` are fields that may be missing now: their values are taken away for good.
    """
    hold_app(conn, app_id, alone=True)
    unreadable = [problem for kind, body in bodies for problem in shape(kind, body)]
    if unreadable:
        raise Invalid(unreadable)
    known = {(item.kind, item.key): item for item in versions.of_app(conn, app_id)}
    olds = [known.get((kind, versions.key_of(kind, body))) for kind, body in bodies]
    before = whole((item.kind, item.body) for item in known.values())
    parts = [Part(kind, versions.key_of(kind, body), body, {*retype.returning(conn, old, body), *purged})
             for (kind, body), old in zip(bodies, olds, strict=True)]
    wrong = problems(parts, before)
    if any(problem.severity == "error" for problem in wrong):
        raise Invalid(wrong)
    after = before
    for kind, body in bodies:
        after = after.with_body(kind, body)
    made = [
        _put(conn, app_id, kind, body, old, by, note, after, ready) for (kind, body), old in zip(bodies, olds, strict=True)
    ]
    versions.advance(conn, app_id)
    keep_examples(conn, app_id, [one.published for one in made])
    return made


def edit_now(
    conn: Connection, app_id: int, kind: str, key: str, edit: Edit, by: int | None, version: int | None = None
) -> tuple[Outcome, str | None]:
    """Do one edit on what is published and publish it, with the key of what was made; no effect is no version."""
    hold_app(conn, app_id, alone=True)
    old = versions.find(conn, app_id, kind, key)
    if old is None:
        raise NotFound(Problem("key", "no_such_definition", {"key": key}))
    if version is not None and version != old.version:
        raise Conflict(Problem("version", "stale_draft", {"seen": version, "now": old.version}))
    result = edit(old.body)
    body, made = (result.body, result.key) if isinstance(result, Made) else (result, None)
    if body == old.body:
        return Outcome(old, ()), made
    return publish_body(conn, app_id, kind, body, by), made


def roll_back(
    conn: Connection, app_id: int, kind: str, key: str, version: int, by: int | None, note: str = ""
) -> Outcome:
    """Publish an old version again as a new one; fields and options added since are retired, never lost."""
    hold_app(conn, app_id, alone=True)
    old = versions.find(conn, app_id, kind, key)
    if old is None:
        raise NotFound(Problem("key", "no_such_definition", {"key": key}))
    if version > old.version:
        raise NotFound(Problem("version", "no_such_version", {"version": version}))
    draft = drafts.open_draft(conn, app_id, kind, key)
    if draft.id and draft.body != old.body:
        raise Conflict(Problem("revision", "unpublished_draft"))
    body = restored(kind, versions.body_at(conn, old.id, version), old.body)
    outcome = publish_body(conn, app_id, kind, body, by, note)
    drafts.discard(conn, app_id, kind, key)
    return outcome


def remove(conn: Connection, app_id: int, kind: str, key: str) -> None:
    """Take a definition out of use; refused while another one needs it. Its versions and records stay."""
    hold_app(conn, app_id, alone=True)
    if versions.find(conn, app_id, kind, key) is not None:
        wrong = broken_by_removal(kind, key, published(conn, app_id))
        if wrong:
            raise Conflict([Problem("", "in_use", problem.params) for problem in wrong])
        versions.remove(conn, app_id, kind, key)
        versions.advance(conn, app_id)
    drafts.discard(conn, app_id, kind, key)


def _put(
    conn: Connection,
    app_id: int,
    kind: str,
    body: Mapping[str, Any],
    old: Published | None,
    by: int | None,
    note: str,
    after: Whole,
    ready: Ready,
) -> Outcome:
    """Store one checked body as a version and make ready what it needs."""
    changes = plan(kind, old.body if old else None, body)
    stopped = _stopped(conn, old, body, changes)
    if stopped:
        raise Invalid(stopped)
    go = retype.going(conn, app_id, old, body)
    if go is not None:
        _carry(conn, go, by, ready)
    made = versions.put(conn, app_id, kind, body, by=by, note=note)
    if kind == "workflow":
        workflow_clock.wake(conn)
    if kind == "form":
        tables = record_tables.ensure(conn, made.id, Form(body))
        search.create_index(conn, made.id)
        if go is not None and ready is None:
            retype.index_all(conn, go, LiveForm(made.id, made.version, Form(body), tables))
        _ask_again(conn, app_id, changes, after, by)
        if "pool" in body["x-fenzu"] or (old is not None and "pool" in old.body["x-fenzu"]):
            pooling.wake(conn)
        _number_records(conn, app_id, LiveForm(made.id, made.version, Form(body), tables), changes, by)
    elif kind == "grouping":
        _number_groups(conn, made.id, Grouping(body))
        if any(group.cadence for one in (body, *([old.body] if old else ())) for group in Grouping(one).groups.values()):
            cadence.wake(conn)
    return _outcome(made, old, tuple(changes), after)


def _carry(conn: Connection, go: retype.Going, by: int | None, ready: Ready) -> None:
    """Values of fields that change their types go into their new columns, unless a job has done it."""
    if ready is None and retype.large(conn, go):
        raise Conflict(Problem("", "retype_too_many", {"form": go.live.form.label, "n": retype.AT_ONCE}))
    found = retype.repeats(go, retype.rehearse(conn, go)) if any(each.now.unique == "block" for each in go.moved) else []
    if found:
        raise Invalid(found)
    retype.flip(conn, go, retype.carry_all(conn, go) if ready is None else ready, by)


def _ask_again(conn: Connection, app_id: int, changes: Sequence[Change], after: Whole, by: int | None) -> None:
    """Where a field means something else now, the forms whose groupings may read it are asked anew by a job."""
    if not any(change.act in ("computed_changed", "type_changed") for change in changes):
        return
    key = _app_key(conn, app_id)
    for form in sorted({grouping.form for grouping in after.groupings.values()}):
        queue.put(conn, "refresh", {"app": key, "form": form, "cause": "rules"}, by=by, app_id=app_id)


def _number_records(conn: Connection, app_id: int, live: LiveForm, changes: Sequence[Change], by: int | None) -> None:
    """Records that were there before a field that counts get their numbers by a job."""
    fields = {change.field for change in changes if change.act in ("field_added", "field_back", "type_changed")}
    counted = [key for key, item in live.form.live_fields.items() if key in fields and item.type.counted]
    if counted:
        fill_numbers.ask(conn, _app_key(conn, app_id), live.key, live.tables, counted, by, app_id)


def _app_key(conn: Connection, app_id: int) -> str:
    return str(conn.execute(sa.select(system_tables.app.c.key).where(system_tables.app.c.id == app_id)).scalar_one())


def _stopped(conn: Connection, old: Published | None, body: Body, changes: Sequence[Change]) -> tuple[Problem, ...]:
    """What the records of a form have against its new version: values that may no longer repeat, and do."""
    asked = [change for change in changes if change.act == "unique_on" and change.values["unique"] == "block"]
    if old is None or not asked:
        return ()
    tables = record_tables.build(old.id, Form(old.body), record_tables.numbers_of(conn, old.id))
    return impact(Stored(conn, tables, Form(body)), asked).problems


def _number_groups(conn: Connection, grouping_id: int, grouping: Grouping) -> None:
    """Give every new group its number; a number is kept when its group goes, and comes back with it."""
    table = system_tables.group_key
    known = set(conn.execute(sa.select(table.c.key).where(table.c.grouping_id == grouping_id)).scalars())
    for key in grouping.groups:
        if key not in known:
            conn.execute(table.insert().values(grouping_id=grouping_id, key=key))


def _outcome(made: Published, old: Published | None, changes: tuple[Change, ...], after: Whole) -> Outcome:
    if made.kind == "grouping":
        if moves_members(old.body if old else None, made.body):
            return Outcome(made, changes, groupings_to_rebuild=tuple([made.key, *readers(after, made.key)]))
        return Outcome(made, changes, groupings_unmoved=(made.key,))
    if made.kind == "code" and (old is None or old.body["field"] != made.body["field"]):
        return Outcome(made, changes, codes_to_fill=(made.key,))
    return Outcome(made, changes)


def readers(app: Whole, key: str) -> list[str]:
    """The groupings whose rules read this one, directly or not, each after those it reads."""
    reads = {name: reads_of(grouping) for name, grouping in app.groupings.items()}
    found: list[str] = []
    reached = {key}
    while fresh := [name for name, read in reads.items() if name not in reached and read & reached]:
        reached.update(fresh)
        found += fresh
    return sorted(found, key=lambda name: _height(reads, name))


def _height(reads: Mapping[str, set[str]], name: str) -> int:
    return 1 + max((_height(reads, other) for other in reads.get(name, ())), default=0)
