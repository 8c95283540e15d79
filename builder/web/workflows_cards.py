"""The canvas: the trigger, the steps under each other, branches side by side, each with the sentence its kind says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.edits.flow_tree import TRIGGER
from builder.web.workflows_lacks import NO_STEPS, Said, said
from builder.web.workflows_room import Room, kind_of, trigger_of
from runtime.definitions.parts import COLORS
from runtime.definitions.workflow import Branch, Workflow
from runtime.errors import FenzuError
from runtime.web import here
from runtime.words import Words, read
from runtime.workflows.base import StepType, TriggerType
from runtime.workflows.check import form_at
from runtime.workflows.registry import STEPS, TRIGGERS
from runtime.workflows.wording import Teller

IF, REST, ALWAYS, ONLY = Words("如果 {rule}", "If {rule}"), Words("其他情况", "Otherwise"), Words("同时做", "At the same time"), Words("只在{rule}时", "Only when {rule}")
NO_RULE, UNKNOWN = Words("还没写条件", "No condition yet"), Words("不认识的步骤", "Unknown step")
FROM = 4  # the mineral palette from its greens on: warm and red ones are for what went wrong


@dataclass
class Card:
    """The trigger or a step; `ways` are its branches, `inside` the list it stands in."""

    at: str
    icon: str
    color: str
    title: str
    said: str
    problems: list[Said]
    inside: str = ""
    ways: list[Way] = field(default_factory=list)
    branching: str = ""
    number: int = 0


@dataclass
class Way:
    """A branch with its steps; `rest` takes whoever goes no other way, `said` is what it asks."""

    at: str
    title: str
    said: str
    rest: bool
    asks: bool
    problems: list[Said]
    cards: list[Card]


def color_of(kind: StepType | TriggerType | None) -> str:
    """Each kind its own hue, by its place in the registry."""
    family = STEPS if isinstance(kind, StepType) else TRIGGERS
    place = list(family).index(kind.name) if kind is not None and kind.name in family else -1
    return COLORS[(FROM + place * 5) % len(COLORS)] if place >= 0 else "mo"


def said_of(kind: StepType | TriggerType, node: Mapping[str, Any], tell: Teller) -> str:
    """The sentence of a card; one half filled in has none yet."""
    try:
        return kind.say(node, tell)
    except (FenzuError, KeyError, TypeError, ValueError, AttributeError):
        return ""


def begins(flow: Workflow, tell: Teller) -> list[str]:
    """What sets a workflow off beyond the kind of its trigger: the trigger's own sentence, and for whom it counts."""
    kind, rule = trigger_of(flow), flow.trigger.get("when")
    said = [said_of(kind, flow.trigger, tell)] if kind else []
    if rule and rule.get("rules"):
        said.append(tell.word(ONLY, rule=_clause(tell, rule)))
    return [one for one in said if one]


def _clause(tell: Teller, rule: Mapping[str, Any]) -> str:
    try:
        return tell.clause(rule)
    except (FenzuError, KeyError, TypeError, ValueError):
        return "…"


class Canvas:
    """The cards of one draft."""

    def __init__(self, room: Room) -> None:
        self.room, self.names = room, here.names(room.found)
        self.wrong: dict[str, list[Said]] = {}
        for problem in room.problems:
            if problem.code != NO_STEPS:
                self.wrong.setdefault(room.address_of(problem.path), []).append(said(problem, room.lang))

    def tell(self, form: str) -> Teller:
        return Teller(self.room.found, form, self.names)

    def trigger(self) -> Card:
        """The card on top."""
        room = self.room
        kind, tell = trigger_of(room.flow), self.tell(room.flow.form)
        title = kind.label.say(room.lang) if kind else UNKNOWN.say(room.lang)
        said = " · ".join([tell.form_name(room.flow.form), *begins(room.flow, tell)])
        return Card(TRIGGER, kind.icon if kind else "help-circle", color_of(kind), title, said, self.wrong.get(TRIGGER, []))

    def steps(self, nodes: Sequence[Mapping[str, Any]] | None = None, inside: str = "") -> list[Card]:
        """The cards of a list of steps."""
        every = self.room.draft.body["steps"] if nodes is None else nodes
        return [self._card(node, inside, number) for number, node in enumerate(every, 1)]

    def _card(self, node: Mapping[str, Any], inside: str, number: int) -> Card:
        step, lang = self.room.flow.steps[node["key"]], self.room.lang
        kind = kind_of(step)
        tell = self.tell(form_at(self.room.flow, step, self.room.whole).key)
        title = read(node.get("label"), lang) or (kind.label.say(lang) if kind else UNKNOWN.say(lang))
        card = Card(step.key, kind.icon if kind else "help-circle", color_of(kind), title, said_of(kind, node, tell) if kind else step.type,
                    self.wrong.get(step.key, []), inside, branching=kind.branching if kind else "", number=number)
        asks = card.branching == "ask"
        card.ways = [self._way(step.key, way, branch, asks, tell) for way, branch in zip(node.get("branches", ()), step.branches, strict=False)]
        return card

    def _way(self, key: str, node: Mapping[str, Any], branch: Branch, asks: bool, tell: Teller) -> Way:
        at, lang = f"{key}.{branch.key}", self.room.lang
        rest = asks and branch.when is None
        said = ""
        if asks and branch.when is not None:
            said = IF.say(lang, rule=_clause(tell, branch.when)) if branch.when.get("rules") else NO_RULE.say(lang)
        return Way(at, read(branch.label, lang) or (REST if rest else ALWAYS).say(lang), said, rest, asks, self.wrong.get(at, []),
                   self.steps(node["steps"], at))
