"""A grouping with a broken rule stands still: nobody is moved by half a rule, and those it concerns are told once.

A rule breaks where something it was made of is gone although publishing refuses that: another release of the program, a
document mended by hand. Whoever meets it first freezes the grouping, with all that read it, in their own transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import notices, settings
from runtime.clock import AsOf
from runtime.definitions.grouping import Grouping
from runtime.errors import FenzuError, Problem
from runtime.groups import generations, plans, work
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.messages import say
from runtime.records.targets import RecordTarget, shown
from runtime.rules.compile import compile_rule
from runtime.sql.locks import hold_app
from runtime.storage import live as snapshots
from runtime.storage import system_tables as tables
from runtime.storage.live import Live, LiveApp, LiveGrouping

HREF = "/build/{app}/groupings/{key}"
SCHEDULES = {"mend": "hour"}


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kind of job that looks after broken groupings."""
    return {"mend": lambda job: mend(job, live)}


def fault(app: LiveApp, grouping: Grouping) -> Problem | None:
    """The first thing in a grouping's rules that cannot be asked, or None."""
    try:
        target = RecordTarget(app, app.form(grouping.form), shown(app))
        for group in grouping.groups.values():
            if group.rule is not None:
                compile_rule(group.rule, target, None)
    except FenzuError as broken:
        return broken.problems[0]
    return None


def freeze(conn: Connection, app: LiveApp) -> bool:
    """Let every grouping whose rules are broken stand still, with those that read it; gives whether there was one."""
    wrong = {item.key: problem for item in app.groupings.values() if (problem := _wrong(app, item)) is not None}
    for key in generations.dependants(app, list(wrong)):
        item = app.groupings[key]
        gen = tables.generation
        conn.execute(gen.update().where(gen.c.grouping_id == item.id, gen.c.state == generations.BUILDING).values(state=generations.OLD))
        because = wrong.get(key) or Problem("", "reads_frozen")
        told = {lang: say(because, lang) for lang in ("zh", "en")}
        generations.freeze(conn, app, key, json.dumps(told, ensure_ascii=False))
        if key in wrong:
            tell_owner(conn, app, item, "grouping_frozen", {"why": told})
    return bool(wrong)


def _wrong(app: LiveApp, item: LiveGrouping) -> Problem | None:
    found = (fault(app, build.grouping) for build in plans.builds_of(item))
    return next((problem for problem in found if problem is not None), None)


def tell_owner(conn: Connection, app: LiveApp, item: LiveGrouping, code: str, params: Mapping[str, Any]) -> None:
    """Tell whoever published the newest version, and all who may build."""
    v = tables.definition_version
    by = conn.execute(sa.select(v.c.by).where(v.c.definition_id == item.id, v.c.version == item.version)).scalar()
    href = HREF.format(app=app.key, key=item.key)
    notices.tell(conn, notices.builders(conn, by), code, {"grouping": item.newest.label, **params}, href, app.id)


def thaw(conn: Connection, app_key: str) -> list[str]:
    """Let groupings move again whose rules, and all they read, are whole; gives their keys and tells that they are alive."""
    app = snapshots.load(conn, app_key)
    still = [item for item in app.groupings.values() if item.frozen]
    if not still:
        return []
    faulty = [item.key for item in still if fault(app, item.newest) is not None]
    waiting = {item.key for item in app.groupings.values() if item.building} | {*generations.dependants(app, faulty)}
    read = {item.key: plans.deps_of(item.newest).groups for item in still}
    whole = [key for key, names in read.items() if key not in waiting and not {name.split("/")[0] for name in names} & waiting]
    if whole:
        found = settings.read(conn)
        work.publish(conn, app_key, whole, found.zone, None, AsOf(clock.now(), found.tz))
        tell_alive(conn, app, whole)
    return whole


def tell_alive(conn: Connection, app: LiveApp, keys: Sequence[str]) -> None:
    """Of groupings whose new rules take effect, tell of those that stood still until now, as `app` was before."""
    for key in keys:
        item = app.groupings.get(key)
        if item is not None and item.frozen:
            tell_owner(conn, app, item, "grouping_alive", {})


def mend(job: Job, live: Live) -> dict[str, Any]:
    """Every hour: what broke without anybody writing is told, and what is whole again moves again."""
    alive = []
    with job.database.read() as conn:
        apps = list(conn.execute(sa.select(tables.app.c.key).where(tables.app.c.state == "ready")).scalars())
    for key in apps:
        with job.database.read() as conn:
            app = live.app(conn, key)
            wrong = any(_wrong(app, item) for item in app.groupings.values())
            still = any(item.frozen for item in app.groupings.values())
        if wrong or still:
            with job.database.write() as conn:
                hold_app(conn, app.id, alone=True)
                freeze(conn, snapshots.load(conn, key))
                alive += thaw(conn, key)
    return {"alive": alive}
