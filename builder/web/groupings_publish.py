"""From draft to live: what would change and who moves, publishing with its regrouping, versions and the way back."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from builder.publish import apply as publishing
from builder.publish.apply import Outcome
from builder.web import groupings_page
from builder.web.groupings_room import KIND, Room, bp, open_room, revision
from builder.web.rules_rows import owner
from runtime.errors import FenzuError, Invalid, NotFound, Problem
from runtime.groups import generations, work
from runtime.groups.preview import Draft, Impact
from runtime.messages import say
from runtime.storage import live as snapshots
from runtime.storage import versions
from runtime.web import here, page
from runtime.words import Words

DONE = Words("已发布，客户都在新的组里了", "Published; everyone is in their group")
GOING = Words("已发布，正在重新分组", "Published; grouping goes on in the background")
BACK = Words("已回到第 {n} 版", "Back at version {n}")
SHARE, MANY = 0.2, 500


@bp.get("/<key>/-/publish")
def publish(app: str, key: str) -> Response:
    """The dialog that comes before publishing."""
    return dialog(open_room(app, key, request.args.get("open")))


@bp.post("/<key>/-/publish")
def publish_now(app: str, key: str) -> Response:
    """Publish, or the dialog again with what stands in the way; many who move are asked about once more."""
    room = open_room(app, key, request.form.get("open"))
    moves = felt(room)
    if moves is not None and large(moves) and not request.form.get("sure"):
        return dialog(room, 422, asked=True)
    try:
        job = put(room, request.form.get("note", "").strip())
    except Invalid:
        return dialog(room, 422)
    if job is None:
        return page.go(room.url("one"), page.toast(DONE, room.lang))
    return page.show("builder/grouping/going.html", room=room, row=_job(job))


def put(room: Room, note: str) -> int | None:
    """Publish the draft and put it into effect in one transaction; the job's number where it takes a while."""
    with here.write() as conn:
        outcome = publishing.apply(conn, room.found.id, KIND, room.key, here.actor().by, note, revision())
        job = take_effect(conn, room.found.key, outcome)
    here.fenzu().runner.wake()
    return job


def take_effect(conn: Any, app: str, outcome: Outcome) -> int | None:
    """Regroup where people change place; where nobody does, the live build carries on under the new version."""
    if outcome.groupings_unmoved:
        generations.adopt(conn, snapshots.load(conn, app), outcome.groupings_unmoved)
    if not outcome.groupings_to_rebuild:
        return None
    return work.publish(conn, app, outcome.groupings_to_rebuild, here.zone(), here.actor().by)


def _job(number: int) -> Any:
    from runtime.jobs import queue

    return queue.get(here.conn(), number)


def felt(room: Room) -> Impact | None:
    """Who would move; None while the draft cannot be counted."""
    try:
        return Draft(here.conn(), room.found, room.grouping, here.as_of()).impact()
    except FenzuError:
        return None


def large(moves: Impact) -> bool:
    """Whether so many change place that one should look twice; filling a new scheme is no such change."""
    before = sum(flow.count for flow in moves.all() if flow.old is not None)
    return before > 0 and (moves.moved > MANY or moves.moved > SHARE * max(moves.total, 1))


def dialog(room: Room, status: int = 200, asked: bool = False) -> Response:
    """What changes, who moves and what stands in the way, with the button that publishes."""
    preview = publishing.preview(here.conn(), room.found.id, KIND, room.draft.body)
    wrong = [(say(p, room.lang), where(room, p)) for p in preview.problems if p.severity == "error"]
    moves = None if wrong else felt(room)
    return page.show(
        "builder/grouping/publish.html",
        status=status,
        room=room,
        preview=preview,
        problems=wrong,
        moves=moves,
        asked=asked,
        lines=lines(room, moves) if moves else [],
        large=moves is not None and large(moves),
        note_text=request.form.get("note", ""),
    )


def where(room: Room, problem: Problem) -> str:
    """The row that a problem is about: its group is opened at it."""
    for group in room.grouping.groups.values():
        if problem.path == group.path or problem.path.startswith((f"{group.path}.rule", f"{group.path}.prefix")):
            inside = owner(problem.path.removeprefix(f"{group.path}.rule").removeprefix("."))
            mark = (
                "row-" + inside.replace("[", "-").replace("].", "-").replace("]", "").replace(".", "-")
                if inside
                else "rule"
            )
            return url_for("build_groupings.one", app=room.found.key, key=room.key, group=group.key) + f"#{mark}"
    return url_for("build_groupings.one", app=room.found.key, key=room.key)


def lines(room: Room, moves: Impact) -> list[dict[str, Any]]:
    """The groups of the top level with who enters, who leaves and how many there will be."""
    made = []
    for group in room.grouping.top:
        enter, leave = (sum(f.count for f in found(group.key)) for found in (moves.enter, moves.leave))
        made.append(
            {
                "label": groupings_page.text(group.label),
                "color": group.color,
                "prefix": group.prefix,
                "enter": enter,
                "leave": leave,
                "count": moves.count(group.key),
            }
        )
    return made


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
    if room.item is None:
        raise NotFound(Problem("version", "no_such_version", {"version": version}))
    with here.write() as conn:
        outcome = publishing.roll_back(conn, room.found.id, KIND, key, version, here.actor().by)
        job = take_effect(conn, app, outcome)
    here.fenzu().runner.wake()
    said = page.toast(BACK if job is None else GOING, room.lang, n=version)
    return page.go(url_for(".one", app=app, key=key), said)
