"""The jobs that keep membership right away from people's saves: building, following, the clock, tidying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import actor as actors
from runtime.accounts import settings
from runtime.clock import AsOf
from runtime.groups import clockwork, covering, generations, movers, plans
from runtime.groups.movers import Place
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records import events, search
from runtime.records.act import Act, acting
from runtime.sql.locks import hold_app
from runtime.storage import live as snapshots
from runtime.storage import system_tables as tables
from runtime.storage.live import Live, LiveApp

AT_ONCE = 2_000
# What moved people: rules that were published, loudly or without waking anybody.
BY_RULE, SILENT = "rule", "silent"
SLICE = 400


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kinds of job this room does."""
    return {
        "rebuild": lambda job: rebuild(job, live),
        "refresh": lambda job: refresh(job, live),
        "clock": lambda job: clockwork.tick(job, live),
        "index": lambda job: index(job, live),
    }


def publish(conn: Connection, app_key: str, changed: Sequence[str], zone: str, by: int | None, as_of: AsOf | None = None,
            cause: str = BY_RULE) -> int | None:
    """Put new versions of groupings into effect: at once where there are few records, by a job otherwise (its number).

    Called in the transaction that published them. `cause` is what the diary says of those who move: SILENT wakes nobody.
    """
    now = as_of or AsOf(clock.now(), ZoneInfo(zone))
    app = snapshots.load(conn, app_key)
    keys = generations.start(conn, app, changed, now)
    app = snapshots.load(conn, app_key)
    few = all(generations.last_record(conn, app.form(app.groupings[key].newest.form)) <= AT_ONCE for key in keys)
    if few and covering.light(conn, app):
        covering.ensure(conn, app)
        for key in keys:
            while not generations.step(conn, app, key, AT_ONCE, now):
                pass
            place: Place | None = Place()
            while place is not None:
                item = app.groupings[key]
                place = movers.find(conn, app.form(item.newest.form), item, place, AT_ONCE)
        for form in _flip(conn, app, keys, by, cause):
            act = Act(conn, snapshots.load(conn, app_key), actors.system(conn), now, cause)
            _ask_range(act, form, 0, generations.last_record(conn, act.app.form(form)))
        return None
    params = {"app": app_key, "keys": keys} | ({} if cause == BY_RULE else {"cause": cause})
    return queue.put(conn, "rebuild", params, by=by, app_id=app.id)


def _flip(conn: Connection, app: LiveApp, keys: Sequence[str], by: int | None, cause: str) -> list[str]:
    """Change places and write the diary of those who moved; gives the forms in which rules read who entered these groups.

    The builds of those rules were made before the diary said it, so their records have to be asked once more.
    """
    at = clock.text(clock.now())
    moved = [item for key in keys if (item := app.groupings[key]).live and item.building]
    for item in moved:
        movers.write_down(conn, app.form(item.newest.form), item, at, by, cause)
        if cause != SILENT:
            events.flipped(conn, app, item.newest.form, item.key, at, by, cause)
    generations.flip(conn, app, keys)
    told = {item.key for item in moved}
    return sorted({form for form in app.forms for deps in plans.plan_of(app, form).deps.values()
                   if any(name.split("/")[0] in told for name in deps.entered)})


def rebuild(job: Job, live: Live) -> dict[str, Any] | None:
    """Build groupings beside the live ones in chunks, flip them together, and clear away what they replace."""
    keys: list[str] = job.params["keys"]
    pace = Pace()
    places: dict[int, Place | None] = {}
    covering.prepare(job.database, live, job.params["app"])
    while True:
        with job.database.write() as conn:
            app = _alone(conn, live, job)
            waiting = [key for key in keys if key in app.groupings and app.groupings[key].building]
            with pace.chunk():
                left = _build_some(conn, app, waiting, pace.size)
                compared = left is None and _compare_some(conn, app, waiting, places, pace.size)
            if compared:
                cause = job.params.get("cause", BY_RULE)
                for form in _flip(conn, app, waiting, job.by, cause):
                    queue.put(conn, "refresh", {"app": app.key, "form": form, "cause": cause}, by=job.by, app_id=app.id)
                job.checkpoint(conn, {"flipped": True})
                break
            if left is not None:
                job.report(*left)
            job.checkpoint(conn, {})
        job.pause()
    _tidy(job, live, keys)
    return {"keys": keys}


def _alone(conn: Connection, live: Live, job: Job) -> LiveApp:
    """The app, with every writer waiting for the length of this chunk (PostgreSQL; SQLite has one writer anyway)."""
    if job.app_id is not None:
        hold_app(conn, job.app_id, alone=True)
    return live.app(conn, job.params["app"])


def _build_some(conn: Connection, app: LiveApp, keys: Sequence[str], size: int) -> tuple[int, int] | None:
    """One chunk of the first grouping that is not complete; None when all are."""
    now = AsOf(clock.now(), settings.read(conn).tz)
    for number, key in enumerate(keys):
        last = generations.last_record(conn, app.form(app.groupings[key].newest.form))
        at = generations.position(conn, app.groupings[key])
        if at < last:
            generations.step(conn, app, key, size, now)
            return number * last + at, last * len(keys)
    return None


def _compare_some(conn: Connection, app: LiveApp, keys: Sequence[str], places: dict[int, Place | None], size: int) -> bool:
    """One chunk of finding who will move; gives whether all are found. After a crash it starts again and finds the same."""
    for key in keys:
        item = app.groupings[key]
        assert item.building is not None
        place = places.get(item.building.id, Place())
        if place is not None:
            places[item.building.id] = movers.find(conn, app.form(item.newest.form), item, place, size)
            return False
    return True


def _tidy(job: Job, live: Live, keys: Sequence[str]) -> None:
    pace = Pace(start=2_000)
    forms = set()
    with job.database.read() as conn:
        app = live.app(conn, job.params["app"])
        forms = {app.groupings[key].newest.form for key in keys if key in app.groupings}
    for form in forms:
        clean = False
        while not clean:
            with job.database.write() as conn, pace.chunk():
                app = live.app(conn, job.params["app"])
                clean = generations.tidy(conn, app, app.form(form), pace.size)
            job.pause()


def refresh(job: Job, live: Live) -> dict[str, Any] | None:
    """Ask all groupings of a form about every record again, after a write that concerned too many at once."""
    return {"moved": _sweep(job, live, job.params["app"], job.params["form"], job.params.get("cause", "edit"))}


def _sweep(job: Job, live: Live, app: str, form: str, cause: str) -> int:
    with job.database.read() as conn:
        by = actors.system(conn)
        last = generations.last_record(conn, live.app(conn, app).form(form))
    low, moved = int(job.state.get(form, 0)), 0
    pace = Pace(start=SLICE, most=5_000)
    while low < last:
        high = low + pace.size
        with acting(job.database, live, app, by, cause=cause) as act, pace.chunk():
            moved += len(_ask_range(act, form, low, high))
            job.report(min(high, last), last)
            job.checkpoint(act.conn, {**job.state, form: high})
        low = high
        job.pause()
    return moved


def _ask_range(act: Act, form: str, low: int, high: int) -> list[str]:
    main = act.app.form(form).tables.main
    ids = list(act.conn.execute(sa.select(main.c.id).where(main.c.id > low, main.c.id <= high)).scalars())
    return clockwork.settle(act, form, ids, None)


def index(job: Job, live: Live) -> dict[str, Any] | None:
    """Bring the search index after the records that were written since."""
    done = 0
    with job.database.read() as conn:
        apps = list(conn.execute(sa.select(tables.app.c.key).where(tables.app.c.state == "ready")).scalars())
    for key in apps:
        with job.database.read() as conn:
            forms = [item.id for item in live.app(conn, key).forms.values()]
        for form in forms:
            with job.database.read() as conn:
                worth = search.behind(conn, form) >= search.WORTH_INDEXING
            while worth:
                with job.database.write() as conn:
                    count = search.catch_up(conn, form)
                    job.checkpoint(conn, {})
                done += count
                if not count:
                    break
                job.pause()
    return {"indexed": done}
