"""What the workflow designer shows: the bar, the canvas, the drawer, the menu of steps, and the list of all workflows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for

from builder import drafts
from builder.web import groupings_page, rules_days, start, workflows_controls
from builder.web.rules_rows import Rows
from builder.web.rules_scope import Scope
from builder.web.workflows_cards import Canvas, Card, begins, color_of
from builder.web.workflows_lacks import LACKING, NO_STEPS
from builder.web.workflows_room import KIND, Room, trigger_of
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.fold import fold, full_pinyin, initials
from runtime.messages import say
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveWorkflow
from runtime.web import here
from runtime.words import read
from runtime.workflows.base import StepType, TriggerType
from runtime.workflows.registry import SHELVES, STEPS, TRIGGERS
from runtime.workflows.wording import Teller

PAGE = "builder/flow/page.html"


@dataclass(frozen=True)
class Kind:
    """A kind of step or trigger in a menu; `words` is all that finds it."""

    name: str
    label: str
    icon: str
    color: str
    words: str


@dataclass(frozen=True)
class Line:
    """One workflow in the list."""

    key: str
    label: str
    sub: str
    icon: str
    color: str
    item: LiveWorkflow | None
    changes: int
    last: str | None
    why: str


@dataclass
class RuleRoom:
    """A rule of a workflow, as the rule editor asks for it: where it stands and what it is called."""

    room: Room
    name: str
    form: str

    @property
    def found(self) -> LiveApp:
        return self.room.found

    @property
    def draft(self) -> Any:
        return self.room.draft

    @property
    def origin(self) -> dict[str, str]:
        return self.room.origin

    @property
    def key(self) -> str:
        return self.room.key

    def url(self, endpoint: str, **values: Any) -> str:
        return self.room.url(endpoint, at=self.room.at, name=self.name, **values)


def kinds(of: Iterable[StepType | TriggerType], lang: str) -> list[Kind]:
    """Kinds as a menu; words in both languages, pinyin and initials find what is in it."""
    return [Kind(one.name, one.label.say(lang), one.icon, color_of(one), _found_by(one)) for one in of]


def _found_by(kind: StepType | TriggerType) -> str:
    more = kind.words if isinstance(kind, StepType) else ""
    return " ".join(map(fold, (kind.label.zh, kind.label.en, full_pinyin(kind.label.zh), initials(kind.label.zh), more)))


def made(room: Room) -> dict[str, Any]:
    """Everything the page and its blocks need."""
    canvas = Canvas(room)
    trigger, cards = canvas.trigger(), canvas.steps()
    return {
        **start.surroundings(room.found),
        "sections": [],
        "back_href": url_for("build_workflows.index", app=room.found.key),
        "flow": room,
        "draft": room.draft,
        "item": room.item,
        "changes": room.changes,
        "trigger": trigger,
        "cards": cards,
        "wrong": wrong(room),
        "shelves": [(words.say(room.lang), kinds(each, room.lang)) for words, each in SHELVES],
        "triggers": kinds(TRIGGERS.values(), room.lang),
        "oob": False,
        "quiet": False,
        **drawer(room, trigger, cards),
    }


def wrong(room: Room) -> list[tuple[str, str, bool]]:
    """Every problem with the address of what it is about, and whether something is only not set yet."""
    return [(room.told(problem), room.address_of(problem.path), problem.code in LACKING) for problem in room.problems
            if problem.severity == "error" and problem.code != NO_STEPS]


def drawer(room: Room, trigger: Card, cards: list[Card]) -> dict[str, Any]:
    """What is open at the right."""
    card = trigger if not room.step_key else _find(cards, room.step_key)
    parts = workflows_controls.drawn(room)
    rules = [one for part in parts for one in part.controls if one.look == "rule"]
    way = next((one for one in card.ways if one.at == room.at), None) if card and room.branch else None
    rule = None
    if rules:
        rule = rule_of(room, rules[0].name, rules[0].more["form"].key if rules[0].more["form"] else room.form.key)
    elif not room.step_key or (way is not None and way.asks and not way.rest):
        rule = rule_of(room, "when", room.form.key)
    headings = dict.fromkeys(part.heading for part in parts)
    tabs = [(name, [problem.lacks for part in parts if part.heading == name for one in part.controls for problem in one.problems]) for name in headings]
    return {"card": card, "way": way, "parts": parts, "tabs": tabs, "loose": workflows_controls.loose(room), "kind": room.kind, "node": room.node,
            "where": _where(room, cards), **(rule or {"root": None, "room": None})}


def rule_of(room: Room, name: str, form: str) -> dict[str, Any]:
    """What the rule editor's templates ask for."""
    scope = Scope(room.found, form, here.names(room.found))
    held = room.node.get(name)
    return {"room": RuleRoom(room, name, form), "root": Rows(scope, held, None).root() if held else None, "scope": scope,
            "days": rules_days.CHOICES, "phrase_of": groupings_page.phrase_of}


def _find(cards: list[Card], key: str) -> Card | None:
    for card in cards:
        found = card if card.at == key else next((inner for way in card.ways if (inner := _find(way.cards, key))), None)
        if found is not None:
            return found
    return None


def _where(room: Room, cards: list[Card]) -> str:
    """The branch that a step stands in, by name."""
    step = room.step
    if step is None or step.inside is None:
        return ""
    key, number = step.inside
    owner = _find(cards, key)
    return owner.ways[number].title if owner and number < len(owner.ways) else ""


def listed(found: LiveApp) -> list[Line]:
    """All workflows, published and drafted, with when each last ran."""
    lang, waiting = here.actor().lang, {one.key: one for one in drafts.unpublished(here.conn(), found.id) if one.kind == KIND}
    ran = last_runs(found)
    published = sorted(found.workflows.values(), key=lambda item: (item.workflow.position, item.id))
    lines = [_line(found, item.workflow, item, waiting[item.key].changes if item.key in waiting else 0, ran.get(item.id), lang) for item in published]
    fresh = [Workflow(drafts.open_draft(here.conn(), found.id, KIND, one.key).body) for one in waiting.values() if one.new]
    return lines + [_line(found, flow, None, 1, None, lang) for flow in fresh]


def _line(found: LiveApp, flow: Workflow, item: LiveWorkflow | None, changes: int, ran: tuple[str, str] | None, lang: str) -> Line:
    kind, tell = trigger_of(flow), Teller(found, flow.form, here.names(found))
    begun = " · ".join([tell.form_name(flow.form), kind.label.say(lang) if kind else flow.trigger["type"], *begins(flow, tell)])
    sub = " → ".join([begun, *(_called(node, lang) for node in flow.body["steps"])])
    why = "" if item is None or item.on or not ran or not ran[1] else told(ran[1], lang)
    return Line(flow.key, read(flow.label, lang), sub, kind.icon if kind else "route", color_of(kind), item, changes, ran[0] if ran else None, why)


def _called(node: Mapping[str, Any], lang: str) -> str:
    """A step by the name it was given, else by what it does."""
    return read(node.get("label"), lang) or (STEPS[node["type"]].label.say(lang) if node["type"] in STEPS else node["type"])


def told(why: str, lang: str) -> str:
    """Why a workflow was turned off, in words."""
    return say(Problem(**json.loads(why)), lang)


def last_runs(found: LiveApp) -> dict[int, tuple[str, str]]:
    """By workflow when it last ran and why it was turned off, by one look into the index each."""
    ids = [item.id for item in found.workflows.values()]
    if not ids:
        return {}
    d, r, w = tables.definition, tables.run, tables.workflow
    last = sa.select(r.c.at).where(r.c.workflow_id == d.c.id).order_by(r.c.id.desc()).limit(1).scalar_subquery()
    query = sa.select(d.c.id, last.label("at"), w.c.why).select_from(d.outerjoin(w, w.c.workflow_id == d.c.id)).where(d.c.id.in_(ids))
    return {row.id: (row.at, row.why or "") for row in here.conn().execute(query)}
