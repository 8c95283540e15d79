"""The workflow designer: the list of workflows, a new one, the canvas with its drawer, gestures, undo."""

from __future__ import annotations

from flask import Response, request, url_for

from builder import apps, drafts
from builder.edits import workflow as edits
from builder.edits.flow_tree import TRIGGER
from builder.publish import apply as publishing
from builder.web import (
    start,
    workflows_beside,
    workflows_page,
    workflows_past,
    workflows_publish,
    workflows_ready,
    workflows_rules,
    workflows_trial,
)
from builder.web.groupings_room import revision
from builder.web.workflows_acts import ACTS, left_at
from builder.web.workflows_page import PAGE
from builder.web.workflows_room import KIND, Room, edit, open_room, room_of
from builder.web.workflows_room import bp as bp
from runtime.errors import NotFound, Problem
from runtime.web import here, page
from runtime.words import LANGUAGES, Words, read
from runtime.workflows.registry import TRIGGERS

# Other files of this room add their views to its blueprint.
PARTS = (workflows_beside, workflows_past, workflows_publish, workflows_ready, workflows_rules, workflows_trial)
WHOLE = "name,bar,canvas,drawer"
GONE = Words("「{name}」已经去掉", "“{name}” is gone")


@bp.get("/")
def index(app: str) -> Response:
    """All workflows of the app, or where to begin."""
    found = here.app(app)
    return page.show("builder/flow/list.html", lines=workflows_page.listed(found), **start.surroundings(found))


@bp.get("/-/new")
def new(app: str) -> Response:
    """The dialog for a new workflow."""
    found, lang = here.app(app), here.actor().lang
    forms = [(key, read(live.form.label, lang)) for key, live in found.forms.items()]
    return page.show("builder/flow/new.html", found=found, forms=forms, triggers=workflows_page.kinds(TRIGGERS.values(), lang))


@bp.post("/-/new")
def create(app: str) -> Response:
    found, form = here.app(app), request.form
    label = {lang: form.get(f"label_{lang}", "").strip() for lang in LANGUAGES}
    trigger = form.get("trigger", "")
    if trigger not in TRIGGERS:
        raise NotFound(Problem("trigger", "no_such_trigger", {"type": trigger[:40]}))
    with here.write() as conn:
        body = edits.new(found.form(form.get("form", "")).key, label, apps.keys(conn, found.id, KIND), trigger=trigger, position=len(found.workflows))
        draft = drafts.start(conn, found.id, KIND, body, here.actor().by)
    return page.go(url_for(".one", app=app, key=draft.key))


@bp.get("/<key>")
def one(app: str, key: str) -> Response:
    """The whole designer, or for htmx what another choice changes of it."""
    room = open_room(app, key)
    push = room.url("one", at=room.at) if page.wants_fragment() else None
    return page.show(PAGE, "drawer", push=push, **workflows_page.made(room) | {"oob": page.wants_fragment()})


@bp.post("/<key>/-/do/<act>")
def gesture(app: str, key: str, act: str) -> Response:
    """One gesture; what changed comes back, with where the page looks now."""
    if act not in ACTS:
        raise NotFound(Problem("act", "no_such_part", {"key": act[:40]}))
    wanted, given = ACTS[act], request.form
    room = open_room(app, key, given.get("at"))
    same = f"{room.at}:{given.get('name', act)}" if wanted.typing else None
    change, at = wanted.make(room, given), left_at(room, wanted)
    done = edit(app, key, change, wanted.said, at, same)
    return shown(done, quiet=wanted.quiet, moved=done.at != room.at or act in ("move", "place"))


def shown(room: Room, quiet: bool = False, moved: bool = False) -> Response:
    """The parts of the page that changed; `quiet` leaves alone where somebody types. Where something moved, the focus follows."""
    push = room.url("one", at=room.at) if moved else None
    made = page.show(PAGE, "name,bar,canvas,errors" if quiet else WHOLE, push=push, **workflows_page.made(room) | {"oob": True, "quiet": quiet})
    return page.afterwards(made, "flow-at", {"at": room.at}) if moved else made


@bp.post("/<key>/-/travel/<way>")
def travel(app: str, key: str, way: str) -> Response:
    """Undo or redo one step."""
    found = here.app(app)
    with here.write() as conn:
        draft = (drafts.undo if way == "undo" else drafts.redo)(conn, found.id, KIND, key, revision())
    return shown(room_of(found, draft, request.form.get("at", TRIGGER)))


@bp.get("/<key>/-/naming")
def naming(app: str, key: str) -> Response:
    """The dialog for the workflow's name and what it is for."""
    return page.show("builder/flow/naming.html", flow=open_room(app, key))


@bp.get("/<key>/-/leaving")
def leaving(app: str, key: str) -> Response:
    """Asks before a workflow is taken out of use."""
    return page.show("builder/flow/leaving.html", flow=open_room(app, key))


@bp.post("/<key>/-/discard")
def discard(app: str, key: str) -> Response:
    """Throw the draft away; what never was published is gone."""
    found = here.app(app)
    with here.write() as conn:
        drafts.discard(conn, found.id, KIND, key)
    there = key in found.workflows
    return page.go(url_for(".one", app=app, key=key) if there else url_for(".index", app=app))


@bp.post("/<key>/-/remove")
def remove(app: str, key: str) -> Response:
    """Take a workflow out of use; its runs and versions stay."""
    room = open_room(app, key)
    with here.write() as conn:
        publishing.remove(conn, room.found.id, KIND, key)
    return page.go(url_for(".index", app=app), page.toast(GONE, room.lang, name=room.title))
