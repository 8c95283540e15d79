"""The page of today: what waits for whoever asks, ticked off, moved and handed on in place; and the list of all of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, session, url_for

from runtime.accounts import people
from runtime.errors import Conflict, FenzuError, Invalid, Problem
from runtime.messages import say
from runtime.records import apps as all_apps
from runtime.records import undo
from runtime.web import here, page, today_desk, today_panel
from runtime.web.formats import Formats
from runtime.web.odd import whole
from runtime.web.today_rows import Rows, app_of
from runtime.words import Words
from runtime.workflows import desk, todos
from runtime.workflows import tasks as tasks_of_runs
from runtime.workflows.desk import ASKED, EVERY, Span

bp = Blueprint("today", __name__, url_prefix="/today")
PAGE = "today/index.html"
AT_ONCE = 50
TEN = 10  # seconds in which a tick is taken back from its toast
DONE, OPENED = Words("「{title}」做完了", "“{title}” is done"), Words("「{title}」还没做完", "“{title}” is not done yet")
MOVED, ADDED = Words("改到 {day}", "Moved to {day}"), Words("加好了", "Added")
HANDED = Words("转给了{who}", "Handed to {who}")


@bp.get("")
def index() -> Response:
    """The page; with `task` that task is open above it."""
    settle()
    number = request.args.get("task", type=whole)
    panel = today_panel.made(number) if number else {"panel": None}
    return page.show(PAGE, "today", **today_desk.made(day_of(request.args.get("day", ""), keep=True)), **panel)


def settle() -> None:
    """Whoever comes here first is in the first app, as at the front door."""
    if here.current_app_of_page() is None:
        session["app"] = next((app.key for app in all_apps.choices(here.conn()) if app.state == "ready"), "")


@bp.get("/tasks")
def tasks() -> Response:
    """All that waits, what is to be answered, or what is over; page by page."""
    which, conn, me = request.args.get("show", "open"), here.conn(), here.actor().id
    begun = after()
    if which == "ended":
        found = desk.ended(conn, me, AT_ONCE + 1, after=begun if begun and begun[0] else None)
    else:
        found = desk.listed(conn, me, Span(ASKED if which == "asked" else EVERY), AT_ONCE + 1, begun)
    shown = found[:AT_ONCE]
    last = shown[-1] if len(found) > AT_ONCE else None
    mark = ((last.ended_at if which == "ended" else last.due) or "", last.id) if last else None
    return page.show("today/tasks.html", "list", rows=today_desk.rows_of(shown), show=which, first=begun is None,
                     next=url_for(".tasks", show=which, after=f"{mark[0]}~{mark[1]}") if mark else "")


def after() -> tuple[str, int] | None:
    """Where a page of the list begins: `<moment>~<number>`, as the page before it said."""
    moment, _, number = request.args.get("after", "").partition("~")
    return (moment[:20], int(number)) if number.isdecimal() and len(number) < 19 else None


@bp.get("/<int:number>")
def task(number: int) -> Response:
    """One task in a drawer; as a page of its own it is the page of today with the drawer open."""
    if not page.wants_fragment():
        return page.go(url_for(".index", task=number))
    return page.show("today/panel.html", **today_panel.made(number))


@bp.post("/<int:number>/done")
def done(number: int) -> Response:
    app = app_of(desk.one(here.conn(), number)).key
    try:
        with here.act(app) as act:
            found = todos.done(act, number)
            token = undo.offer(act.conn, act.by, "task_done", app, {"id": number})
    except Conflict as refused:
        return again(bad(refused))
    return again(told(DONE, found, url_for("undo.take_back", token=token)))


@bp.post("/<int:number>/reopen")
def reopen(number: int) -> Response:
    try:
        with here.act(app_of(desk.one(here.conn(), number)).key) as act:
            found = todos.reopen(act, number)
    except Conflict as refused:
        return again(bad(refused))
    return again(told(OPENED, found))


@bp.post("/<int:number>/move")
def move(number: int) -> Response:
    app, due = app_of(desk.one(here.conn(), number)).key, _due()
    with here.act(app) as act:
        before = todos.move(act, number, due)
        token = undo.offer(act.conn, act.by, "task_moved", app, {"id": number, "due": before.due})
    told = page.toast(MOVED, here.actor().lang, undo=url_for("undo.take_back", token=token), day=_said(due))
    return again(told)


@bp.post("/<int:number>/hand")
def hand(number: int) -> Response:
    """To a colleague, who is told: what is to be ticked off as well as what is to be answered."""
    who, task = request.form.get("person", 0, type=whole), desk.one(here.conn(), number)
    give = tasks_of_runs.hand if task.kind in ASKED else todos.hand
    try:
        with here.act(app_of(task).key) as act:
            give(act, number, who)
            way = undo.offer(act.conn, act.by, "task_handed", act.app.key, _as_was(task, who)) if give is todos.hand else ""
    except (Conflict, Invalid) as refused:
        return again(bad(refused))
    return again(page.toast(HANDED, here.actor().lang, undo=url_for("undo.take_back", token=way) if way else "", who=people.get(here.conn(), who).name))


def _as_was(task: desk.Task, to: int) -> dict[str, Any]:
    """What brings a task back from a colleague."""
    return {"id": task.id, "to": to, "person": task.person, "asked_by": task.asked_by}


@bp.get("/new")
def new() -> Response:
    """A task written by hand, about the record that the address names if it names one."""
    settle()
    return _new(request.args)


@bp.post("/new")
def add() -> Response:
    given = request.form
    try:
        due, who = _due(), given.get("person", type=whole) or here.actor().id
        with here.act(given.get("app", "")) as act:
            todos.add(act, given.get("title", ""), who, due=due, form=given.get("form", ""), record=given.get("record", type=whole))
    except Invalid as refused:
        return _new(given, 422, refused)
    return page.refresh(page.toast(ADDED, here.actor().lang)) if page.wants_fragment() else page.go(url_for("today.index"))


def _new(given: Any, status: int = 200, refused: FenzuError | None = None) -> Response:
    problems = {one.path: say(one, here.actor().lang) for one in refused.problems} if refused else {}
    return page.show("today/new.html", status=status, **today_panel.begun(given), problems=problems)


def _due() -> str | None:
    """The whole of the day that was chosen, or the time of it; none where none was."""
    return todos.due_of(day_of(request.form.get("day", "")), request.form.get("time", ""), here.as_of())


def _said(due: str | None) -> str:
    """A date as a toast says it: tomorrow, Oct 16."""
    said = Formats(here.actor().lang, here.zone()).near(due) if due else ""
    return said.lower() if said in ("Today", "Tomorrow", "Yesterday") else said


def day_of(text: str, *, keep: bool = False) -> date | None:
    """A day as a page sends it; with `keep` one that cannot be read is none."""
    try:
        found = date.fromisoformat(text) if text else None
        if found is None or 2000 <= found.year <= 2999:
            return found
    except ValueError:
        pass
    if keep:
        return None
    raise Invalid(Problem("day", "task_day"))


def told(text: Words, found: desk.Task, way_back: str = "") -> page.Toast:
    """What was done with a task; its title is kept back with a record that the asker may not see."""
    row = Rows([found]).row(found)
    title = row.about.title if row.about else row.said or row.kind
    return page.toast(text, here.actor().lang, undo=way_back, title=title) | ({"seconds": TEN} if way_back else {})


def bad(refused: FenzuError) -> page.Toast:
    """Why it was not done; the page as it now is stands behind it."""
    return {"text": say(refused.problems[0], here.actor().lang), "tone": "bad"}


def again(told: page.Toast) -> Response:
    """The page of today as it now is: in place where it was asked from there, else again."""
    if not page.wants_fragment():
        return page.go(page.origin() if page.origin().startswith(("/today/tasks", "/today/by-me")) else url_for("today.index"), told)
    if page.target() != "today":
        return page.go(url_for("today.index"), told)
    here.fresh()
    return page.show(PAGE, "today,aside", toast=told, **today_desk.made(day_of(request.form.get("on", ""), keep=True)), panel=None)
