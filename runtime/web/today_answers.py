"""Answering in place what runs ask of people: yes, no with an opinion, back to an earlier step, filled in, one more asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime.errors import FenzuError, Invalid, Problem
from runtime.messages import say
from runtime.records import entry, undo
from runtime.records.act import Act
from runtime.web import here, page, sheet, today, today_panel
from runtime.web.odd import whole
from runtime.web.today_rows import app_of
from runtime.words import Words
from runtime.workflows import desk, takeback, tasks

bp = Blueprint("today_answers", __name__, url_prefix="/today")
WAYS = {"approve": Words("同意", "Approve"), "refuse": Words("不同意", "Refuse"), "return": Words("退回", "Return"), "fill": Words("填好了", "Filled in")}
TOLD = {"approve": Words("已同意「{title}」", "“{title}” is approved"), "refuse": Words("没同意「{title}」", "“{title}” is refused"),
        "return": Words("「{title}」退回去了", "“{title}” is returned"), "fill": Words("「{title}」填好了", "“{title}” is filled in")}
ADDED = Words("请了{who}一起办", "{who} is asked, too")


@bp.get("/<int:number>/answer")
def ask(number: int) -> Response:
    """A dialog for the opinion."""
    return _dialog(desk.one(here.conn(), number), request.args.get("way", "refuse"))


@bp.post("/<int:number>/answer")
def answer(number: int) -> Response:
    task, way = desk.one(here.conn(), number), request.form.get("way", "")
    app = app_of(task)
    try:
        with here.act(app.key) as act:
            back = _answer(act, number, way, _values(app, task))
    except Invalid as refused:
        return _refused(number, way, refused)
    except FenzuError as refused:
        return today.again(today.bad(refused))
    here.fenzu().runner.wake()
    return today.again(today.told(TOLD[way], task, back))


def _answer(act: Act, number: int, way: str, values: Mapping[str, Any]) -> str:
    """Answer; gives the address at which it is taken back, as long as nothing of the record was changed along with it."""
    opinion = request.form.get("opinion", "")
    if values:
        tasks.answer(act, number, way, opinion, values)
        return ""
    kept = takeback.answer(act, number, way, opinion)
    return url_for("undo.take_back", token=undo.offer(act.conn, act.by, takeback.UNDO, act.app.key, kept)) if kept else ""


@bp.post("/<int:number>/add")
def add(number: int) -> Response:
    """Somebody more answers, before, beside or after."""
    task, who = desk.one(here.conn(), number), request.form.get("person", 0, type=whole)
    try:
        with here.act(app_of(task).key) as act:
            tasks.add(act, number, who, request.form.get("where", tasks.BESIDE))
            name = act.names.person(who)
    except FenzuError as refused:
        return today.again(today.bad(refused))
    return today.again(page.toast(ADDED, here.actor().lang, who=name))


def _values(app: Any, task: desk.Task) -> Mapping[str, Any]:
    """What was typed into the fields that the step lets one change; from the card of the page of today none is sent."""
    if task.form not in app.forms or "with" not in request.form:
        return {}
    typed = sheet.typed(app.form(task.form), request.form)
    return {key: value for key, value in typed.items() if key in today_panel.asked_fields(today_panel.node_of(task), task.kind)}


def _refused(number: int, way: str, refused: Invalid) -> Response:
    """The form again with what is missing at its place: the fields in the drawer, the opinion where it was asked for."""
    task = desk.one(here.conn(), number)
    if not page.wants_fragment() or page.target() == "today" or way not in WAYS:
        return today.again(today.bad(refused))
    if "with" not in request.form:
        return _dialog(task, way, refused.problems, 422)
    app = app_of(task)
    form = app.form(task.form).form
    read = entry.read(form, _values(app, task), here.names(app), whole=False)
    read.problems = list(refused.problems)
    return page.show("today/panel.html", status=422, **today_panel.made(number, read, request.form.get("opinion", "")))


def _dialog(task: desk.Task, way: str, problems: tuple[Problem, ...] = (), status: int = 200) -> Response:
    found = today_panel.made(task.id)
    wrong = say(problems[0], here.actor().lang) if problems else ""
    row = found["panel"]
    return page.show("today/answer.html", status=status, task=task, way=way, way_words=WAYS.get(way, WAYS["refuse"]).say(here.actor().lang), problem=wrong,
                     title=row.said or row.kind, opinion=request.form.get("opinion", ""), needed=today_panel.opinion_needed(today_panel.node_of(task), way),
                     address=url_for(".answer", number=task.id))
