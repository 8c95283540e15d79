"""The panel's part about when a field or section is shown: its condition, what it says, who would see it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from builder.drafts import Draft
from builder.edits import logic as edits
from builder.web import groupings_page, logic_words, rules_days
from builder.web.logic_room import PANEL, LogicRoom, room_of, scope_of
from builder.web.rules_rows import Rows
from runtime.definitions.form import Form
from runtime.definitions.logic import HIDE, SHOW
from runtime.storage.live import LiveApp

WHEN = "when"


def made(found: LiveApp, draft: Draft, form: Form, sel: str) -> dict[str, Any]:
    """What the designer's templates ask about logic: the open tab, and what of it belongs to what is selected."""
    target = sel.removeprefix("section:")
    target = target if target in form.live_fields or target in form.logic.parts else ""
    tab = request.values.get("tab", "")
    about = [rule for rule in form.logic.rules if any(action.target == target for action in rule.actions)] if target else []
    showing = shown(found, draft, target) if tab == WHEN and target else None
    return {
        "tab": tab if tab == WHEN and target else "",
        "conditional": edits.conditional(draft.body),
        "logic_count": len(about),
        "showing": showing,
        **(editor(showing["room"]) if showing else {}),
    }


def shown(found: LiveApp, draft: Draft, target: str) -> dict[str, Any]:
    """The tab about one field or section."""
    own = edits.own_rule(draft.body, target)
    room = room_of(found, draft, own, PANEL)
    scope = scope_of(room)
    others = [rule for rule in room.form.logic.rules if rule.key != own and any(a.target == target for a in rule.actions)]
    hers = [rule for rule in others if any(a.target == target and a.kind in (SHOW, HIDE) for a in rule.actions)]
    return {
        "target": target,
        "own": room.rule,
        "said": logic_words.sentence(room.rule, room.form, scope) if room.rule else [],
        "others": [(logic_words.sentence(rule, room.form, scope), address(room, rule.key)) for rule in others],
        "always": room.rule is None and not hers,
        "item": room.form.fields.get(target),
        "room": room,
    }


def address(room: LogicRoom, rule: str) -> str:
    """A rule in the room of the form's logic."""
    return url_for("build_logic.show", app=room.found.key, key=room.key, rule=rule)


def editor(room: LogicRoom) -> dict[str, Any]:
    """What the rule editor's templates ask for."""
    scope = scope_of(room)
    return {
        "room": room,
        "root": Rows(scope, room.when, room.old).root() if room.rule else None,
        "scope": scope,
        "days": rules_days.CHOICES,
        "phrase_of": groupings_page.phrase_of,
    }

