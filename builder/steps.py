"""The steps of a draft: its body after each edit, who made it and what undo calls it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from builder.edits.made import Body
from runtime import clock
from runtime.storage.system_tables import draft_step as steps
from runtime.words import Words

MOST = 100
TYPING = timedelta(seconds=5)
Step = sa.Row[Any]


def near(conn: Connection, draft_id: int, top: int) -> dict[int, Step]:
    """The present step with the one before it and the one after it, as far as they are there."""
    wanted = sa.select(steps).where(steps.c.draft_id == draft_id, steps.c.step.between(top - 1, top + 1))
    return {step.step: step for step in conn.execute(wanted)}


def said(step: Step) -> Words:
    """What undo calls a step."""
    what = json.loads(step.what)
    return Words(what["zh"], what["en"])


def way(step: Step) -> str | None:
    """Whether a step took an earlier one back: `undo`, `redo`, or None for a plain edit."""
    found: str | None = json.loads(step.what).get("way")
    return found


def goes_on(conn: Connection, draft_id: int, top: int, by: int | None, same: str | None, moment: datetime) -> bool:
    """Whether an edit belongs to the newest step: the same place, the same person, just now, nothing undone since."""
    if same is None:
        return False
    found = near(conn, draft_id, top)
    if top - 1 not in found or top + 1 in found:
        return False
    newest = found[top]
    place = json.loads(newest.what).get("same")
    return (place, newest.by) == (same, by) and moment - clock.moment(newest.at) <= TYPING


def replace(conn: Connection, draft_id: int, step: int, body: Body, at: str) -> None:
    """Go on with a step."""
    here = steps.update().where(steps.c.draft_id == draft_id, steps.c.step == step)
    conn.execute(here.values(body=json.dumps(body, ensure_ascii=False), at=at))


def add(
    conn: Connection, draft_id: int, step: int, body: Mapping[str, Any], what: Words, by: int | None, at: str, **more: str | None
) -> None:
    """One step more; the oldest one beyond the last hundred goes."""
    told = {"zh": what.zh, "en": what.en} | {name: value for name, value in more.items() if value}
    conn.execute(
        steps.insert().values(
            draft_id=draft_id, step=step, body=json.dumps(body, ensure_ascii=False), what=json.dumps(told, ensure_ascii=False), by=by, at=at
        )
    )
    if step > MOST:
        conn.execute(steps.delete().where(steps.c.draft_id == draft_id, steps.c.step < step - MOST))


def body_of(conn: Connection, draft_id: int, step: int) -> Body | None:
    """The body that a step led to, if it is still kept."""
    found = conn.execute(sa.select(steps.c.body).where(steps.c.draft_id == draft_id, steps.c.step == step)).scalar()
    return None if found is None else _read(found)


def _read(text: str) -> Body:
    found: Body = json.loads(text)
    return found


def above(conn: Connection, draft_id: int, top: int) -> list[Step]:
    """The steps that were taken back and could be done again."""
    return list(conn.execute(sa.select(steps).where(steps.c.draft_id == draft_id, steps.c.step > top).order_by(steps.c.step)))


def drop(conn: Connection, draft_id: int, top: int) -> None:
    """Forget the steps above one."""
    conn.execute(steps.delete().where(steps.c.draft_id == draft_id, steps.c.step > top))


def of_person(conn: Connection, draft_id: int, top: int, by: int | None) -> list[Step]:
    """One person's steps up to the present one, without their bodies, as far as what was before them is kept."""
    first = sa.select(sa.func.min(steps.c.step)).where(steps.c.draft_id == draft_id).scalar_subquery()
    return list(
        conn.execute(
            sa.select(steps.c.step, steps.c.what, steps.c.by)
            .where(steps.c.draft_id == draft_id, steps.c.step <= top, steps.c.step > first, steps.c.by == by)
            .order_by(steps.c.step)
        )
    )


def forget(conn: Connection, draft_id: int) -> None:
    """All steps of a draft that ends."""
    conn.execute(steps.delete().where(steps.c.draft_id == draft_id))
