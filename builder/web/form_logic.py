"""The logic room of a form: every rule as a sentence, the one that is open as conditions and consequences."""

from __future__ import annotations

from flask import Blueprint, Response, request

from builder.edits import logic as edits
from builder.edits.made import Edit
from builder.web import designer as board
from builder.web import (
    designer_bar,
    designer_page,
    logic_panel,
    logic_words,
    rules_aside,
    rules_kept,
    rules_pick,
    start,
)
from builder.web.designer import conflict
from builder.web.designer_room import changed, opened
from builder.web.logic_actions import ACTS, rows_of, targets_of
from builder.web.logic_room import PANEL, ROOM, LogicRoom, must_rule, room_of, scope_of
from builder.web.logic_seen import seen_by
from builder.web.rules_scope import Scope
from builder.web.rules_turn import Turn
from runtime.definitions.logic import DECIDING
from runtime.errors import Conflict, NotFound, Problem
from runtime.fold import fold
from runtime.messages import say
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import Words, read

bp = Blueprint("build_logic", __name__, url_prefix="/build/<app>/forms/<key>/logic")
bp.before_request(start.guard)
PAGE, PARTS = "builder/form/logic.html", "facts,state,tools,rooms,list,open"
NOTHING = Words("没有改动", "Nothing changed")
ADDED = Words("加一条联动规则", "Added a logic rule")


@bp.get("/")
def show(app: str, key: str) -> Response:
    """All rules of the draft; `rule` is the one that is open."""
    return _shown(here.app(app), key, request.args.get("rule", ""))


def _shown(found: LiveApp, key: str, rule: str) -> Response:
    draft = opened(found, key)
    room = room_of(found, draft, rule, ROOM)
    scope = scope_of(room)
    made = designer_bar.frame(found, draft, "logic")
    wrong = {each.sel: say(each.problem, here.actor().lang) for each in made["problems"] if each.room == "logic"}
    lines = [(one, logic_words.sentence(one, room.form, scope), wrong.get(one.key, "")) for one in room.form.logic.rules]
    return page.show(PAGE, PARTS, **made, lines=lines, kinds=logic_words.KINDS, gone=_gone(room), **logic_panel.editor(room),
                     sides=rows_of(room), targets=targets_of(room))


def _gone(room: LogicRoom) -> list[tuple[str, str]]:
    """Fields that the open rule still uses although they are not on the form any more."""
    if room.rule is None:
        return []
    named = [*sorted(room.rule.reads), *(action.target for action in room.rule.actions if action.target)]
    known = {*room.form.live_fields, *room.form.logic.parts}
    old = room.form.fields
    lost = [name for name in dict.fromkeys(named) if name not in known and "." not in name and not name.startswith("$")]
    return [(name, read(old[name].label, here.actor().lang) if name in old else name) for name in lost]


def _done(found: LiveApp, key: str, edit: Edit, what: Words, rule: str, same: str | None = None, adds: bool = False) -> Response:
    """One edit as one step; then the page it was made on, drawn anew."""
    try:
        draft = changed(found, key, edit, what, same, adds)
    except Conflict as refused:
        return conflict(refused)
    if request.values.get("at") == PANEL:
        return board.parts(found, draft, request.form.get("sel", ""), "set")
    return _shown(found, key, draft.made or rule)


@bp.post("/edit")
def edit(app: str, key: str) -> Response:
    """Undo and redo, and a field that is taken out of all rules."""
    gone = request.form.get("id", "")
    made: Edit = (lambda body: edits.forget(body, gone)) if request.values.get("act") == "forget" else dict
    return _done(here.app(app), key, made, NOTHING, request.form.get("rule", ""))


@bp.post("/new")
def new(app: str, key: str) -> Response:
    return _done(here.app(app), key, edits.add, ADDED, "", adds=True)


@bp.post("/order")
def order(app: str, key: str) -> Response:
    """A rule dragged behind another one, or to the top."""
    given = request.form
    moved: Edit = lambda body: edits.move(body, given.get("id", ""), after=given.get("after") or None)  # noqa: E731
    return _done(here.app(app), key, moved, ACTS["move"].said, given.get("rule", ""))


@bp.post("/<rule>/do/<act>")
def gesture(app: str, key: str, rule: str, act: str) -> Response:
    """One gesture on a rule or on what it does."""
    if act not in ACTS:
        raise NotFound(Problem("act", "no_such_part", {"key": act}))
    found, given = here.app(app), request.form
    room = room_of(found, opened(found, key), rule, ROOM)
    return _done(found, key, lambda body: ACTS[act].make(body, rule, given, room), ACTS[act].said, rule)


@bp.post("/<rule>/rule/<act>")
def rule_gesture(app: str, key: str, rule: str, act: str) -> Response:
    """One gesture on the condition of a rule."""
    found = here.app(app)
    turn = Turn(act, scope_of(room_of(found, opened(found, key), rule, ROOM)), request.form.get("path", ""), request.form)
    same = f"{rule}:{turn.same}" if turn.same else None
    return turn.told(_done(found, key, lambda body: edits.edit_when(body, rule, turn), turn.said, rule, same))


@bp.route("/<rule>/rule/aside/<what>", methods=["GET", "POST"])
def rule_aside(app: str, key: str, rule: str, what: str) -> Response:
    """What is done with the condition of a rule beside changing it."""
    found = here.app(app)
    room = room_of(found, opened(found, key), rule, request.values.get("at", ROOM))
    return rules_aside.answer(room, scope_of(room), room.when, what)


@bp.get("/<rule>/pick")
def pick(app: str, key: str, rule: str) -> Response:
    """The picker of conditions, or what it found: this form's own fields that do not lead round in a circle."""
    found, asked = here.app(app), request.args
    room = room_of(found, opened(found, key), rule, asked.get("at", ROOM))
    must_rule(room)
    scope, words = scope_of(room), asked.get("q", "")
    shelf = ("own", read(room.form.label, scope.lang), room.form.icon)
    return page.show("rules/pick.html", "opts" if "q" in asked else None, room=room, scope=scope, found=_offered(room, scope, words),
                     shelves=[shelf], shelf="own", words=words, example=rules_pick.example, path=asked.get("path", ""),
                     act=asked.get("act", "add"), rules=[], saved=rules_kept.offered(scope, words))


def _offered(room: LogicRoom, scope: Scope, words: str) -> list[rules_pick.Choice]:
    """Conditions on other fields than those that this rule decides, and those that follow from them."""
    rule, wanted = must_rule(room), fold(words)
    decided = {key for action in rule.actions for key in room.form.logic.after(action.target) if action.kind in DECIDING}
    able = [
        one for one in rules_pick.own_fields(scope)
        if (item := room.form.live_fields.get(one.leaf["field"])) and not item.type.computed and item.key not in decided
    ]  # fmt: skip
    return [one for one in able if (one.fits(wanted) if wanted else not one.only_found)][: rules_pick.MOST]


@bp.get("/seen/<target>")
def seen(app: str, key: str, target: str) -> Response:
    """How many of the existing records show a field or section under the draft's rules."""
    found = here.app(app)
    draft = opened(found, key)
    form = found.forms[key].form if key in found.forms else None
    figures = seen_by(here.conn(), found, draft.form, target, here.as_of())
    return page.show("builder/form/_seen.html", seen=figures, form=form, counted=form and designer_page.counted(form))
