"""For whom the workflow that is drawn would have run in the last month: a sentence, a few bars, and who they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request

from builder.web.workflows_room import Room, bp, open_room
from runtime.definitions.form import Form
from runtime.errors import FenzuError
from runtime.web import here, page
from runtime.web.odd import whole
from runtime.words import Words, read
from runtime.workflows import past
from runtime.workflows.kept_lines import MOST
from runtime.workflows.past import Past

PAGE = 20
FOR = Words("过去一个月会为 {n} {unit}运行", "Last month it would have run for {n} {unit}")
AT_LEAST = Words("过去一个月至少会为 {n} {unit}运行", "Last month it would have run for at least {n} {unit}")
FOR_NONE = Words("过去一个月没有「{noun}」会让它运行", "Last month no record of “{noun}” would have begun it")
NONE_SEEN = Words("看过的最近 {n} 处里，没有会让它运行的", "Among the newest {n} that were looked at, none would have begun it")
ALONE = Words("过去一个月会运行 {n} 次", "Last month it would have run {n} time|Last month it would have run {n} times")
TIMES = Words("，共 {n} 次", ", {n} times in all")
UNFINISHED = Words("先把「开始」设好，才看得出过去会跑几次", "Say what begins it first; then its past can be told")
HIGH = 32  # of the tallest bar


@dataclass
class Bar:
    """One week: its Monday, how often, how high."""

    monday: date
    count: int
    high: int


@bp.get("/<key>/-/past")
def told_past(app: str, key: str) -> Response:
    """The block, for the panel of the test run and the dialog before publishing; `more` gives the next lines of its list."""
    room = open_room(app, key)
    if any(room.address_of(one.path) == "-" and one.path.startswith("trigger") and one.severity == "error" for one in room.problems):
        return page.show("builder/flow/past.html", flow=room, problem=UNFINISHED.say(room.lang), past=None)
    try:
        found = past.of(here.conn(), room.found, here.actor(), room.flow, here.as_of())
    except FenzuError:
        return page.show("builder/flow/past.html", flow=room, problem=UNFINISHED.say(room.lang), past=None)
    return page.show("builder/flow/past_more.html" if request.args.get("more") else "builder/flow/past.html", flow=room, past=found, problem="", most=MOST, **shown(room, found))


def shown(room: Room, found: Past) -> dict[str, Any]:
    """A page of the list with their names, and the bars."""
    start, live = max(0, request.args.get("more", 0, type=whole)), room.found.form(room.flow.form)
    part = list(found.records.items())[start:start + PAGE]
    known = here.names(room.found)
    known.prime_records(live.key, [one for one, _ in part])
    top = max([*found.weeks.values(), 1])
    return {"rows": [(one, known.record(live.key, one) or f"#{one}", at) for one, at in part],
            "high": HIGH,
            "next": start + PAGE if start + PAGE < len(found.records) else None, "said": said(room, found), "live": live,
            "times": TIMES.say(room.lang, n=found.runs) if found.runs > len(found.records) and not found.alone else "",
            "bars": [Bar(monday, count, round(HIGH * count / top)) for monday, count in found.weeks.items()] if found.runs and found.whole else []}


def said(room: Room, found: Past) -> str:
    """The sentence."""
    form, count = room.found.form(room.flow.form).form, len(found.records)
    words = ALONE if found.alone else (FOR if found.whole else AT_LEAST) if count else FOR_NONE if found.whole else NONE_SEEN
    n = found.runs if found.alone else count or MOST
    return words.say(room.lang, n=n, noun=read(form.label, room.lang), unit=unit(form, room.lang, count))


def unit(form: Form, lang: str, count: int) -> str:
    """What so many are counted in: 位客户, customers."""
    one, _, many = form.unit.get(lang, "").partition("|")
    return f"{one}{read(form.label, lang)}" if lang == "zh" else one if count == 1 else many or f"{one}s"
