"""Where a grouping or one of its groups is used, before it is changed or taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response

from builder.edits.grouping import walk
from builder.web import groupings_page, rules_kept, start
from builder.web.groupings_room import KIND, Room, bp, open_room
from runtime.definitions.uses import Use, uses_of
from runtime.rules.deps import dependencies
from runtime.web import here, page
from runtime.words import Words

SAVED = Words("存下的规则「{name}」", "The saved rule “{name}”")
# What a group is needed for by name; a code or a column needs the grouping.
BY_NAME = "rule"


@dataclass(frozen=True)
class Place:
    """One place that uses it, where that is changed, and whether it would break without it."""

    said: str
    href: str
    breaks: bool


def listed(room: Room, group: str | None = None) -> list[Place]:
    """The places that use a grouping or one group of it, each once, those that would break first."""
    lang = here.actor().lang
    seen: dict[str, Place] = {}
    for use in uses_of(room.found.whole, KIND, room.key, group=group):
        if (use.kind, use.key) != (KIND, room.key):
            said = use.where.say(lang)
            said = said[:1].upper() + said[1:]
            seen[said] = Place(said, start.address_of(room.found, use), seen[said].breaks if said in seen else _breaks(use, group))
    seen |= {place.said: place for place in _saved(room, group)}
    return sorted(seen.values(), key=lambda place: not place.breaks)


def _saved(room: Room, group: str | None) -> Iterator[Place]:
    """Saved rules that name it: copied where they are used, they break nothing and would say so when taken."""
    for each in rules_kept.kept(room.found, room.grouping.form):
        names = dependencies(rules_kept.whole(each["rule"])).groups
        if any(name == f"{room.key}/{group}" if group else name.startswith(f"{room.key}/") for name in names):
            yield Place(SAVED.say(room.lang, name=groupings_page.text(each["label"])), "", False)


def _breaks(use: Use, group: str | None) -> bool:
    return use.part == BY_NAME or group is None


def needed(room: Room, group: str) -> list[Place]:
    """What would break without a published group or one nested in it."""
    node = groupings_page.node_of(room.draft.body, group)
    keys = [one["key"] for one in (node, *walk(node)) if node and room.item and one["key"] in room.item.newest.groups]
    found = {place.said: place for key in keys for place in listed(room, key) if place.breaks}
    return list(found.values())


def in_the_way(room: Room, group: str | None) -> Response | None:
    """Who needs a group, or with None the whole grouping, with the ways there; None where it may go."""
    places = needed(room, group) if group else [place for place in listed(room) if room.item and place.breaks]
    if not places:
        return None
    return page.show("builder/grouping/used.html", status=409, room=room, places=places, name=_name(room, group), stops=True, aside=True)


def _name(room: Room, group: str | None) -> str:
    chosen = room.grouping.groups.get(group or "")
    return groupings_page.text(chosen.label if chosen else room.grouping.label)


@bp.get("/<key>/-/used")
@bp.get("/<key>/<group>/used")
def used(app: str, key: str, group: str | None = None) -> Response:
    """Everything that uses a grouping or a group."""
    room = open_room(app, key, group)
    return page.show("builder/grouping/used.html", room=room, places=listed(room, group), name=_name(room, group), stops=False, aside=False)
