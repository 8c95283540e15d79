"""The clock: moves those whom time has moved since it last struck, and asks nobody else where it can.

Every full hour of the organisation's clock, midnight among them, and at the first chance after hours that were slept through.
Whom time may have moved is read without a lock; only they are asked again, in short writing acts between people's saves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from runtime import clock
from runtime.accounts import actor as actors
from runtime.accounts import settings
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import FenzuError, Invalid, NotFound
from runtime.groups import cascade, differing, plans, turning, upkeep
from runtime.groups.turning import Place
from runtime.jobs.job import Job
from runtime.jobs.pace import Pace
from runtime.records.act import Act, acting
from runtime.sql.lists import among
from runtime.sql.locks import hold_app
from runtime.storage import live as snapshots
from runtime.storage import system_tables as tables
from runtime.storage.live import Live, LiveApp, LiveForm

# When, and in which zone, the clock last struck.
TURNED = "clock.turned"
READ = 0.05  # seconds of one look for whom to ask: it holds up nobody
Finder = Callable[[Connection, int, int], list[int]]


def tick(job: Job, live: Live) -> dict[str, Any] | None:
    """One stroke for all apps; whoever is asked anew is asked as of now, so a stroke may be done twice."""
    with job.database.read() as conn:
        now = AsOf(clock.now(), settings.read(conn).tz)
        last = struck(conn, now.zone)
        ready = sa.select(tables.app.c.key).where(tables.app.c.state == "ready")
        by, apps = actors.system(conn), list(conn.execute(ready).scalars())
    moved, failed = 0, []
    for key in apps:
        try:
            moved += _stroke(Turn(job, live, key, by, last, now))
        except NotFound:
            pass  # removed in the meantime
        except (FenzuError, SQLAlchemyError) as failure:  # the other apps strike all the same
            failed.append(failure)
    if failed:
        raise failed[0]
    with job.database.write() as conn:
        settings.put(conn, TURNED, f"{clock.text(now.at)} {now.zone.key}")
    return {"moved": moved}


def _stroke(turn: Turn) -> int:
    from runtime.groups import frozen  # late: it builds groupings anew, and building strikes the clock

    begun = clock.text(clock.now())
    try:
        turn.run()
    except Invalid:
        with turn.job.database.write() as conn:
            hold_app(conn, turn.app().id, alone=True)
            if not frozen.freeze(conn, snapshots.load(conn, turn.key)):
                raise
        turn.run()
    with turn.job.database.write() as conn:
        upkeep.note(conn, turn.live.app(conn, turn.key), upkeep.CLOCK, begun, turn.asked, turn.moved)
    return turn.moved.total()


def struck(conn: Connection, zone: ZoneInfo) -> AsOf | None:
    """The last stroke; None when there was none in this time zone, and time may have turned anything."""
    at, _, where = (settings.get(conn, TURNED) or "").partition(" ")
    return AsOf(clock.moment(at), zone) if where == zone.key else None


def in_order(app: LiveApp) -> list[str]:
    """The forms with groupings, each after those whose groups its rules ask for."""
    deps = {key: plans.deps_of(item.newest) for key, item in app.groupings.items()}
    forms: list[str] = []
    for layer in plans.layered(deps):
        for key in layer:
            form = app.groupings[key].newest.form
            forms = [*(one for one in forms if one != form), form]
    return forms


@dataclass(frozen=True)
class Due:
    """What time may have turned of a form: rows in which the `told` groupings may have, and groupings of which it cannot be told."""

    live: LiveForm
    told: frozenset[str]
    turned: list[tuple[Place, sa.ColumnElement[bool]]]
    untold: list[str]


def due_in(app: LiveApp, form: str, last: AsOf | None, now: AsOf) -> Due:
    """Where time may have moved records of a form since the last stroke."""
    live, told, untold = app.form(form), [], []
    for key, fine in turning.by_time(app, live).items():
        if last is not None and turning.places(app, live, turning.rules_of(app.groupings[key])) is not None:
            told.append(key)
        elif last is None or fine == "hour" or last.today != now.today:
            untold.append(key)
    if last is None or not told:
        return Due(live, frozenset(), [], untold)
    found = turning.places(app, live, [rules for key in told for rules in turning.rules_of(app.groupings[key])]) or []
    turned = [(place, where) for place in found if (where := place.turned(last, now)) is not None]
    return Due(live, frozenset(told), turned, untold)


def catch_up(act: Act, form: str, ids: Sequence[int], last: AsOf | None) -> None:
    """Move these records as the next stroke would."""
    due = due_in(act.app, form, last, act.as_of)
    if due.untold:
        settle(act, form, ids, frozenset(due.untold))
    for place, turned in due.turned:
        query = place.select(place.record).distinct().where(among(place.record, ids), turned)
        settle(act, form, sorted(act.conn.execute(query).scalars()), due.told)


@dataclass
class Turn:
    """One stroke of the clock in one app."""

    job: Job
    live: Live
    key: str
    by: Actor
    last: AsOf | None
    now: AsOf
    asked: int = 0
    moved: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        """Form by form; what moves is followed to the forms that read it."""
        for form in in_order(self.app()):
            self._pins(form)
            self._form(form)

    def app(self) -> LiveApp:
        """The app as it is published now."""
        with self.job.database.read() as conn:
            return self.live.app(conn, self.key)

    def _form(self, form: str) -> None:
        with self.job.database.read() as conn:
            due = due_in(self.live.app(conn, self.key), form, self.last, self.now)
        if due.untold:
            number = due.live.tables.main.c.id
            self._sweep(form, number, frozenset(due.untold), self._everybody(form, due.untold))
        for place, turned in due.turned:
            self._sweep(form, place.number, due.told, _finder(place, turned))

    def _everybody(self, form: str, keys: list[str]) -> Finder:
        """All whose groups are no longer right; all there are while a build waits, which knows others."""
        def find(conn: Connection, low: int, high: int) -> list[int]:
            app = self.live.app(conn, self.key)
            if any(app.groupings[key].building for key in keys):
                main = app.form(form).tables.main
                return list(conn.execute(sa.select(main.c.id).where(main.c.id > low, main.c.id <= high)).scalars())
            return differing.in_range(conn, app, app.form(form), keys, (low, high), AsOf(clock.now(), self.now.zone))
        return find

    def _sweep(self, form: str, number: Any, only: frozenset[str], find: Finder) -> None:
        """Read a table on by its numbers, and ask whomever is found."""
        with self.job.database.read() as conn:
            last = int(conn.execute(sa.select(sa.func.max(number))).scalar() or 0)
        low, pace = 0, Pace(start=2_000, most=200_000, goal=READ)
        while low < last:
            with self.job.database.read() as conn, pace.chunk():
                high = low + pace.size
                ids = self._wrong(conn, form, only, sorted(set(find(conn, low, high))))
            self._ask(form, ids, only)
            self.job.report(min(high, last), last)
            low = high
            self.job.pause()

    def _wrong(self, conn: Connection, form: str, only: frozenset[str], ids: list[int]) -> list[int]:
        """Those of the found whose stored groups are no longer right; all while a build waits, which knows others."""
        self.asked += len(ids)
        app = self.live.app(conn, self.key)
        keys = [key for key in sorted(only) if key in app.groupings]
        if not ids or any(app.groupings[key].building for key in keys):
            return ids
        return differing.among(conn, app, app.form(form), keys, ids, AsOf(clock.now(), self.now.zone))

    def _ask(self, form: str, ids: Sequence[int], only: frozenset[str] | None) -> None:
        """Ask records anew in acts as long as a blink."""
        pace, done = Pace(start=100, most=5_000), 0
        while done < len(ids):
            part = ids[done : done + pace.size]
            with acting(self.job.database, self.live, self.key, self.by, cause="clock") as act, pace.chunk():
                self.moved.update(settle(act, form, part, only))
                self.job.checkpoint(act.conn, {})
            done += len(part)
            self.job.pause()

    def _pins(self, form: str) -> None:
        """Decisions by hand that have run out since the last stroke."""
        app, p = self.app(), tables.pin
        ran_out = [p.c.form_id == app.form(form).id, p.c.until <= clock.text(self.now.at)]
        if self.last is not None:
            ran_out.append(p.c.until > clock.text(self.last.at))
        with self.job.database.read() as conn:
            ids = list(conn.execute(sa.select(p.c.record_id).distinct().where(*ran_out).order_by(p.c.record_id)).scalars())
        self.asked += len(ids)
        self._ask(form, ids, None)


def settle(act: Act, form: str, ids: Sequence[int], only: frozenset[str] | None) -> list[str]:
    """Ask groupings about records and follow whom that concerns; the grouping of every move people see."""
    live, before = act.app.form(form), len(act.moves)
    cascade.ask(act, live, ids, only)
    return [move.grouping for move in act.moves[before:]]


def _finder(place: Place, turned: sa.ColumnElement[bool]) -> Finder:
    def find(conn: Connection, low: int, high: int) -> list[int]:
        query = place.select(place.record).distinct().where(place.number > low, place.number <= high, turned)
        return list(conn.execute(query).scalars())
    return find
