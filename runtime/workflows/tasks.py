"""Answering what a run asks of people: approve, refuse, fill in, return, hand on, add somebody, remind, withdraw.

An answer is one transaction: the place is held, what stands is looked at again, the task is written, and the place is woken
once the matter is settled. Of two who answer at once the second is told who was faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from runtime import clock
from runtime.commands import change
from runtime.errors import Conflict, Denied, Invalid, NotFound, Problem
from runtime.jobs import queue
from runtime.records import access, entry
from runtime.records.act import Act
from runtime.records.events import WORK
from runtime.storage import system_tables as tables
from runtime.workflows import absences, asking, desk, flows, log, requests, verdicts, ways
from runtime.workflows.base import Here
from runtime.workflows.rows import OPEN, WAITING, Place, Run, held, keep_place
from runtime.workflows.todos import GRACE
from runtime.workflows.verdicts import (
    ADDED,
    APPROVED,
    BEHIND,
    FILLED,
    GONE,
    HANDED,
    REFUSED,
    RETURNED,
    TASKS,
    UP,
    VERDICT,
)

BEFORE, BESIDE, AFTER = "before", "beside", "after"
MOST_SAID = 2_000  # characters of an opinion
STATES = {"approve": APPROVED, "refuse": REFUSED, "return": RETURNED, "fill": FILLED}
OF_KIND = {desk.APPROVE: ("approve", "refuse", "return"), desk.FILL: ("fill", "return")}
p, r, t = tables.place, tables.run, tables.task


@dataclass
class Matter:
    """One task with the run that asks, held until the act ends."""

    act: Act
    task: desk.Task
    run: Run
    place: Place

    @cached_property
    def here(self) -> Here:
        workflow = flows.at(self.act.conn, self.run.workflow_id, self.run.version)
        return Here(self.act, self.run, workflow, flows.step_of(workflow, self.task.step), self.place)

    @property
    def node(self) -> Mapping[str, Any]:
        """The step's settings, by the version of the workflow with which the run began."""
        return self.here.node

    def log(self, code: str, **params: Any) -> None:
        log.write(self.act.conn, self.run.id, [(self.task.step, code, params)], self.act.at, by=self.act.by.by)

    def end(self, state: str, opinion: str = "") -> None:
        self.act.conn.execute(sa.update(t).where(t.c.id == self.task.id).values(
            state=state, opinion=opinion, ended_at=self.act.at, ended_by=self.act.by.by))

    def rows(self) -> Sequence[sa.Row[Any]]:
        return verdicts.round_of(self.act.conn, self.place.data)

    def keep(self) -> None:
        keep_place(self.act.conn, self.place)


def may(act: Act, number: int) -> tuple[Mapping[str, Any], desk.Task]:
    """A task with the settings of its step, for whoever shows what can be done with it; raises NotFound where its run has ended."""
    task = desk.one(act.conn, number)
    run = act.conn.execute(sa.select(r.c.workflow_id, r.c.version).where(r.c.id == task.run_id)).first()
    if run is None or task.kind not in desk.ASKED:
        raise NotFound(desk.GONE)
    return flows.step_of(flows.at(act.conn, run.workflow_id, run.version), task.step).node, task


def answer(act: Act, number: int, how: str, opinion: str = "", values: Mapping[str, Any] | None = None, *, grace: bool = False) -> desk.Task:
    """Answer a task: approve, refuse, fill or return; `values` are those of the fields that the step lets one change.

    With `grace` the run goes on ten seconds later, so that the answer may be taken back (`takeback`).
    """
    found = _matter(act, number)
    node, said = found.node, opinion.strip()[:MOST_SAID]
    if how not in OF_KIND[found.task.kind] or (how == "return" and not node.get("back_to")):
        raise Invalid(Problem("how", "answer_how"))
    _sees(found)
    asked = node.get("opinion", "refuse")
    if not said and (asked == "always" or (asked == "refuse" and how in ("refuse", "return"))):
        raise Invalid(Problem("opinion", "answer_opinion"))
    if how in ("approve", "fill"):
        _write(found, values or {})
    found.end(STATES[how], said)
    found.log(f"{STATES[how]}_said" if said else STATES[how], **({"opinion": said} if said else {}))
    _go_on(found, RETURNED if how == "return" else "", grace)
    return found.task


def hand(act: Act, number: int, person: int, opinion: str = "") -> int:
    """Somebody else answers instead; gives the number of their task. A builder may do it for whoever has left."""
    found = _matter(act, number, builder=True)
    if not found.node.get("hand_on", True) and not act.by.may("build"):
        raise Denied(Problem("", "answer_no_hand"))
    new = _one_more(found, person)
    verdicts.replaced(found.place.data, number, new)
    found.end(HANDED, opinion.strip()[:MOST_SAID])
    found.keep()
    found.log("handed", to=act.names.person(person) or "")
    asking.tell(act, [new], "task_asked")
    return new


def add(act: Act, number: int, person: int, where: str) -> int:
    """Somebody more answers: before oneself, beside, or after; gives the number of their task. They must agree in any case."""
    found = _matter(act, number)
    if not found.node.get("may_add") or where not in (BEFORE, BESIDE, AFTER):
        raise Denied(Problem("", "answer_no_add"))
    new = _one_more(found, person, WAITING if where == AFTER else OPEN)
    data = found.place.data
    behind = {key: new if value == number and where == AFTER else value for key, value in data.get(BEHIND, {}).items()}
    data |= {TASKS: [*data[TASKS], new], ADDED: [*data.get(ADDED, ()), new]}
    data[BEHIND] = {**behind, **({str(number): new} if where == BEFORE else {str(new): number} if where == AFTER else {})}
    if where == BEFORE:
        act.conn.execute(sa.update(t).where(t.c.id == number).values(state=WAITING))
    found.keep()
    found.log(f"added_{where}", who=act.names.person(person) or "")
    if where != AFTER:
        asking.tell(act, [new], "task_asked")
    return new


def remind(act: Act, run_id: int) -> int:
    """Whoever set a run off, or a builder, reminds those it waits for, once an hour; gives how many."""
    run, asked = _run(act, run_id)
    if requests.reminders(act.conn, [run], act.as_of.at):
        raise Conflict(Problem("", "reminded_lately"))
    asking.tell(act, [row.id for row in asked], "task_reminded")
    if asked:
        log.write(act.conn, run, [(asked[0].step, "reminded", {})], act.at, by=act.by.by)
    return len(asked)


def withdraw(act: Act, run_id: int) -> None:
    """Whoever set a run off, or a builder, takes back what was asked: the run ends, nobody need answer, and they hear of it."""
    run, asked = _run(act, run_id)
    place = act.conn.execute(sa.select(p.c.id).where(p.c.run_id == run, p.c.state == WAITING).order_by(p.c.id).limit(1)).scalar()
    found = held(act.conn, place) if place else None
    if found is None:
        raise Conflict(Problem("", "run_over"))
    workflow = flows.at(act.conn, found[0].workflow_id, found[0].version)
    here = Here(act, found[0], workflow, flows.step_of(workflow, found[1].step), found[1])
    asking.tell(act, [row.id for row in asked if row.person != act.by.id], "task_withdrawn")
    ways.close(here, "stopped")
    log.write(act.conn, run, [("", "withdrawn", {})], act.at, by=act.by.by)


def _run(act: Act, run_id: int) -> tuple[int, Sequence[sa.Row[Any]]]:
    """A run that is the asker's to steer, held, with its open tasks."""
    row = act.conn.execute(sa.select(r).where(r.c.id == run_id, r.c.app_id == act.app.id)).first()
    if row is None or (row.by != act.by.id and not act.by.may("build")):
        raise NotFound(Problem("", "no_such_run"))
    act.conn.execute(sa.select(p.c.id).join(r, r.c.id == p.c.run_id).where(r.c.id == run_id).order_by(p.c.id).with_for_update())
    open_ones = sa.select(t).where(t.c.run_id == run_id, t.c.state == OPEN, t.c.kind.in_(desk.ASKED)).order_by(t.c.id)
    return run_id, act.conn.execute(open_ones).all()


def _matter(act: Act, number: int, builder: bool = False) -> Matter:
    """A task that is the asker's to answer, with its place and run held; raises Conflict with who was faster."""
    task = desk.one(act.conn, number)
    if task.app_id != act.app.id or task.kind not in desk.ASKED:
        raise NotFound(desk.GONE)
    act.conn.execute(sa.select(p.c.id).join(r, r.c.id == p.c.run_id).where(p.c.id == task.place_id).with_for_update()).first()
    task, found = desk.one(act.conn, number, lock=True), held(act.conn, task.place_id or 0)
    if task.person != act.by.id and not (builder and act.by.may("build")):
        raise Denied(Problem("", "task_not_yours"))
    if task.state == WAITING:
        raise Conflict(Problem("", "task_not_yet"))
    if task.state != OPEN or found is None or found[1].step != task.step or found[1].data.get(VERDICT):
        who = act.names.person(task.ended_by or 0)
        raise Conflict(Problem("", "task_answered", {"who": who}) if who else Problem("", "task_over"))
    return Matter(act, task, *found)


def _sees(found: Matter) -> None:
    """Nobody answers about what they may not see."""
    act, task = found.act, found.task
    if task.record is None or not access.visible_ids(act.conn, act.app, act.app.form(task.form), act.by, [task.record], act.as_of):
        raise Denied(Problem("", "task_unseen"))


def _write(found: Matter, values: Mapping[str, Any]) -> None:
    """The fields that the step lets one change, through the one writer, as the person who answers."""
    node, act, task = found.node, found.act, found.task
    allowed = node.get("fields" if task.kind == desk.FILL else "editable", ())
    for key in values.keys() - set(allowed):
        raise Invalid(Problem(key, "answer_field", {"field": key}))
    form = act.app.form(task.form).form
    read = entry.read(form, values, act.names, whole=False)
    for key in node.get("needed", ()):
        if key in form.live_fields and read.values.get(key) in (None, []) and read.problem(key) is None:
            read.problems.append(Problem(key, form.live_fields[key].type.lack, {"field": form.live_fields[key].label}))
    if not read.ok:
        raise Invalid(read.problems)
    if values and task.record is not None:
        change.change(act, task.form, task.record, read, version=None)


def _go_on(found: Matter, verdict: str, grace: bool) -> None:
    """Open what comes next, close what nobody need answer, and wake the run where the matter is settled."""
    act, data, conn = found.act, found.place.data, found.act.conn
    verdicts.end(conn, verdicts.lost(data, found.rows()), GONE, act.at, act.by.by)
    verdict = verdict or verdicts.settled(data, found.rows())
    if verdict:
        verdicts.end(conn, [row.id for row in found.rows()], GONE, act.at, act.by.by)
        found.place.data, found.place.due = {**data, VERDICT: verdict}, clock.text(act.as_of.at + GRACE) if grace else act.at
        queue.put(conn, WORK, {}, once=True)  # which asks for a later look where the place is due later
    else:
        _next(found)
    found.keep()


def _next(found: Matter) -> None:
    act, data, rows = found.act, found.place.data, found.rows()
    if verdicts.enough(data, rows):  # only those who were added are still waited for
        first = [row.id for row in rows if row.id not in data.get(ADDED, ())]
        verdicts.end(act.conn, first, GONE, act.at, act.by.by)
    now = verdicts.freed(data, found.rows())
    if now:
        data[UP] = asking.up(found.here)
        act.conn.execute(sa.update(t).where(t.c.id.in_(now)).values(state=OPEN, due=data[UP]))
        asking.tell(act, _seeing(found, now), "task_asked")
        found.place.due = asking.next_look(found.here, data)


def _seeing(found: Matter, numbers: Sequence[int]) -> list[int]:
    """Those of these tasks whose people may see the record now: it may have been moved from their sight since they were asked."""
    act, task, record = found.act, found.task, found.task.record
    who = {row.id: row.person for row in found.rows()}
    return [one for one in numbers if record is not None and asking.sees(act, act.app.form(task.form), record, who[one])]


def _one_more(found: Matter, person: int, state: str = OPEN) -> int:
    """One more task of the same round; raises Invalid for whoever is asked already, has left, or may not see the record."""
    act, task = found.act, found.task
    instead = absences.standing_in(act.conn, [person], act.as_of.today.isoformat()).get(person, person)
    pending = {row.person for row in found.rows() if row.state in verdicts.PENDING}
    if instead in pending:
        raise Invalid(Problem("person", "answer_asked"))
    if task.record is None or not asking.sees(act, act.app.form(task.form), task.record, instead):
        raise Invalid(Problem("person", "answer_unseen"))
    row = act.conn.execute(sa.select(t).where(t.c.id == task.id)).one()._asdict()
    row = {**row, "person": instead, "stead": person if instead != person else None, "state": state, "at": act.at}
    row.pop("id")
    return int(act.conn.execute(sa.insert(t).returning(t.c.id), row).scalar_one())
