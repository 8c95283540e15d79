"""The test run: a workflow as it would run for a real record, with nothing sent and nothing kept.

Everything is done by the steps themselves inside one transaction that is always taken back. Waits are passed at once by
moving the clock of the test run; people are taken to have answered as the caller says, or the run stops there and asks.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from runtime import clock
from runtime.accounts import actor as actors
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.definitions.workflow import Workflow
from runtime.errors import FenzuError, Problem
from runtime.records import ask
from runtime.records.act import Act, acting
from runtime.records.names import RecordNames
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.workflows import batches, flows, log, trial_seen, ways
from runtime.workflows.base import Here, StepType
from runtime.workflows.outcome import Go, Into, Outcome, Split, Wait
from runtime.workflows.registry import STEPS
from runtime.workflows.rows import OPEN, READY, WAITING, Place, Run, place_of
from runtime.workflows.trial_seen import ASKS, CAUSE, FAILED, RAN, WAITS, Begun, Line

LOG = logging.getLogger("fenzu.workflows")
MOST = 300  # steps of one test run
LONG = 3.0  # seconds it may hold the database
p, r = tables.place, tables.run


@dataclass
class Tried:
    """What a test run showed: the path, what stopped it, and what else would have begun.

    `fits` says whether the trigger's own condition lets the record in; the path shows what would follow if it did.
    """

    path: list[Line] = field(default_factory=list)
    fits: bool = True
    ended: bool = False
    problem: Problem | None = None
    begun: list[Begun] = field(default_factory=list)

    def reached(self) -> set[str]:
        """The steps it came to."""
        return {line.step for line in self.path}


class _TakenBack(Exception):
    """Ends the transaction of a test run; nothing of it is stored."""


def attempt(database: Database, live: Live, app: str, by: Actor, workflow: Workflow, record: int | None,
            answers: Mapping[str, str] | None = None, as_of: AsOf | None = None) -> Tried:
    """Run a workflow, published or not, for a record; `answers` are given by step, in the words of its `as_if`."""
    tried = Tried()
    with database.read() as conn:
        system = actors.system(conn)
    try:
        with acting(database, live, app, system, cause=CAUSE, as_of=as_of) as act:
            _Trial(act, by, workflow, record, dict(answers or {}), tried).go()
            raise _TakenBack
    except _TakenBack:
        return tried


class _Trial:
    """One test run under way."""

    def __init__(self, act: Act, by: Actor, workflow: Workflow, record: int | None, answers: dict[str, str], tried: Tried) -> None:
        self.act, self.workflow, self.answers, self.tried = act, workflow, answers, tried
        self.names = RecordNames(act.conn, act.app, by.lang, by.zone, by.by)
        self.asked: set[int] = set()  # places where people would have to answer
        self.run = self._begun(by, record)

    def _begun(self, by: Actor, record: int | None) -> Run:
        act, flow = self.act, self.workflow
        known = act.app.workflows.get(flow.key)
        rule = flow.trigger.get("when")
        if record is not None and rule and rule.get("rules"):
            self.tried.fits = ask.fits(act, act.app.form(flow.form), rule, record)
        detail = {batches.IDS: [record]} if record is not None and batches.once(flow.trigger) else {}
        record = None if detail else record
        act.depth = 1
        number, version = (known.id, known.version) if known else (0, 0)
        values = {"app_id": act.app.id, "workflow_id": number, "version": version, "form": flow.form, "record_id": record, "state": OPEN,
                  "depth": 0, "by": by.by, "detail": log.packed(detail), "why": "", "at": act.at}
        one = act.conn.execute(sa.insert(r).values(**values).returning(r.c.id)).scalar_one()
        if flow.first is not None:
            act.conn.execute(sa.insert(p).values(app_id=act.app.id, run_id=one, parent=None, step=flow.first, state=READY, data="{}",
                                                 attempts=0, due=act.at))
        return Run(one, act.app.id, number, version, flow.form, record, OPEN, 0, by.by, act.at, detail, None, None)

    def go(self) -> None:
        """Step after step until nothing is left to do without an answer, or it takes too long."""
        until, done = time.monotonic() + LONG, 0
        while (place := self._next()) is not None:
            if done >= MOST or time.monotonic() > until:
                self.tried.problem = Problem("", "trial_too_long", {"n": done})
                break
            done += 1
            if not self._step(place):
                break
        self.tried.ended = self._open() == 0 and self.tried.problem is None
        self.tried.begun = trial_seen.begun(self.act, self.run)

    def _open(self) -> int:
        count: int = self.act.conn.execute(sa.select(sa.func.count()).select_from(p).where(p.c.run_id == self.run.id)).scalar_one()
        return count

    def _next(self) -> Place | None:
        """What is ready comes before what waits; of several that wait the one that is due first."""
        query = sa.select(p).where(p.c.run_id == self.run.id, p.c.state.in_((READY, WAITING)))
        rows = [row for row in self.act.conn.execute(query.order_by(p.c.id)) if row.id not in self.asked]
        return place_of(min(rows, key=lambda row: (row.state != READY, row.due or "", row.id))) if rows else None

    def _step(self, place: Place) -> bool:
        """One step, in a savepoint; False where the test run ends at it."""
        line = Line(place.step, RAN)
        try:
            with self.act.conn.begin_nested():
                here = Here(self.act, self.run, self.workflow, flows.step_of(self.workflow, place.step), place, trial=True)
                self._done(here, line)
        except OperationalError:
            raise
        except FenzuError as error:
            self.tried.problem = error.problems[0]
        except Exception as error:
            LOG.warning("step %s stumbled in a test run", place.step, exc_info=error)
            self.tried.problem = Problem("", "trial_stumbled")
        if self.tried.problem is not None:
            self.tried.path.append(replace(line, outcome=FAILED, says=[self.tried.problem], changes=[], branches=[]))
        return self.tried.problem is None

    def _done(self, here: Here, line: Line) -> None:
        kind = STEPS[here.step.type]
        waited = here.place.state == WAITING
        if waited and kind.as_if and self.answers.get(here.step.key) not in kind.as_if:
            self.asked.add(here.place.id)
            return
        before = trial_seen.state(here)
        outcome = self._woken(here, kind) if waited else kind.run(here)
        line.about = trial_seen.about(here, self.names)
        line.says = [Problem("", f"run_{code}", params) for _step, code, params in here.lines]
        line.branches = _branches(here, outcome)
        line.changes = trial_seen.changes(here, before, self.names)
        if isinstance(outcome, Wait):
            self._waits(kind, line, outcome)
        if not waited or line.says or line.changes or line.branches:
            self.tried.path.append(line)
        ways.follow(here, outcome)

    @staticmethod
    def _waits(kind: StepType, line: Line, outcome: Wait) -> None:
        line.outcome = ASKS if kind.as_if else WAITS
        line.choices = dict(kind.as_if)
        if not kind.as_if and outcome.due and not line.says:
            line.says = [Problem("", "run_waits", {"until": outcome.due})]

    def _woken(self, here: Here, kind: StepType) -> Outcome:
        """The wait is passed: by an answer, or by the clock, which now stands where it would have ended."""
        if kind.as_if:
            answer = self.answers.pop(here.step.key)
            for line in self.tried.path:
                if line.step == here.step.key and line.outcome == ASKS:
                    line.outcome, line.answer = RAN, answer
            return kind.pretend(here, answer)
        due = max(filter(None, (here.place.due, here.place.data.get("last"))), default=None)
        if due is not None and due > self.act.at:
            self.act = here.act = replace(self.act, as_of=AsOf(clock.moment(due), self.act.as_of.zone))
        outcome = kind.wake(here)
        return Go() if isinstance(outcome, Wait) else outcome


def _branches(here: Here, outcome: Outcome) -> list[str]:
    """The ways it went, by key."""
    ways_of = here.step.branches
    numbers: list[Any] = [outcome.branch] if isinstance(outcome, Into) else [one for one, _ in outcome.into] if isinstance(outcome, Split) else []
    return [ways_of[number].key for number in dict.fromkeys(numbers)]
