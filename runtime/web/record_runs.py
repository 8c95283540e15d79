"""The runs of workflows about one record, on its page; asked for after it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, url_for

from runtime.records.queries import Reader
from runtime.storage.live import LiveApp
from runtime.web import here, page, places
from runtime.words import Words, read
from runtime.workflows import flows, seen, tasks
from runtime.workflows.rows import Run
from runtime.workflows.seen import Standing

bp = Blueprint("record_runs", __name__, url_prefix="/a/<app>/<form>")
ROOM = "build_workflows_runs.one"
REMINDED = Words("提醒了 {n} 个人", "Reminded {n} person|Reminded {n} people")
WITHDRAWN = Words("撤回了，不用再处理", "Withdrawn; nobody need answer")


@dataclass
class Line:
    """One run: its workflow, its state, at which steps it stands and who is asked there; `href` leads builders to its log."""

    run: Run
    label: str
    state: tuple[str, str, str]
    steps: list[str]
    people: list[str]
    href: str
    mine: bool = False  # set off by whoever reads it, and waiting for people: theirs to remind and to withdraw


@bp.get("/<int:record>/runs")
def lines(app: str, form: str, record: int) -> Response:
    """The newest runs about a record, for whoever may see it."""
    found = here.app(app)
    Reader(here.conn(), found, found.form(form), here.actor(), here.as_of()).one(record)
    ids = [item.id for item in found.workflows.values() if item.workflow.form == form]
    runs = seen.of_record(here.conn(), ids, record)
    standing = seen.standing(here.conn(), [run.id for run in runs])
    return page.show("records/runs.html", app_key=app, lines=[_line(found, run, standing.get(run.id, [])) for run in runs])


def _line(found: LiveApp, run: Run, spots: list[Standing]) -> Line:
    lang, names = here.actor().lang, here.names(found)
    workflow = flows.at(here.conn(), run.workflow_id, run.version)
    steps = dict.fromkeys(seen.called(workflow.steps.get(spot.place.step), lang) for spot in spots)
    people = dict.fromkeys(names.person(who) for spot in spots for who in spot.people)
    href = url_for(ROOM, app=found.key, key=workflow.key, run=run.id) if here.actor().may("build") and places.there(ROOM) else ""
    return Line(run, read(workflow.label, lang), seen.state_of(run.state, lang), list(steps), list(people), href, bool(people) and run.by == here.actor().id)


@bp.post("/<int:record>/runs/<int:run>/remind")
def remind(app: str, form: str, record: int, run: int) -> Response:
    """Whoever set a run off reminds those it waits for."""
    with here.act(app) as act:
        told = tasks.remind(act, run)
    return page.go(url_for("records.one", app=app, form=form, record=record), page.toast(REMINDED, here.actor().lang, n=told))


@bp.post("/<int:record>/runs/<int:run>/withdraw")
def withdraw(app: str, form: str, record: int, run: int) -> Response:
    """Whoever set a run off takes back what it asks."""
    with here.act(app) as act:
        tasks.withdraw(act, run)
    return page.go(url_for("records.one", app=app, form=form, record=record), page.toast(WITHDRAWN, here.actor().lang))
