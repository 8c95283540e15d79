"""Groupings over the API: their groups with sizes, their members, and why a record is where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.errors import NotFound, Problem
from runtime.groups import preview, why
from runtime.records import access
from runtime.rules.explain import Reason
from runtime.storage.live import LiveApp, LiveForm, LiveGrouping
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.records import CURSOR, FIELDS, GROUPED, LIMIT, ONE, page
from runtime.web.api.room import COUNT, SAID, Param, Room, listed, maybe, shape, thing
from runtime.words import Words

room = Room(Words("分组", "Groups"))
GROUP = thing(
    {
        "key": {"type": "string"},
        "label": SAID,
        "color": {"type": "string"},
        "prefix": {"type": "string"},
        "parent": {"type": ["string", "null"]},
        "size": COUNT,
    }
)
GROUPING = thing(
    {
        "key": {"type": "string"},
        "form": {"type": "string"},
        "label": SAID,
        "mode": {"enum": ["exclusive", "overlapping"]},
        "state": {"enum": ["initializing", "evaluating", "frozen", "ready"]},
        "version": COUNT,
        "groups": listed(GROUP),
    }
)
REASON = thing(
    {
        "path": {"type": "string"},
        "ok": {"type": "boolean"},
        "field": {"type": "string"},
        "operator": {"type": "string"},
        "combinator": {"type": "string"},
        "has": {"type": "string"},
        "parts": listed(shape("reason")),
    },
    "field",
    "operator",
    "combinator",
    "has",
    "parts",
)
PIN = thing(
    {
        "group": {"type": "string"},
        "keep": {"enum": ["in", "out"]},
        "reason": {"type": "string"},
        "until": {"type": ["string", "null"]},
        "by": {"type": ["integer", "null"]},
        "at": {"type": "string"},
    }
)
STEP = thing(
    {
        "group": {"type": "string"},
        "outcome": {"enum": ["pinned", "kept_out", "fits", "rest", "no", "skipped", "broken", "no_rule"]},
        "in": {"type": "boolean"},
        "reason": maybe(shape("reason")),
    }
)
WHY = thing(
    {"grouping": {"type": "string"}, "groups": listed({"type": "string"}), "pins": listed(PIN), "steps": listed(STEP)}
)
OF = Param("group", "text", Words("哪个分组", "Which group"), 60, default="")
WHICH = Param("grouping", "text", Words("哪个分组方案", "Which grouping"), 60, default="")


@room.get(
    "/apps/<app>/groupings",
    Words("分组方案和每组人数", "Groupings with the size of each group"),
    thing({"groupings": listed(GROUPING)}),
)
def list_groupings(app: str) -> dict[str, Any]:
    found = here.app(app)
    return {"groupings": [one for form in found.forms for one in of_form(found, found.form(form))]}


def of_form(found: LiveApp, live: LiveForm) -> list[dict[str, Any]]:
    """A form's groupings with how many of the asker's records each group has."""
    only = (
        access.row_rule(found, live, here.actor(), here.as_of())
        if access.restricted(found, live, here.actor())
        else None
    )
    sizes = preview.sizes(here.conn(), found, live, only)
    return [shown(item, sizes.get(item.key, {})) for item in found.groupings_of(live.key)]


def shown(item: LiveGrouping, sizes: Mapping[str, int]) -> dict[str, Any]:
    """A grouping as JSON."""
    groups = [
        {
            "key": group.key,
            "label": group.label,
            "color": group.color,
            "prefix": group.prefix,
            "parent": group.parent,
            "size": sizes.get(group.key, 0),
        }
        for group in item.newest.groups.values()
    ]
    return {
        "key": item.key,
        "form": item.newest.form,
        "label": item.newest.label,
        "mode": item.newest.mode,
        "state": item.state,
        "version": item.version,
        "groups": groups,
    }


def of_app(found: LiveApp, key: str) -> LiveGrouping:
    """A grouping by key; raises NotFound."""
    if key not in found.groupings:
        raise NotFound(Problem("grouping", "no_such_group", {"group": key[:60]}))
    return found.groupings[key]


@room.get(
    "/apps/<app>/groupings/<grouping>/members",
    Words("一个分组里的记录", "The records in a group"),
    thing({"records": listed({"x-shape": "any_record"}), "next": shapes.CURSOR}),
    query=(OF, FIELDS, GROUPED, LIMIT, CURSOR),
    wrong=(422,),
)
def group_members(app: str, grouping: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    item = of_app(here.app(app), grouping)
    groups = [ask["group"]] if ask["group"] else [group.key for group in item.newest.top]
    leaf = {"field": "$group", "operator": "in", "value": [f"{grouping}/{key}" for key in groups]}
    rule = {"combinator": "and", "rules": [leaf]}
    return page(app, item.newest.form, {**ask, "rule": rule, "search": "", "sort": (), "deleted": False})


@room.get(
    f"{ONE}/why",
    Words("为什么在这些分组里", "Why a record is in its groups"),
    thing({"groupings": listed(WHY)}),
    query=(WHICH,),
    wrong=(422,),
)
def why_grouped(app: str, form: str, record: int, ask: Mapping[str, Any]) -> dict[str, Any]:
    found, live, reader = shapes.opened(app, form)
    reader.one(record)
    items = [item for item in found.groupings_of(form) if ask["grouping"] in ("", item.key)]
    if ask["grouping"] and not items:
        of_app(found, "")
    return {"groupings": [walked(found, live, item, record) for item in items]}


def walked(found: LiveApp, live: LiveForm, item: LiveGrouping, record: int) -> dict[str, Any]:
    """One record's way through a grouping: who decided what, and each group in the order of asking."""
    walk = why.walk(here.conn(), found, item.grouping, record, here.as_of())
    pins = [
        {"group": p.group, "keep": p.keep, "reason": p.reason, "until": p.until, "by": p.by, "at": p.at}
        for p in walk.pins
    ]
    steps = [
        {
            "group": s.group.key,
            "outcome": s.outcome,
            "in": s.joined,
            "reason": None if s.reason is None else because(found, live, s.reason),
        }
        for s in walk.steps
    ]
    return {"grouping": item.key, "groups": walk.groups, "pins": pins, "steps": steps}


def because(found: LiveApp, live: LiveForm, reason: Reason) -> dict[str, Any]:
    """A condition's answer, with what the record has in words of the caller's language."""
    made: dict[str, Any] = {"path": reason.path, "ok": reason.ok}
    if reason.kind == "group":
        return made | {
            "combinator": reason.rule["combinator"],
            "parts": [because(found, live, part) for part in reason.parts],
        }
    has = why.held(found, live, reason, here.names(found))
    return made | {"field": str(reason.rule["field"]), "operator": str(reason.rule["operator"]), "has": has}
