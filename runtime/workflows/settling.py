"""What an approval or something to fill in does when it is looked at again: settled, out of time, or its people have left."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.accounts import notices
from runtime.errors import Invalid, Problem
from runtime.storage import system_tables as tables
from runtime.workflows import asking, people, texts, verdicts
from runtime.workflows.base import Here
from runtime.workflows.outcome import Go, Into, Outcome, Stop, Wait
from runtime.workflows.rows import OPEN
from runtime.workflows.verdicts import APPROVED, LATE, REFUSED, RETURNED, UP, VERDICT

STOP, ON, BACK, WAYS = "stop", "on", "back", "ways"
t = tables.task


def woken(here: Here, kind: str) -> Outcome:
    """Go where the answers lead; wait on where they are not all there."""
    data = here.place.data
    if data.get(VERDICT):
        return _over(here, data[VERDICT])
    if here.trial:
        return Wait()
    rows = verdicts.round_of(here.act.conn, data)
    if data.get(UP) and data[UP] <= here.act.at:
        return _late(here, kind, rows)
    _leavers(here, rows)
    return Wait(asking.next_look(here, data))


def _over(here: Here, verdict: str) -> Outcome:
    node = here.node
    _tell(here, verdict)
    here.note(f"settled_{verdict}")
    if verdict == RETURNED:
        return Go(node["back_to"])
    if verdict == REFUSED:
        how = node.get("refused", STOP)
        if how == WAYS:
            return Into(1)
        return Go() if how == ON else Go(node["back_to"]) if how == BACK else Stop("stopped")
    return Into(0) if here.step.branches else Go()


def _tell(here: Here, verdict: str) -> None:
    """Whoever set it off hears of a no; those named in `copy` hear of everything."""
    who = people.of(here, here.node.get("copy", ()))
    if verdict != APPROVED and here.run.by:
        who = [*who, here.run.by]
    if who and not here.trial:
        said = _said(here, verdict)
        code = f"task_{verdict}_said" if said.get("opinion") else f"task_{verdict}_by" if said else f"task_{verdict}"
        notices.tell(here.act.conn, who, code, {"title": texts.both(here, here.node["title"]), **said}, f"/a/{here.act.app.key}/{here.form}/{here.record_id}", here.act.app.id)


def _said(here: Here, verdict: str) -> dict[str, str]:
    """Who said no or sent it back, and why: what whoever set it off wants to know first. Nothing where nobody did, as when the time was up."""
    if verdict not in (REFUSED, RETURNED):
        return {}
    rows = [row for row in verdicts.round_of(here.act.conn, here.place.data) if row.state == verdict]
    if not rows:
        return {}
    last = max(rows, key=lambda row: (row.ended_at or "", row.id))
    return {"who": here.act.names.person(last.ended_by or last.person) or "", "opinion": last.opinion or ""}


def _late(here: Here, kind: str, rows: Any) -> Outcome:
    """The time is up; what then happens happens once."""
    then, ids = here.node.get("late_then", "remind"), [row.id for row in rows]
    if then == "remind":
        asking.tell(here.act, [row.id for row in rows if row.state == OPEN], "task_reminded")
        here.note("reminded")
        data = {**here.place.data, UP: None}
        return Wait(asking.next_look(here, data), data)
    verdicts.end(here.act.conn, ids, LATE, here.act.at, None)
    here.note("late")
    if then == "escalate":
        outcome = asking.ask(here, kind, here.node["escalate_to"])
        if isinstance(outcome, Wait):
            return Wait(asking.next_look(here, {}), {**outcome.data, UP: None, verdicts.NEED: 1})
        return outcome
    return _over(here, {"pass": APPROVED, "refuse": REFUSED}.get(then, RETURNED))


def _leavers(here: Here, rows: Any) -> None:
    """Where somebody who was asked has left, whoever the step now names is asked; raises Invalid where that is nobody."""
    pending = [row for row in rows if row.state in verdicts.PENDING]
    there = asking.active(here.act.conn, pending)
    gone = [row for row in pending if row.person not in there]
    if not gone:
        return
    asked = {row.person for row in rows if row.state not in (verdicts.HANDED, verdicts.GONE)}
    free = [one for one in people.of(here, here.node["who"]) if one not in asked and asking.sees(here.act, here.live, here.record_id, one)]
    if len(free) < len(gone):
        raise Invalid(Problem(here.step.path, "asked_left", {"who": ", ".join(here.act.names.person(row.person) or "" for row in gone)}))
    for row, person in zip(gone, free, strict=False):
        here.act.conn.execute(sa.update(t).where(t.c.id == row.id).values(person=person))
        here.note("asked_instead", who=here.act.names.person(row.person) or "", to=here.act.names.person(person) or "")
    asking.tell(here.act, [row.id for row in gone if row.state == OPEN], "task_asked")


