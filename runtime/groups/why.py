"""Why a record is where it is: the groups asked in order, each with its answer and the values it looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from runtime import clock
from runtime.clock import AsOf
from runtime.definitions.form import Field
from runtime.definitions.grouping import Group, Grouping, Siblings
from runtime.errors import Invalid
from runtime.fields.base import Names
from runtime.fields.days import say_day
from runtime.groups import pins
from runtime.groups.pins import Pin
from runtime.groups.wording import AppWording
from runtime.records.targets import SYSTEM, RecordTarget, shown
from runtime.rules.explain import Reason, explain
from runtime.rules.operators import OPERATORS
from runtime.storage.live import LiveApp, LiveForm
from runtime.words import Words

PINNED, KEPT_OUT, FITS, REST, NO, SKIPPED, BROKEN, NO_RULE = (
    "pinned",
    "kept_out",
    "fits",
    "rest",
    "no",
    "skipped",
    "broken",
    "no_rule",
)
_NONE = Words("没有", "none")
_BLANK = Words("没有填", "blank")
_IN_NONE = Words("不在这些分组", "in none of them")
_COMMA = Words("、", ", ")
_NEVER, _EMPTY = Words("没有过", "never"), Words("空白", "blank")
_TURNED = Words("最近一次在 {day}：{was} → {became}", "last on {day}: {was} → {became}")


@dataclass(frozen=True)
class Step:
    """One group being asked. `outcome` is one of the names above; `reason` has the values where a rule was asked."""

    group: Group
    outcome: str
    reason: Reason | None = None
    pin: Pin | None = None

    @property
    def joined(self) -> bool:
        return self.outcome in (PINNED, FITS, REST)


@dataclass(frozen=True)
class Walk:
    """One record's way through a grouping: the decisions of people about it, and every group in the order of asking."""

    pins: tuple[Pin, ...]
    steps: tuple[Step, ...]

    @property
    def groups(self) -> list[str]:
        """The groups the record ends in, nested ones included."""
        return [step.group.key for step in self.steps if step.joined]


class Walker:
    """Asks the groups of a grouping, published or drafted, about one record."""

    def __init__(self, conn: Connection, app: LiveApp, grouping: Grouping, record: int, as_of: AsOf) -> None:
        self.conn, self.app, self.grouping, self.record, self.as_of = conn, app, grouping, record, as_of
        self.live = app.form(grouping.form)
        self.target = RecordTarget(app, self.live, shown(app))
        at = clock.text(as_of.at)
        found = pins.of_record(conn, app, self.live, record)
        self.pins = tuple(p for p in found if p.grouping == grouping.key and (p.until is None or p.until > at))

    def walk(self) -> Walk:
        """All groups, a parent before its children; children only of groups the record is in."""
        steps: dict[str, Step] = {}
        for level in self.grouping.levels:
            if level.parent is None or (level.parent in steps and steps[level.parent].joined):
                steps |= {step.group.key: step for step in self._level(level)}
        return Walk(self.pins, tuple(steps[key] for key in self.grouping.groups if key in steps))

    def _level(self, level: Siblings) -> Iterator[Step]:
        groups = [self.grouping.groups[key] for key in level.keys]
        if level.mode != "exclusive":
            for group in groups:
                yield self._alone(group)
            return
        taken = next((group.key for group in groups if self._kept(group, pins.IN)), None)
        last = [group for group in groups if group.key == level.fallback]
        for group in [*(g for g in groups if g.key != level.fallback), *last]:
            step = self._ordered(group, taken, rest=group.key == level.fallback)
            taken = group.key if step.joined else taken
            yield step

    def _alone(self, group: Group) -> Step:
        """Overlapping: in by rule or by hand, unless kept out."""
        out, kept = self._pin(group.key, pins.OUT), self._kept(group, pins.IN)
        if out is not None:
            return Step(group, KEPT_OUT, pin=out)
        return Step(group, PINNED, pin=kept) if kept is not None else self._asked(group)

    def _ordered(self, group: Group, taken: str | None, *, rest: bool) -> Step:
        """Exclusive: a pin beats the order, whoever is kept out is asked for the next group."""
        if taken == group.key:
            return Step(group, PINNED, pin=self._kept(group, pins.IN))
        if taken is not None:
            return Step(group, SKIPPED)
        out = self._pin(group.key, pins.OUT)
        if out is not None:
            return Step(group, KEPT_OUT, pin=out)
        return Step(group, REST) if rest else self._asked(group)

    def _asked(self, group: Group) -> Step:
        if group.rule is None:
            return Step(group, NO_RULE)
        try:
            reason = explain(self.conn, group.rule, self.target, self.record, self.as_of)
        except Invalid:
            return Step(group, BROKEN)
        return Step(group, FITS if reason is not None and reason.ok else NO, reason)

    def _pin(self, key: str, keep: str) -> Pin | None:
        return next((pin for pin in self.pins if pin.group == key and pin.keep == keep), None)

    def _kept(self, group: Group, keep: str) -> Pin | None:
        """A pin into a group, or into one nested in it, which pins its ancestors."""
        found = self._pin(group.key, keep)
        for child in self.grouping.children(group.key):
            found = found or self._kept(child, keep)
        return found


def walk(conn: Connection, app: LiveApp, grouping: Grouping, record: int, as_of: AsOf) -> Walk:
    """The way of one record through a grouping's groups, with pins and order applied as membership applies them."""
    return Walker(conn, app, grouping, record, as_of).walk()


def held(app: LiveApp, live: LiveForm, reason: Reason, names: Names) -> str:
    """What the record has where a condition looked, as text: ¥28,640, 企业客户, 没有填."""
    leaf, actual, lang = reason.rule, reason.actual, names.lang
    if OPERATORS[leaf["operator"]].takes == "past":
        return _happened(live, reason, names)
    if leaf.get("field") == "$group":
        said = AppWording(app, live.key, names, lang)
        return _COMMA.say(lang).join(said.group(key) for key in actual) or _IN_NONE.say(lang)
    if "match" in leaf:
        return f"{int(actual or 0):,}"
    if "agg" in leaf:
        return _sum(app, live, leaf, actual, names)
    field = _field(app, live, str(leaf["field"]))
    if isinstance(actual, list):
        return (field.type.show(actual, field.settings, names) if field and actual else "") or _NONE.say(lang)
    if actual is None:
        return _BLANK.say(lang)
    if field is None:
        return _system(str(leaf["field"]), actual, names)
    return field.type.show(field.type.load(actual, field.settings), field.settings, names)


def _happened(live: LiveForm, reason: Reason, names: Names) -> str:
    """When it happened last: the day, and of a field what it was and what it became."""
    if reason.actual is None:
        return _NEVER.say(names.lang)
    on = clock.moment(reason.actual).astimezone(ZoneInfo(names.zone)).date()
    field = live.form.fields.get(str(reason.rule["field"]))
    if field is None or not reason.other:
        return say_day(on, names.lang)
    was, became = (_written(field, value, names) for value in json.loads(reason.other))
    return _TURNED.say(names.lang, day=say_day(on, names.lang), was=was, became=became)


def _written(field: Field, value: Any, names: Names) -> str:
    """A value out of the history; the field may have been of another type when it was written."""
    try:
        text = field.type.show(value, field.settings, names)
    except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError):
        text = str(value)
    return text or _EMPTY.say(names.lang)


def _sum(app: LiveApp, live: LiveForm, leaf: Any, actual: Any, names: Names) -> str:
    agg = leaf["agg"]
    if actual is None:
        return _NONE.say(names.lang)
    found = app.related(live.key, leaf["field"])
    field = _field(app, found[0], str(agg.get("of"))) if found and agg.get("of") else None
    if field is None or agg["fn"] in ("count", "countDistinct"):
        return f"{int(actual):,}"
    if isinstance(actual, float | Decimal):
        actual = round(actual)
    return field.type.show(field.type.load(actual, field.settings), field.settings, names)


def _field(app: LiveApp, live: LiveForm, name: str) -> Field | None:
    link, dot, rest = name.partition(".")
    if not dot:
        return live.form.fields.get(name)
    near = live.form.fields.get(link)
    target = app.forms.get(near.form or "") if near else None
    return target.form.fields.get(rest) if target else None


def _system(name: str, actual: Any, names: Names) -> str:
    kind = SYSTEM[name][1] if name in SYSTEM else ""
    return names.person(actual) if kind == "person" else str(actual)[:10] if kind == "datetime" else str(actual)
