"""How often a group's members are contacted: what its settings show, and who would be asked for now, before it is published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response

from builder.web.groupings_room import Room, bp, must_group, open_room
from runtime.records import cadences, contacts
from runtime.records.cadences import MOST, Cadence
from runtime.storage.latest import Stopped
from runtime.web import here, page
from runtime.words import Words, read
from runtime.workflows import overdue

SHOWN = 8
UNITS = (("day", Words("天", "days")), ("week", Words("周", "weeks")), ("month", Words("个月", "months")))


def made(room: Room) -> dict[str, Any]:
    """What the settings of the open group ask for; without a form for talks, or a field for the owner, only what is missing."""
    if room.group is None:
        return {}
    people = [(key, read(field.label, room.lang)) for key, field in room.live.form.live_fields.items() if cadences.names_one(field)]
    node = room.group.cadence or {}
    every = node.get("every", {"n": 1, "unit": "week"})
    return {"cadence": {"on": bool(node), "n": every["n"], "unit": every["unit"], "who": node.get("who", people[0][0] if people else ""), "most": node.get("most", MOST),
                        "people": people, "units": [(key, label.say(room.lang)) for key, label in UNITS], "talks": contacts.talks_of(room.found, room.live.key) is not None}}


@bp.get("/<key>/<group>/cadenced")
def cadenced(app: str, key: str, group: str) -> Response:
    """How many are overdue now, and for whom, by the cadence of the draft."""
    room = open_room(app, key, group)
    cadence = _drafted(room)
    if cadence is None:
        return page.show("builder/grouping/cadenced.html", found=None)
    try:
        with here.fenzu().database.latest.only((here.actor().id, app, "cadence"), here.conn()):
            found = overdue.foreseen(here.conn(), cadence, here.as_of())
    except Stopped:
        return page.nothing()
    mine, n = [one for one in found if one.here], sum(one.n for one in found)
    return page.show("builder/grouping/cadenced.html", found=mine[:SHOWN], rest=len(mine) - SHOWN, n=n,
                     today=sum(min(one.n, cadence.most) for one in mine), nobody=n - sum(one.n for one in mine))


def _drafted(room: Room) -> Cadence | None:
    """The cadence as the draft has it, over those who are in the group now."""
    if room.item is None:
        return None
    return cadences.made(room.found, replace(room.item, newest=room.grouping), must_group(room))
