"""From draft to live: what would change and who moves, publishing with its regrouping, versions and the way back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request, url_for

from builder.publish import apply as publishing
from builder.publish import schedule
from builder.publish.effect import into_effect
from builder.web import groupings_before, groupings_examples, groupings_findings, groupings_schedule, groupings_uses
from builder.web.groupings_room import KIND, Room, bp, open_room, revision
from builder.web.groupings_where import where
from runtime.definitions.grouping import Grouping
from runtime.errors import FenzuError, Invalid, NotFound, Problem
from runtime.groups import felt, frozen
from runtime.groups.felt import Felt
from runtime.groups.preview import Draft
from runtime.jobs import queue
from runtime.messages import say
from runtime.sql.locks import hold_app
from runtime.storage import versions
from runtime.web import here, page
from runtime.words import Words

DONE = Words("已发布，客户都在新的组里了", "Published; everyone is in their group")
GOING = Words("已发布，正在重新分组", "Published; grouping goes on in the background")
ALIVE = Words("已发布，又开始自动分组了", "Published; it groups by itself again")
AGAIN = Words("又开始自动分组了", "It groups by itself again")
STILL = Words("规则还是有问题，先不动", "The rules are still broken; nothing moves")
BACK = Words("已回到第 {n} 版", "Back at version {n}")


@bp.get("/<key>/-/publish")
def publish(app: str, key: str) -> Response:
    """The dialog that comes before publishing."""
    return dialog(open_room(app, key, request.args.get("open")))


@bp.post("/<key>/-/publish")
def publish_now(app: str, key: str) -> Response:
    """Publish, now or later, or the dialog again with what stands in the way; many who move are asked about once more."""
    room, given = open_room(app, key, request.form.get("open")), request.form
    if not given.get("sure") and counted(groupings_before.draft_of(room)).large:
        return dialog(room, 422, asked=True)
    try:
        if given.get("when") == "later":
            return groupings_schedule.later(room)
        job = put(room, given.get("note", "").strip(), bool(given.get("silent")))
    except Invalid as refused:
        return dialog(room, 422, late=[say(one, room.lang) for one in refused.problems if one.path == "at"])
    if job is None:
        return page.go(room.url("one"), page.toast(ALIVE if room.item and room.item.frozen else DONE, room.lang))
    return page.show("builder/grouping/going.html", room=room, row=queue.get(here.conn(), job))


def put(room: Room, note: str, silent: bool) -> int | None:
    """Publish the draft and put it into effect in one transaction; the job's number where it takes a while."""
    with here.write() as conn:
        outcome = publishing.apply(conn, room.found.id, KIND, room.key, here.actor().by, note, revision())
        schedule.cancel(conn, room.found.id, KIND, room.key)
        job = into_effect(conn, room.found.key, [outcome], here.zone(), here.actor().by, silent=silent)
    here.fenzu().runner.wake()
    return job


def counted(draft: Draft) -> Felt:
    """How many would move, as far as it matters; nobody while the draft cannot be counted."""
    try:
        return felt.felt(draft)
    except FenzuError:
        return Felt(0, 0)


def dialog(room: Room, status: int = 200, asked: bool = False, late: Sequence[str] = ()) -> Response:
    """What changes, who moves and what stands in the way, with the button that publishes."""
    preview = publishing.preview(here.conn(), room.found.id, KIND, room.draft.body)
    wrong = [(say(p, room.lang), where(room, p)) for p in preview.problems if p.severity == "error"]
    wrong = wrong or [(one["said"], one["href"]) for one in groupings_examples.wrong(room)]
    lazy = not wrong and felt.many(here.conn(), room.live)
    seen = {"moves": None} if wrong or lazy else groupings_before.seen(room)
    return page.show(
        "builder/grouping/publish.html",
        status=status,
        room=room,
        preview=preview,
        problems=wrong,
        asked=asked,
        lazy=lazy,
        problem="".join(late),
        given=request.form,
        uses=groupings_uses.listed(room) if room.item else [],
        waiting=schedule.of(here.conn(), room.found.id, KIND, room.key),
        findings=groupings_findings.told(room, groupings_findings.found(room)),
        **seen,
    )


@bp.get("/<key>/-/moving")
def moving(app: str, key: str) -> Response:
    """Who would move, for the dialog of a large form, which opens before that is counted."""
    room = open_room(app, key)
    return page.show("builder/grouping/publish_moves.html", room=room, asked="asked" in request.args, **groupings_before.seen(room))


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
    """Publish an old version again; many who move are asked about first."""
    room = open_room(app, key)
    if room.item is None or version > room.item.version:
        raise NotFound(Problem("version", "no_such_version", {"version": version}))
    moved = _felt_of(room, version)
    if moved.large and not request.form.get("sure"):
        return page.show("builder/grouping/back.html", room=room, version=version, felt=moved)
    with here.write() as conn:
        outcome = publishing.roll_back(conn, room.found.id, KIND, key, version, here.actor().by)
        schedule.cancel(conn, room.found.id, KIND, key)
        job = into_effect(conn, app, [outcome], here.zone(), here.actor().by)
    here.fenzu().runner.wake()
    said = page.toast(BACK if job is None else GOING, room.lang, n=version)
    return page.go(url_for(".one", app=app, key=key), said)


def _felt_of(room: Room, version: int) -> Felt:
    """How many an old version would move."""
    assert room.item is not None
    old = Grouping(versions.body_at(here.conn(), room.item.id, version))
    return counted(Draft(here.conn(), room.found, old, here.as_of()))


@bp.post("/<key>/-/thaw")
def thaw(app: str, key: str) -> Response:
    """Ask a grouping that stands still whether its rules are whole again."""
    room = open_room(app, key)
    with here.write() as conn:
        hold_app(conn, room.found.id, alone=True)
        alive = key in frozen.thaw(conn, app)
    here.fenzu().runner.wake()
    return page.go(room.url("one"), page.toast(AGAIN if alive else STILL, room.lang))
