"""The rules of a workflow: of its trigger, of a branch, of a step that asks; the rule editor's gestures and its picker."""

from __future__ import annotations

from flask import Response, request

from builder.edits import workflow as edits
from builder.web import rules_aside, rules_kept, rules_pick
from builder.web.rules_scope import Scope, scope_at
from builder.web.rules_turn import Turn
from builder.web.workflows_controls import form_of
from builder.web.workflows_page import PAGE, RuleRoom, made
from builder.web.workflows_room import Room, bp, edit, open_room
from runtime.errors import NotFound, Problem
from runtime.web import here, page


@bp.post("/<key>/<at>/<name>/rule/<act>")
def rule_gesture(app: str, key: str, at: str, name: str, act: str) -> Response:
    """One gesture on a rule; the drawer is drawn anew."""
    room, scope = _open(app, key, at, name)
    turn = Turn(act, scope, request.form.get("path", ""), request.form)
    same = f"{at}:{name}:{turn.same}" if turn.same else None
    done = edit(app, key, lambda body: edits.edit_rule(body, at, name, turn), turn.said, room.at, same)
    return turn.told(page.show(PAGE, "name,bar,canvas,drawer", **made(done) | {"oob": True}))


@bp.route("/<key>/<at>/<name>/rule/aside/<what>", methods=["GET", "POST"])
def rule_aside(app: str, key: str, at: str, name: str, what: str) -> Response:
    """What is done with a rule beside changing it."""
    room, scope = _open(app, key, at, name)
    return rules_aside.answer(RuleRoom(room, name, scope.live.key), scope, room.node.get(name), what)


@bp.get("/<key>/<at>/<name>/pick")
def pick(app: str, key: str, at: str, name: str) -> Response:
    """The picker of conditions, or what it found."""
    room, scope = _open(app, key, at, name)
    asked = request.args
    inner, words, shelf = scope_at(scope, room.node.get(name), asked.get("path", "")), asked.get("q", ""), asked.get("shelf", "common")
    return page.show("rules/pick.html", "opts" if "q" in asked else None, room=RuleRoom(room, name, scope.live.key), scope=inner,
                     found=rules_pick.found(inner, shelf, words), shelf=shelf, words=words, shelves=rules_pick.shelves(inner),
                     example=rules_pick.example, path=asked.get("path", ""), act=asked.get("act", "add"), rules=[],
                     saved=rules_kept.offered(inner, words))


def _open(app: str, key: str, at: str, name: str) -> tuple[Room, Scope]:
    """The room at a rule, and what its conditions may speak about; raises NotFound where no rule can stand."""
    room = open_room(app, key, at)
    settings = room.kind.settings if room.kind is not None and not room.branch else {}
    own = settings.get(name, {})
    asked = own.get("x-control") == "rule" or (name == "when" and (room.branch or not room.step_key))
    form = form_of(room, own) if asked else None
    if room.at != at or form is None:
        raise NotFound(Problem(name[:60], "no_such_part", {"key": at[:80]}))
    return room, Scope(room.found, form.key, here.names(room.found))
