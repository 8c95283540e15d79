"""Random workflows and random events of a day, drawn from a seed, and the small system they run in.

Every step that writes adds its own word to the record's `log`, so that a step that was lost or done twice can be seen in the
record itself, not only in what the engine says of itself.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.accounts.actor import Actor
from runtime.storage.db import Database
from tests.crm import Crm, form, made, one, options
from tests.crm import field as field_of
from tests.flows import Flows, flow, step, way

Node = dict[str, Any]
HOURS, RECORDS, FLOWS = 14, 5, 6
KINDS = ("enterprise", "person", "agent")
DAYS = (None, "2026-11-20", "2026-11-23", "2026-11-24")
CUSTOMER = form("customer", "name", {
    "name": field_of("text", "客户名称", {"type": "string", "minLength": 1, "maxLength": 200}),
    "kind": field_of("choice", "客户类型", {"oneOf": options(*KINDS)}),
    "size": field_of("number", "规模", {"type": "number"}),
    "since": field_of("date", "首次合作", {"type": "string", "format": "date"}),
    "log": field_of("long_text", "经过", {"type": "string", "minLength": 1, "maxLength": 50_000}, maxLength=50_000),
}, ["name"])


@dataclass(frozen=True)
class Event:
    """What happens to one record in one hour: create, change (its kind), remove or restore."""

    hour: int
    record: int
    what: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Story:
    """The workflows and what happens, all from one seed."""

    seed: int
    records: int = RECORDS
    flows: list[tuple[str, Node]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        dice = random.Random(self.seed)
        self.flows = [_flow(dice, f"f{number}") for number in range(FLOWS)]
        for record in range(self.records):
            self.events += _life(dice, record)

    def of(self, hour: int) -> list[Event]:
        return [event for event in self.events if event.hour == hour]


def _life(dice: random.Random, record: int) -> list[Event]:
    values = {"kind": dice.choice(KINDS), "size": dice.randrange(100)}
    since = dice.choice(DAYS)
    hour, there = dice.randrange(3), True
    found = [Event(hour, record, "create", {**values, **({"since": since} if since else {})})]
    kind = values["kind"]
    for later in range(hour + 1, HOURS):
        if dice.random() > 0.2:
            continue
        what = dice.choice(("change", "change", "change", "remove")) if there else "restore"
        there = what != "remove"
        if what == "change":
            kind = dice.choice([one for one in KINDS if one != kind])
        found.append(Event(later, record, what, {"kind": kind} if what == "change" else {}))
    return found


def _flow(dice: random.Random, key: str) -> tuple[str, Node]:
    trigger: Node = dice.choice(({"type": "created"}, {"type": "created", "when": _rule(dice)}, {"type": "changed", "fields": ["kind"]},
                                 {"type": "changed", "fields": ["kind"], "to": [dice.choice(KINDS)]}))
    names = iter(f"{key}s{number}" for number in range(1_000))
    return flow(key, trigger, *_steps(dice, names, 0, least=1))


def _steps(dice: random.Random, names: Any, depth: int, least: int = 0) -> list[Node]:
    return [_step(dice, next(names), names, depth) for _ in range(dice.randint(least, 4 - depth))]


def _step(dice: random.Random, key: str, names: Any, depth: int) -> Node:
    what = dice.choices(("set", "branch", "parallel", "wait", "until", "rule", "stop", "bad"), (40, 14, 14, 14, 4, 4, 2, 2))[0]
    if what in ("branch", "parallel") and depth == 3:
        what = "set"
    match what:
        case "set":
            return step(key, "set_fields", set=[{"field": "log", "text": {"zh": f"{{log}} {key}", "en": f"{{log}} {key}"}}])
        case "branch":
            last = [way(f"{key}w", *_steps(dice, names, depth + 1))] if dice.random() < 0.7 else []
            ways = [way(f"{key}v{n}", *_steps(dice, names, depth + 1), when=_rule(dice)) for n in range(dice.randint(1, 2))]
            return step(key, "branch", branches=ways + last)
        case "parallel":
            return step(key, "parallel", branches=[way(f"{key}p{n}", *_steps(dice, names, depth + 1)) for n in range(dice.randint(1, 3))])
        case "wait":
            return step(key, "wait", **{"for": {"n": dice.randint(1, 4), "unit": "hour"}})
        case "until":
            return step(key, "wait", until="since")
        case "rule":
            return step(key, "wait", when=_rule(dice), most={"n": dice.randint(1, 4), "unit": "hour"})
        case "stop":
            return step(key, "stop")
    return step(key, "set_fields", set=[{"field": "kind", "value": "no such kind"}])


def _rule(dice: random.Random) -> Node:
    leaf = dice.choice(({"field": "kind", "operator": "=", "value": dice.choice(KINDS)}, {"field": "size", "operator": ">", "value": dice.randrange(20, 80)}))
    return dict(one(leaf))


@dataclass
class Told:
    """A story while it is being lived: the records by their number in the story."""

    story: Story
    flows: Flows
    ids: dict[int, int] = field(default_factory=dict)

    @property
    def crm(self) -> Crm:
        return self.flows.crm

    def happen(self, hour: int) -> None:
        """What people do in one hour."""
        for event in self.story.of(hour):
            match event.what:
                case "create":
                    self.ids[event.record] = self.crm.add("customer", name=f"n{event.record}", log="begun", **event.values)
                case "change":
                    self.crm.set("customer", self.ids[event.record], **event.values)
                case "remove":
                    self.crm.drop("customer", self.ids[event.record])
                case "restore":
                    self.crm.restore("customer", self.ids[event.record])


def begun(database: Database, boss: Actor, seed: int, records: int = RECORDS) -> Told:
    """The system with the story's workflows, before anything has happened."""
    story = Story(seed, records)
    crm = made(database, boss, [("form", CUSTOMER), *story.flows])
    return Told(story, Flows(crm))
