"""Runs of workflows over the API: listed, one with its log, begun, tried again, passed over, cancelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runtime.errors import NotFound, Problem
from runtime.records.act import Act
from runtime.storage.live import LiveApp, LiveWorkflow
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.answering import told
from runtime.web.api.room import BIGGEST, COUNT, ID, MOMENT, Param, Room, listed, maybe, thing
from runtime.words import Words
from runtime.workflows import buttons, flows, log, seen, steering
from runtime.workflows.rows import Run, run_by

room = Room(Words("流程", "Workflows"))
AT = "/apps/<app>/workflows/<workflow>/runs"
ONE = f"{AT}/<int:run>"
NUMBER, TEXT = maybe(ID), {"type": "string"}
FACTS = {"id": ID, "workflow": TEXT, "version": COUNT, "form": TEXT, "record": NUMBER, "state": {"enum": list(seen.STATES)}, "by": NUMBER,
         "at": MOMENT, "ended_at": maybe(MOMENT), "why": listed(shapes.PROBLEM)}
RUN = thing(FACTS)
PLACE = thing({"id": ID, "step": TEXT, "name": TEXT, "state": TEXT, "people": listed(ID), "due": maybe(MOMENT)})
LINE = thing({"at": MOMENT, "step": TEXT, "name": TEXT, "code": TEXT, "text": TEXT, "by": NUMBER})
WHOLE = thing({**FACTS, "places": listed(PLACE), "log": listed(LINE)})
STATE = Param("state", "text", Words("只看这种状态：open 进行中、failed 停住、done 跑完、stopped 已停下", "Only those open, failed, done or stopped"), 10, default="", choices=("", *seen.STATES))
RECORD = Param("record", "whole", Words("只看这条记录的", "Only those about this record"), BIGGEST, 1)
BEFORE = Param("before", "whole", Words("只看这次运行之前的", "Only runs before this one"), BIGGEST, 1)
BEGIN, BEGUN = thing({"records": listed(ID, 500, 1)}), thing({"runs": listed(ID)})
SKIP = thing({"place": ID})
BUILD: dict[str, Any] = {"needs": "build"}


@room.get(AT, Words("一个流程的运行，最新的在前", "The runs of a workflow, the newest first"), thing({"runs": listed(RUN), "next": NUMBER}), query=(STATE, RECORD, BEFORE), wrong=(422,), **BUILD)
def list_runs(app: str, workflow: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    item = published(here.app(app), workflow)
    wanted = seen.Filter(ask["state"], None if ask["record"] is None else [ask["record"]])
    found, following = seen.runs(here.conn(), item.id, wanted, ask["before"] or 0)
    return {"runs": [described(item, run) for run in found], "next": following or None}


@room.get(ONE, Words("一次运行：停在哪里、经过什么", "One run: where it stands, and its log"), WHOLE, **BUILD)
def get_run(app: str, workflow: str, run: int) -> dict[str, Any]:
    return whole(published(here.app(app), workflow), run)


@room.post(AT, Words("为一些记录开始一个流程：带按钮的谁能按谁能开始，由别的流程带动的只有搭建的人能开始", "Begin a workflow for some records: one with a button by whoever may press it, one that others run by whoever builds"),
           {200: BEGUN}, body=BEGIN, wrong=(409, 422))
def begin_runs(app: str, workflow: str, body: Mapping[str, Any]) -> dict[str, Any]:
    with here.act(app, "api") as act:
        runs = buttons.begin(act, workflow, body["records"])
    here.fenzu().runner.wake()
    return {"runs": runs}


@room.post(f"{ONE}/retry", Words("从停住的那一步再试一次", "Try again from the step where it failed"), {200: WHOLE}, wrong=(409,), **BUILD)
def retry_run(app: str, workflow: str, run: int) -> dict[str, Any]:
    return steered(app, workflow, run, lambda act, item: steering.retry(act, item, run))


@room.post(f"{ONE}/skip", Words("跳过停住或等着的一步", "Pass over a step that failed or waits"), {200: WHOLE}, body=SKIP, wrong=(409,), **BUILD)
def skip_step(app: str, workflow: str, run: int, body: Mapping[str, Any]) -> dict[str, Any]:
    return steered(app, workflow, run, lambda act, item: steering.skip(act, item, run, body["place"]))


@room.post(f"{ONE}/cancel", Words("结束一次运行", "Put an end to a run"), {200: WHOLE}, wrong=(409,), **BUILD)
def cancel_run(app: str, workflow: str, run: int) -> dict[str, Any]:
    return steered(app, workflow, run, lambda act, item: steering.cancel(act, item, run))


def steered(app: str, workflow: str, run: int, do: Callable[[Act, LiveWorkflow], None]) -> dict[str, Any]:
    """Do something with a run and tell how it stands then."""
    with here.act(app, "api") as act:
        do(act, published(act.app, workflow))
    here.fenzu().runner.wake()
    return whole(published(here.app(app), workflow), run)


def published(app: LiveApp, key: str) -> LiveWorkflow:
    """A published workflow; raises NotFound."""
    if key not in app.workflows:
        raise NotFound(Problem("workflow", "no_such_definition", {"key": key[:60]}))
    return app.workflows[key]


def described(item: LiveWorkflow, run: Run) -> dict[str, Any]:
    """A run as JSON."""
    return {"id": run.id, "workflow": item.key, "version": run.version, "form": run.form, "record": run.record, "state": run.state, "by": run.by,
            "at": run.at, "ended_at": run.ended_at, "why": told([run.why], here.actor().lang) if run.why else []}


def whole(item: LiveWorkflow, number: int) -> dict[str, Any]:
    """A run with the places where it stands and its log, by the version it began with."""
    run, conn, lang = run_by(here.conn(), number), here.conn(), here.actor().lang
    if run.workflow_id != item.id:
        raise NotFound(Problem("run", "no_such_run"))
    steps = flows.at(conn, item.id, run.version).steps
    places = [{"id": one.place.id, "step": one.place.step, "name": seen.called(steps.get(one.place.step), lang), "state": one.place.state,
               "people": one.people, "due": one.place.due} for one in seen.standing(conn, [number]).get(number, [])]
    lines = [{"at": line.at, "step": line.step, "name": seen.called(steps.get(line.step), lang), "code": line.code, "text": line.sentence(lang), "by": line.by}
             for line in log.of_run(conn, number)]
    return {**described(item, run), "places": places, "log": lines}
