"""One gesture on a rule, wherever the rule stands: what it makes, where the condition stands then, and what is spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response

from builder.web.rules_acts import ACTS, AT, Act
from builder.web.rules_scope import Scope, node_at, scope_at
from builder.web.rules_values import Given
from runtime.errors import Invalid, NotFound, Problem
from runtime.rules import shape
from runtime.rules.describe import sentence
from runtime.rules.shape import is_group, under
from runtime.web import page
from runtime.words import Words

Rule = Any
PLACE = Words("{name}，第 {at} 条，共 {all} 条，第 {level} 层", "{name}, {at} of {all}, level {level}")
BOX = Words("一组条件：{name}", "Condition group: {name}")
GONE = Words("去掉了", "Removed")
LONGEST = 120


class Turn:
    """A gesture by its name; calling it with a rule makes the new one. Asked afterwards, it knows where to look."""

    def __init__(self, name: str, scope: Scope, path: str, given: Given) -> None:
        if name not in ACTS:
            raise NotFound(Problem("act", "no_such_part", {"key": name}))
        self.name, self.scope, self.path, self.given = name, scope, path, given
        self.rule: Rule = None
        self.place: str | None = None

    @property
    def act(self) -> Act:
        return ACTS[self.name]

    @property
    def said(self) -> Words:
        """Its words for the undo button."""
        return self.act.said

    @property
    def same(self) -> str | None:
        """What tells one value that is being typed from the next; other gestures are steps of their own."""
        return f"{self.path}:{self.given.get('part')}" if self.name == "change" else None

    def __call__(self, rule: Rule) -> Rule:
        marked = _marked(rule, self.given.get("id", "") if self.name == "place" else self.path) if self.act.moves else rule
        made = self.act.make(self.scope, marked, self.path, self.given)
        self.place = _found(made, "") if made is not None else None
        self.rule = _plain(made)
        if _overlong(self.rule) > _overlong(rule):
            raise Invalid(Problem(self.path, "rule_list_too_long", {"limit": shape.VALUES}))
        if self.name == "remove":
            self.place = _nearest(self.rule, self.path)
        return self.rule

    def told(self, response: Response) -> Response:
        """The answer, with the place that takes the focus and the words that are spoken."""
        if self.place is None:
            return response
        spoken = GONE.say(self.scope.lang) if self.name == "remove" else self._spoken(self.place)
        return page.afterwards(response, "rule-at", {"path": self.place, "said": spoken})

    def _spoken(self, path: str) -> str:
        lang, node = self.scope.lang, node_at(self.rule, path) if path else self.rule
        name = sentence(node, scope_at(self.scope, self.rule, path).words, lang)[:LONGEST]
        around, at = _spot(path)
        box = node_at(self.rule, around) if around else self.rule
        every = len(box["rules"]) if is_group(box) else 1
        return PLACE.say(lang, name=BOX.say(lang, name=name) if is_group(node) else name, at=at + 1, all=every,
                         level=len(re.findall(r"rules\[", path)))  # fmt: skip


def _spot(path: str) -> tuple[str, int]:
    """The path of the group around a condition, and its place there."""
    found = re.fullmatch(r"(.*?)\.?rules\[(\d+)\]", path)
    return (found[1], int(found[2])) if found else ("", 0)


def _marked(rule: Rule, path: str) -> Rule:
    """The rule with a mark on one of its parts, to find that again wherever a gesture puts it."""
    whole = _copied(rule)
    node = node_at(whole, path) if path else None
    if isinstance(node, dict):
        node[AT] = True
    return whole


def _copied(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {key: _copied(inner) for key, inner in part.items()}
    return [_copied(inner) for inner in part] if isinstance(part, list) else part


def _plain(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {key: _plain(inner) for key, inner in part.items() if key != AT}
    return [_plain(inner) for inner in part] if isinstance(part, list) else part


def _found(part: Any, path: str) -> str | None:
    """The path of what carries the mark."""
    if not isinstance(part, Mapping):
        return None
    if AT in part:
        return path
    for inner, where in _inside(part, path):
        found = _found(inner, where)
        if found is not None:
            return found
    return None


def _inside(part: Mapping[str, Any], path: str) -> Iterator[tuple[Any, str]]:
    if is_group(part):
        yield from ((inner, under(path, at)) for at, inner in enumerate(part["rules"]))
        return
    agg = part.get("agg")
    if isinstance(agg, Mapping):
        yield agg.get("where"), f"{path}.agg.where"
    yield part.get("value"), f"{path}.value"


def _nearest(rule: Rule, path: str) -> str:
    """What stands where something was taken away: the next one, the one before it, or the group around."""
    around, at = _spot(path)
    box = (node_at(rule, around) if around else rule) if rule else None
    if box and is_group(box) and box["rules"]:
        return under(around, min(at, len(box["rules"]) - 1))
    return _nearest(rule, around) if around and not around.endswith(("where", "value")) else ""


def _overlong(part: Any) -> int:
    """How many lists hold more values than a condition may have."""
    if isinstance(part, Mapping):
        return sum(map(_overlong, part.values()))
    if not isinstance(part, list):
        return 0
    return (len(part) > shape.VALUES) + sum(map(_overlong, part))
