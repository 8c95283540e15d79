"""Publishing a grouping at an hour of one's choice: set, seen, moved, called off."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, request

from builder.publish import schedule
from builder.web.groupings_room import KIND, Room, bp, open_room, revision
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.messages import say
from runtime.web import formats, here, page
from runtime.words import Words

SET = Words("定好了：{at} 发布", "Scheduled for {at}")
OFF = Words("定时已取消，修改还在草稿里", "Called off; the changes are still in the draft")


def when() -> datetime:
    """The chosen moment, in the organisation's own time."""
    try:
        local = datetime.strptime(request.form.get("at", "")[:16], "%Y-%m-%dT%H:%M")
        return local.replace(tzinfo=here.as_of().zone).astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last day there are have no hours beside them
        raise Invalid(Problem("at", "schedule_when")) from None


def later(room: Room) -> Response:
    """Let the draft as it is wait for its hour."""
    if revision() != room.draft.revision:
        raise Conflict(Problem("revision", "stale_draft", {"seen": revision(), "now": room.draft.revision}))
    note, silent = request.form.get("note", "").strip(), bool(request.form.get("silent"))
    with here.write() as conn:
        schedule.put(conn, room.found.key, room.draft, when(), note, silent, here.actor().by)
    return _set(room)


def _set(room: Room) -> Response:
    fmt = formats.Formats(room.lang, here.zone())
    return page.go(room.url("one"), page.toast(SET, room.lang, at=fmt.moment(_waiting(room).run_at)))


def _waiting(room: Room) -> schedule.Scheduled:
    found = schedule.of(here.conn(), room.found.id, KIND, room.key)
    if found is None:
        raise NotFound(Problem("", "nothing_scheduled"))
    return found


@bp.get("/<key>/-/schedule")
def scheduled(app: str, key: str) -> Response:
    """Who scheduled what for when, with the ways to move it and to call it off."""
    return _dialog(open_room(app, key))


def _dialog(room: Room, problem: str = "", status: int = 200) -> Response:
    waiting = _waiting(room)
    local = datetime.fromisoformat(waiting.run_at).astimezone(here.as_of().zone)
    names = here.names(room.found)
    return page.show("builder/grouping/scheduled.html", status=status, room=room, waiting=waiting, at=request.form.get("at") or f"{local:%Y-%m-%dT%H:%M}",
                     who=names.person(waiting.by) if waiting.by else "", changed=room.draft.body != waiting.body, problem=problem)


@bp.post("/<key>/-/schedule")
def reschedule(app: str, key: str) -> Response:
    """Another hour for what waits."""
    room = open_room(app, key)
    waiting = _waiting(room)
    try:
        with here.write() as conn:
            schedule.move(conn, app, waiting, when())
    except Invalid as refused:
        return _dialog(room, say(refused.problems[0], room.lang), 422)
    return _set(room)


@bp.post("/<key>/-/schedule/off")
def call_off(app: str, key: str) -> Response:
    """Nothing is published by itself any more; the draft stays."""
    room = open_room(app, key)
    with here.write() as conn:
        schedule.cancel(conn, room.found.id, KIND, key)
    return page.go(room.url("one"), page.toast(OFF, room.lang))
