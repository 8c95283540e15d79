"""What publishing would do: how many fit, who enters and leaves, from where; and the counts beside the conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from builder.web import groupings_page
from builder.web.groupings_page import share
from builder.web.groupings_room import Room
from builder.web.rules_rows import owner
from builder.web.rules_scope import Scope
from runtime.errors import FenzuError
from runtime.groups import preview, why
from runtime.groups.overlap import overlaps
from runtime.groups.preview import Draft, Flow, Impact
from runtime.messages import say
from runtime.records import load
from runtime.records.targets import RecordTarget, shown
from runtime.rules.check import check_rule, errors
from runtime.rules.describe import sentence
from runtime.rules.explain import Reason, explain
from runtime.rules.shape import is_group, under
from runtime.web import here, sheet

WHO = ("enter", "leave", "stay")
SAMPLE = 4


def panel(room: Room, who: str) -> dict[str, Any]:
    """The panel for the chosen group; a draft that is not finished says what is missing instead of counting."""
    who = who if who in WHO else "enter"
    made: dict[str, Any] = {
        "hits": {},
        "impact": None,
        "who": who,
        "broken": broken(room),
        "figures": {},
        "matched": None,
        "pinned_count": sum(map(len, groupings_page.pinned(room).values())),
        "label": groupings_page.text,
    }
    if room.group is None:
        return made
    if room.rule:
        made["hits"] = hits(room)
        made["matched"] = made["hits"].get("") if not made["broken"] else None
    if made["broken"]:
        return made
    draft = Draft(here.conn(), room.found, room.grouping, here.as_of())
    impact = draft.impact()
    return made | _felt(room, draft, impact, who)


def _felt(room: Room, draft: Draft, impact: Impact, who: str) -> dict[str, Any]:
    assert room.group is not None
    key = room.group.key
    enter, leave, count = impact.enter(key), impact.leave(key), impact.count(key)
    numbers = {"enter": sum(f.count for f in enter), "leave": sum(f.count for f in leave)}
    numbers["stay"] = count - numbers["enter"]
    first = who if numbers[who] or not any(numbers.values()) else next(k for k in WHO if numbers[k])
    return {
        "impact": impact,
        "count": count,
        "online": impact.live(key),
        "total": impact.total,
        "numbers": numbers,
        "who": first,
        "percent": round(count * 100 / impact.total, 1) if impact.total else 0,
        "flows": flows(room, enter if first == "enter" else leave if first == "leave" else [], first),
        "movers": movers(room, draft, first),
        "figures": figures(room, impact),
        "overlaps": [(room.grouping.groups[name], n) for name, n in overlaps(draft, key).items()],
    }


def broken(room: Room) -> list[tuple[str, str, str]]:
    """What stops the draft from being counted: group key, its name and the sentence."""
    target = RecordTarget(room.found, room.live, shown(room.found))
    return [
        (group.key, groupings_page.text(group.label), say(problem, room.lang))
        for group in room.grouping.groups.values()
        if group.rule
        for problem in errors(check_rule(group.rule, target))[:1]
    ]


def hits(room: Room) -> dict[str, int]:
    """How many records fit each condition and box alone; what is not finished has no count and hides no other."""
    target = RecordTarget(room.found, room.live, shown(room.found))
    bad = {owner(problem.path) for problem in errors(check_rule(room.rule, target))}
    try:
        if not bad:
            return preview.fits(here.conn(), room.found, room.live, room.rule, here.as_of())
        good = list(_whole(room.rule, "", bad))
        if not good:
            return {}
        flat = {"combinator": "or", "rules": [part for _, part in good]}
        found = preview.fits(here.conn(), room.found, room.live, flat, here.as_of())
    except FenzuError:
        return {}
    return {
        path + name.removeprefix(under("", at)): n
        for at, (path, _) in enumerate(good)
        for name, n in found.items()
        if name == under("", at) or name.startswith(under("", at) + ".")
    }


def _whole(part: Any, path: str, bad: set[str]) -> Any:
    """The largest parts of a rule in which nothing is wrong."""
    if path and not any(one == path or one.startswith(f"{path}.") for one in bad):
        yield path, part
    elif is_group(part):
        for at, inner in enumerate(part["rules"]):
            yield from _whole(inner, under(path, at), bad)


def flows(room: Room, moved: Sequence[Flow], who: str) -> list[dict[str, Any]]:
    """From where they come, or where they go, the most first."""
    top = max((f.count for f in moved), default=0)
    known = {**(room.item.newest.groups if room.item else {}), **room.grouping.groups}
    made = []
    for flow in sorted(moved, key=lambda f: -f.count)[:6]:
        other = known.get((flow.old if who == "enter" else flow.new) or "")
        made.append(
            {
                "label": groupings_page.text(other.label) if other else "",
                "color": other.color if other else "mo",
                "count": flow.count,
                "share": share(flow.count, top),
            }
        )
    return made


def movers(room: Room, draft: Draft, who: str, limit: int = SAMPLE) -> list[dict[str, Any]]:
    """Some of those who enter, leave or stay, with what decides and where from."""
    assert room.group is not None
    found = draft.movers(room.group.key, who, limit)
    records = load.records(here.conn(), room.live, [one[0] for one in found])
    names = here.names(room.found)
    known = {**(room.item.newest.groups if room.item else {}), **room.grouping.groups}
    made = []
    for record, old, new in found:
        other = known.get((old if who == "enter" else new if who == "leave" else "") or "")
        made.append(
            {
                "id": record,
                "title": sheet.title_of(room.live, records[record], names),
                "because": because(room, record),
                "from": groupings_page.text(other.label) if other else "",
                "color": other.color if other else "mo",
            }
        )
    return made


def because(room: Room, record: int) -> str:
    """One short line: the condition that says most about a record, with the value it has."""
    if not room.rule:
        return ""
    scope = groupings_page.scope_of(room.found, room.grouping.form)
    try:
        reason = explain(here.conn(), room.rule, scope.target, record, here.as_of())
    except FenzuError:
        return ""
    leaves = list(reason.leaves()) if reason else []
    told = sorted(leaves, key=lambda leaf: (leaf.ok != (reason.ok if reason else True), "agg" not in leaf.rule))
    return line(room, scope, told[0]) if told else ""


def line(room: Room, scope: Scope, reason: Reason) -> str:
    """A condition and what the record has."""
    said = sentence({"combinator": "and", "rules": [reason.rule]}, scope.words, room.lang)
    return f"{why.held(room.found, room.live, reason, scope.names)} · {said}"


def figures(room: Room, impact: Impact) -> dict[str, dict[str, Any]]:
    """By group, how many there would be, how many more or fewer that is, and the width of its bar."""
    top = max((impact.count(g.key) for g in room.grouping.top), default=0)
    made: dict[str, dict[str, Any]] = {}
    for key in room.grouping.groups:
        count, online = impact.count(key), impact.live(key)
        made[key] = {
            "count": count,
            "delta": count - online if room.item else 0,
            "share": share(min(count, online) if room.item else count, top),
            "more": share(count - online, top) if room.item and count > online else 0,
        }
    return made


def members(room: Room, after: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Some of those who would be in the chosen group, whoever was there before."""
    draft = Draft(here.conn(), room.found, room.grouping, here.as_of())
    return [*movers(room, draft, "enter", 10), *movers(room, draft, "stay", 20)]
