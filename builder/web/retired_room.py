"""The fields that were taken off a form: brought back, their values moved to another field, or purged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for

from builder.edits import form as edits
from builder.edits.made import Made
from builder.publish import purge as purging
from builder.publish import retired
from builder.web import designer_bar, start
from builder.web.designer import conflict
from builder.web.designer_page import counted
from builder.web.designer_room import changed, opened
from runtime.commands import move as moving
from runtime.definitions.uses import uses_of
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.jobs import queue
from runtime.jobs.queue import Row
from runtime.messages import say
from runtime.storage import purges, retypes
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, page
from runtime.words import Words, read

bp = Blueprint("build_retired", __name__, url_prefix="/build/<app>/forms/<key>/retired")
bp.before_request(start.guard)
PAGE, PARTS = "builder/form/retired.html", "facts,state,tools,rooms,list"
BACK = Words("恢复字段", "Brought a field back")
BROUGHT = Words("「{f}」回到表单上了，发布后生效", "“{f}” is on the form again; publish to put it into use")
PURGING = Words("「{f}」已从表单里拿掉，内容正在清除", "“{f}” is off the form; its contents are being purged")


@bp.get("/")
def show(app: str, key: str) -> Response:
    """Every retired field with what it holds, what was purged, and what can be taken back."""
    return _shown(here.app(app), key)


def _shown(found: LiveApp, key: str, status: int = 200) -> Response:
    draft, live, conn = opened(found, key), found.form(key), here.conn()
    here_still = {name for name, item in live.form.fields.items() if item.retired}
    fields = retired.of_form(conn, live, here.names(found))
    return page.show(
        PAGE, PARTS, status=status, **designer_bar.frame(found, draft, "retired"),
        fields=[(each, draft.form.fields[each.item.key].retired, bool(moving.takers(live, each.item.key))) for each in fields],
        counted=counted(live.form), gone=list(purges.of_form(conn, live.id).values()), moves=_moves(found, live, here_still),
        jobs=[row for kind in (purging.KIND, *moving.KINDS) for row in queue.open_jobs(conn, kind, found.id)],
    )


def _moves(found: LiveApp, live: LiveForm, there: set[str]) -> list[tuple[Row, str, str]]:
    """Moves that can be taken back: the field they came from still holds its values."""
    conn, lang, fields = here.conn(), here.actor().lang, live.form.fields
    open_too = [*queue.ended(conn, moving.BACK, found.id), *queue.open_jobs(conn, moving.BACK, found.id)]
    undone = {row.params["batch"] for row in open_too}
    return [
        (row, read(fields[row.params["from"]].label, lang), read(fields[row.params["to"]].label, lang))
        for row in queue.ended(conn, moving.MOVE, found.id)
        if row.params["form"] == live.key and row.id not in undone and row.params["from"] in there
        and row.params["to"] in fields and row.value.get("done")
    ]


@bp.post("/edit")
def edit(app: str, key: str) -> Response:
    """Bring a field back onto the draft; undo and redo go from here too."""
    found, field = here.app(app), request.form.get("id", "")
    try:
        draft = changed(found, key, lambda body: Made(edits.bring_back(body, field), field), BACK)
    except Conflict as refused:
        return conflict(refused)
    if request.values.get("act"):
        return _shown(found, key)
    told = page.toast(BROUGHT, here.actor().lang, f=read(draft.form.fields[field].label, here.actor().lang))
    return page.go(url_for("build_designer.show", app=app, key=key, sel=field), told)


def _field(found: LiveApp, key: str, field: str) -> Any:
    item = found.form(key).form.fields.get(field)
    if item is None or not item.retired:
        raise NotFound(Problem("field", "no_such_field", {"field": field}))
    return item


@bp.get("/<field>/purge")
def purge_ask(app: str, key: str, field: str) -> Response:
    """What would be lost, and what stands in the way: places that still use the field."""
    found = here.app(app)
    item, live = _field(found, key, field), found.form(key)
    uses = {use.where.say(here.actor().lang): start.address_of(found, use) for use in uses_of(found.whole, "form", key, field=field)}
    return page.show("builder/form/purge.html", found=found, live=live, item=item, uses=list(uses.items()), counted=counted(live.form),
                     n=retired.count(here.conn(), live, [field])[field])


@bp.post("/<field>/purge")
def purge(app: str, key: str, field: str) -> Response:
    """Take it away for good: the form at once, the records by a job."""
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        name = read(_field(found, key, field).label, here.actor().lang)
        purging.purge(conn, found, key, field, here.actor(), request.form.get("word", ""))
    here.fenzu().runner.wake()
    return page.go(url_for("build_retired.show", app=app, key=key), page.toast(PURGING, here.actor().lang, f=name))


@bp.get("/<field>/move")
def move_ask(app: str, key: str, field: str) -> Response:
    """The fields that can take its values, and what moving to one of them would do."""
    found = here.app(app)
    item, live = _field(found, key, field), found.form(key)
    takers = moving.takers(live, field)
    to = request.args.get("to") or (takers[0].key if takers else "")
    told = moving.rehearse(here.conn(), live, field, to, here.names(found)) if to else None
    return page.show("builder/form/move.html", "dialog", found=found, live=live, item=item, takers=takers, to=to, told=told,
                     counted=counted(live.form), why=lambda problem: say(problem, here.actor().lang))


@bp.post("/<field>/move")
def move(app: str, key: str, field: str) -> Response:
    """Let a job move the values."""
    found, to = here.app(app), request.form.get("to", "")
    _field(found, key, field)
    if to not in {each.key for each in moving.takers(found.form(key), field)}:
        raise Invalid(Problem("to", "no_such_field", {"field": to[:40]}))
    return _ask(found, key, moving.MOVE, {"from": field, "to": to})


@bp.post("/moves/<int:number>/undo")
def undo(app: str, key: str, number: int) -> Response:
    """Let a job take a move back."""
    found = here.app(app)
    row = queue.get(here.conn(), number, here.actor())
    if row.kind != moving.MOVE or row.params["form"] != key or row.app_id != found.id:
        raise NotFound(Problem("", "not_found"))
    return _ask(found, key, moving.BACK, {"from": row.params["from"], "to": row.params["to"], "batch": row.id, "line": row.params["line"]})


def _ask(found: LiveApp, key: str, kind: str, more: dict[str, Any]) -> Response:
    """One job at a time; the room shows how far it is."""
    kinds: Sequence[str] = (purging.KIND, *moving.KINDS)
    with here.write() as conn:
        if any(queue.open_jobs(conn, each, found.id) for each in kinds):
            raise Conflict(Problem("", "move_busy"))
        params = {"app": found.key, "form": key, "line": retypes.last_line(conn), **more}
        queue.put(conn, kind, params, by=here.actor().by, app_id=found.id)
    here.fenzu().runner.wake()
    return page.go(url_for("build_retired.show", app=found.key, key=key))
