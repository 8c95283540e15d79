"""Everything that is wrong with a rule, each with its path: what the compiler refuses, and what it would not notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.errors import Invalid, Problem
from runtime.rules import shape
from runtime.rules.compile import Work
from runtime.rules.operators import OPERATORS
from runtime.rules.past import BESIDE, SIDES
from runtime.rules.target import WHO, Operand, Target


def check_rule(rule: Any, target: Target, *, me: bool = False) -> list[Problem]:
    """All problems of a rule; warnings too, where the rule works but names something retired.

    `me` says whether `$me` has a meaning here: in filters and row rules it has, in groups nobody is asking.
    """
    try:
        shape.check_size(rule)
    except Invalid as refused:
        return list(refused.problems)
    seen: set[tuple[str, str, str]] = set()
    problems: list[Problem] = []
    for problem in _group(rule, target, me, "", depth=1):
        key = (problem.path, problem.code, str(problem.params))
        if key not in seen:
            seen.add(key)
            problems.append(problem)
    return problems


def errors(problems: Sequence[Problem]) -> list[Problem]:
    """Those that stop a rule from working."""
    return [problem for problem in problems if problem.severity == "error"]


def _group(rule: Any, target: Target, me: bool, path: str, depth: int, hops: int = 0) -> Iterator[Problem]:
    try:
        shape.check_group(rule, path, depth)
    except Invalid as refused:
        yield from refused.problems
        if depth > shape.DEPTH or not isinstance(rule, Mapping) or not isinstance(rule.get("rules"), list):
            return
    for at, part in enumerate(rule["rules"]):
        here = shape.under(path, at)
        if shape.is_group(part):
            yield from _group(part, target, me, here, depth + 1, hops)
        else:
            yield from _leaf(part, target, me, here, hops)


def _leaf(rule: Any, target: Target, me: bool, path: str, hops: int) -> Iterator[Problem]:
    """A condition's own problems, and apart from them those of the rule it carries about related records."""
    try:
        shape.check_leaf(rule, path)
    except Invalid as refused:
        yield from refused.problems
        return
    bare, inner, where = _apart(rule, path)
    if where:
        yield from _inner(rule, inner, target, me, where, hops)
    yield from _compiled(bare, target, path, hops)
    if "match" not in rule:
        yield from _values(rule, target, me, path)


def _apart(rule: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], Any, str]:
    """A condition without the rule inside it, that rule, and its path."""
    agg = rule.get("agg")
    if isinstance(agg, Mapping) and agg.get("where") is not None:
        return (
            {**rule, "agg": {key: part for key, part in agg.items() if key != "where"}},
            agg["where"],
            f"{path}.agg.where",
        )
    if "match" in rule:
        return {**rule, "value": _ANY}, rule.get("value"), f"{path}.value"
    return rule, None, ""


_ANY = {"field": "$id", "operator": "notNull"}


def _inner(rule: Mapping[str, Any], inner: Any, target: Target, me: bool, path: str, hops: int) -> Iterator[Problem]:
    if hops == shape.HOPS:
        yield Problem(path, "rule_too_deep", {"limit": shape.HOPS})
        return
    try:
        rows = target.related(rule["field"])
    except Invalid:
        return  # the condition itself says that there are none
    if shape.is_group(inner) or "agg" in rule:
        yield from _group(inner, rows.target, me, path, 1, hops + 1)
    else:
        yield from _leaf(inner, rows.target, me, path, hops + 1)


def _compiled(rule: Mapping[str, Any], target: Target, path: str, hops: int) -> Iterator[Problem]:
    """What the compiler says; each value of a list is asked alone, so that one wrong option hides no other."""
    try:
        Work(target, None, 0, scan=False, hops=hops).condition(rule, path=path)
        return
    except Invalid as refused:
        first = refused.problems
    values = rule.get("value")
    if not isinstance(values, list) or len(values) < 2 or OPERATORS[rule["operator"]].takes != "list":
        yield from first
        return
    found: list[Problem] = []
    for value in values[: shape.VALUES]:
        try:
            Work(target, None, 0, scan=False, hops=hops).condition({**rule, "value": [value]}, path=path)
        except Invalid as refused:
            found += refused.problems
    yield from found or first


def _values(rule: Mapping[str, Any], target: Target, me: bool, path: str) -> Iterator[Problem]:
    """Retired fields and options, tags that are none, and `$me` where nobody is asking."""
    held = rule.get("value")
    if rule.get("operator") in BESIDE and isinstance(held, Mapping):
        yield from _beside(rule, held, target, path)
        return
    values = held if isinstance(held, list) else [held]
    for place, operand in _operands(rule, target, path):
        if operand.retired:
            yield Problem(place, "rule_retired_field", {"field": operand.label})
        if (place == path and "agg" not in rule) or place.endswith(".agg.of"):
            yield from _options(operand, values, path)
            if (operand.kind in WHO or operand.mine) and "$me" in values and not me:
                yield Problem(path, "rule_me_here")


def _beside(rule: Mapping[str, Any], held: Mapping[str, Any], target: Target, path: str) -> Iterator[Problem]:
    """The same of what stands beside the length of time of a condition on what happened, as conditions of their own."""
    for side in SIDES:
        if isinstance(held.get(side), Mapping) and "value" in held[side]:
            yield from _values({"field": rule["field"], "value": held[side]["value"]}, target, False, path)
    yield from _values({"field": rule["field"], "value": held.get("tags") or []}, target, False, path)


def _operands(rule: Mapping[str, Any], target: Target, path: str) -> Iterator[tuple[str, Operand]]:
    """The fields a condition reads, with their places; those that do not exist have been said already."""
    agg = rule.get("agg")
    try:
        if isinstance(agg, Mapping):
            rows = target.related(rule["field"]).target
            for part in ("of", "by"):
                if isinstance(agg.get(part), str):
                    yield f"{path}.agg.{part}", rows.operand(agg[part])
        elif rule["field"] != "$group" and "match" not in rule:
            yield path, target.operand(rule["field"])
            if rule.get("valueSource") == "field":
                yield f"{path}.value", target.operand(str(rule.get("value")))
    except Invalid:
        return


def _options(operand: Operand, values: Sequence[Any], path: str) -> Iterator[Problem]:
    """Options that are retired (the rule works, but nobody new will fit) and, where the type lets any pass, unknown."""
    if operand.options is None:
        return
    known = {option["const"]: option for option in operand.options}
    for value in values:
        option = known.get(value) if isinstance(value, str) else None
        if option is not None and option.get("retired"):
            label = option.get("label", {"zh": value, "en": value})
            yield Problem(path, "rule_retired_option", {"field": operand.label, "value": label}, "warning")
        elif option is None and operand.many is not None and isinstance(value, str):
            yield Problem(path, "rule_no_such_option", {"field": operand.label, "value": shape.short(value)})
