"""The bar over a form that is being designed: its rooms (design, translate, problems, JSON) and what all of them show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from builder.drafts import Draft
from builder.problems import Found, problems
from builder.publish import retype
from builder.publish.plan import form_plan
from builder.web import beside
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.words import Words

# To add a room: its blueprint with a `show`, and a line here.
ROOMS = (
    ("design", "build_designer", Words("设计", "Design")),
    ("logic", "build_logic", Words("联动", "Logic")),
    ("public", "build_public", Words("公开", "Share")),
    ("pool", "build_pool", Words("公海", "Pool")),
    ("translate", "build_translate", Words("翻译", "Translate")),
    ("problems", "build_problems", Words("问题", "Problems")),
    ("json", "build_json", Words("JSON", "JSON")),
)


def rooms(found: LiveApp, draft: Draft, on: str) -> dict[str, Any]:
    """The rooms of a form, and its problems, which are counted on the way."""
    old = found.forms.get(draft.key)
    freed = retype.freed(here.conn(), old.id, old.form, draft.form) if old else ()
    listed = problems(found.whole, draft.form, freed)
    return {"rooms": _links(found, draft, on, listed), "problems": listed, **beside.shown(draft)}


def _links(found: LiveApp, draft: Draft, on: str, listed: Sequence[Found]) -> list[Mapping[str, Any]]:
    wrong = sum(each.error for each in listed)
    return [
        {
            "key": key,
            "label": label.say(here.actor().lang),
            "href": url_for(f"{room}.show", app=found.key, key=draft.key),
            "on": key == on,
            "count": len(listed) if key == "problems" and listed else None,
            "bad": key == "problems" and wrong > 0,
        }
        for key, room, label in ROOMS
    ]


def frame(found: LiveApp, draft: Draft, on: str) -> dict[str, Any]:
    """What the page of every room but the drawing board needs."""
    old = found.forms.get(draft.key)
    return {
        "found": found,
        "sections": [],
        "draft": draft,
        "form": draft.form,
        "look": "",
        "sel": "",
        "old": old,
        "changes": len(form_plan(old.form if old else None, draft.form)),
        "back_href": url_for("build_forms.index", app=found.key),
        **rooms(found, draft, on),
    }
