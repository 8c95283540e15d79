"""Fenzu whole: the runtime that serves what is published, and the builder that makes it. Only this file knows both."""

from __future__ import annotations

import atexit
import sys

from flask import Flask

from builder.gallery import job as installing
from builder.publish import purge, retype_job, schedule
from builder.web import api as building
from builder.web import (
    apps,
    codes,
    codes_audit,
    designer,
    designer_rooms,
    forms,
    gallery,
    groupings,
    leaving,
    people,
    runs,
    start,
    tags,
    tags_gestures,
    workflows,
)
from runtime import config as configuration
from runtime import process
from runtime.commands import bulk_job, code_jobs, fill_codes, fill_numbers, move, undoing
from runtime.commands import comments as commenting
from runtime.config import Config
from runtime.errors import FenzuError
from runtime.exchange import jobs as exchange
from runtime.groups import audit, frozen, work
from runtime.jobs import tidying
from runtime.jobs.kinds import Kinds
from runtime.jobs.runner import Runner
from runtime.messages import say
from runtime.storage.checkpoints import Checkpoints
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.web import (
    away,
    cells,
    comments,
    contact,
    exports,
    files,
    finding,
    handing,
    here,
    hooks,
    imports,
    outbox,
    overdue,
    picking,
    pictures,
    pooling,
    pressing,
    public,
    record_runs,
    records,
    register,
    today,
    today_answers,
    today_asked,
    together,
    unlinking,
)
from runtime.web.api import serving
from runtime.web.places import Place
from runtime.web.server import create_server
from runtime.words import Words
from runtime.workflows import cadence, handover, reminding, steering, sweeping, takeback, todos, unpressing
from runtime.workflows import clock as flow_clock
from runtime.workflows import pooling as flow_pools
from runtime.workflows import sending as flow_sending
from runtime.workflows import work as flow_work

# The rooms people use, then those they build in.
ROOMS = (records.bp, comments.bp, record_runs.bp, register.bp, cells.bp, finding.bp, picking.bp, unlinking.bp, together.bp, pressing.bp, pooling.bp, imports.bp, exports.bp, files.bp, pictures.bp, public.bp, hooks.bp, outbox.bp, today.bp, today_answers.bp, today_asked.bp, contact.bp, overdue.bp, apps.bp, gallery.bp,
         leaving.bp, handing.bp, away.bp, start.bp, forms.bp, designer.bp, *designer_rooms.ROOMS, tags.bp, people.bp, groupings.bp, workflows.bp, runs.bp,
         codes.bp, codes_audit.bp, serving.blueprint(building.room))
# What builders see in the sidebar under their app's forms.
BUILD = (
    Place("build_forms.index", "forms", Words("表单", "Forms")),
    Place("build_groupings.index", "layout-grid-add", Words("客户分组", "Groups")),
    Place("build_workflows.index", "route", Words("流程", "Workflows")),
    Place("build_tags.index", "tags", Words("标签", "Tags")),
    Place("build_codes.index", "barcode", Words("客户编码", "Codes")),
    Place("outbox.index", "send", Words("发件箱", "Outbox")),
    Place("settings.people", "users-group", Words("成员", "People"), within=False, needs="administer"),
    Place("gallery.index", "apps", Words("模板中心", "Templates"), within=False),
)
UNDOS = {**undoing.UNDOS, **commenting.UNDOS, **tags_gestures.UNDOS, **codes_audit.UNDOS, **todos.UNDOS, **takeback.UNDOS, **unpressing.UNDOS}
SCHEDULES = {"clock": "hour", "index": "hour", **exchange.SCHEDULES, **frozen.SCHEDULES, **audit.SCHEDULES, **tidying.SCHEDULES, **flow_work.SCHEDULES, **flow_clock.SCHEDULES, **sweeping.SCHEDULES, **cadence.SCHEDULES, **flow_pools.SCHEDULES, **reminding.SCHEDULES}


def jobs(database: Database, live: Live, config: Config) -> Kinds:
    """Every kind of job this program does."""
    rooms = (work.kinds(live), audit.kinds(live), exchange.kinds(database, live, config), installing.kinds(live), fill_codes.kinds(live), code_jobs.kinds(live),
             fill_numbers.kinds(live), bulk_job.kinds(live), retype_job.kinds(live), purge.kinds(live, config.files), move.kinds(live), tidying.kinds(), schedule.kinds(),
             frozen.kinds(live), flow_work.kinds(live), flow_clock.kinds(live), steering.kinds(live), sweeping.kinds(), handover.kinds(live), cadence.kinds(live), flow_pools.kinds(live), reminding.kinds(live),
             flow_sending.kinds(config))
    return {kind: function for room in rooms for kind, function in room.items()}


def tend(database: Database, runner: Runner) -> None:
    """What runs beside the answers, from now until the program ends."""
    runner.start()
    atexit.register(runner.stop)
    if database.embedded:
        checkpoints = Checkpoints(database)
        checkpoints.start()
        atexit.register(checkpoints.stop)


def create_app(config: Config | None = None) -> Flask:
    """The whole application; outside of tests its jobs begin at once and end with the program."""
    process.prepare()
    config = config or configuration.load()
    app = create_server(config, ROOMS, kinds=jobs, schedules=SCHEDULES, build=BUILD, undos=UNDOS, apart=flow_sending.APART)
    if not config.testing:
        process.ready()
        tend(here.of(app).database, here.of(app).runner)
    return app


def started(lang: str) -> Flask:
    """The application for whoever starts it at a terminal: where its settings are wrong the end is a sentence."""
    try:
        app = create_app()
    except FenzuError as error:
        print(*(say(problem, lang) for problem in error.problems), sep="\n", file=sys.stderr)
        raise SystemExit(1) from None
    odd = here.of(app).runner.waking.odd
    if odd is not None:
        print(say(odd, lang), file=sys.stderr)
    return app
