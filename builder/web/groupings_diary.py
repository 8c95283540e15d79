"""A scheme in time: sizes day by day, two days compared, who moved and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, request

from builder.web import groupings_page, pins
from builder.web.groupings_room import Room, bp, open_room
from builder.web.groupings_why import CAUSES
from runtime.definitions.grouping import Group
from runtime.groups import history
from runtime.records import access
from runtime.storage.live import LiveGrouping
from runtime.web import here, page

SPAN, POINTS, SHOWN = timedelta(days=30), 60, 20
FIRST = date(2000, 1, 1)  # nobody's diary goes back further
WIDE, HIGH = 100, 24


@dataclass
class Line:
    """One group in time: how many on the first and the last day, and its curve as SVG points."""

    group: Group
    was: int
    now: int
    points: str


@dataclass
class Flow:
    """So many from one group to another; None is no group."""

    old: Group | None
    new: Group | None
    count: int


@dataclass
class Moved:
    """One customer's move."""

    record: int
    title: str
    old: Group | None
    new: Group | None
    at: str
    cause: str


@bp.get("/<key>/-/diary")
def diary(app: str, key: str) -> Response:
    """The drawer, by the two days that are compared."""
    room = open_room(app, key)
    since, until = _days(room)
    made = _made(room, room.item, since, until) if room.item and room.item.live else {"lines": [], "flows": [], "moves": [], "begun": None}
    return page.show("builder/grouping/diary.html", room=room, since=since, until=until, label=groupings_page.text,
                     today=here.as_of().today, names=here.names(room.found), **made)


def _days(room: Room) -> tuple[date, date]:
    """The days that were asked for, in order and within reason; the last month where none were."""
    today = here.as_of().today
    until = max(min(_day("until") or today, today), FIRST)
    return max(min(_day("since") or until - SPAN, until), FIRST), until


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _made(room: Room, item: LiveGrouping, since: date, until: date) -> dict[str, Any]:
    conn, as_of = here.conn(), here.as_of()
    groups = {item.ids[key]: group for key, group in item.newest.groups.items() if group.parent is None and key in item.ids}
    span = (until - since).days
    days = sorted({since + timedelta(days=span * at // POINTS) for at in range(POINTS)} | {until})
    sizes = history.sizes(conn, room.live, item, days, as_of)
    ends = history.moment(since, as_of), history.moment(until, as_of)
    begun = history.begun(conn, item)
    return {
        "lines": [_line(group, sizes.get(number, [0] * len(days))) for number, group in groups.items()],
        "flows": [Flow(groups.get(old or 0), groups.get(new or 0), n) for old, new, n in history.flows(conn, item, *ends, list(groups))],
        "moves": _moves(room, history.moves(conn, item, *ends, list(groups), SHOWN), groups),
        "begun": begun,
    }


def _line(group: Group, column: Sequence[int]) -> Line:
    low, high = min(column), max(column)
    step = WIDE / max(len(column) - 1, 1)
    heights = (HIGH - 2 - (HIGH - 4) * ((n - low) / (high - low) if high > low else 0.5) for n in column)
    points = " ".join(f"{at * step:.1f},{height:.1f}" for at, height in enumerate(heights))
    return Line(group, column[0], column[-1], points)


def _moves(room: Room, found: Sequence[history.Move], groups: Mapping[int, Group]) -> list[Moved]:
    """Those whom the asker may see."""
    ids = [move.record for move in found]
    seen = access.visible_ids(here.conn(), room.found, room.live, here.actor(), ids, here.as_of())
    titles = pins.titles(room, [one for one in ids if one in seen])
    return [
        Moved(move.record, titles[move.record][0], groups.get(move.old or 0), groups.get(move.new or 0), move.at,
              CAUSES.get(move.cause, CAUSES["edit"]).say(room.lang))
        for move in found if move.record in titles
    ]
