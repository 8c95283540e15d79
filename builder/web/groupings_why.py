"""One record's way through the groups as people read it: each condition with the value it met, and what was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from builder.web import groupings_page
from builder.web.groupings_room import Room
from builder.web.rules_scope import Scope
from runtime.definitions.grouping import Group
from runtime.groups import membership, nearly, why
from runtime.groups.pins import Pin
from runtime.records.queries import Reader
from runtime.rules.describe import sentence
from runtime.rules.explain import Reason
from runtime.rules.nearly import Change
from runtime.storage import system_tables as tables
from runtime.web import here, sheet
from runtime.words import Words

AND = Words("，并且", ", and ")
ALL, ANY = Words("全部都要符合", "All of these"), Words("任意一条就行", "Any of these")
OF = Words("符合 {a} / {b}", "{a} of {b}")
CAUSES = {
    "edit": Words("资料改了", "an edit"),
    "import": Words("导入", "an import"),
    "rule": Words("规则改了", "a rule change"),
    "silent": Words("规则改了，静默发布", "a rule change, published silently"),
    "clock": Words("时间到了", "the clock"),
    "audit": Words("夜间核对", "the nightly check"),
    "template": Words("安装模板", "the template"),
    "api": Words("接口写入", "the API"),
    "bulk": Words("批量修改", "a bulk edit"),
    "claim": Words("领取", "a claim"),
    "give_back": Words("退回公海", "giving back"),
    "reclaim": Words("自动回公海", "the pool"),
    "restore": Words("放回来", "a restore"),
    "undo": Words("撤销", "an undo"),
    "pin": Words("手动安排", "a decision by hand"),
    "workflow": Words("流程", "a workflow"),
}
ONE_CHANGE, SOME = Words("差一点：改这一处就会进来", "Nearly in: one change would do"), Words("改这 {n} 处就会进来", "These {n} changes would do")
NO_LONGER = Words("不再「{said}」", "no longer “{said}”")
HAS, LACKS = Words("现在{held}", "now {held}"), Words("现在{held}，差 {diff}", "now {held}, {diff} short")
JOINED, LEFT = Words("进入「{g}」，{c}", "Joined “{g}”: {c}"), Words("离开「{g}」，{c}", "Left “{g}”: {c}")


@dataclass
class Line:
    """One condition: whether it fits, what it says, and what the record has."""

    ok: bool
    said: str
    held: str
    inner: list[Line] = field(default_factory=list)


@dataclass
class Near:
    """What little would bring a record in: a heading, and for each change what has to hold and what is there now."""

    said: str
    changes: list[tuple[str, str]]


@dataclass
class Asked:
    """One group that was asked."""

    group: Group
    label: str
    order: int
    outcome: str
    joined: bool
    lines: list[Line]
    pin: Pin | None
    near: Near | None = None


def way(room: Room, record: int) -> dict[str, Any]:
    """Everything the panel shows about one record."""
    conn, names = here.conn(), here.names(room.found)
    stored = Reader(conn, room.found, room.live, here.actor(), here.as_of()).one(record)
    walker = why.Walker(conn, room.found, room.grouping, record, here.as_of())
    walk = walker.walk()
    names.prime_people([pin.by for pin in walk.pins if pin.by])
    now = membership.groups_of(conn, room.found, room.live, [record]).get(record, {}).get(room.key, [])
    groups = {**(room.item.newest.groups if room.item else {}), **room.grouping.groups}
    scope = groupings_page.scope_of(room.found, room.grouping.form)
    return {
        "walk": walk,
        "asked": [_asked(room, scope, walker, step) for step in walk.steps if step.outcome != why.SKIPPED],
        "skipped": [groupings_page.text(s.group.label) for s in walk.steps if s.outcome == why.SKIPPED],
        "names": names,
        "title": sheet.title_of(room.live, stored, names),
        "code": sheet.code_of(room.found, room.live, stored),
        "now": [groups[key] for key in now if key in groups],
        "then": [groups[key] for key in walk.groups],
        "label": groupings_page.text,
        "diary": diary(room, record),
    }


def _asked(room: Room, scope: Scope, walker: why.Walker, step: why.Step) -> Asked:
    reason = step.reason
    told = lines(room, scope, reason, step.joined) if reason is not None else []
    return Asked(
        step.group,
        groupings_page.text(step.group.label),
        step.group.siblings.keys.index(step.group.key) + 1,
        step.outcome,
        step.joined,
        told,
        step.pin,
        near(room, scope, nearly.changes(walker, step), told),
    )


def near(room: Room, scope: Scope, changes: Sequence[Change] | None, told: Sequence[Line]) -> Near | None:
    """The smallest change in words, with what is there now and, for a limit, how much is lacking.

    Nothing where the conditions above it have said the same already.
    """
    if not changes:
        return None
    made = [(_turns(scope, change, room.lang), _there(room, scope, change)) for change in changes]
    if {text for text, _there in made} == {line.said for line in told} and not any(map(nearly.missing, changes)):
        return None
    return Near(ONE_CHANGE.say(room.lang) if len(made) == 1 else SOME.say(room.lang, n=len(made)), made)


def _turns(scope: Scope, change: Change, lang: str) -> str:
    told = [(sentence({"combinator": "and", "rules": [leaf]}, scope.words, lang), ok) for leaf, ok in change.turns]
    return AND.say(lang).join(text if ok else NO_LONGER.say(lang, said=text) for text, ok in told)


def _there(room: Room, scope: Scope, change: Change) -> str:
    if change.vague or isinstance(change.to, tuple):
        return ""
    now = why.held(room.found, room.live, Reason("", change.turns[0][0], False, change.actual), scope.names)
    lack = nearly.missing(change)
    if lack is None:
        return HAS.say(room.lang, held=now)
    return LACKS.say(room.lang, held=now, diff=why.held(room.found, room.live, lack, scope.names))


def lines(room: Room, scope: Scope, reason: Reason, whole: bool) -> list[Line]:
    """The conditions of a rule; of one that does not fit only what stands in the way."""
    found = [_line(room, scope, part) for part in reason.parts]
    if whole or reason.rule.get("combinator") == "or":
        return found
    return [line for line in found if not line.ok] or found


def _line(room: Room, scope: Scope, part: Reason) -> Line:
    if part.kind == "group":
        inner = [_line(room, scope, one) for one in part.parts]
        both = OF.say(room.lang, a=sum(one.ok for one in inner), b=len(inner))
        return Line(part.ok, (ANY if part.rule.get("combinator") == "or" else ALL).say(room.lang), both, inner)
    said = sentence({"combinator": "and", "rules": [part.rule]}, scope.words, room.lang)
    return Line(part.ok, said, why.held(room.found, room.live, part, scope.names))


def diary(room: Room, record: int, limit: int = 8) -> list[tuple[str, str]]:
    """When the record joined and left groups of this grouping, newest first: a moment and a sentence."""
    if room.item is None:
        return []
    d = tables.diary
    query = sa.select(d).where(d.c.form_id == room.live.id, d.c.record_id == record, d.c.grouping_id == room.item.id)
    groups = {number: key for key, number in room.item.ids.items()}
    made = []
    for row in here.conn().execute(query.order_by(d.c.id.desc()).limit(limit)):
        group = room.item.newest.groups.get(groups.get(row.group_id, ""))
        if group is not None:
            cause = CAUSES.get(row.cause, CAUSES["edit"]).say(room.lang)
            made.append(
                (row.at, (JOINED if row.joined else LEFT).say(room.lang, g=groupings_page.text(group.label), c=cause))
            )
    return made
