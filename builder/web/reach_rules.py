"""The conditions of a roll-up, and of a link that offers only some records: the gestures of the rule editor, and its picker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, request

from builder.drafts import Draft
from builder.edits.made import Body
from builder.web import designer as board
from builder.web import offering, reaching, rules_aside, rules_kept, rules_pick, start
from builder.web.designer import conflict
from builder.web.designer_room import changed, opened
from builder.web.rules_scope import Scope, scope_at
from builder.web.rules_turn import Turn
from runtime.definitions.link_only import only_of
from runtime.errors import Conflict, NotFound, Problem
from runtime.fold import fold
from runtime.storage.live import LiveApp
from runtime.web import here, page

bp = Blueprint("build_reaching", __name__, url_prefix="/build/<app>/forms/<key>/reach/<field>")
bp.before_request(start.guard)


def _open(found: LiveApp, key: str, field: str) -> tuple[reaching.ReachRoom, Scope]:
    """The roll-up's room and what its conditions may speak about; raises NotFound."""
    draft = opened(found, key)
    if offering.home(draft.form, field):
        return _offers(found, draft, field)
    item = draft.form.live_fields.get(field)
    scope = reaching.scope_of(found, key, item.settings.get("over", "")) if item else None
    if item is None or scope is None:
        raise NotFound(Problem("field", "no_such_field", {"field": field[:60]}))
    return reaching.ReachRoom(found, draft, field, item.settings["where"] or None), scope


def _offers(found: LiveApp, draft: Draft, field: str) -> tuple[reaching.ReachRoom, Scope]:
    """The same of a link, whose conditions say which records it offers."""
    there, scope = offering.home(draft.form, field), offering.scope_of(found, draft.form, field)
    if there is None or scope is None:
        raise NotFound(Problem("field", "no_such_field", {"field": field[:60]}))
    return reaching.ReachRoom(found, draft, field, only_of(there[1])), scope


def _put(scope: Scope) -> Callable[[Body, str, Mapping[str, Any] | None], Body]:
    """How the conditions that a scope is about are put into the form."""
    return offering.set_only if isinstance(scope, offering.OfferScope) else reaching.set_where


@bp.post("/rule/<act>")
def rule_gesture(app: str, key: str, field: str, act: str) -> Response:
    """One gesture on the conditions; the panel is drawn anew."""
    found = here.app(app)
    room, scope = _open(found, key, field)
    turn, put = Turn(act, scope, request.form.get("path", ""), request.form), _put(scope)
    same = f"{field}:{turn.same}" if turn.same else None
    try:
        draft = changed(found, key, lambda body: put(body, field, turn(room.where)), turn.said, same)
    except Conflict as refused:
        return conflict(refused)
    return turn.told(board.parts(found, draft, field, "set"))


@bp.route("/rule/aside/<what>", methods=["GET", "POST"])
def rule_aside(app: str, key: str, field: str, what: str) -> Response:
    """What is done with the conditions beside changing them."""
    room, scope = _open(here.app(app), key, field)
    return rules_aside.answer(room, scope, room.where, what)


@bp.get("/pick")
def pick(app: str, key: str, field: str) -> Response:
    """The picker of conditions on the rolled-up records, or what it found."""
    asked = request.args
    room, scope = _open(here.app(app), key, field)
    inner, words, shelf = scope_at(scope, room.where, asked.get("path", "")), asked.get("q", ""), asked.get("shelf", "common")
    found = rules_pick.found(inner, shelf, words) or rules_pick.found(inner, "own", words)
    if isinstance(inner, offering.OfferScope) and (words or shelf in ("common", "own")):
        found = [*(one for one in inner.same() if one.fits(fold(words))), *found]
    return page.show("rules/pick.html", "opts" if "q" in asked else None, room=room, scope=inner, found=found, shelf=shelf, words=words,
                     shelves=rules_pick.shelves(inner), example=rules_pick.example, path=asked.get("path", ""), act=asked.get("act", "add"), rules=[],
                     saved=rules_kept.offered(inner, words))
