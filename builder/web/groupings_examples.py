"""Examples of the open group: customers who are always or never in it, and what the draft would do to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request

from builder.edits import grouping as edits
from builder.edits.made import Body
from builder.web import by_example, groupings_impact, groupings_page, pins
from builder.web.groupings_page import text
from builder.web.groupings_room import Room, bp, edit, must_group, open_room
from runtime.definitions.grouping import SIDES, Group
from runtime.errors import FenzuError, Invalid, NotFound, Problem
from runtime.groups import examples
from runtime.groups.examples import Example, Tried
from runtime.messages import say
from runtime.records import access
from runtime.web import here, page
from runtime.web.odd import whole
from runtime.words import Words

ALWAYS = Words("{n} 位客户要一直在「{g}」", "{n} customer must always be in “{g}”|{n} customers must always be in “{g}”")
NEVER = Words("{n} 位客户不能在「{g}」", "{n} customer must never be in “{g}”|{n} customers must never be in “{g}”")
KEPT = Words("存成例子", "Keep as examples")
BOTH = Words("记下了 {n} 个例子", "{n} example kept|{n} examples kept")
FREE = Words("不再当例子", "No longer an example")
EDITS = {"in": Words("一直在这个组的客户", "Always in this group"), "out": Words("不能在这个组的客户", "Never in this group"),
         "none": Words("去掉一个例子", "Take an example away")}


@dataclass
class Kept:
    """One example as the list shows it; `state` is right, broken, gone (deleted) or unknown (the draft is not finished)."""

    record: int
    title: str
    code: str
    state: str
    said: str = ""
    because: str = ""


@bp.get("/<key>/<group>/exampled")
def exampled(app: str, key: str, group: str) -> Response:
    """The list of a group's examples."""
    return _listed(open_room(app, key, group))


def _listed(room: Room) -> Response:
    group, found = must_group(room), tried(room)
    titles = pins.titles(room, [one for side in SIDES for one in group.examples[side]])
    shown = {side: [_kept(room, group, Example(group.key, side, one), found, titles) for one in group.examples[side]] for side in SIDES}
    return page.show("builder/grouping/exampled.html", room=room, group=group, shown=shown, label=text)


def _kept(room: Room, group: Group, one: Example, found: Tried | None, titles: dict[int, tuple[str, str]]) -> Kept:
    title, code = titles.get(one.record, (f"#{one.record}", ""))
    if found is None or one.record in found.gone:
        return Kept(one.record, title, code, "unknown" if found is None else "gone")
    if one not in found.broken:
        return Kept(one.record, title, code, "right")
    to = examples.where(room.grouping, group, found.places[one.record])
    return Kept(one.record, title, code, "broken", to.say(room.lang), because(room, one, found.places[one.record]))


def tried(room: Room) -> Tried | None:
    """The draft asked about all its examples; None while it is not finished."""
    try:
        return examples.tried(here.conn(), room.found, room.grouping, here.as_of())
    except FenzuError:
        return None


def because(room: Room, one: Example, places: frozenset[str]) -> str:
    """The condition that puts a record where it does not belong, with the value it has."""
    group = room.grouping.groups[one.group]
    rivals = [room.grouping.groups[key] for key in group.siblings.keys if key in places and key != group.key]
    asked = [group] if one.side == "out" or not rivals or _before(group, rivals[0]) else rivals[:1]
    return groupings_impact.because(replace(room, group=asked[0]), one.record)


def _before(group: Group, rival: Group) -> bool:
    """Whether a group was asked before the one that took the record, so that its own rule is what did not fit."""
    level = group.siblings
    return rival.key == level.fallback or (group.key != level.fallback and level.keys.index(group.key) < level.keys.index(rival.key))


def wrong(room: Room) -> list[dict[str, str]]:
    """The examples a draft breaks, of all its groups, in sentences with the way to where they are listed."""
    found = tried(room)
    if found is None or not found.broken:
        return []
    names = pins.titles(room, [one.record for one in found.broken])
    return [
        {"said": say(_problem(room, one, found, names.get(one.record, ("", ""))[0]), room.lang), "because": because(room, one, found.places[one.record]),
         "href": room.url("one", group=one.group, tab="examples")}
        for one in found.broken
    ]


def _problem(room: Room, one: Example, found: Tried, name: str) -> Problem:
    group = room.grouping.groups[one.group]
    to = examples.where(room.grouping, group, found.places[one.record])
    return Problem(f"{group.path}.examples", f"example_{one.side}_broken", {"name": name, "group": group.label, "to": to})


@bp.post("/<key>/<group>/example/<side>")
def example(app: str, key: str, group: str, side: str) -> Response:
    """Customers become examples (`in`, `out`) or are none any more (`none`); the draft keeps it."""
    if side not in EDITS:
        raise NotFound(Problem("side", "no_such_part", {"key": side}))
    before, records = open_room(app, key, group), request.form.getlist("record", type=whole)
    must_group(before)
    if side != "none":
        records = sorted(access.visible_ids(here.conn(), before.found, before.live, here.actor(), records, here.as_of()))
    if not records:
        raise Invalid(Problem("record", "example_nobody"))
    room = edit(app, key, lambda body: edits.put_examples(body, group, side, records), EDITS[side], group)
    return _done(room, side, len(records))


@bp.post("/<key>/<group>/examples/keep")
def keep_examples(app: str, key: str, group: str) -> Response:
    """Both sides of the dialog that finds rules become examples."""
    before = open_room(app, key, group)
    must_group(before)
    found = {side: by_example.side_of(before, side).ids for side in SIDES}
    if not any(found.values()):
        raise Invalid(Problem("record", "example_nobody"))

    def both(body: Body) -> Body:
        return edits.put_examples(edits.put_examples(body, group, "in", found["in"]), group, "out", found["out"])

    room = edit(app, key, both, KEPT, group)
    return _done(room, "kept", sum(map(len, found.values())))


def _done(room: Room, side: str, count: int) -> Response:
    """The bar and the count follow; the list too where it is open, and the consequences are counted again."""
    made: dict[str, Any] = groupings_page.made(room) | {"oob": True}
    told = {"in": ALWAYS, "out": NEVER, "kept": BOTH}.get(side, FREE)
    said = page.toast(told, room.lang, n=count, g=text(must_group(room).label))
    blocks = "bar,heading,rule" if made["tab"] == "examples" else "bar,heading"
    return page.show(groupings_page.PAGE, f"{blocks},recount", **made, toast=said)
