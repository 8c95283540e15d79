"""Drafts: a definition being edited, kept step by step so that every gesture can be undone and redone.

A draft row names its current step (`top`); the lowest step is where undoing ends, steps above `top` can be redone.
Whoever edits says which revision they saw; a revision that is no longer the draft's is a Conflict, never an overwrite.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from builder.edits.made import Body, Edit, Made
from builder.publish.plan import plan
from runtime import clock
from runtime.definitions.checks import shape
from runtime.definitions.form import Form
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.sql.locks import hold_app
from runtime.storage import versions
from runtime.storage.system_tables import draft as drafts
from runtime.storage.system_tables import draft_step as steps
from runtime.words import Words

MOST_STEPS = 100
TYPING = timedelta(seconds=5)
FIRST = Words("打开", "Opened")


@dataclass(frozen=True)
class Draft:
    """A definition as it is being edited. `id` and `revision` are 0 while nothing has been changed yet.

    `undo` and `redo` name the step that would be taken back or done again, None where there is none;
    `made` is the key of the thing that the last edit put in, `before` the body that it changed.
    """

    id: int
    app_id: int
    kind: str
    key: str
    base_version: int
    revision: int
    top: int
    body: Body
    undo: Words | None = None
    redo: Words | None = None
    at: str | None = None
    made: str | None = None
    before: Body | None = None

    @cached_property
    def form(self) -> Form:
        """A form's draft, parsed once for everything that shows it."""
        return Form(self.body)


@dataclass(frozen=True)
class Unpublished:
    """One draft in the list of what is not published yet; `changes` counts what publishing would change."""

    kind: str
    key: str
    label: Mapping[str, str]
    new: bool
    changes: int
    at: str


def open_draft(conn: Connection, app_id: int, kind: str, key: str) -> Draft:
    """The draft of a definition, or its published body as a draft without a step; nothing is written."""
    row = _row(conn, app_id, kind, key)
    if row is not None:
        return _read(conn, row)
    found = versions.find(conn, app_id, kind, key)
    if found is None:
        raise NotFound(Problem("key", "no_such_definition", {"key": key}))
    return Draft(0, app_id, kind, key, found.version, 0, 0, found.body)


def start(conn: Connection, app_id: int, kind: str, body: Mapping[str, Any], by: int | None) -> Draft:
    """Begin a definition that was never published."""
    _readable(kind, body)
    key = versions.key_of(kind, body)
    if versions.find(conn, app_id, kind, key) is not None:
        raise Conflict(Problem("key", "key_taken", {"key": key}))
    _create(conn, Draft(0, app_id, kind, key, 0, 0, 0, dict(body)), by)
    return open_draft(conn, app_id, kind, key)


def apply(
    conn: Connection,
    app_id: int,
    kind: str,
    key: str,
    revision: int,
    edit: Edit,
    what: Words | Callable[[Body], Words],
    by: int | None,
    same: str | None = None,
    now: datetime | None = None,
) -> Draft:
    """Do one edit as one step, called `what`. Typing on in the same place (`same`, such as `label:name`) stays one step."""
    hold_app(conn, app_id)
    draft = open_draft(conn, app_id, kind, key)
    _seen(draft, revision)
    result = edit(draft.body)
    body, made = (result.body, result.key) if isinstance(result, Made) else (result, None)
    _readable(kind, body)
    if versions.key_of(kind, body) != key:
        raise Invalid(Problem("key", "key_fixed", {"key": key}))
    if body == draft.body:
        return replace(draft, made=made, before=draft.body)
    if draft.id == 0:
        draft = replace(draft, id=_create(conn, draft, by), revision=1)
    _claim(conn, draft)
    said = what if isinstance(what, Words) else what(draft.body)
    moved = _put_step(conn, draft, body, said, by, same, now or clock.now())
    return replace(moved, made=made, before=draft.body)


def undo(conn: Connection, app_id: int, kind: str, key: str, revision: int) -> Draft:
    """Take the newest step back; with nothing to take back the draft stays as it is."""
    return _travel(conn, open_draft(conn, app_id, kind, key), revision, -1)


def redo(conn: Connection, app_id: int, kind: str, key: str, revision: int) -> Draft:
    """Do the step again that was taken back last."""
    return _travel(conn, open_draft(conn, app_id, kind, key), revision, +1)


def discard(conn: Connection, app_id: int, kind: str, key: str) -> None:
    """Throw a draft away; what is published stays, and what never was is gone."""
    row = _row(conn, app_id, kind, key)
    if row is not None:
        conn.execute(steps.delete().where(steps.c.draft_id == row.id))
        conn.execute(drafts.delete().where(drafts.c.id == row.id))


def landed(conn: Connection, app_id: int, kind: str, key: str, revision: int, version: int) -> None:
    """A draft was published by a job: it ends if nobody went on with it, else it goes on from that version."""
    row = _row(conn, app_id, kind, key)
    if row is not None and row.revision == revision:
        discard(conn, app_id, kind, key)
    elif row is not None:
        conn.execute(drafts.update().where(drafts.c.id == row.id).values(base_version=version))


def unpublished(conn: Connection, app_id: int) -> list[Unpublished]:
    """The drafts of an app that differ from what is published, newest first."""
    found = []
    published = {(item.kind, item.key): item.body for item in versions.of_app(conn, app_id)}
    for row in conn.execute(
        sa.select(drafts, steps.c.body)
        .join(steps, sa.and_(steps.c.draft_id == drafts.c.id, steps.c.step == drafts.c.top))
        .where(drafts.c.app_id == app_id)
        .order_by(drafts.c.at.desc(), drafts.c.id.desc())
    ):
        body, old = json.loads(row.body), published.get((row.kind, row.key))
        count = len(plan(row.kind, old, body))
        if count or old is None:
            found.append(Unpublished(row.kind, row.key, label_of(row.kind, body), old is None, count, row.at))
    return found


def label_of(kind: str, body: Mapping[str, Any]) -> Mapping[str, str]:
    """What people call a definition."""
    found: Mapping[str, str] = body["x-fenzu"]["label"] if kind == "form" else body["label"]
    return found


def _readable(kind: str, body: Mapping[str, Any]) -> None:
    found = shape(kind, body)
    if found:
        raise Invalid(found)


def _row(conn: Connection, app_id: int, kind: str, key: str) -> sa.Row[Any] | None:
    return conn.execute(
        sa.select(drafts).where(drafts.c.app_id == app_id, drafts.c.kind == kind, drafts.c.key == key)
    ).one_or_none()


def _read(conn: Connection, row: sa.Row[Any]) -> Draft:
    near = {
        step.step: step
        for step in conn.execute(
            sa.select(steps).where(steps.c.draft_id == row.id, steps.c.step.between(row.top - 1, row.top + 1))
        )
    }
    back = _said(near[row.top]) if row.top - 1 in near else None
    again = _said(near[row.top + 1]) if row.top + 1 in near else None
    body = json.loads(near[row.top].body)
    return Draft(
        row.id, row.app_id, row.kind, row.key, row.base_version, row.revision, row.top, body, back, again, row.at
    )


def _said(step: sa.Row[Any]) -> Words:
    what = json.loads(step.what)
    return Words(what["zh"], what["en"])


def _seen(draft: Draft, revision: int) -> None:
    if draft.revision != revision:
        raise Conflict(Problem("revision", "stale_draft", {"seen": revision, "now": draft.revision}))


def _create(conn: Connection, draft: Draft, by: int | None) -> int:
    """The draft row and its lowest step; of two who begin at once the second one is told."""
    at = clock.text(clock.now())
    try:
        with conn.begin_nested():
            made = conn.execute(
                drafts.insert().values(
                    app_id=draft.app_id,
                    kind=draft.kind,
                    key=draft.key,
                    base_version=draft.base_version,
                    revision=1,
                    top=0,
                    by=by,
                    at=at,
                )
            ).inserted_primary_key
    except IntegrityError:
        raise Conflict(Problem("revision", "stale_draft", {"seen": 0, "now": 1})) from None
    assert made is not None
    _insert(conn, int(made[0]), 0, draft.body, FIRST, by, None, at)
    return int(made[0])


def _claim(conn: Connection, draft: Draft) -> None:
    """Move the revision on, if it is still the one that was seen; two at once cannot both."""
    moved = conn.execute(
        drafts.update()
        .where(drafts.c.id == draft.id, drafts.c.revision == draft.revision)
        .values(revision=draft.revision + 1)
    )
    if moved.rowcount != 1:
        raise Conflict(Problem("revision", "stale_draft", {"seen": draft.revision, "now": draft.revision + 1}))


def _put_step(
    conn: Connection, draft: Draft, body: Body, what: Words, by: int | None, same: str | None, moment: datetime
) -> Draft:
    """The draft with one step more, or with its newest one gone on with."""
    at = clock.text(moment)
    conn.execute(steps.delete().where(steps.c.draft_id == draft.id, steps.c.step > draft.top))
    back = draft.undo
    if _goes_on(conn, draft, by, same, moment):
        conn.execute(
            steps.update()
            .where(steps.c.draft_id == draft.id, steps.c.step == draft.top)
            .values(body=json.dumps(body, ensure_ascii=False), at=at)
        )
        top = draft.top
    else:
        top, back = draft.top + 1, what
        _insert(conn, draft.id, top, body, what, by, same, at)
        conn.execute(steps.delete().where(steps.c.draft_id == draft.id, steps.c.step < top - MOST_STEPS))
    conn.execute(drafts.update().where(drafts.c.id == draft.id).values(top=top, by=by, at=at))
    return replace(draft, body=body, revision=draft.revision + 1, top=top, undo=back, redo=None, at=at)


def _goes_on(conn: Connection, draft: Draft, by: int | None, same: str | None, moment: datetime) -> bool:
    """Whether an edit belongs to the newest step: the same place, the same person, just now, nothing undone since."""
    if same is None or draft.undo is None or draft.redo is not None:
        return False
    last = conn.execute(sa.select(steps).where(steps.c.draft_id == draft.id, steps.c.step == draft.top)).one()
    return (json.loads(last.what).get("same"), last.by) == (same, by) and moment - clock.moment(last.at) <= TYPING


def _insert(
    conn: Connection, draft_id: int, step: int, body: Body, what: Words, by: int | None, same: str | None, at: str
) -> None:
    said = {"zh": what.zh, "en": what.en} | ({"same": same} if same else {})
    conn.execute(
        steps.insert().values(
            draft_id=draft_id,
            step=step,
            body=json.dumps(body, ensure_ascii=False),
            what=json.dumps(said, ensure_ascii=False),
            by=by,
            at=at,
        )
    )


def _travel(conn: Connection, draft: Draft, revision: int, way: int) -> Draft:
    _seen(draft, revision)
    if (draft.undo if way < 0 else draft.redo) is None:
        return replace(draft, before=draft.body)
    _claim(conn, draft)
    conn.execute(drafts.update().where(drafts.c.id == draft.id).values(top=draft.top + way, at=clock.text(clock.now())))
    return replace(open_draft(conn, draft.app_id, draft.kind, draft.key), before=draft.body)
