"""The runs of workflows about one record, on its page; asked for after it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, url_for

from runtime.records.queries import Reader
from runtime.storage.live import LiveApp
from runtime.web import here, page, places
from runtime.words import read
from runtime.workflows import flows, seen
from runtime.workflows.rows import Run
from runtime.workflows.seen import Standing

bp = Blueprint("record_runs", __name__, url_prefix="/a/<app>/<form>")
ROOM = "build_workflows_runs.one"


@dataclass
class Line:
    """One run: its workflow, its state, at which steps it stands and who is asked there; `href` leads builders to its log."""

    run: Run
    label: str
    state: tuple[str, str, str]
    steps: list[str]
    people: list[str]
    href: str


@bp.get("/<int:record>/runs")
def lines(app: str, form: str, record: int) -> Response:
    """The newest runs about a record, for whoever may see it."""
    found = here.app(app)
    Reader(here.conn(), found, found.form(form), here.actor(), here.as_of()).one(record)
    ids = [item.id for item in found.workflows.values() if item.workflow.form == form]
    runs = seen.of_record(here.conn(), ids, record)
    standing = seen.standing(here.conn(), [run.id for run in runs])
    return page.show("records/runs.html", lines=[_line(found, run, standing.get(run.id, [])) for run in runs])


def _line(found: LiveApp, run: Run, spots: list[Standing]) -> Line:
    lang, names = here.actor().lang, here.names(found)
    workflow = flows.at(here.conn(), run.workflow_id, run.version)
    steps = dict.fromkeys(seen.called(workflow.steps.get(spot.place.step), lang) for spot in spots)
    people = dict.fromkeys(names.person(who) for spot in spots for who in spot.people)
    href = url_for(ROOM, app=found.key, key=workflow.key, run=run.id) if here.actor().may("build") and places.there(ROOM) else ""
    return Line(run, read(workflow.label, lang), seen.state_of(run.state, lang), list(steps), list(people), href)
