"""What the grouping designer shows: schemes, groups in order, the open rule, and the bar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import request, url_for

from builder import drafts
from builder.drafts import Unpublished
from builder.edits.grouping import DEEPEST, walk
from builder.publish import schedule
from builder.web import groupings_cadence, groupings_findings, rules_days, start
from builder.web.groupings_room import KIND, PANELS, TABS, Room
from builder.web.rules_rows import Rows
from builder.web.rules_scope import Scope
from runtime import clock, words
from runtime.definitions.grouping import Group
from runtime.definitions.parts import COLORS
from runtime.groups import pins, preview
from runtime.records import load
from runtime.rules.describe import describe
from runtime.rules.operators import Operator
from runtime.storage.live import LiveApp, LiveGrouping
from runtime.web import here, places, sheet
from runtime.words import Words

Sizes = dict[str, dict[str, int]]
PAGE = "builder/grouping/page.html"
GROUPS = Words("{n} 个组", "{n} group|{n} groups")
SEVERAL = Words("可同时在多个组", "Can be in several")
UNPUBLISHED = Words("有修改没发布", "unpublished")
CLASH = Words("前缀 {p} 和「{g}」重复", "Prefix {p} is also used by {g}")
TOP = Words("最外层", "At the top")
NEW = Words("还没发布", "not published yet")


@dataclass
class Scheme:
    """One grouping in the list at the left."""

    key: str
    label: str
    sub: str
    bars: list[tuple[str, int]]
    on: bool
    dot: bool


@dataclass
class Card:
    """One group in the list: its place, how many it has, and its share of everybody."""

    group: Group
    label: str
    order: int
    rest: bool
    count: int
    share: int
    kids: list[Card] = field(default_factory=list)
    warning: str = ""
    open: bool = False


OF_DAYS = {
    "<": Words("早于", "is before"),
    "<=": Words("不晚于", "is on or before"),
    ">": Words("晚于", "is after"),
    ">=": Words("不早于", "is on or after"),
}
OF_TIMES = {**OF_DAYS, "<=": Words("不晚于", "is at or before"), ">=": Words("不早于", "is at or after")}


def made(room: Room, tab: str | None = None) -> dict[str, Any]:
    """Everything the page and its blocks need."""
    sizes = all_sizes(room.found)
    tab = tab or request.values.get("tab", "rule")
    panel = request.values.get("panel", "impact")
    return {
        **start.surroundings(room.found),
        "room": room,
        "draft": room.draft,
        "group": room.group,
        "cards": cards(room, sizes.get(room.key, {})),
        "schemes": schemes(room.found, room.key, sizes),
        "tab": tab if tab in TABS else "rule",
        "panel": panel if panel in PANELS else "impact",
        "changes": room.changes,
        "colors": COLORS,
        "oob": False,
        "scheduled": schedule.of(here.conn(), room.found.id, KIND, room.key),
        "pins": pinned(room),
        "code": code_card(room.found, room.grouping.form),
        "several": len({item.newest.form for item in room.found.groupings.values()}) > 1,
        "label": text,
        **drawn(room),
        **around(room),
        **groupings_cadence.made(room),
        **groupings_findings.seen(room),
    }


def around(room: Room) -> dict[str, Any]:
    """What the open group's other tabs need: its explanation, where it could stand, who is placed by hand."""
    held = [pin for found in pinned(room).values() for pin in found]
    names = here.names(room.found)
    names.prime_people([pin.by for pin in held if pin.by])
    records = load.records(here.conn(), room.live, sorted({pin.record for pin in held}))
    titles = {
        i: (sheet.title_of(room.live, one, names), sheet.code_of(room.found, room.live, one))
        for i, one in records.items()
    }
    own = room.group.key if room.group else ""
    free = [g for g in room.grouping.groups.values() if own not in (g.key, *(one.key for one in room.grouping.above(g.key)))] if own else []
    return {
        "titles": titles,
        "last_day": last_day,
        "help_text": node_of(room.draft.body, own).get("help", {}),
        "deepest": bool(own) and len(room.grouping.above(own)) + 1 >= DEEPEST,
        "parents": [("", TOP.say(room.lang)), *((g.key, "　" * len(room.grouping.above(g.key)) + text(g.label)) for g in free)] if free else [],
    }


def last_day(until: str) -> date:
    """The last local day of a decision that ends at a stored moment."""
    return (clock.moment(until) - timedelta(seconds=1)).astimezone(here.as_of().zone).date()


def node_of(body: Any, key: str) -> Any:
    """A group's part of the document, or an empty one."""
    return next((node for node in walk(body) if node["key"] == key), {})


def drawn(room: Room) -> dict[str, Any]:
    """The open rule as rows and as a sentence."""
    scope = scope_of(room.found, room.grouping.form)
    return {
        "root": Rows(scope, room.rule, room.old_rule).root(),
        "scope": scope,
        "said": describe(room.rule, scope.words, room.lang) if room.rule else [],
        "days": rules_days.CHOICES,
        "phrase_of": phrase_of,
    }


def phrase_of(operator: Operator, kind: str, lang: str) -> str:
    """A comparison as the row says it; days come before and after each other, they are not smaller."""
    own = {"day": OF_DAYS, "time": OF_TIMES}.get(kind, {})
    return own.get(operator.name, operator.phrase).say(lang)


def scope_of(found: LiveApp, form: str) -> Scope:
    """The fields a rule about a form can use, with names in the reader's language."""
    return Scope(found, form, here.names(found))


def text(label: Any) -> str:
    """A definition's own text in the reader's language."""
    return words.read(label, here.actor().lang)


def schemes(found: LiveApp, open_key: str, sizes: Sizes) -> list[Scheme]:
    """All groupings, published and drafted, with their members as a bar."""
    conn, lang = here.conn(), here.actor().lang
    waiting = {one.key: one for one in drafts.unpublished(conn, found.id) if one.kind == KIND}
    made = [
        _published(item, sizes.get(item.key, {}), item.key in waiting, open_key, lang)
        for form in found.forms
        for item in found.groupings_of(form)
    ]
    return [*made, *(_drafted(one, open_key, lang) for one in waiting.values() if one.new)]


def _published(item: LiveGrouping, sizes: dict[str, int], waits: bool, open_key: str, lang: str) -> Scheme:
    newest = item.newest
    named = (
        " · ".join(f"{g.prefix} {text(g.label)}" for g in newest.top[:2])
        if len(newest.top) == 2 and all(g.prefix for g in newest.top)
        else ""
    )
    sub = SEVERAL.say(lang) if newest.mode == "overlapping" else named or GROUPS.say(lang, n=len(newest.top))
    if waits:
        sub = f"{GROUPS.say(lang, n=len(newest.top))} · {UNPUBLISHED.say(lang)}"
    return Scheme(
        item.key,
        text(newest.label),
        sub,
        [(g.color, sizes.get(g.key, 0)) for g in newest.top if sizes.get(g.key)],
        item.key == open_key,
        waits,
    )


def _drafted(one: Unpublished, open_key: str, lang: str) -> Scheme:
    return Scheme(one.key, text(one.label), NEW.say(lang), [], one.key == open_key, True)


def all_sizes(found: LiveApp) -> dict[str, dict[str, int]]:
    """How many each group of every grouping has."""
    made: dict[str, dict[str, int]] = {}
    for form in {item.newest.form for item in found.groupings.values()}:
        made |= preview.sizes(here.conn(), found, found.form(form))
    return made


def cards(room: Room, sizes: dict[str, int]) -> list[Card]:
    """The groups of the top level with those nested in them."""
    most = max([sizes.get(g.key, 0) for g in room.grouping.top], default=0)
    return [_card(room, group, at, sizes, most) for at, group in enumerate(room.grouping.top, 1)]


def _card(room: Room, group: Group, at: int, sizes: dict[str, int], most: int) -> Card:
    count = sizes.get(group.key, 0)
    kids = [_card(room, child, n, sizes, count) for n, child in enumerate(room.grouping.children(group.key), 1)]
    rest = group.siblings.fallback == group.key
    chosen = room.group is not None and room.group.key == group.key
    return Card(group, text(group.label), at, rest, count, share(count, most), kids, warning(room, group), chosen)


def share(count: int, most: int) -> int:
    """A bar's width in percent: the largest group fills it nearly, a small one is seen still."""
    return max(2, round(count * 92 / most)) if count and most else 0


def warning(room: Room, group: Group) -> str:
    """Another group that gives the same letters to a code, here or in another scheme."""
    if not group.prefix or group.parent is not None:
        return ""
    for other in room.grouping.top:
        if (
            other.key != group.key
            and other.prefix
            and (other.prefix.startswith(group.prefix) or group.prefix.startswith(other.prefix))
        ):
            return CLASH.say(room.lang, p=group.prefix, g=text(other.label))
    for item in room.found.groupings_of(room.grouping.form):
        for other in item.newest.top if item.key != room.key else ():
            if other.prefix == group.prefix:
                return CLASH.say(room.lang, p=group.prefix, g=f"{text(item.newest.label)} · {text(other.label)}")
    return ""


def pinned(room: Room) -> dict[str, list[Any]]:
    """The decisions about the chosen group, kept in and kept out."""
    if room.item is None or room.group is None:
        return {"in": [], "out": []}
    found = [pin for pin in pins.of_grouping(here.conn(), room.found, room.key) if pin.group == room.group.key]
    return {keep: [pin for pin in found if pin.keep == keep] for keep in ("in", "out")}


def code_card(found: LiveApp, form: str) -> dict[str, Any] | None:
    """The code of the form as an example, or None where it has none."""
    code = found.code_of(form)
    if code is None:
        return None
    return {
        "parts": [_part(found, segment) for segment in code.segments if "text" not in segment and "check" not in segment],
        "label": text(code.label),
        "href": url_for("build_codes.edit", app=found.key, form=form) if places.there("build_codes.edit") else "",
    }


def _part(found: LiveApp, segment: dict[str, Any]) -> dict[str, str]:
    """One segment with an example of its letters."""
    if "group" in segment and segment["group"] in found.groupings:
        grouping = found.groupings[segment["group"]].newest
        first = next((g for g in grouping.top if g.prefix), None)
        return {
            "text": first.prefix if first else segment.get("none", ""),
            "color": first.color if first else "mo",
            "name": text(grouping.label),
        }
    if "serial" in segment:
        return {
            "text": "1".zfill(segment["serial"]["width"]),
            "color": "",
            "name": Words("流水号", "number").say(here.actor().lang),
        }
    if "field" in segment:
        return {
            "text": next(iter(segment["map"].values()), segment.get("none", "")),
            "color": "dian",
            "name": segment["field"],
        }
    return {"text": segment.get("text") or segment.get("date", ""), "color": "", "name": ""}
