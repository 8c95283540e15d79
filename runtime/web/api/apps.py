"""Apps over the API, and what they have published: definitions, tags, the register of codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.definitions.others import Vocabulary
from runtime.errors import NotFound, Problem
from runtime.groups import code_register
from runtime.groups.code_register import Wanted
from runtime.records import access
from runtime.records.apps import choices
from runtime.storage import versions
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.records import CURSOR, LIMIT
from runtime.web.api.room import ANY, COUNT, FORM, ID, MOMENT, SAID, Param, Room, listed, thing
from runtime.words import Words

room = Room(Words("应用和定义", "Apps and definitions"))
KIND = {"enum": list(versions.KINDS)}
APP = thing(
    {
        "key": {"type": "string"},
        "label": SAID,
        "icon": {"type": "string"},
        "color": {"type": "string"},
        "state": {"type": "string"},
        "template": {"type": ["string", "null"]},
        "forms": COUNT,
    }
)
PART = thing({"kind": KIND, "key": {"type": "string"}, "version": COUNT, "label": SAID})
TAG = thing({"key": {"type": "string"}, "label": SAID, "color": {"type": "string"}, "retired": {"type": "boolean"}})
CATEGORY = thing(
    {
        "key": {"type": "string"},
        "label": SAID,
        "color": {"type": "string"},
        "single": {"type": "boolean"},
        "retired": {"type": "boolean"},
        "tags": listed(TAG),
    }
)
STATE = {"enum": list(code_register.STATES)}
CODE = thing({"code": {"type": "string"}, "record": ID, "current": {"type": "boolean"}, "state": STATE, "at": MOMENT})
PREFIX = Param("prefix", "text", Words("编码开头", "How the code begins"), 64, default="")


@room.get("/apps", Words("应用", "List apps"), thing({"apps": listed(APP)}))
def list_apps() -> dict[str, Any]:
    shown = [
        {
            "key": a.key,
            "label": a.label,
            "icon": a.icon,
            "color": a.color,
            "state": a.state,
            "template": a.template,
            "forms": a.forms,
        }
        for a in choices(here.conn())
    ]
    return {"apps": shown}


def readable() -> tuple[str, ...]:
    """The kinds of definition the asker may read; what roles allow concerns those who build."""
    return tuple(kind for kind in versions.KINDS if kind != "role" or here.actor().may("build"))


@room.get(
    "/apps/<app>/definitions",
    Words("已发布的定义", "List what is published"),
    thing({"revision": COUNT, "definitions": listed(PART)}),
)
def list_definitions(app: str) -> dict[str, Any]:
    found = here.app(app)
    parts = [
        {"kind": item.kind, "key": item.key, "version": item.version, "label": label(item.kind, item.body)}
        for item in versions.of_app(here.conn(), found.id)
        if item.kind in readable()
    ]
    return {"revision": found.revision, "definitions": parts}


def label(kind: str, body: Mapping[str, Any]) -> Mapping[str, str]:
    """What people call a definition."""
    found: Mapping[str, str] = (body["x-fenzu"] if kind == "form" else body)["label"]
    return found


@room.get(
    "/apps/<app>/definitions/<kind>/<key>",
    Words("读一份定义", "Read one definition"),
    thing({"kind": KIND, "key": {"type": "string"}, "version": COUNT, "body": ANY}),
)
def get_definition(app: str, kind: str, key: str) -> dict[str, Any]:
    known(kind)
    item = versions.find(here.conn(), here.app(app).id, kind, key)
    if item is None:
        raise NotFound(Problem("key", "no_such_definition", {"key": key[:60]}))
    return {"kind": kind, "key": key, "version": item.version, "body": item.body}


def known(kind: str) -> None:
    """Stop with NotFound where there is no such kind, or none that the asker may read."""
    if kind not in readable():
        raise NotFound(Problem("kind", "api_no_kind", {"kind": kind[:60]}))


@room.get(
    "/apps/<app>/tags", Words("标签组和标签", "Tag categories and their tags"), thing({"categories": listed(CATEGORY)})
)
def list_tags(app: str) -> dict[str, Any]:
    ordered = sorted(here.app(app).vocabularies.values(), key=lambda item: item.position)
    return {"categories": [category(item) for item in ordered]}


def category(item: Vocabulary) -> dict[str, Any]:
    """A tag category as JSON."""
    tags = [{"key": t.key, "label": t.label, "color": t.color, "retired": t.retired} for t in item.tags.values()]
    looks = {"key": item.key, "label": item.label, "color": item.color}
    return {**looks, "single": item.single, "retired": item.retired, "tags": tags}


@room.get(
    f"{FORM}/codes",
    Words("编码登记簿", "The register of codes"),
    thing({"codes": listed(CODE), "next": shapes.CURSOR}),
    query=(PREFIX, LIMIT, CURSOR),
    wrong=(422,),
)
def list_codes(app: str, form: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    found, live, _ = shapes.opened(app, form)
    mine = access.row_rule(found, live, here.actor(), here.as_of())
    rows = code_register.page(here.conn(), found, live, mine, Wanted(ask["prefix"]), ask["cursor"], ask["limit"] + 1)
    shown = [
        {"code": row.shown, "record": row.record, "current": row.current, "state": row.state, "at": row.at} for row in rows[: ask["limit"]]
    ]
    return {"codes": shown, "next": rows[ask["limit"] - 1].code if len(rows) > ask["limit"] else None}
