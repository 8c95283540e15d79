"""What publishing would do: how many fit, who enters and leaves, from where; and the counts beside the conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from builder.web import groupings_page
from builder.web.groupings_counts import Counted, counted, figure, measured, told
from builder.web.groupings_page import share
from builder.web.groupings_room import Room
from builder.web.rules_scope import Scope
from runtime.errors import FenzuError
from runtime.groups import why
from runtime.groups.overlap import overlaps
from runtime.groups.preview import Draft, Flow, Impact
from runtime.groups.sampling import Sample, sample_of
from runtime.messages import say
from runtime.records import load
from runtime.records.targets import RecordTarget, shown
from runtime.rules.check import check_rule, errors
from runtime.rules.describe import sentence
from runtime.rules.explain import Reason, explain
from runtime.storage.latest import Stopped
from runtime.web import here, sheet

WHO = ("enter", "leave", "stay")
SAMPLE = 4


def answer(room: Room, who: str, exact: bool) -> dict[str, Any] | None:
    """The panel, estimated first where everybody would take too long; None when the asker went on to ask anew."""
    key = (here.actor().id, room.found.key, room.key)
    try:
        with here.fenzu().database.latest.only(key, here.conn()):
            return measured(room, partial(panel, room, who), exact)
    except Stopped:
        return None


def panel(room: Room, who: str, sample: Sample | None = None) -> dict[str, Any]:
    """The panel for the chosen group; a draft that is not finished says what is missing instead of counting."""
    who = who if who in WHO else "enter"
    found = counted(room, sample) if room.group is not None else Counted({}, False)
    made: dict[str, Any] = {
        "hits": told(found, room.lang),
        "about": sample is not None,
        "impact": None,
        "who": who,
        "broken": broken(room),
        "figures": {},
        "matched": None,
        "pinned_count": sum(map(len, groupings_page.pinned(room).values())),
        "label": groupings_page.text,
        "figure": partial(figure, about=sample is not None),
    }
    if room.group is None or made["broken"]:
        return made
    made["matched"] = found.steps[""].alone if "" in found.steps else None
    draft = Draft(here.conn(), room.found, room.grouping, here.as_of(), sample)
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
    found = some(draft, room.group.key, who, limit)
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


def some(draft: Draft, group: str, who: str, limit: int) -> list[tuple[int, str | None, str | None]]:
    """Those found in the sample of a large form are known at once, and stay when the exact numbers come."""
    sample = draft.sample or sample_of(draft.conn, draft.live)
    if sample is None:
        return draft.movers(group, who, limit)
    few = Draft(draft.conn, draft.app, draft.draft, draft.as_of, sample).movers(group, who, limit)
    return few if len(few) == limit or draft.sample else draft.movers(group, who, limit)


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
