"""What the pages of runs show: lines of a list, one run in words, figures per step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for

from builder.web.workflows_cards import color_of
from builder.web.workflows_room import kind_of
from runtime import clock
from runtime.definitions.workflow import Step
from runtime.messages import say
from runtime.records import access
from runtime.records.queries import Query, Reader
from runtime.storage.live import LiveApp, LiveForm, LiveWorkflow
from runtime.web import formats, here
from runtime.web.odd import whole
from runtime.words import Words, read
from runtime.workflows import flows, log, seen
from runtime.workflows.lengths import length
from runtime.workflows.log import Line
from runtime.workflows.rows import FAILED, OPEN, WAITING, Run
from runtime.workflows.seen import Figures, Filter, Standing
from runtime.workflows.wording import COMMA

CLOCK, NOBODY, NO_RECORD = Words("到时间自动跑", "The clock"), Words("离开的人", "Somebody who has left"), Words("没有记录", "No record")
HIDDEN = Words("已删除或看不到的记录", "A record that is gone or not yours to see")
AT = Words("{step}：{why}", "{step}: {why}")
FOUND = 200  # records whose runs a name finds
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass
class Row:
    """One run in the list: what it is about, where it stands or why it stopped, who set it off, how long it took."""

    run: Run
    title: str
    href: str
    where: str
    by: str
    took: str


@dataclass
class Told:
    """A line of the log in words."""

    line: Line
    step: str
    icon: str
    text: str
    who: str


@dataclass
class Spot:
    """Where a run stands: the step, since when or until when, whom it waits for, and what one can do there."""

    place: int
    step: str
    icon: str
    color: str
    failed: bool
    waits: bool
    people: list[str]
    due: str | None


@dataclass
class Measured:
    """A step with its figures."""

    label: str
    icon: str
    color: str
    figures: Figures
    average: str


def wanted(found: LiveApp, live: LiveForm) -> Filter:
    """The filter that the address says; a name stands for the records it finds."""
    given = request.args
    state, text = given.get("state", ""), given.get("q", "").strip()[:100]
    by = given.get("by", type=whole)
    ids = None
    if text:
        ids = Reader(here.conn(), found, live, here.actor(), here.as_of()).ids(Query(search=text, limit=FOUND))[0]
    return Filter(state if state in seen.STATES else "", ids, by, given.get("why", "")[:60])


def rows(found: LiveApp, runs: Sequence[Run]) -> list[Row]:
    """The lines of a page; titles of records only for who may see them."""
    titles, places = _titles(found, runs), seen.standing(here.conn(), [run.id for run in runs if run.state in (OPEN, FAILED)])
    here.names(found).prime_people([run.by for run in runs if run.by] + [who for spots in places.values() for one in spots for who in one.people])
    return [_row(found, run, titles, places.get(run.id, [])) for run in runs]


def _row(found: LiveApp, run: Run, titles: Mapping[int, str], spots: Sequence[Standing]) -> Row:
    lang = here.actor().lang
    title = NO_RECORD.say(lang) if run.record is None else titles.get(run.record, HIDDEN.say(lang))
    href = url_for("records.one", app=found.key, form=run.form, record=run.record) if run.record in titles else ""
    steps = COMMA.say(lang).join(dict.fromkeys(label_of(_step(run, spot.place.step)) for spot in spots if run.state != FAILED or spot.place.state == FAILED))
    where = AT.say(lang, step=steps, why=why_of(run)) if run.why and steps else why_of(run) or steps
    took = length(int((clock.moment(run.ended_at) - clock.moment(run.at)).total_seconds())).say(lang) if run.ended_at else ""
    return Row(run, title, href, where, starter(found, run.by), took)


def _titles(found: LiveApp, runs: Sequence[Run]) -> dict[int, str]:
    ids = sorted({run.record for run in runs if run.record is not None})
    if not ids:
        return {}
    form, names = runs[0].form, here.names(found)
    some = access.visible_ids(here.conn(), found, found.form(form), here.actor(), ids, here.as_of())
    names.prime_records(form, some)
    return {one: names.record(form, one) or f"#{one}" for one in some}


def starter(found: LiveApp, by: int | None) -> str:
    """Who set a run off."""
    lang = here.actor().lang
    return (here.names(found).person(by) or NOBODY.say(lang)) if by else CLOCK.say(lang)


def why_of(run: Run) -> str:
    """Why a run stopped, in words."""
    return say(run.why, here.actor().lang) if run.why else ""


def _step(run: Run, key: str) -> Step | None:
    return flows.at(here.conn(), run.workflow_id, run.version).steps.get(key)


def label_of(step: Step | None) -> str:
    """What a step is called."""
    return seen.called(step, here.actor().lang)


def told(found: LiveApp, run: Run) -> list[Told]:
    """The log of a run in words."""
    lines = log.of_run(here.conn(), run.id)
    here.names(found).prime_people([line.by for line in lines if line.by])
    made = []
    for line in lines:
        step = _step(run, line.step) if line.step else None
        kind = kind_of(step)
        icon = "alert-triangle" if line.code == "failed" else kind.icon if kind else "flag"
        made.append(Told(line, label_of(step), icon, sentence(line), starter(found, line.by) if line.by else ""))
    return made


def sentence(line: Line) -> str:
    """A line of the log, its moments as people read them."""
    lang = here.actor().lang
    fmt = formats.Formats(lang, here.zone())
    params = {name: fmt.moment(value) if isinstance(value, str) and _MOMENT.fullmatch(value) else value for name, value in line.params.items()}
    return Line(line.step, line.code, params, line.by, line.at).sentence(lang)


def spots(found: LiveApp, run: Run) -> list[Spot]:
    """Where a run stands now."""
    names, made = here.names(found), []
    for one in seen.standing(here.conn(), [run.id]).get(run.id, []):
        step = _step(run, one.place.step)
        kind = kind_of(step)
        made.append(Spot(one.place.id, label_of(step), kind.icon if kind else "route", color_of(kind), one.place.state == FAILED,
                         one.place.state == WAITING, [names.person(who) for who in one.people], one.place.due))
    return made


def cause(found: LiveApp, run: Run) -> list[tuple[str, str, str]]:
    """What the trigger saw of the record: field, from, to."""
    live, names, changes = found.form(run.form), here.names(found), run.detail.get("changes", {})
    shown = []
    for key, (old, new) in changes.items():
        field = live.form.live_fields.get(key)
        if field is not None:
            was, now = (field.type.show(side, field.settings, names) for side in (old, new))
            shown.append((read(field.label, names.lang), was, now))
    return shown


def figure(item: LiveWorkflow, step: str) -> Measured | None:
    """One step's last 30 days; None where no run came to it."""
    figures = seen.figures(here.conn(), item.id, here.as_of().at).get(step)
    return _measured(item.workflow.steps.get(step), figures) if figures is not None else None


def measured(item: LiveWorkflow) -> list[Measured]:
    """Every step of the published version with its last 30 days, as far as runs came to it."""
    figures = seen.figures(here.conn(), item.id, here.as_of().at)
    return [_measured(step, figures.get(step.key, Figures())) for step in item.workflow.listed]


def _measured(step: Step | None, one: Figures) -> Measured:
    kind, average = kind_of(step), one.average
    said = length(average).say(here.actor().lang) if average is not None else ""
    return Measured(label_of(step), kind.icon if kind else "route", color_of(kind), one, said)
