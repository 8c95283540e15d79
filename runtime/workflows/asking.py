"""Asking people: the tasks of an approval or of something to fill in, with who stands in, who sees the record, and who is told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import actor as actors
from runtime.accounts import notices
from runtime.errors import Invalid, Problem
from runtime.jobs import queue
from runtime.records import access, events
from runtime.records.act import Act
from runtime.records.names import RecordNames
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm
from runtime.words import LANGUAGES
from runtime.workflows import absences, given, people, texts, verdicts
from runtime.workflows.base import Here
from runtime.workflows.outcome import Outcome, Wait
from runtime.workflows.rows import OPEN, WAITING
from runtime.workflows.wording import Teller

LONGEST = 200  # characters of a title
LOOK = timedelta(days=1)  # how often a place that waits for people looks whether they still work here
t = tables.task


def ask(here: Here, kind: str, who: Sequence[Mapping[str, Any]], need: str = verdicts.ANY) -> Outcome:
    """Ask these people; raises Invalid, which holds the run, where nobody can answer or too few can."""
    found = people.of(here, who)
    if not found:
        raise Invalid(Problem(here.step.path, "ask_nobody", {"who": _said(here, who)}))
    seats = _standing(here, found)
    wanted = int(here.node.get("count", 1)) if need == verdicts.SOME else 1
    if len(seats) < wanted:
        raise Invalid(Problem(here.step.path, "ask_too_few", {"n": len(seats), "need": wanted}))
    if here.trial:  # whoever tries it answers by the verdict in the place's data
        here.note("would_ask", who=people.said(here, list(seats)))
        return Wait()
    ids = _put(here, kind, seats, need)
    data = {verdicts.TASKS: ids, verdicts.ADDED: [], verdicts.NEED: verdicts.needed(here.node, len(ids)), verdicts.UP: up(here)}
    data[verdicts.BEHIND] = {str(one): before for before, one in pairwise(ids)} if need == verdicts.TURN else {}
    here.note("asked_whom", who=people.said(here, list(seats)))
    return Wait(next_look(here, data), data)


def up(here: Here) -> str | None:
    """When the time for an answer is up, counted from now."""
    return clock.text(here.act.as_of.at + given.span_of(here.node["late"])) if "late" in here.node else None


def next_look(here: Here, data: Mapping[str, Any]) -> str:
    """When the step looks at what it waits for: as the time is up, but every day in any case."""
    look = clock.text(here.act.as_of.at + LOOK)
    return min(look, data.get(verdicts.UP) or look)


def left(conn: Connection, person: int) -> None:
    """Somebody works here no more: what waits for their answers looks at once who answers instead, not at its next look."""
    p = tables.place
    theirs = sa.select(t.c.place_id).where(t.c.person == person, t.c.state.in_((OPEN, WAITING)), t.c.kind.in_(("approve", "fill")))
    conn.execute(sa.update(p).where(p.c.id.in_(theirs), p.c.state == WAITING).values(due=clock.text(clock.now())))
    queue.put(conn, events.WORK, {}, once=True)


def _standing(here: Here, found: Sequence[int]) -> dict[int, int | None]:
    """Who is asked in whose place, each once; those who may not see the record are not asked, and the log says so."""
    day = here.act.as_of.today.isoformat()
    instead = absences.standing_in(here.act.conn, found, day)
    asked: dict[int, int | None] = {}
    for one in found:
        asked.setdefault(instead.get(one, one), one if one in instead else None)
    unseeing = [one for one in asked if not sees(here.act, here.live, here.record_id, one)]
    if unseeing:
        names = people.said(here, unseeing)
        if len(unseeing) == len(asked) or here.node.get("need") in (verdicts.ALL, verdicts.TURN):
            raise Invalid(Problem(here.step.path, "ask_unseen", {"who": names}))
        here.note("asked_unseen", who=names)
    return {one: stead for one, stead in asked.items() if one not in unseeing}


def sees(act: Act, live: LiveForm, record: int, person: int) -> bool:
    """Whether somebody may see a record; nobody may see one that has gone."""
    found = actors.load(act.conn, person)
    return found is not None and bool(access.visible_ids(act.conn, act.app, live, found, [record], act.as_of))


def _put(here: Here, kind: str, seats: Mapping[int, int | None], need: str) -> list[int]:
    title = {lang: text[:LONGEST] for lang, text in texts.both(here, here.node["title"]).items()}
    same = {"app_id": here.act.app.id, "run_id": here.run.id, "place_id": here.place.id, "step": here.step.key, "form": here.form, "kind": kind,
            "record_id": here.record_id, "title": json.dumps(title, ensure_ascii=False), "asked_by": here.run.by, "at": here.act.at}
    rows = [{**same, "person": one, "stead": stead, "turn": turn, "state": WAITING if turn and need == verdicts.TURN else OPEN, "due": up(here)}
            for turn, (one, stead) in enumerate(seats.items())]
    ids = list(here.act.conn.execute(sa.insert(t).returning(t.c.id, sort_by_parameter_order=True), rows).scalars())
    tell(here.act, [one for one, row in zip(ids, rows, strict=True) if row["state"] == OPEN], "task_asked")
    return ids


def tell(act: Act, ids: Sequence[int], code: str) -> None:
    """A line at the bell of everybody whose task these are, in whose place they are asked included."""
    rows = act.conn.execute(sa.select(t.c.id, t.c.person, t.c.title).where(among(t.c.id, list(ids)))).all() if ids else ()
    for row in rows:
        notices.tell(act.conn, [row.person], code, {"title": json.loads(row.title)}, f"/today?task={row.id}", act.app.id)


def active(conn: Connection, rows: Sequence[sa.Row[Any]]) -> set[int]:
    """Which of the people asked still work here."""
    p = tables.person
    asked = list({row.person for row in rows})
    return set(conn.execute(sa.select(p.c.id).where(among(p.c.id, asked), p.c.active)).scalars()) if asked else set()


def _said(here: Here, who: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    act = here.act
    return {lang: Teller(act.app, here.form, RecordNames(act.conn, act.app, lang, act.by.zone)).who(who) for lang in LANGUAGES}
