"""The rule of the chosen group: one POST per gesture, the picker of conditions, and the counts that follow."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from builder.edits import grouping as edits
from builder.edits.made import Body, Edit
from builder.web import groupings_impact, groupings_page, rules_pick
from builder.web.groupings_room import Room, bp, edit, must_group, open_room
from builder.web.rules_acts import ACTS, Act
from builder.web.rules_scope import Scope, node_at, scope_at
from runtime.errors import NotFound, Problem
from runtime.rules.shape import is_group, under
from runtime.web import here, page

CHANGED = "bar,heading,rule,recount"


@bp.post("/<key>/<group>/rule/<act>")
def rule_gesture(app: str, key: str, group: str, act: str) -> Response:
    """One gesture on the rule; what changed on the page comes back, the counts follow by themselves."""
    if act not in ACTS:
        raise NotFound(Problem("act", "no_such_part", {"key": act}))
    must_group(open_room(app, key, group))
    path, part = request.form.get("path", ""), request.form.get("part")
    same = f"{path}:{part}" if act == "change" else None
    room = edit(app, key, change_of(app, group, ACTS[act], path), ACTS[act].said, group, same)
    added = newest(room.rule, path) if act in ("add", "box") else ""
    made = groupings_page.made(room, "rule") | {"oob": True, "added": added}
    return page.show(groupings_page.PAGE, CHANGED, **made)


def change_of(app: str, group: str, act: Act, path: str) -> Edit:
    """The edit of a grouping that a gesture on one group's rule makes."""
    given, found = request.form, here.app(app)

    def change(body: Body) -> Body:
        scope = groupings_page.scope_of(found, body["form"])
        return edits.edit_rule(body, group, lambda rule: act.make(scope, rule, path, given))

    return change


def newest(rule: Any, path: str) -> str:
    """The path of what was just put at the end of a box."""
    box = node_at(rule, path) if path else rule
    return under(path, len(box["rules"]) - 1) if is_group(box) else ""


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
    made = groupings_impact.panel(room, request.args.get("who", "enter"))
    return page.show(
        "builder/grouping/impact.html",
        room=room,
        group=room.group,
        panel=request.args.get("panel", "impact"),
        recount=request.args.get("recount"),
        **made,
    )
