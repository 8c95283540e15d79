"""The conditions of a roll-up: one POST per gesture in the rule editor, and the picker of conditions."""

from __future__ import annotations

from flask import Blueprint, Response, request

from builder.edits.made import Body
from builder.web import designer as board
from builder.web import reaching, rules_pick, start
from builder.web.designer import conflict
from builder.web.designer_room import changed, opened
from builder.web.rules_acts import ACTS
from builder.web.rules_scope import Scope, scope_at
from runtime.errors import Conflict, NotFound, Problem
from runtime.storage.live import LiveApp
from runtime.web import here, page

bp = Blueprint("build_reaching", __name__, url_prefix="/build/<app>/forms/<key>/reach/<field>")
bp.before_request(start.guard)


def _open(found: LiveApp, key: str, field: str) -> tuple[reaching.ReachRoom, Scope]:
    """The roll-up's room and what its conditions may speak about; raises NotFound."""
    draft = opened(found, key)
    item = draft.form.live_fields.get(field)
    scope = reaching.scope_of(found, key, item.settings.get("over", "")) if item else None
    if item is None or scope is None:
        raise NotFound(Problem("field", "no_such_field", {"field": field[:60]}))
    return reaching.ReachRoom(found, draft, field, item.settings["where"] or None), scope


@bp.post("/rule/<act>")
def rule_gesture(app: str, key: str, field: str, act: str) -> Response:
    """One gesture on the conditions; the panel is drawn anew."""
    if act not in ACTS:
        raise NotFound(Problem("act", "no_such_part", {"key": act}))
    found, given = here.app(app), request.form
    room, scope = _open(found, key, field)

    def edit(body: Body) -> Body:
        return reaching.set_where(body, field, ACTS[act].make(scope, room.where, given.get("path", ""), given))

    try:
        draft = changed(found, key, edit, ACTS[act].said, f"{field}:{given.get('path')}:{given.get('part')}" if act == "change" else None)
    except Conflict as refused:
        return conflict(refused)
    return board.parts(found, draft, field, "set")


@bp.get("/pick")
def pick(app: str, key: str, field: str) -> Response:
    """The picker of conditions on the rolled-up records, or what it found."""
    asked = request.args
    room, scope = _open(here.app(app), key, field)
    inner, words, shelf = scope_at(scope, room.where, asked.get("path", "")), asked.get("q", ""), asked.get("shelf", "common")
    found = rules_pick.found(inner, shelf, words) or rules_pick.found(inner, "own", words)
    return page.show("rules/pick.html", "opts" if "q" in asked else None, room=room, scope=inner, found=found, shelf=shelf, words=words,
                     shelves=rules_pick.shelves(inner), example=rules_pick.example, path=asked.get("path", ""), act=asked.get("act", "add"), rules=[])
