"""Decisions by hand about the open group: keep in, keep out, let the rule decide again."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from builder.web import groupings_page
from builder.web.groupings_room import Room, bp, must_group, open_room
from runtime.errors import FenzuError, Invalid, Problem
from runtime.groups import pins
from runtime.messages import say
from runtime.records import load
from runtime.web import here, page, sheet, together
from runtime.words import Words

FREE = Words("这位客户又按规则判断了", "The rule decides about this customer again")
SHOWN = "groups,heading,rule,panel"


@bp.get("/<key>/<group>/pin/<keep>")
def pinning(app: str, key: str, group: str, keep: str) -> Response:
    """The dialog: who, why, until when."""
    room = open_room(app, key, group)
    return ask(room, keep, request.args.getlist("record", type=int))


def ask(room: Room, keep: str, records: list[int], problem: str = "", status: int = 200) -> Response:
    """The dialog with what was chosen and typed so far."""
    found = titles(room, records)
    return page.show(
        "builder/grouping/pinning.html",
        status=status,
        room=room,
        group=must_group(room),
        keep=keep,
        problem=problem,
        chosen=[(one, found[one][0]) for one in records if one in found],
        reason=request.form.get("reason", ""),
        until=request.form.get("until", ""),
        label=groupings_page.text,
    )


@bp.post("/<key>/<group>/pin/<keep>")
def pin(app: str, key: str, group: str, keep: str) -> Response:
    """Keep the chosen records in the group or out of it."""
    room, records = open_room(app, key, group), request.form.getlist("record", type=int)
    try:
        put(app, room.grouping.form, f"{key}/{group}", keep, records)
    except FenzuError as refused:
        return ask(open_room(app, key, group), keep, records, say(refused.problems[0], room.lang), 422)
    return shown(open_room(app, key, group))


def put(app: str, form: str, group: str, keep: str, records: list[int]) -> None:
    """One decision about several records, with its reason and its end."""
    if not records:
        raise Invalid(Problem("record", "pin_nobody"))
    given = request.form
    until = together.end_of(given.get("until", "").strip(), here.as_of())
    with here.act(app, "edit") as act:
        pins.put(act, form, records, group, keep, given.get("reason", ""), until)


@bp.post("/<key>/<group>/unpin/<int:record>")
def unpin(app: str, key: str, group: str, record: int) -> Response:
    """Let the rule decide about a record again."""
    room = open_room(app, key, group)
    with here.act(app, "edit") as act:
        pins.take_away(act, room.grouping.form, [record], f"{key}/{group}")
    return shown(open_room(app, key, group), page.toast(FREE, room.lang))


def shown(room: Room, toast: Any = None) -> Response:
    """The list again, with the counts that follow."""
    return page.show(groupings_page.PAGE, SHOWN, **groupings_page.made(room, "pins") | {"oob": True}, toast=toast)


def titles(room: Room, records: list[int]) -> dict[int, tuple[str, str]]:
    """What records are called, and their codes."""
    names = here.names(room.found)
    found = load.records(here.conn(), room.live, sorted(set(records)))
    return {
        i: (sheet.title_of(room.live, one, names), sheet.code_of(room.found, room.live, one))
        for i, one in found.items()
    }
