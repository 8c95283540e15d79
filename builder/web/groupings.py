"""The grouping designer: schemes, groups, the open group's tabs, undo, and the panels at the right."""

from __future__ import annotations

from flask import Response, request, url_for

from builder import apps, drafts
from builder.edits import grouping as edits
from builder.publish import apply as publishing
from builder.publish import schedule
from builder.web import (
    by_example,
    groupings_cadence,
    groupings_diary,
    groupings_due,
    groupings_examples,
    groupings_impact,
    groupings_map,
    groupings_names,
    groupings_page,
    groupings_publish,
    groupings_ready,
    groupings_schedule,
    groupings_uses,
    groupings_why,
    pins,
    rules,
    start,
)
from builder.web.groupings_acts import ACTS
from builder.web.groupings_page import PAGE
from builder.web.groupings_room import KIND, edit, open_room, revision, room_of
from builder.web.groupings_room import bp as bp
from runtime import words
from runtime.errors import NotFound, Problem
from runtime.web import here, page
from runtime.words import LANGUAGES, Words

# Other files of this room add their views to its blueprint.
PARTS = (by_example, groupings_cadence, groupings_diary, groupings_due, groupings_map, groupings_examples, groupings_names, groupings_publish, groupings_ready, groupings_schedule, groupings_uses, pins, rules)
# The list that was moved in stays as it is, so that the next move finds it.
MOVED = "bar,schemes,heading,panel,noted"
WHOLE = "bar,schemes,groups,heading,rule,panel"
GONE = Words("「{name}」已经去掉", "“{name}” is gone")


@bp.get("/")
def index(app: str) -> Response:
    """The first grouping, or where to begin."""
    found = here.app(app)
    every = groupings_page.schemes(found, "", groupings_page.all_sizes(found))
    if every:
        return page.go(url_for(".one", app=app, key=every[0].key))
    return page.show("builder/grouping/empty.html", **start.surroundings(found))


@bp.get("/-/new")
def new(app: str) -> Response:
    """The dialog for a new scheme."""
    found = here.app(app)
    forms = [(key, words.read(live.form.label, here.actor().lang)) for key, live in found.forms.items()]
    return page.show("builder/grouping/new.html", found=found, forms=forms)


@bp.post("/-/new")
def create(app: str) -> Response:
    found, lang, form = here.app(app), here.actor().lang, request.form
    label = {key: form.get(f"label_{key}", "").strip() for key in LANGUAGES}
    label = {key: text for key, text in label.items() if text} or {lang: ""}
    with here.write() as conn:
        body = edits.new(
            found.form(form.get("form", "")).key,
            label,
            apps.keys(conn, found.id, KIND),
            mode=form.get("mode", "exclusive"),
            position=len(found.groupings),
        )
        draft = drafts.start(conn, found.id, KIND, body, here.actor().by)
    return page.go(url_for(".one", app=app, key=draft.key))


@bp.get("/<key>")
@bp.get("/<key>/<group>")
def one(app: str, key: str, group: str | None = None) -> Response:
    """The whole designer, or for htmx what another group changes of it."""
    room = open_room(app, key, group)
    made = groupings_page.made(room)
    push = (
        room.url("one", **{k: v for k, v in request.args.items() if k in ("tab", "panel")})
        if page.wants_fragment()
        else None
    )
    return page.show(PAGE, WHOLE, push=push, **made | {"oob": page.wants_fragment()})


@bp.post("/<key>/-/do/<act>")
@bp.post("/<key>/<group>/do/<act>")
def gesture(app: str, key: str, act: str, group: str = "") -> Response:
    """One gesture on a group or on the grouping."""
    if act not in ACTS:
        raise NotFound(Problem("act", "no_such_part", {"key": act}))
    wanted, given = ACTS[act], request.form
    if act == "remove" and (refused := groupings_uses.in_the_way(open_room(app, key, group), group)):
        return refused
    same = f"{act}:{group}" if wanted.typing else None
    room = edit(app, key, wanted.make(group, given), wanted.said, given.get("open", group), same)
    made = groupings_page.made(room, "rule" if act == "add" else None)
    blocks = MOVED if act == "order" else WHOLE
    return page.show(PAGE, blocks, push=room.url("one", tab=made["tab"]), **made | {"oob": True})


@bp.post("/<key>/-/travel/<way>")
def travel(app: str, key: str, way: str) -> Response:
    """Undo or redo one step."""
    found = here.app(app)
    with here.write() as conn:
        draft = (drafts.undo if way == "undo" else drafts.redo)(conn, found.id, KIND, key, revision())
    made = groupings_page.made(room_of(found, draft, request.form.get("open")))
    return page.show(PAGE, WHOLE, **made | {"oob": True})


@bp.post("/<key>/-/discard")
def discard(app: str, key: str) -> Response:
    """Throw the draft away; what never was published is gone."""
    found = here.app(app)
    with here.write() as conn:
        drafts.discard(conn, found.id, KIND, key)
        schedule.cancel(conn, found.id, KIND, key)
    there = key in found.groupings
    return page.go(url_for(".one", app=app, key=key) if there else url_for(".index", app=app))


@bp.post("/<key>/-/remove")
def remove(app: str, key: str) -> Response:
    """Take a whole scheme out of use; refused while something needs it."""
    room = open_room(app, key)
    if refused := groupings_uses.in_the_way(room, None):
        return refused
    with here.write() as conn:
        publishing.remove(conn, room.found.id, KIND, key)
        schedule.cancel(conn, room.found.id, KIND, key)
    said = page.toast(GONE, room.lang, name=groupings_page.text(room.grouping.body["label"]))
    return page.go(url_for(".index", app=app), said)


@bp.get("/<key>/<group>/members")
def members(app: str, key: str, group: str) -> Response:
    """Some of those who would be in the group."""
    room = open_room(app, key, group)
    broken = groupings_impact.broken(room)
    found = groupings_impact.members(room) if room.group and not broken else []
    return page.show("builder/grouping/members.html", room=room, group=room.group, found=found, broken=broken)


@bp.get("/<key>/<group>/why")
def why(app: str, key: str, group: str) -> Response:
    """One record's way through the groups, with the values they looked at."""
    room = open_room(app, key, group)
    record = request.args.get("record", type=int)
    return page.show(
        "builder/grouping/why.html",
        room=room,
        group=room.group,
        record=record,
        **(groupings_why.way(room, record) if record else {"walk": None}),
    )
