"""A rule from examples: customers who belong and some who don't give up to three rules to choose from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from builder.web import groupings_page, pins
from builder.web.groupings_room import Room, bp, must_group, open_room
from runtime.errors import Invalid, Problem
from runtime.fold import fold
from runtime.groups import example
from runtime.messages import say
from runtime.records import access, known
from runtime.rules.describe import sentence
from runtime.web import here, page
from runtime.web.odd import whole

SIDES = ("in", "out")
MOST_NAMES = 2_000


@dataclass
class Offer:
    """One rule as people read it, and as the page sends it back."""

    said: str
    sent: str
    right: int
    asked: int
    total: int


@dataclass
class Side:
    """The examples of one side: the chosen records with their names, and the names that were pasted."""

    chosen: list[tuple[int, str]]
    typed: str
    ids: list[int]
    unknown: list[str]


@bp.get("/<key>/<group>/examples")
def examples(app: str, key: str, group: str) -> Response:
    """The dialog: who belongs, who doesn't."""
    return _shown(open_room(app, key, group), {side: Side([], "", [], []) for side in SIDES})


@bp.post("/<key>/<group>/examples")
def by_examples(app: str, key: str, group: str) -> Response:
    """The rules found, in the same dialog with everything that was chosen and typed."""
    room = open_room(app, key, group)
    sides = {side: side_of(room, side) for side in SIDES}
    try:
        return _shown(room, sides, offers=_offers(room, sides))
    except Invalid as refused:
        return _shown(room, sides, say(refused.problems[0], room.lang), status=422)


def _shown(room: Room, sides: dict[str, Side], problem: str = "", offers: Sequence[Offer] | None = None, status: int = 200) -> Response:
    return page.show("builder/grouping/examples.html", status=status, room=room, group=must_group(room), sides=sides,
                     problem=problem, offers=offers, label=groupings_page.text)


def side_of(room: Room, side: str) -> Side:
    """What was chosen and pasted, as far as the asker may see it."""
    form, conn = request.form, here.conn()
    picked, typed = form.getlist(side, type=whole), form.get(f"{side}_names", "")
    names = list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
    if len(names) + len(picked) > MOST_NAMES:
        raise Invalid(Problem(side, "examples_too_many", {"most": MOST_NAMES}))
    named = _named(room, names)
    seen = access.visible_ids(conn, room.found, room.live, here.actor(), [*picked, *(i for ids in named.values() for i in ids)], here.as_of())
    titles = pins.titles(room, [one for one in picked if one in seen])
    ids = list(dict.fromkeys([*titles, *(i for name in names for i in sorted(named.get(name, ())) if i in seen)]))
    unknown = [name for name in names if not any(i in seen for i in named.get(name, ()))]
    return Side([(one, titles[one][0]) for one in titles], typed, ids, unknown)


def _named(room: Room, names: Sequence[str]) -> dict[str, set[int]]:
    """The records with a pasted title or code."""
    title = room.live.form.title_field
    found = known.by_key(here.conn(), room.live, title, sorted({fold(name) for name in names})) if names else {}
    coded = next((key for key, field in room.live.form.live_fields.items() if field.type.coded), None)
    codes = known.by_key(here.conn(), room.live, coded, sorted(set(names))) if names and coded else {}
    return {name: found.get(fold(name), set()) | codes.get(name, set()) for name in names}


def _offers(room: Room, sides: dict[str, Side]) -> list[Offer]:
    """Up to three rules; raises Invalid where one side has nobody, or one customer stands on both."""
    ins, outs = sides["in"].ids, sides["out"].ids
    for side, ids in (("in", ins), ("out", outs)):
        if not ids:
            raise Invalid(Problem(side, f"examples_none_{side}"))
    if set(ins) & set(outs):
        both = pins.titles(room, sorted(set(ins) & set(outs))[:1])
        raise Invalid(Problem("in", "examples_both", {"name": next(iter(both.values()), ("", ""))[0]}))
    found = example.suggest(here.conn(), room.found, room.live, ins, outs, here.as_of())
    words = groupings_page.scope_of(room.found, room.grouping.form).words
    return [Offer(sentence(one.rule, words, room.lang), json.dumps(one.rule, ensure_ascii=False), one.kept + one.left_out,
                  len(ins) + len(outs), one.total) for one in found]

