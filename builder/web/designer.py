"""The form designer: one page, and one address to which every gesture goes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import Connection

from builder import drafts, shelf
from builder.drafts import Draft
from builder.edits import retyping
from builder.edits.restore import restored
from builder.problems import FORM, LOGIC, about, laid, place
from builder.publish import apply as publishing
from builder.publish import retired, retype_job
from builder.publish.apply import Preview
from builder.together import Clashed
from builder.web import beside, designer_page, kept, layout_gestures, layouts_room, start
from builder.web import designer_gestures as gestures
from runtime.definitions.form import Form
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.fields.base import Refused
from runtime.jobs import queue
from runtime.messages import say
from runtime.storage import versions
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("build_designer", __name__, url_prefix="/build/<app>/forms/<key>")
bp.before_request(start.guard)
PAGE, PARTS = "builder/form/designer.html", "facts,state,tools,rooms,place"
REMOVED = Words("字段去掉了", "The field is off the form")
REMOVED_PART = Words("去掉了", "It is off the form")
NEW = "records.new"  # where a published form is filled in
FILL_IN = Words("去填一份", "Fill one in")
PUBLISHED = Words("已发布第 {n} 版", "Version {n} is published")
ADOPTED = Words("把内容加成选项", "Made choices of what was there")
DISCARDED = Words("没发布的修改都放弃了", "The unpublished changes are gone")
BACK = Words("已回到第 {old} 版，现在是第 {n} 版", "Back to version {old}; it is version {n} now")


@bp.get("/")
def show(app: str, key: str) -> Response:
    """The designer, or for htmx the panel of what is selected."""
    found, sel, look = here.app(app), request.args.get("sel", ""), request.args.get("look", "")
    opened = drafts.open_draft(here.conn(), found.id, "form", key, here.actor().id)
    draft = beside.caught_up(opened, request.args.get("revision", type=int))
    if draft is None or beside.behind():
        return page.refresh() if draft is None else parts(found, draft, sel, "")
    made = designer_page.made(here.conn(), found, draft, sel, look)
    return page.show(PAGE, "facts,props,place", **made, palette=designer_page.palette(here.actor().lang), mine=kept.tiles(found))


@bp.post("/edit")
def edit(app: str, key: str) -> Response:
    """One gesture: the draft gets a step, and the parts of the page that show it are drawn anew."""
    found, act = here.app(app), request.values.get("act", "")
    try:
        given = layout_gestures.with_picture(request.form, request.files.get("picture"))
        with here.write() as conn:
            draft, sel = do(conn, found, key, act, given)
    except Conflict as refused:
        return conflict(refused)
    except Invalid as refused:
        return wrong(found, key, refused)
    return parts(found, draft, sel, act)


def do(conn: Connection, found: LiveApp, key: str, act: str, given: gestures.Given) -> tuple[Draft, str]:
    """The draft after one gesture, and what is selected then."""
    revision, sel, by = request.values.get("revision", 0, type=int), given.get("sel", ""), here.actor().by
    if act in ("undo", "redo"):
        return beside.noted(getattr(drafts, act)(conn, found.id, "form", key, revision, by)), sel
    wanted, board = gestures.gesture(act), board_of(conn, found, key)
    draft = drafts.apply(
        conn,
        found.id,
        "form",
        key,
        revision,
        lambda body: gestures.done(wanted, body, given, board),
        lambda body: gestures.said(wanted, body, given),
        by,
        same=gestures.same(given),
        stale=beside.stale(act in gestures.ADDING),
    )
    return beside.noted(draft), draft.made if draft.made is not None else sel


def board_of(conn: Connection, found: LiveApp, key: str) -> gestures.Board:
    """What gestures on this form may need to know."""
    live, put_aside = here.fenzu().live.app(conn, found.key).forms.get(key), shelf.read(conn, found.id)
    return gestures.Board(found, key, live.form.body if live else None, here.actor().lang, here.names(found), put_aside)


def parts(found: LiveApp, draft: Draft, sel: str, act: str) -> Response:
    """The parts of the page that a gesture changes; while somebody types, the panel is left alone."""
    if away := layouts_room.elsewhere(found, draft, act):
        return away
    made = designer_page.made(here.conn(), found, draft, sel, request.values.get("look", ""))
    # What others did may be about what the panel shows.
    typing = act in gestures.GESTURES and gestures.GESTURES[act].typing and not draft.beside
    before = draft.body if draft.before is None else draft.before
    redrawn = layouts_room.changed(before, draft.body)
    # What was dragged stands elsewhere in the browser already; where it may not stay, everything is drawn again.
    whole = redrawn is None or (act == "move" and before == draft.body)
    told = None
    if act == "remove":
        back = url_for("build_designer.edit", app=found.key, key=draft.key, act="undo", revision=draft.revision)
        told = page.toast(gone(request.form.get("id", "")), here.actor().lang, undo=back)
    shown = f"{PARTS},{'paper' if whole else 'redrawn'}{'' if typing else ',props'}{',palette' if made['laid'] else ''}"
    return page.show(PAGE, shown, toast=told, redrawn=redrawn, **made)


def gone(wanted: str) -> Words:
    """What is said when something has been taken off the form."""
    if layout_gestures.kind_of(wanted) != "field":
        return REMOVED_PART
    return layouts_room.STAYS if request.form.get("layout") and "." not in wanted else REMOVED


def conflict(refused: Conflict) -> Response:
    """Somebody else was faster: ask whose change counts, or offer the newest draft; any other conflict is a sentence."""
    if isinstance(refused, Clashed):
        return beside.ask(refused)
    if refused.problems[0].code != "stale_draft":
        raise refused
    return page.show("builder/form/conflict.html", "card", status=409, wrapped=page.target() != "dialog-slot")


def wrong(found: LiveApp, key: str, refused: Invalid) -> Response:
    """A property that cannot be so: its message beside it, what was typed still there."""
    name = request.form.get("name") or ("default" if "default" in request.form else "")
    if not name:
        raise refused
    draft = drafts.open_draft(here.conn(), found.id, "form", key)
    error = {"name": name, "value": request.form.get("value", ""), "text": say(refused.problems[0], here.actor().lang)}
    made = designer_page.made(
        here.conn(), found, draft, request.form.get("sel", ""), request.form.get("look", ""), error
    )
    return page.show(PAGE, "props", status=422, **made)


@bp.get("/publish")
def publish_ask(app: str, key: str, seen: int | None = None) -> Response:
    """What publishing would do, before it is done; `seen` is the revision that was to be published and is not the newest."""
    found = here.app(app)
    draft = drafts.open_draft(here.conn(), found.id, "form", key)
    felt = publishing.preview(here.conn(), found.id, "form", draft.body)
    newer = beside.who(draft, seen) if seen is not None else ""
    return page.show("builder/form/publish.html", status=409 if newer else 200, newer=newer, **_preview(found, draft, draft.form, felt))


def _preview(found: LiveApp, draft: Draft, form: Form, felt: Preview, version: int = 0) -> dict[str, Any]:
    """What the dialog before publishing shows; `version` is the old one that would be published again."""
    lang = here.actor().lang

    def refusal(said: str, why: Refused, key: str) -> str:
        return say(Problem("", why.code, {"field": form.fields[key].label, "text": said, **why.params}), lang)

    def adoptable(key: str) -> bool:
        return not version and "options" in form.fields[key].type.settings

    return {"found": found, "draft": draft, "felt": felt, "links": _links(found, draft, felt.problems), "version": version,
            "counted": designer_page.counted(form), "refusal": refusal, "adoptable": adoptable}


def later(app: str, key: str, job: int) -> Response:
    """A job converts and publishes; the dialog shows how far it is, and leads on to what is published."""
    here.fenzu().runner.wake()
    return page.show("builder/form/converting.html", job=queue.get(here.conn(), job, here.actor()), to=url_for("build_designer.show", app=app, key=key))


@bp.post("/adopt")
def adopt(app: str, key: str) -> Response:
    """Make choices of the values that match none, and rehearse again."""
    found, field = here.app(app), request.form.get("id", "")
    revision = request.form.get("revision", 0, type=int)
    try:
        with here.write() as conn:
            draft = drafts.open_draft(conn, found.id, "form", key)
            told = publishing.preview(conn, found.id, "form", draft.body).rehearsed.get(field)
            names = list(told.unmatched) if told else []
            drafts.apply(conn, found.id, "form", key, revision, lambda body: retyping.adopt(body, field, names), ADOPTED, here.actor().by)
    except Conflict as refused:
        return conflict(refused)
    return publish_ask(app, key)


def _links(found: LiveApp, draft: Draft, problems: Any) -> list[tuple[str, str]]:
    """Each problem in words with the address of the field, logic rule or other definition it is about."""
    made, app = [], found.key
    for problem in problems:
        room, sel = place(draft.body, problem)
        href = url_for("build_designer.show", app=app, key=draft.key, sel=sel or None, layout=laid(problem) or None) if room == FORM and (sel or laid(problem)) else ""
        if room == LOGIC:
            href = url_for("build_logic.show", app=app, key=draft.key, rule=sel or None)
        said, where = say(problem, here.actor().lang), about(draft.form, room, sel, here.actor().lang)
        made.append((f"{where}: {said}" if where and where not in said else said, start.dependant(found, problem) or href))
    return made


@bp.post("/publish")
def publish(app: str, key: str) -> Response:
    """Publish the draft that was seen; whatever has come up since is said in the dialog."""
    seen = request.form.get("revision", 0, type=int)
    try:
        return _publish(app, key, request.form.get("note", "").strip()[:200], seen)
    except Conflict as refused:
        return publish_ask(app, key, seen) if refused.problems[0].code == "stale_draft" else conflict(refused)
    except Invalid:
        return publish_ask(app, key)


def _publish(app: str, key: str, note: str, revision: int) -> Response:
    """Publish at once, or by a job where many values have to be converted."""
    by, lang = here.actor().by, here.actor().lang
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        job = retype_job.publish_later(conn, app, found.id, key, by, note, revision)
        done = None if job else publishing.apply(conn, found.id, "form", key, by, note, revision, settled=True)
    if done is None:
        return later(app, key, job or 0)
    told = page.toast(PUBLISHED, lang, n=done.published.version, href=url_for(NEW, app=app, form=key), link=FILL_IN.say(lang))
    return page.go(_room_of(app, key), told)


def _room_of(app: str, key: str) -> str:
    """The room of the form from which somebody publishes; there they go on."""
    base, now = url_for("build_designer.show", app=app, key=key), page.origin()
    return now if now.startswith(base) and "?" not in now else base


@bp.get("/versions")
def history(app: str, key: str) -> Response:
    """Every version with its note, and the way back to each."""
    found = here.app(app)
    old = versions.find(here.conn(), found.id, "form", key)
    if old is None:
        raise NotFound(Problem("key", "no_such_definition", {"key": key}))
    draft = drafts.open_draft(here.conn(), found.id, "form", key)
    rows = versions.versions(here.conn(), old.id)
    return page.show(
        "builder/form/versions.html", found=found, draft=draft, old=old, rows=rows, changed=draft.body != old.body,
        purged=retired.purged_in(here.conn(), old.id),
    )


@bp.get("/versions/<int:version>")
def roll_back_ask(app: str, key: str, version: int) -> Response:
    """What going back would do, in the same dialog as publishing."""
    found, conn = here.app(app), here.conn()
    old = versions.find(conn, found.id, "form", key)
    if old is None:
        raise NotFound(Problem("key", "no_such_definition", {"key": key}))
    body = restored("form", versions.body_at(conn, old.id, version), old.body)
    felt = publishing.preview(conn, found.id, "form", body)
    draft = drafts.open_draft(conn, found.id, "form", key)
    return page.show("builder/form/publish.html", **_preview(found, draft, Form(body), felt, version))


@bp.post("/versions/<int:version>")
def roll_back(app: str, key: str, version: int) -> Response:
    """An old version again, as a new one."""
    note, by = request.form.get("note", "").strip()[:200], here.actor().by
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        job = retype_job.back_later(conn, app, found.id, key, version, by, note)
        done = None if job else publishing.roll_back(conn, found.id, "form", key, version, by, note)
    if done is None:
        return later(app, key, job or 0)
    told = page.toast(BACK, here.actor().lang, old=version, n=done.published.version)
    return page.go(url_for("build_designer.show", app=app, key=key), told)


@bp.post("/discard")
def discard(app: str, key: str) -> Response:
    """Throw the draft away; a form that was never published is gone with it."""
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        drafts.discard(conn, found.id, "form", key)
        known = versions.find(conn, found.id, "form", key) is not None
    told = page.toast(DISCARDED, here.actor().lang)
    to = url_for("build_designer.show", app=app, key=key) if known else url_for("build_forms.index", app=app)
    return page.go(to, told)
