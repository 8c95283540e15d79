"""What is done with a rule beside changing it, in every rule editor: saved for later, taken out as text, put in from text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from flask import Response, request

from builder.carry import rule_text
from builder.web import rules_kept
from builder.web.rules_scope import Scope, node_at, scope_at
from runtime.errors import Invalid, NotFound, Problem
from runtime.messages import say
from runtime.rules.check import check_rule
from runtime.rules.describe import sentence
from runtime.rules.shape import count_leaves, is_group
from runtime.storage.live import LiveApp
from runtime.web import here, page

Rule = Any
MOST_SAID = 20


class Room(Protocol):
    """Where a rule is designed: it gives addresses, and says what the rule belongs to."""

    found: LiveApp

    @property
    def origin(self) -> Mapping[str, str]: ...

    def url(self, endpoint: str, **values: Any) -> str: ...


def answer(room: Any, scope: Scope, rule: Rule, what: str) -> Response:
    """The dialog for one of these, or what it says to something typed."""
    doors = POSTED if request.method == "POST" else SHOWN
    if what not in doors:
        raise NotFound(Problem("what", "no_such_part", {"key": what}))
    return doors[what](room, scope, rule)


def _out(room: Room, scope: Scope, rule: Rule) -> Response:
    """The whole rule as text, and which of it another tool will not know."""
    whole = rule if rule and is_group(rule) else {"combinator": "and", "rules": []}
    unknown = [
        (sentence({"combinator": "and", "rules": [leaf]}, scope.words, scope.lang), why.say(scope.lang, **values))
        for _path, leaf, why, values in rule_text.foreign(whole)
    ]
    return page.show("rules/out.html", room=room, text=rule_text.given(whole), unknown=unknown)


def _in(room: Room, scope: Scope, rule: Rule) -> Response:
    return page.show("rules/in.html", room=room, scope=scope, some=bool(rule and rule.get("rules")))


def _checked(room: Room, scope: Scope, rule: Rule) -> Response:
    """What a text that is being typed would mean here, or why it cannot be taken and on which line."""
    text, lang = request.form.get("text", ""), here.actor().lang
    if not text.strip():
        return page.show("rules/_checked.html", wrong=[], said="")
    try:
        taken = rule_text.taken(text)
    except Invalid as refused:
        wrong = [(line, problem.path, say(problem, lang)) for line, problem in rule_text.placed(refused, text)]
        return page.show("rules/_checked.html", wrong=wrong, said="")
    warned = [(taken.line(p.path), say(p, lang)) for p in check_rule(taken.rule, scope.target)]
    return page.show("rules/_checked.html", wrong=[], said=sentence(taken.rule, scope.words, lang), warned=warned[:MOST_SAID],
                     more=max(0, len(warned) - MOST_SAID), count=count_leaves(taken.rule), locked=taken.locked)  # fmt: skip


def _part(scope: Scope, rule: Rule) -> tuple[Mapping[str, Any], Scope]:
    """The condition, group or whole rule that is meant, and what it may speak about."""
    path = request.values.get("path", "")
    part = node_at(rule, path) if path else rule
    if not isinstance(part, Mapping):
        raise NotFound(Problem(path, "no_such_condition"))
    return part, scope_at(scope, rule, path)


def _save(room: Room, scope: Scope, rule: Rule) -> Response:
    part, inner = _part(scope, rule)
    return rules_kept.asked(room, inner, part, {})


def _saved(room: Room, scope: Scope, rule: Rule) -> Response:
    part, inner = _part(scope, rule)
    return rules_kept.saved(room, inner, part)


Door = Callable[[Any, Scope, Rule], Response]
SHOWN: Mapping[str, Door] = {"out": _out, "in": _in, "save": _save, "saved": lambda room, scope, _rule: rules_kept.listed(room, scope)}
POSTED: Mapping[str, Door] = {
    "in": _checked,
    "save": _saved,
    "rename": lambda room, scope, _rule: rules_kept.renamed(room, scope),
    "remove": lambda room, scope, _rule: rules_kept.removed(room, scope),
    "back": lambda room, scope, _rule: rules_kept.put_back(room, scope),
}
