"""What waits for whoever asks, over the API: their open tasks, and answering them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from runtime.errors import Invalid, Problem
from runtime.records import access
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.web.api.room import ANY, ID, MOMENT, Param, Room, listed, maybe, thing
from runtime.web.today_rows import app_of
from runtime.words import Words
from runtime.workflows import desk, tasks, todos
from runtime.workflows.desk import ASKED, EVERY, Span, Task

room = Room(Words("我的待办", "My tasks"))
TEXT = {"type": "string"}
TASK = thing({"id": ID, "app": TEXT, "kind": {"enum": list(EVERY)}, "title": TEXT, "form": TEXT, "record": maybe(ID), "run": maybe(ID), "step": TEXT,
              "asked_by": maybe(ID), "at": MOMENT, "due": maybe(MOMENT)})
LIMIT = Param("limit", "whole", Words("一页多少条", "How many on a page"), 100, 1, 50)
CURSOR = Param("cursor", "text", Words("上一页给的 next", "The `next` of the page before"), 60, default="")
DONE = "done"
ANSWER = thing({"how": {"enum": [*tasks.STATES, DONE]}, "opinion": {"type": "string", "maxLength": tasks.MOST_SAID}, "values": ANY}, "opinion", "values")
ENDED = thing({"id": ID, "state": TEXT})


@room.get("/tasks", Words("等我办的，先到期的在前", "What waits for me, the first due first"), thing({"tasks": listed(TASK), "next": {"type": ["string", "null"]}}), query=(LIMIT, CURSOR), wrong=(422,))
def list_tasks(ask: Mapping[str, Any]) -> dict[str, Any]:
    found = desk.listed(here.conn(), here.actor().id, Span(EVERY), ask["limit"] + 1, after_of(ask["cursor"]))
    page = found[: ask["limit"]]
    apps: dict[int, LiveApp] = {}
    for task in page:
        if task.app_id not in apps:
            apps[task.app_id] = app_of(task)
    seen = seen_of(apps, page)
    following = f"{page[-1].due or ''}|{page[-1].id}" if len(found) > len(page) else None
    return {"tasks": [described(apps[task.app_id], task, seen) for task in page], "next": following}


def after_of(cursor: str) -> tuple[str, int] | None:
    """Behind which task a page begins."""
    due, _, number = cursor.rpartition("|")
    if not cursor:
        return None
    if not (number.isascii() and number.isdigit() and len(number) <= 16):
        raise Invalid(Problem("cursor", "api_bad_param", {"name": "cursor", "value": cursor}))
    return due, int(number)


def seen_of(apps: Mapping[int, LiveApp], page: Sequence[Task]) -> set[tuple[int, str, int]]:
    """Which of the records that tasks are about are there and the asker's to see; one statement for each form."""
    about: dict[tuple[int, str], set[int]] = {}
    for task in page:
        if task.record is not None and task.form in apps[task.app_id].forms:
            about.setdefault((task.app_id, task.form), set()).add(task.record)
    return {(app, form, one) for (app, form), ids in about.items()
            for one in access.visible_ids(here.conn(), apps[app], apps[app].form(form), here.actor(), sorted(ids), here.as_of())}


def described(app: LiveApp, task: Task, seen: Container[tuple[int, str, int]]) -> dict[str, Any]:
    """A task as JSON; its title is kept back with the record it is about, as pages do."""
    title = task.said(here.actor().lang) if task.record is None or (task.app_id, task.form, task.record) in seen else ""
    return {"id": task.id, "app": app.key, "kind": task.kind, "title": title, "form": task.form, "record": task.record,
            "run": task.run_id, "step": task.step, "asked_by": task.asked_by, "at": task.at, "due": task.due}


@room.post("/tasks/<int:task>/answer", Words("答复一项待办：approve、refuse、return、fill，跟进和任务用 done", "Answer a task: approve, refuse, return, fill; follow-ups and tasks are done"),
           {200: ENDED}, body=ANSWER, wrong=(409, 422))
def answer_task(task: int, body: Mapping[str, Any]) -> dict[str, Any]:
    known, how = desk.one(here.conn(), task), body["how"]
    if (how == DONE) == (known.kind in ASKED):
        raise Invalid(Problem("how", "answer_how"))
    with here.act(app_of(known).key, "api") as act:
        if how == DONE:
            todos.done(act, task)
        else:
            tasks.answer(act, task, how, body.get("opinion", ""), body.get("values"))
    here.fenzu().runner.wake()
    return {"id": task, "state": desk.one(here.conn(), task).state}
