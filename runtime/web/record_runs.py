"""The runs of workflows about one record, on its page; asked for after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, url_for

from runtime.errors import Conflict
from runtime.messages import say
from runtime.records.act import Act
from runtime.records.queries import Reader
from runtime.storage.live import LiveApp
from runtime.web import here, page, places
from runtime.words import Words, read
from runtime.workflows import flows, requests, seen, tasks
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
    reminded: str | None = None  # when, within the hour
    mine: bool = False  # set off by whoever reads it, and waiting for people: theirs to remind and to withdraw


@bp.get("/<int:record>/runs")
def lines(app: str, form: str, record: int) -> Response:
    """The newest runs about a record, for whoever may see it."""
    found = here.app(app)
    Reader(here.conn(), found, found.form(form), here.actor(), here.as_of()).one(record)
    ids = [item.id for item in found.workflows.values() if item.workflow.form == form]
    runs = seen.of_record(here.conn(), ids, record)
    standing = seen.standing(here.conn(), [run.id for run in runs])
    told = requests.reminders(here.conn(), list(standing), here.as_of().at) if standing else {}
    return page.show("records/runs.html", app_key=app, lines=[_line(found, run, standing.get(run.id, []), told.get(run.id)) for run in runs])


def _line(found: LiveApp, run: Run, spots: list[Standing], reminded: str | None) -> Line:
    lang, names = here.actor().lang, here.names(found)
    workflow = flows.at(here.conn(), run.workflow_id, run.version)
    steps = dict.fromkeys(seen.called(workflow.steps.get(spot.place.step), lang) for spot in spots)
    people = dict.fromkeys(names.person(who) for spot in spots for who in spot.people)
    href = url_for(ROOM, app=found.key, key=workflow.key, run=run.id) if here.actor().may("build") and places.there(ROOM) else ""
    return Line(run, read(workflow.label, lang), seen.state_of(run.state, lang), list(steps), list(people), href, reminded, bool(people) and run.by == here.actor().id)


@bp.post("/<int:record>/runs/<int:run>/remind")
def remind(app: str, form: str, record: int, run: int) -> Response:
    """Whoever set a run off reminds those it waits for."""
    return _steer(app, form, record, lambda act: page.toast(REMINDED, here.actor().lang, n=tasks.remind(act, run)))


@bp.post("/<int:record>/runs/<int:run>/withdraw")
def withdraw(app: str, form: str, record: int, run: int) -> Response:
    """Whoever set a run off takes back what it asks."""
    def take_back(act: Act) -> page.Toast:
        tasks.withdraw(act, run)
        return page.toast(WITHDRAWN, here.actor().lang)

    return _steer(app, form, record, take_back)


def _steer(app: str, form: str, record: int, do: Callable[[Act], page.Toast]) -> Response:
    """Do it, and the record's page again, which says why it was not done where others were faster."""
    try:
        with here.act(app) as act:
            told = do(act)
    except Conflict as refused:
        told = {"text": say(refused.problems[0], here.actor().lang), "tone": "bad"}
    return page.go(url_for("records.one", app=app, form=form, record=record), told)
