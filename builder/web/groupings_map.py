"""The group map: which groups share customers, who is in none, and what is to be said of the rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from builder.web import groupings_findings, groupings_page, start
from builder.web.groupings_room import Room, bp, open_room
from runtime.definitions.grouping import Group
from runtime.errors import Problem
from runtime.groups.crossed import Crossed, Name, crossed, drawn
from runtime.messages import say
from runtime.storage.live import LiveGrouping
from runtime.web import here, page
from runtime.web.lists import State
from runtime.words import LANGUAGES, read

PAGE = "builder/grouping/map.html"
HEATS = (0.02, 0.25, 0.5, 0.75)  # a cell grows darker at these shares of its row
SEEN = 12


@dataclass(frozen=True)
class Head:
    """A group at the head of a row or a column; no group stands for those in none of the grouping."""

    name: Name
    group: Group | None
    size: int
    condition: Mapping[str, Any]
    href: str

    @property
    def depth(self) -> int:
        return 0 if self.group is None or self.group.parent is None else 1


@dataclass(frozen=True)
class Cell:
    """How many a row and a column share, as a part of the row, and the list of them."""

    count: int
    share: int
    heat: int
    own: bool
    href: str


@dataclass(frozen=True)
class Row:
    """One group and what it shares with each column."""

    head: Head
    cells: list[Cell]


@bp.get("/<key>/-/map")
def chart(app: str, key: str) -> Response:
    """The map's page; its figures come a moment later, because a pass over a million members takes seconds."""
    room = open_room(app, request.args.get("of") or key)
    others = [item for item in room.found.groupings_of(room.grouping.form) if item.live]
    beside = _beside(room, others)
    context = {
        **start.surroundings(room.found),
        "room": room, "label": groupings_page.text, "others": others, "beside": beside,
        "made": _made(room, beside) if page.wants_fragment() else None,
    }
    # what the page asks for by itself is no step that anybody would go back by
    chosen = room.url("chart", group=None, **{"with": beside.key}) if beside and "of" in request.args else None
    return page.show(PAGE, "figures", push=chosen if chosen != page.origin() else None, **context)


def _beside(room: Room, others: Sequence[LiveGrouping]) -> LiveGrouping | None:
    """The grouping that was asked for; else its own where one may be in several groups, else the first other one."""
    asked = next((item for item in others if item.key == request.args.get("with")), None)
    if asked is not None or room.item is None or room.item.live is None:
        return asked
    several = room.item.grouping.mode == "overlapping"
    return room.item if several else next((item for item in others if item.key != room.key), room.item)


def _made(room: Room, beside: LiveGrouping | None) -> dict[str, Any]:
    every = groupings_findings.found(room)
    told = groupings_findings.told(room, every)
    if room.item is None or room.item.live is None or beside is None:
        return {"told": told, "seen": [], "rows": [], "columns": [], "crossed": None, "empty": 0}
    items = [room.item] if beside.key == room.key else [room.item, beside]
    found = crossed(here.conn(), room.live, items)
    lists = _Lists(room)
    columns, rows = _heads(lists, found, beside), _heads(lists, found, room.item)
    empty = [head for head in rows if head.group is not None and not head.size]
    return {
        "told": told, "seen": list(_seen(room, found, rows, beside, every))[:SEEN], "crossed": found, "columns": columns,
        "rows": [Row(row, [_cell(lists, found, row, column) for column in columns]) for row in rows],
        "empty": len(empty), "none": [(item, lists.of(_outside(item))) for item in items], "left_out": sum(len(item.grouping.groups) - len(drawn(item)) for item in items),
    }


class _Lists:
    """The addresses of the lists behind the figures, in a view that hides nobody where there is one."""

    def __init__(self, room: Room) -> None:
        views = [view for view in room.found.views.values() if view.form == room.live.key]
        self.view = next((view.key for view in views if not view.filter), "")
        self.path = url_for("records.list_page", app=room.found.key, form=room.live.key)

    def of(self, *conditions: Mapping[str, Any]) -> str:
        """The customers whom all of these fit."""
        return self.path + State(view=self.view).address(f=[json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in conditions])


def _within(name: Name) -> Mapping[str, Any]:
    return {"field": "$group", "operator": "in", "value": ["/".join(name)]}


def _outside(item: LiveGrouping) -> Mapping[str, Any]:
    """In no group of a grouping; who is in none at the top is in no nested one."""
    return {"field": "$group", "operator": "notIn", "value": [f"{item.key}/{group.key}" for group in item.grouping.top]}


def _heads(lists: _Lists, found: Crossed, item: LiveGrouping) -> list[Head]:
    """The groups of a grouping, and those in none of them where there are any."""
    made = []
    for group in drawn(item):
        name = (item.key, group.key)
        made.append(Head(name, group, found.sizes.get(name, 0), _within(name), lists.of(_within(name))))
    if found.none[item.key] and not found.cut:
        made.append(Head((item.key, ""), None, found.none[item.key], _outside(item), lists.of(_outside(item))))
    return made


def _cell(lists: _Lists, found: Crossed, row: Head, column: Head) -> Cell:
    own = row.name == column.name
    count = row.size if own else _shared(found, row, column)
    share = count / row.size if row.size else 0
    conditions = [row.condition] if own else [row.condition, column.condition]
    return Cell(count, round(share * 100), sum(share >= limit for limit in HEATS) if count else 0, own, lists.of(*conditions) if count else "")


def _shared(found: Crossed, row: Head, column: Head) -> int:
    if row.group is not None and column.group is not None:
        return found.shared(row.name, column.name)
    if row.group is None and column.group is None:
        return found.neither
    inside, outside = (row, column) if column.group is None else (column, row)
    return found.outside.get((inside.name, outside.name[0]), 0)


def _seen(room: Room, found: Crossed, rows: Sequence[Head], beside: LiveGrouping, every: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """What is so today and need not be so tomorrow, each with the way to it."""
    lang = room.lang
    for item in {room.key: room.item, beside.key: beside}.values():
        if item is not None and found.none[item.key] and not found.cut:
            said = say(Problem("", "seen_none", {"n": f"{found.none[item.key]:,}", "grouping": item.newest.label}), lang)
            yield said, next((row.href for row in rows if row.group is None and row.name[0] == item.key), "")
    proved = {one.group for one in every}
    for row in rows:
        if row.group is None or row.group.key in proved:
            continue
        code, others = _plain(found, row, rows)
        if code:
            params = {"group": row.group.label, "n": f"{row.size:,}", "others": others}
            yield say(Problem("", code, params), lang), room.url("one", group=row.group.key)


def _plain(found: Crossed, row: Head, rows: Sequence[Head]) -> tuple[str, Any]:
    """What the figures say of one group: nobody in it, everybody, or nobody who is not in another one of the same level as well."""
    if not row.size:
        return "seen_empty", ""
    if row.size == found.total:
        return "seen_all", ""
    assert row.group is not None
    for other in rows:
        if other.group is not None and other.group is not row.group and other.group.parent == row.group.parent and found.shared(row.name, other.name) == row.size:
            return "seen_within", {lang: groupings_findings.QUOTED[lang][0].format(read(other.group.label, lang)) for lang in LANGUAGES}
    return "", ""
