"""The rule of the chosen group: one POST per gesture, the picker of conditions, and the counts that follow."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from builder.edits import grouping as edits
from builder.web import groupings_examples, groupings_impact, groupings_page, rules_aside, rules_kept, rules_pick
from builder.web.groupings_room import Room, bp, edit, must_group, open_room
from builder.web.rules_scope import Scope, scope_at
from builder.web.rules_turn import Turn
from runtime.web import page

CHANGED = "bar,heading,rule,noted,recount"


@bp.post("/<key>/<group>/rule/<act>")
def rule_gesture(app: str, key: str, group: str, act: str) -> Response:
    """One gesture on the rule; what changed on the page comes back, the counts follow by themselves."""
    seen = open_room(app, key, group)
    must_group(seen)
    turn = Turn(act, groupings_page.scope_of(seen.found, seen.grouping.form), request.form.get("path", ""), request.form)
    room = edit(app, key, lambda body: edits.edit_rule(body, group, turn), turn.said, group, turn.same)
    made = groupings_page.made(room, "rule") | {"oob": True}
    return turn.told(page.show(groupings_page.PAGE, CHANGED, **made))


@bp.route("/<key>/<group>/rule/aside/<what>", methods=["GET", "POST"])
def rule_aside(app: str, key: str, group: str, what: str) -> Response:
    """What is done with the rule beside changing it: saved for later, taken out as text, put in from text."""
    room = open_room(app, key, group)
    return rules_aside.answer(room, groupings_page.scope_of(room.found, room.grouping.form), room.rule, what)


@bp.get("/<key>/<group>/pick")
def pick(app: str, key: str, group: str) -> Response:
    """The picker of conditions, or what it found; `path` is the box that the condition goes into."""
    room, asked = open_room(app, key, group), request.args
    scope = scope_at(groupings_page.scope_of(room.found, room.grouping.form), room.rule, asked.get("path", ""))
    block = "opts" if "q" in asked else None
    return page.show("rules/pick.html", block, room=room, scope=scope, **_offered(room, scope))


def _offered(room: Room, scope: Scope) -> dict[str, Any]:
    """What the picker shows: its shelves, and the conditions on one of them or found by words."""
    asked = request.args
    shelf, words = asked.get("shelf", "common"), asked.get("q", "")
    return {
        "shelf": shelf,
        "words": words,
        "found": rules_pick.found(scope, shelf, words, but=room.key),
        "shelves": rules_pick.shelves(scope),
        "example": rules_pick.example,
        "path": asked.get("path", ""),
        "act": asked.get("act", "add"),
        "rules": [] if words else _rules(room),
        "saved": rules_kept.offered(scope, words),
    }


def _rules(room: Room) -> list[tuple[str, str]]:
    """Rules of other groups that one could copy."""
    return [
        (f"{item.key}/{group.key}", f"{groupings_page.text(item.newest.label)} · {groupings_page.text(group.label)}")
        for item in room.found.groupings_of(room.grouping.form)
        for group in item.newest.groups.values()
        if group.rule and (item.key, group.key) != (room.key, room.group.key if room.group else "")
    ]


@bp.get("/<key>/<group>/impact")
def impact(app: str, key: str, group: str) -> Response:
    """What publishing would do to the chosen group, and the count beside every condition."""
    room = open_room(app, key, group)
    made = groupings_impact.answer(room, request.args.get("who", "enter"), "exact" in request.args)
    return page.nothing(status=204) if made is None else page.show(
        "builder/grouping/impact.html",
        room=room,
        group=room.group,
        panel=request.args.get("panel", "impact"),
        recount=request.args.get("recount"),
        examples=[] if made["broken"] else groupings_examples.wrong(room),
        **made,
    )
