"""The way into an app's builder, and what all its pages share: who may enter, and the sections in the bar."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime.definitions.logic import ROOT as LOGIC
from runtime.definitions.uses import Use
from runtime.errors import Problem
from runtime.storage.live import LiveApp
from runtime.web import here, page, places
from runtime.words import Words

bp = Blueprint("build", __name__, url_prefix="/build")
SECTIONS = (
    ("build_forms", Words("表单", "Forms")),
    ("build_groupings", Words("客户分组", "Groups")),
    ("build_workflows", Words("流程", "Workflows")),
    ("build_tags", Words("标签", "Tags")),
    ("build_codes", Words("编码", "Codes")),
    ("build_people", Words("成员", "People")),
)


def guard() -> None:
    """Everything under /build is for people who build."""
    here.actor().must("build")


bp.before_request(guard)


def surroundings(found: LiveApp) -> dict[str, Any]:
    """What the build layout needs on every page of an app."""
    return {"found": found, "sections": sections(found), "back_href": places.start_of(found)}


def sections(found: LiveApp) -> list[dict[str, Any]]:
    """The links of the bar; a room that this server has not is absent."""
    lang = here.actor().lang
    return [
        {"label": label.say(lang), "href": url_for(f"{room}.index", app=found.key), "on": (request.blueprint or "").startswith(room)}
        for room, label in SECTIONS
        if places.there(f"{room}.index")
    ]


def address_of(found: LiveApp, use: Use) -> str:
    """Where a thing that uses something can be seen and changed, or "" where this server has no such room."""
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        "grouping": ("build_groupings.one", {"key": use.key}),
        "form": ("build_designer.show", {"key": use.key}),
        "role": ("build_people.index", {}),
        "workflow": ("build_workflows.one", {"key": use.key}),
    }
    if use.kind == "view" and use.key in found.views:
        ways["view"] = ("records.list_page", {"form": found.views[use.key].form, "view": use.key})
    if use.kind == "form" and use.path.startswith(LOGIC):
        ways["form"] = ("build_logic.show", {"key": use.key})
    if use.kind == "code" and use.key in found.codes:
        ways["code"] = ("build_codes.edit", {"form": found.codes[use.key].form})
    endpoint, values = ways.get(use.kind, ("", {}))
    return url_for(endpoint, app=found.key, **values) if places.there(endpoint) else ""


def dependant(found: LiveApp, problem: Problem) -> str:
    """Where another definition is mended that a draft would break, or "" for every other problem."""
    told = problem.params
    if problem.code != "breaks_dependant":
        return ""
    return address_of(found, Use(told["kind"], told["key"], {}, told["path"], told["where"], "rule"))


@bp.get("/new")
def new() -> Response:
    """A blank app, by its name."""
    return page.show("builder/form/new_app.html")


@bp.get("/<app>/")
def enter(app: str) -> Response:
    """The builder of an app begins with its forms."""
    return page.go(url_for("build_forms.index", app=here.app(app).key))
