"""Gestures on a form's logic: rules in their order, what each does, and when a field or section is shown.

A rule may be incomplete while it is drawn; its checks say what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from builder.edits import made, node
from builder.edits.made import Body, Made
from builder.edits.rule import Rule, blank_rule
from runtime.definitions.logic import HIDE, OFFER, POLICIES, REFUSE, SET, SHOW, read_action
from runtime.errors import Invalid, NotFound, Problem

SIDES = ("then", "else")
KINDS = ("show", "hide", "require", "readonly", "set", "offer", "refuse")


def rules_of(body: Mapping[str, Any]) -> list[Body]:
    """The form's rules as the document has them."""
    found: list[Body] = body["x-fenzu"].get("logic", [])
    return found


def add(body: Mapping[str, Any], actions: list[Body] | None = None) -> Made:
    """A rule without conditions yet, at the end of the list."""
    new_body = made.copy(body)
    listed = new_body["x-fenzu"].setdefault("logic", [])
    key = made.free("rule", {rule["key"] for rule in listed})
    listed.append({"key": key, "when": blank_rule(), "then": actions or []})
    return Made(new_body, key)


def remove(body: Mapping[str, Any], key: str) -> Body:
    """Take a rule away."""
    new_body = made.copy(body)
    _find(new_body, key)
    return _kept(new_body, [rule for rule in rules_of(new_body) if rule["key"] != key])


def move(body: Mapping[str, Any], key: str, *, to: str | None = None, after: str | None = None) -> Body:
    """Another place in the list: by menu (`to`), behind another rule, or first."""
    new_body = made.copy(body)
    listed = rules_of(new_body)
    to = to or (None if after else "top")
    return _kept(new_body, made.rearranged(listed, key, to=to, after=after))


def edit_when(body: Mapping[str, Any], key: str, change: Callable[[Rule | None], Rule | None]) -> Body:
    """Change the condition of a rule."""
    new_body = made.copy(body)
    found = _find(new_body, key)
    found["when"] = change(found["when"] or None) or blank_rule()
    return new_body


def add_action(body: Mapping[str, Any], key: str, side: str, kind: str, target: str = "") -> Body:
    """One thing more that a rule does, or does otherwise."""
    new_body = made.copy(body)
    _side(_find(new_body, key), side).append(action(kind, target))
    return new_body


def change_action(body: Mapping[str, Any], key: str, side: str, at: int, new: Body) -> Body:
    """Something else in the place of one thing that a rule does."""
    new_body = made.copy(body)
    listed = _side(_find(new_body, key), side)
    listed[_at(listed, at)] = new
    return new_body


def remove_action(body: Mapping[str, Any], key: str, side: str, at: int) -> Body:
    """One thing less that a rule does."""
    new_body = made.copy(body)
    rule = _find(new_body, key)
    listed = _side(rule, side)
    del listed[_at(listed, at)]
    if side == "else" and not listed:
        del rule["else"]
    return new_body


def action(kind: str, target: str, value: Any = None) -> Body:
    """One action of a kind, on a field or section, with what it sets, offers or says."""
    if kind not in KINDS:
        raise NotFound(Problem("kind", "no_such_part", {"key": kind[:40]}))
    if kind == REFUSE:
        return {kind: value or {}}
    if kind == SET:
        return {kind: {"field": target, "value": value}}
    return {kind: {"field": target, "options": value or []}} if kind == OFFER else {kind: target}


def show_when(body: Mapping[str, Any], target: str) -> Made:
    """Show a field or section under a condition, which is drawn next; one that has its own already keeps it."""
    own = own_rule(body, target)
    return Made(made.copy(body), own) if own else add(body, [{SHOW: target}])


def show_always(body: Mapping[str, Any], target: str) -> Body:
    """No rule shows or hides a field or section any more; rules that did nothing else go."""
    return _without(body, lambda each: each.kind in (SHOW, HIDE) and each.target == target)


def own_rule(body: Mapping[str, Any], target: str) -> str:
    """The key of the rule that does nothing but show this target, or ""."""
    return next((r["key"] for r in rules_of(body) if r.get("then") == [{SHOW: target}] and not r.get("else")), "")


def conditional(body: Mapping[str, Any]) -> set[str]:
    """The fields and sections that rules show or hide."""
    actions = [each for rule in rules_of(body) for side in SIDES for each in rule.get(side, ())]
    return {each[kind] for each in actions for kind in (SHOW, HIDE) if each.get(kind)}


def set_hidden(body: Mapping[str, Any], key: str, policy: str) -> Body:
    """What becomes of a field's value while it is hidden."""
    if policy not in POLICIES:
        raise Invalid(Problem(f"properties.{key}.x-fenzu.hidden", "logic_policy"))
    new_body = made.copy(body)
    made.put(node.find(new_body, key)["x-fenzu"], "hidden", "" if policy == POLICIES[0] else policy)
    return new_body


def forget(body: Mapping[str, Any], target: str) -> Body:
    """Take a field or section out of all rules: what is done to it, and the conditions that read it."""
    new_body = _without(body, lambda each: each.target == target)
    for rule in rules_of(new_body):
        rule["when"] = _unread(rule["when"], target) or blank_rule()
    return _kept(new_body, [rule for rule in rules_of(new_body) if rule["when"].get("rules")])


def renamed(body: Body, old: str, new: str) -> Body:
    """The same logic where a field has another key."""
    for rule in rules_of(body):
        for part in _leaves(rule["when"]):
            part["field"] = new if part.get("field") == old else part.get("field")
            if part.get("valueSource") == "field" and part.get("value") == old:
                part["value"] = new
        for side in SIDES:
            for each in rule.get(side, ()):
                for kind, given in each.items():
                    if given == old:
                        each[kind] = new
                    elif kind in (SET, OFFER) and given["field"] == old:
                        given["field"] = new
    return body


def renamed_options(body: Body, field: str, new: Mapping[str, str]) -> Body:
    """The same logic where options of a field have other keys."""
    for rule in rules_of(body):
        for part in _leaves(rule["when"]):
            if part.get("field") == field and part.get("valueSource") != "field":
                part.update({"value": _exchanged(part["value"], new)} if "value" in part else {})
        for side in SIDES:
            for each in rule.get(side, ()):
                for kind, name in ((SET, "value"), (OFFER, "options")):
                    if kind in each and each[kind]["field"] == field:
                        each[kind][name] = _exchanged(each[kind][name], new)
    return body


def _exchanged(value: Any, new: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_exchanged(each, new) for each in value]
    return new.get(value, value) if isinstance(value, str) else value


def _without(body: Mapping[str, Any], goes: Callable[[Any], bool]) -> Body:
    """The logic without some actions; a rule that they leave with nothing to do goes, too."""
    new_body, kept = made.copy(body), []
    for rule in rules_of(new_body):
        before = [each for side in SIDES for each in rule.get(side, ())]
        for side in SIDES:
            if side in rule:
                rule[side] = [each for each in rule[side] if not goes(read_action(each, ""))]
        if not rule.get("else"):
            rule.pop("else", None)
        if rule.get("then") or rule.get("else") or not before:
            kept.append(rule)
    return _kept(new_body, kept)


def _unread(part: Rule, key: str) -> Rule | None:
    """A rule without the conditions that read a field; None when nothing is left."""
    if "rules" not in part:
        reads = part.get("field") == key or (part.get("valueSource") == "field" and part.get("value") == key)
        return None if reads else part
    kept = [each for each in (_unread(inner, key) for inner in part["rules"]) if each is not None]
    return {**part, "rules": kept} if kept else None


def _leaves(part: Any) -> Iterator[Body]:
    if isinstance(part, dict) and "rules" in part:
        for inner in part["rules"]:
            yield from _leaves(inner)
    elif isinstance(part, dict):
        yield part


def _kept(body: Body, listed: list[Body]) -> Body:
    made.put(body["x-fenzu"], "logic", listed)
    return body


def _find(body: Body, key: str) -> Body:
    found = next((rule for rule in rules_of(body) if rule["key"] == key), None)
    if found is None:
        raise NotFound(Problem("logic", "no_such_part", {"key": key}))
    return found


def _side(rule: Body, side: str) -> list[Body]:
    if side not in SIDES:
        raise NotFound(Problem("side", "no_such_part", {"key": side[:40]}))
    listed: list[Body] = rule.setdefault(side, [])
    return listed


def _at(listed: list[Body], at: int) -> int:
    if not 0 <= at < len(listed):
        raise NotFound(Problem("at", "no_such_part", {"key": str(at)}))
    return at
