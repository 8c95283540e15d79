"""What one should see before publishing a grouping: who goes from where to where, some by name, who clashes, who is left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from builder.web import groupings_impact, groupings_page, pins
from builder.web.groupings_room import Room
from runtime.errors import FenzuError
from runtime.groups import clashes, felt
from runtime.groups.preview import Draft, Flow, Impact
from runtime.web import here
from runtime.words import Words
from runtime.workflows.registry import TRIGGERS

WIDEST = 7
NAMED, EACH = 3, 3
NOWHERE = Words("没有分组", "No group")


def draft_of(room: Room) -> Draft:
    """The draft beside what is live."""
    return Draft(here.conn(), room.found, room.grouping, here.as_of())


def seen(room: Room) -> dict[str, Any]:
    """Everything the dialog shows of the consequences; nothing of it while the draft cannot be counted."""
    try:
        draft = draft_of(room)
        moves, asked = draft.impact(), felt.felt(draft)
        found = clashes.clashes(draft)[:4]
        left = clashes.unmatched(draft)
    except FenzuError:
        return {"moves": None}
    groups = room.grouping.groups
    return {
        "moves": moves,
        "felt": asked,
        "lines": lines(room, moves),
        "matrix": matrix(room, moves),
        "movers": movers(room, draft, moves),
        "clashes": [(label(room, one.group), label(room, one.other), one.number) for one in found if one.other in groups],
        "unmatched": left,
        "begins": begins(room, moves),
    }


def begins(room: Room, moves: Impact) -> list[tuple[str, str, int]]:
    """The workflows that these moves would set off: what each is called, its key, and for how many; before its own conditions."""
    flows = [(flow.old, flow.new, flow.count) for flow in moves.all()]
    found = []
    for item in room.found.workflows.values():
        node = item.workflow.trigger
        if not item.on or item.workflow.form != room.grouping.form or node["type"] not in TRIGGERS:
            continue
        if count := TRIGGERS[node["type"]].begun_by(node, room.grouping, flows):
            found.append((groupings_page.text(item.workflow.label), item.key, count))
    return sorted(found, key=lambda one: -one[2])


def lines(room: Room, moves: Impact) -> list[dict[str, Any]]:
    """The groups of the top level with who enters, who leaves and how many there will be."""
    made = []
    for group in room.grouping.top:
        enter, leave = (sum(f.count for f in found(group.key)) for found in (moves.enter, moves.leave))
        look = {"label": groupings_page.text(group.label), "color": group.color, "prefix": group.prefix}
        made.append(look | {"enter": enter, "leave": leave, "count": moves.count(group.key)})
    return made


def label(room: Room, key: str | None) -> dict[str, str]:
    """A group of the draft or of what is live as a chip; None is no group."""
    known = {**(room.item.newest.groups if room.item else {}), **room.grouping.groups}
    group = known.get(key or "")
    if group is None:
        return {"label": NOWHERE.say(room.lang), "color": "mo", "prefix": ""}
    return {"label": groupings_page.text(group.label), "color": group.color, "prefix": group.prefix}


def matrix(room: Room, moves: Impact) -> dict[str, Any] | None:
    """From where to where at the top level, one row for each group that anybody leaves; None where nobody changes place."""
    flows = moves.flows.get(None, ())
    if room.grouping.mode != "exclusive" or not any(flow.old != flow.new for flow in flows) or room.item is None:
        return None
    order = [group.key for group in room.grouping.top]
    olds = _ordered({flow.old for flow in flows if flow.old != flow.new}, order)
    news = _ordered({flow.new for flow in flows if flow.old != flow.new} | ({*olds} & {flow.new for flow in flows}), order)
    if len(olds) > WIDEST or len(news) > WIDEST:
        return {"rows": [], "columns": [], "flows": _most(room, flows)}
    counts = {(flow.old, flow.new): flow.count for flow in flows}
    rows = [{"from": label(room, old), "cells": [(counts.get((old, new), 0), old == new) for new in news]} for old in olds]
    return {"rows": rows, "columns": [label(room, new) for new in news], "flows": _most(room, flows)}


def _ordered(keys: set[str | None], order: Sequence[str]) -> list[str | None]:
    """Groups as they are asked, then those that go, then none."""
    return [*(key for key in order if key in keys), *sorted(key for key in keys if key and key not in order), *([None] if None in keys else [])]


def _most(room: Room, flows: Sequence[Flow]) -> list[tuple[dict[str, str], dict[str, str], int]]:
    """The largest moves, for a narrow screen and for many groups."""
    moved = sorted((flow for flow in flows if flow.old != flow.new), key=lambda flow: -flow.count)
    return [(label(room, flow.old), label(room, flow.new), flow.count) for flow in moved[:8]]


def movers(room: Room, draft: Draft, moves: Impact) -> list[dict[str, Any]]:
    """Some by name, of the groups that most would enter, each with what decides."""
    if room.item is None or room.item.live is None:
        return []
    entering = {group.key: sum(flow.count for flow in moves.enter(group.key)) for group in room.grouping.top}
    most = sorted((key for key, count in entering.items() if count), key=lambda key: -entering[key])[:NAMED]
    found = [one for key in most for one in draft.movers(key, "enter", EACH)]
    titles = pins.titles(room, [record for record, _old, _new in found])
    return [
        {"id": record, "title": titles.get(record, (f"#{record}", ""))[0], "from": label(room, old), "to": label(room, new), "because": because(room, record, old, new)}
        for record, old, new in found
    ]


def because(room: Room, record: int, old: str | None, new: str | None) -> str:
    """The condition that brings a record in; of who lands in the group for the rest, the one that no longer keeps it."""
    groups = room.grouping.groups
    asked = next((groups[key] for key in (new, old) if key in groups and groups[key].rule), None)
    return groupings_impact.because(replace(room, group=asked), record) if asked else ""
