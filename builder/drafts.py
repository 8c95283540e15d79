"""Drafts: a definition being edited, kept step by step so that every gesture can be undone and redone.

A draft row names its current step (`top`); the lowest step is where undoing ends, steps above `top` can be redone.
Whoever edits says which revision they saw. Of a form an edit of an older revision is put together with what others did since
(builder/together.py); what cannot be put together, and an older revision of anything else, is a Conflict, never an overwrite.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from builder import revisions, steps, together, turns
from builder.edits.made import Body, Edit, Made
from builder.publish.plan import plan
from builder.revisions import Name
from builder.together import SEEN, Stale
from runtime import clock
from runtime.definitions.form import Form
from runtime.definitions.rule_shapes import mended, unreadable
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.sql.locks import hold_app
from runtime.storage import versions
from runtime.storage.system_tables import draft as drafts
from runtime.storage.system_tables import draft_step
from runtime.words import Words

MYSELF = ("",)
FIRST = Words("打开", "Opened")


@dataclass(frozen=True)
class Draft:
    """A definition as it is being edited. `id` and `revision` are 0 while nothing has been changed yet.

    `undo` and `redo` name the step that would be taken back or done again, None where there is none;
    `made` is the key of the thing that the last edit put in, `before` the body that was seen when it was made, and `beside`
    are the names of those whose changes since then it was put together with: MYSELF is oneself in another window.
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
    beside: tuple[str, ...] = ()

    @property
    def seen(self) -> int:
        """What a page sends back to say what it showed: the revision, or the published version below zero."""
        return self.revision if self.id else -self.base_version

    @property
    def name(self) -> Name:
        """Whose draft it is."""
        return Name(self.app_id, self.kind, self.key)

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


def open_draft(conn: Connection, app_id: int, kind: str, key: str, whose: int | None = None) -> Draft:
    """The draft of a definition, or its published body as a draft without a step; nothing is written.

    `whose` is the person whose steps undo and redo are about; without it they are about everybody's.
    """
    row = _row(conn, app_id, kind, key)
    if row is not None:
        return _read(conn, row, whose)
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
    made = _create(conn, Draft(0, app_id, kind, key, 0, 0, 0, dict(body)), by)
    revisions.keep(conn, made.name, made.revision, body, by, clock.text(clock.now()))
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
    stale: Stale = SEEN,
) -> Draft:
    """Do one edit as one step, called `what`. Typing on in the same place (`same`, such as `label:name`) stays one step.

    `stale` says how an edit of an older revision is put together with what others did since.
    """
    hold_app(conn, app_id)
    draft = open_draft(conn, app_id, kind, key, by if kind in revisions.KINDS else None)
    before = _seen(conn, draft, revision)
    beside = () if before is draft.body else revisions.since(conn, draft.name, revision, by) or MYSELF
    result = edit(before) if before is draft.body else together.edited(edit, before, draft.body, stale)
    body, made = (result.body, result.key) if isinstance(result, Made) else (result, None)
    _readable(kind, body)
    if versions.key_of(kind, body) != key:
        raise Invalid(Problem("key", "key_fixed", {"key": key}))
    if before is not draft.body:
        body = together.joined(conn, app_id, before, body, draft.body, stale, beside)
    told = replace(draft, made=made, before=before, beside=beside)
    if body == draft.body:
        return told
    moment, said = now or clock.now(), what if isinstance(what, Words) else what(before)
    return _put_step(conn, _claim(conn, told, by, clock.text(moment)), body, said, by, same, moment)


def undo(conn: Connection, app_id: int, kind: str, key: str, revision: int, whose: int | None = None) -> Draft:
    """Take the newest step back, of one person where it says whose; with nothing to take back the draft stays as it is."""
    return _travel(conn, open_draft(conn, app_id, kind, key, whose), revision, turns.UNDO, whose)


def redo(conn: Connection, app_id: int, kind: str, key: str, revision: int, whose: int | None = None) -> Draft:
    """Do the step again that was taken back last."""
    return _travel(conn, open_draft(conn, app_id, kind, key, whose), revision, turns.REDO, whose)


def discard(conn: Connection, app_id: int, kind: str, key: str) -> None:
    """Throw a draft away; what is published stays, and what never was is gone."""
    row = _row(conn, app_id, kind, key)
    if row is not None:
        steps.forget(conn, row.id)
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
        sa.select(drafts, draft_step.c.body)
        .join(draft_step, sa.and_(draft_step.c.draft_id == drafts.c.id, draft_step.c.step == drafts.c.top))
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
    return (body["x-fenzu"] if kind == "form" else body)["label"]  # type: ignore[no-any-return]


def _readable(kind: str, body: Mapping[str, Any]) -> None:
    found = unreadable(kind, body)
    if found:
        raise Invalid(found)


def _row(conn: Connection, app_id: int, kind: str, key: str) -> sa.Row[Any] | None:
    return conn.execute(
        sa.select(drafts).where(drafts.c.app_id == app_id, drafts.c.kind == kind, drafts.c.key == key)
    ).one_or_none()


def _read(conn: Connection, row: sa.Row[Any], whose: int | None) -> Draft:
    near = steps.near(conn, row.id, row.top)
    back = steps.said(near[row.top]) if row.top - 1 in near else None
    again = steps.said(near[row.top + 1]) if row.top + 1 in near else None
    if whose is not None:
        mine = turns.turns(conn, row.id, row.top, near, whose)
        back, again = (turn.said if turn else None for turn in (mine[turns.UNDO], mine[turns.REDO]))
    body: Body = mended(row.kind, json.loads(near[row.top].body))
    own = (row.id, row.app_id, row.kind, row.key, row.base_version, row.revision, row.top)
    return Draft(*own, body, back, again, row.at)


def _seen(conn: Connection, draft: Draft, revision: int) -> Body:
    """The body that somebody saw; Conflict where it is not the draft's any more and is not kept either."""
    if revision in (draft.revision, draft.seen):
        return draft.body
    found = revisions.body_at(conn, draft.name, revision)
    if found is None:
        raise Conflict(Problem("revision", "stale_draft", {"seen": revision, "now": draft.revision}))
    return draft.body if found == draft.body else found


def _create(conn: Connection, draft: Draft, by: int | None) -> Draft:
    """The draft row and its lowest step; of two who begin at once the second one is told."""
    at, revision = clock.text(clock.now()), revisions.last(conn, draft.name) + 1
    own = {"app_id": draft.app_id, "kind": draft.kind, "key": draft.key, "base_version": draft.base_version}
    try:
        with conn.begin_nested():
            made = conn.execute(drafts.insert().values(**own, revision=revision, top=0, by=by, at=at)).inserted_primary_key
    except IntegrityError:
        raise Conflict(Problem("revision", "stale_draft", {"seen": 0, "now": revision})) from None
    assert made is not None
    steps.add(conn, int(made[0]), 0, draft.body, FIRST, by, at)
    return replace(draft, id=int(made[0]), revision=revision)


def _claim(conn: Connection, draft: Draft, by: int | None, at: str) -> Draft:
    """Move the revision on, if it is still the one that was read; two at once cannot both."""
    draft = draft if draft.id else _create(conn, draft, by)
    moved = conn.execute(
        drafts.update()
        .where(drafts.c.id == draft.id, drafts.c.revision == draft.revision)
        .values(revision=draft.revision + 1)
    )
    if moved.rowcount != 1:
        raise Conflict(Problem("revision", "stale_draft", {"seen": draft.revision, "now": draft.revision + 1}))
    return replace(draft, revision=draft.revision + 1, at=at)


def _put_step(
    conn: Connection, draft: Draft, body: Body, what: Words, by: int | None, same: str | None, moment: datetime
) -> Draft:
    """The draft with one step more, or with its newest one gone on with."""
    at, top, back = clock.text(moment), draft.top, draft.undo
    if steps.goes_on(conn, draft.id, top, by, same, moment):
        steps.replace(conn, draft.id, top, body, at)
    else:
        top, back = turns.written_out(conn, draft.id, top, by, at) + 1, what
        steps.add(conn, draft.id, top, body, what, by, at, same=same)
    return _moved(conn, draft, body, top, by, at, undo=back, redo=None)


def _moved(conn: Connection, draft: Draft, body: Body, top: int, by: int | None, at: str, **words: Words | None) -> Draft:
    """The draft at another step."""
    conn.execute(drafts.update().where(drafts.c.id == draft.id).values(top=top, by=by, at=at))
    revisions.keep(conn, draft.name, draft.revision, body, by, at)
    return replace(draft, body=body, top=top, at=at, **words)  # type: ignore[arg-type]


def _travel(conn: Connection, draft: Draft, revision: int, way: str, whose: int | None) -> Draft:
    """One step back or forth: the newest one, or one person's own with what others did since kept."""
    before = _seen(conn, draft, revision)
    if whose is None and before is not draft.body:
        raise Conflict(Problem("revision", "stale_draft", {"seen": revision, "now": draft.revision}))
    beside = () if before is draft.body else revisions.since(conn, draft.name, revision, whose) or MYSELF
    if (draft.undo if way == turns.UNDO else draft.redo) is None:
        return replace(draft, before=before, beside=beside)
    at = clock.text(clock.now())
    turn = None if whose is None else turns.of(conn, draft.id, draft.top, whose)[way]
    if turn is None or turn.plain:
        top = draft.top + (-1 if way == turns.UNDO else 1)
        body = steps.body_of(conn, draft.id, top) or draft.body
    else:
        body = turns.turned(conn, draft.id, draft.body, turn, whose or 0)
        top = turns.written_out(conn, draft.id, draft.top, whose, at, keep=True) + 1
        steps.add(conn, draft.id, top, body, turn.said, whose, at, way=way)
    _moved(conn, _claim(conn, draft, whose, at), body, top, whose, at)
    return replace(open_draft(conn, *draft.name, whose), before=before, beside=beside)
