"""From draft to live: what would change and what stands in the way, versions and the way back, on and off."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response, request, url_for

from builder.publish import apply as publishing
from builder.web.groupings_room import revision
from builder.web.workflows_room import KIND, Room, bp, open_room
from runtime.errors import Invalid, NotFound, Problem
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.web import here, page
from runtime.words import Words
from runtime.workflows import rows, steering

DONE, BACK = Words("已发布第 {n} 版", "Version {n} is published"), Words("已回到第 {n} 版", "Back at version {n}")
ON, OFF = Words("「{name}」开始运行", "“{name}” is on"), Words("「{name}」停用了，正在跑的会跑完", "“{name}” is off; runs under way go on")
MANY = 1000


@bp.get("/<key>/-/publish")
def publish(app: str, key: str) -> Response:
    """The dialog that comes before publishing."""
    return dialog(open_room(app, key))


@bp.post("/<key>/-/publish")
def publish_now(app: str, key: str) -> Response:
    """Publish, or the dialog again with what stands in the way."""
    room = open_room(app, key)
    try:
        with here.write() as conn:
            outcome = publishing.apply(conn, room.found.id, KIND, key, here.actor().by, request.form.get("note", "").strip(), revision())
    except Invalid:
        return dialog(room, 422)
    return page.go(room.url("one", at=room.at), page.toast(DONE, room.lang, n=outcome.published.version))


def dialog(room: Room, status: int = 200) -> Response:
    """What changes and what is wrong, each leading to its card; and how many runs are under way by the old version."""
    preview = publishing.preview(here.conn(), room.found.id, KIND, room.draft.body)
    wrong = [(room.told(one), room.url("one", at=room.address_of(one.path))) for one in preview.problems if one.severity == "error"]
    return page.show("builder/flow/publish.html", status=status, flow=room, preview=preview, problems=wrong, going=under_way(room), many=MANY)


def under_way(room: Room) -> int:
    """How many runs go on by the version they began with, as far as it matters."""
    if room.item is None:
        return 0
    r = tables.run
    some = sa.select(r.c.id).where(r.c.workflow_id == room.item.id, r.c.state == rows.OPEN).limit(MANY).subquery()
    return int(here.conn().execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


@bp.get("/<key>/-/versions")
def history(app: str, key: str) -> Response:
    """What was published before."""
    room = open_room(app, key)
    stored = versions.find(here.conn(), room.found.id, KIND, key)
    found = versions.versions(here.conn(), stored.id) if stored else []
    back = url_for(".back", app=app, key=key, version=0).removesuffix("0") + "{}"
    return page.show("builder/grouping/versions.html", versions=found, now=stored.version if stored else 0, back=back)


@bp.post("/<key>/-/versions/<int:version>")
def back(app: str, key: str, version: int) -> Response:
    """Publish an old version again."""
    room = open_room(app, key)
    with here.write() as conn:
        publishing.roll_back(conn, room.found.id, KIND, key, version, here.actor().by)
    return page.go(room.url("one"), page.toast(BACK, room.lang, n=version))


@bp.post("/<key>/-/switch")
def switch(app: str, key: str) -> Response:
    """Whether a published workflow begins runs; what it was turned off for is forgotten when it is turned on."""
    room = open_room(app, key)
    if room.item is None:
        raise NotFound(Problem("key", "no_such_definition", {"key": key}))
    on = request.form.get("on") == "1"
    with here.write() as conn:
        steering.turn(conn, room.found, room.item, here.actor(), here.as_of(), on)
    return page.refresh(page.toast(ON if on else OFF, room.lang, name=room.title))
