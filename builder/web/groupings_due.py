"""What is due of a scheme: who will move by themselves, decisions and examples to look at again, and the nightly check."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request, url_for

from builder.web import groupings_page, pins
from builder.web.groupings_room import Room, bp, open_room
from runtime.definitions.grouping import Group
from runtime.groups import foreseen, upkeep
from runtime.records import access
from runtime.rules.shape import VALUES
from runtime.storage.live import LiveGrouping
from runtime.web import here, page

SPANS, SHOWN, RUNS = (7, 30), 40, 5


@dataclass
class Coming:
    """One customer who will move on a day; None is no group."""

    record: int
    title: str
    old: Group | None
    new: Group | None
    on: date


@dataclass
class Look:
    """A decision or an example that somebody should look at again."""

    record: int
    title: str
    group: Group
    keep: str
    example: bool
    since: str
    until: date | None


@dataclass
class Night:
    """One audit: when, how long, of how many, and what was put right, grouping by grouping."""

    at: str
    seconds: int
    asked: int
    mended: list[tuple[str, int]]


@bp.get("/<key>/-/due")
def due(app: str, key: str) -> Response:
    """The drawer, for the next week or month."""
    room = open_room(app, key)
    days = next((span for span in SPANS if request.args.get("days") == str(span)), SPANS[0])
    made = _made(room, room.item, days) if room.item and room.item.live else {"outlook": None, "moves": [], "looks": [], "href": ""}
    stroke = upkeep.newest(here.conn(), room.found, upkeep.CLOCK, 1)
    return page.show("builder/grouping/due.html", room=room, days=days, spans=SPANS, label=groupings_page.text, shown=SHOWN,
                     most=foreseen.MOST, named=VALUES, nights=_nights(room), stroke=stroke[0] if stroke else None, **made)


def _made(room: Room, item: LiveGrouping, days: int) -> dict[str, Any]:
    conn, as_of = here.conn(), here.as_of()
    outlook = foreseen.look(conn, room.found, room.live, item, as_of, days)
    titles = _titles(room, [move.record for move in outlook.moves[:SHOWN]])
    groups = _groups(item)
    return {
        "outlook": outlook,
        "moves": [Coming(move.record, titles[move.record], groups.get(move.old or 0), groups.get(move.new or 0), move.on)
                  for move in outlook.moves[:SHOWN] if move.record in titles],
        "looks": [*_pins(room, item, days), *_examples(room, item)],
        "href": _list(room, [move.record for move in outlook.moves]),
    }


def _groups(item: LiveGrouping) -> dict[int, Group]:
    return {item.ids[key]: group for key, group in item.newest.groups.items() if key in item.ids}


def _titles(room: Room, records: Iterable[int]) -> dict[int, str]:
    """What those are called whom the asker may see."""
    ids = sorted(set(records))
    seen = access.visible_ids(here.conn(), room.found, room.live, here.actor(), ids, here.as_of())
    return {record: title for record, (title, _code) in pins.titles(room, [one for one in ids if one in seen]).items()}


def _list(room: Room, records: list[int]) -> str:
    """The same customers as a list, as many as a condition can name."""
    ids = list(dict.fromkeys(records))[:VALUES]
    named = json.dumps({"field": "$id", "operator": "in", "value": ids}, separators=(",", ":"))
    return url_for("records.list_page", app=room.found.key, form=room.live.key, f=named) if ids else ""


def _pins(room: Room, item: LiveGrouping, days: int) -> list[Look]:
    found, groups = foreseen.pins(here.conn(), item, here.as_of(), days), _groups(item)
    titles = _titles(room, [one.record for one in found])
    return [Look(one.record, titles[one.record], groups[one.group], one.keep, False, one.at,
                 groupings_page.last_day(one.until) if one.until else None)
            for one in found if one.record in titles and one.group in groups]


def _examples(room: Room, item: LiveGrouping) -> list[Look]:
    found = foreseen.examples(here.conn(), item, here.as_of())[:SHOWN]
    titles = _titles(room, [record for _group, _side, record in found])
    return [Look(record, titles[record], item.newest.groups[group], side, True, "", None) for group, side, record in found if record in titles]


def _nights(room: Room) -> list[Night]:
    """The last audits of the app."""
    names = {key: groupings_page.text(item.newest.label) for key, item in room.found.groupings.items()}
    return [Night(run.begun, run.seconds, run.asked, [(names.get(key, key), n) for key, n in run.found.items()])
            for run in upkeep.newest(here.conn(), room.found, upkeep.AUDIT, RUNS)]
