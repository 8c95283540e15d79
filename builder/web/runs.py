"""Seeing and steering the runs of a workflow: the list, one run, what each step does to time, and what one can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from builder.web import runs_seen, start
from runtime.errors import NotFound, Problem
from runtime.messages import say
from runtime.records.act import Act
from runtime.storage.live import LiveApp, LiveWorkflow
from runtime.web import here, page
from runtime.web.odd import whole
from runtime.words import Words, read
from runtime.workflows import seen, steering
from runtime.workflows.rows import FAILED, OPEN, Run, run_by

bp = Blueprint("build_workflows_runs", __name__, url_prefix="/build/<app>/workflows/<key>/runs")
bp.before_request(start.guard)
RETRIED, SKIPPED = Words("再试一次，正在跑", "Trying again"), Words("跳过了，接着往下走", "Passed over; it goes on")
CANCELLED, ALL = Words("取消了", "Cancelled"), Words("正在取消，一会儿就好", "Being cancelled; this takes a moment")


def opened(app: str, key: str) -> tuple[LiveApp, LiveWorkflow]:
    """The app and its published workflow; raises NotFound."""
    found = here.app(app)
    if key not in found.workflows:
        raise NotFound(Problem("key", "no_such_definition", {"key": key}))
    return found, found.workflows[key]


def about(found: LiveApp, item: LiveWorkflow) -> dict[str, Any]:
    """What all these pages show of the workflow."""
    return {**start.surroundings(found), "item": item, "title": read(item.workflow.label, here.actor().lang), "state_of": lambda state: seen.state_of(state, here.actor().lang)}


@bp.get("")
def index(app: str, key: str) -> Response:
    """The runs, the newest first."""
    found, item = opened(app, key)
    conn, asked = here.conn(), runs_seen.wanted(found, found.form(item.workflow.form))
    shown, following = seen.runs(conn, item.id, asked, max(0, request.args.get("before", 0, type=whole)))
    people, reasons = seen.choices(conn, item.id)
    return page.show("builder/flow/runs.html", **about(found, item), asked=asked, q=request.args.get("q", "").strip()[:100], rows=runs_seen.rows(found, shown), next=following,
                     open=seen.counted(conn, item.id, OPEN), stuck=seen.counted(conn, item.id, FAILED), most=seen.MANY, states=list(seen.STATES),
                     people=[(one or 0, runs_seen.starter(found, one)) for one in people], reasons=[(code, say(problem, here.actor().lang)) for code, problem in reasons.items()])


@bp.get("/steps")
def steps(app: str, key: str) -> Response:
    """Every step with its last 30 days."""
    found, item = opened(app, key)
    return page.show("builder/flow/figures.html", **about(found, item), steps=runs_seen.measured(item), newest=seen.NEWEST)


@bp.get("/step/<step>")
def step(app: str, key: str, step: str) -> Response:
    """One line about a step, for the drawer of the designer."""
    _, item = opened(app, key)
    return page.show("builder/flow/figure.html", told=runs_seen.figure(item, step))


@bp.get("/<int:run>")
def one(app: str, key: str, run: int) -> Response:
    """One run: where it stands, its log, and what can be done."""
    found, item = opened(app, key)
    stored = _run(item, run)
    row, = runs_seen.rows(found, [stored])
    return page.show("builder/flow/run.html", **about(found, item), run=stored, row=row, spots=runs_seen.spots(found, stored), lines=runs_seen.told(found, stored),
                     why=runs_seen.why_of(stored), cause=runs_seen.cause(found, stored))


def _run(item: LiveWorkflow, run: int) -> Run:
    found = run_by(here.conn(), run)
    if found.workflow_id != item.id:
        raise NotFound(Problem("", "no_such_run"))
    return found


@bp.post("/<int:run>/retry")
def retry(app: str, key: str, run: int) -> Response:
    """Try again from where it failed."""
    return _do(app, key, RETRIED, lambda act, item: steering.retry(act, item, run))


@bp.post("/<int:run>/skip")
def skip(app: str, key: str, run: int) -> Response:
    """Go on behind a step."""
    place = request.form.get("place", 0, type=whole)
    return _do(app, key, SKIPPED, lambda act, item: steering.skip(act, item, run, place))


@bp.get("/<int:run>/cancel")
def ask(app: str, key: str, run: int) -> Response:
    """Asks before a run is put an end to."""
    found, item = opened(app, key)
    return page.show("builder/flow/cancel.html", found=found, item=item, run=_run(item, run), n=1, most=seen.MANY)


@bp.post("/<int:run>/cancel")
def cancel(app: str, key: str, run: int) -> Response:
    """Put an end to a run."""
    return _do(app, key, CANCELLED, lambda act, item: steering.cancel(act, item, run))


@bp.get("/cancel")
def ask_all(app: str, key: str) -> Response:
    """Asks before all runs are put an end to, with how many these are."""
    found, item = opened(app, key)
    return page.show("builder/flow/cancel.html", found=found, item=item, run=None, n=seen.counted(here.conn(), item.id, OPEN, FAILED), most=seen.MANY)


@bp.post("/cancel")
def cancel_all(app: str, key: str) -> Response:
    """Put an end to all runs there are, by a job."""
    return _do(app, key, ALL, steering.cancel_all)


def _do(app: str, key: str, done: Words, act_on: Callable[[Act, LiveWorkflow], None]) -> Response:
    """One act on runs; the page comes again as things stand then."""
    _, item = opened(app, key)
    with here.act(app) as act:
        act_on(act, item)
    here.fenzu().runner.wake()
    return page.refresh(page.toast(done, here.actor().lang))
