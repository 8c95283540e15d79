"""What can be wrong with a grouping: its fallbacks, its rules, and circles between groupings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from runtime.definitions.check_code import check_prefixes
from runtime.definitions.check_rules import rule_problems
from runtime.definitions.form import Form
from runtime.definitions.grouping import SIDES, Grouping, Siblings, is_record
from runtime.definitions.whole import Whole
from runtime.errors import Problem
from runtime.rules.deps import dependencies
from runtime.words import read

# Asked one by one whenever the draft is looked at.
MOST_EXAMPLES = 50


def check_grouping(grouping: Grouping, whole: Whole) -> Iterator[Problem]:
    """All problems of a grouping in its app."""
    form = whole.forms.get(grouping.form)
    if form is None:
        yield Problem("form", "no_such_form", {"form": grouping.form})
        return
    if not grouping.groups:
        yield Problem("groups", "no_groups")
    yield from _twice(grouping.body, "", set())
    for level in grouping.levels:
        yield from _level(grouping, level)
    yield from _examples(grouping)
    yield from _cadences(grouping, form)
    broken = False
    for group in grouping.groups.values():
        if group.rule:
            for problem in rule_problems(group.rule, whole, grouping.form, f"{group.path}.rule", me=False):
                broken = broken or problem.severity == "error"
                yield problem
    if not broken:
        yield from _circle(grouping, whole)
    for code in whole.codes.values():
        for segment in code.segments:
            if segment.get("group") == grouping.key:
                yield from check_prefixes(grouping, segment, "groups")


def _twice(node: Mapping[str, Any], path: str, seen: set[str]) -> Iterator[Problem]:
    """A group's key is unique in its whole grouping, nested groups included."""
    for number, group in enumerate(node.get("groups", ())):
        here = f"{path}groups[{number}]"
        if group["key"] in seen:
            yield Problem(f"{here}.key", "group_twice", {"key": group["key"]})
        seen.add(group["key"])
        yield from _twice(group, f"{here}.", seen)


def _examples(grouping: Grouping) -> Iterator[Problem]:
    """Examples are numbers of records, few, and each on one side; which records those are is asked when publishing."""
    for node, group in zip(_nodes(grouping.body), grouping.groups.values(), strict=False):
        given = [one for side in SIDES for one in node.get("examples", {}).get(side, ())]
        for one in given:
            if not is_record(one):
                yield Problem(f"{group.path}.examples", "example_not_a_record", {"given": str(one)[:40]})
        for record in sorted(set(group.examples["in"]) & set(group.examples["out"])):
            yield Problem(f"{group.path}.examples", "example_both", {"record": record, "group": group.label})
        if len(given) > MOST_EXAMPLES:
            yield Problem(f"{group.path}.examples", "example_too_many", {"group": group.label, "most": MOST_EXAMPLES})


def _cadences(grouping: Grouping, form: Form) -> Iterator[Problem]:
    """Whom to ask for a contact must be one person, named by a field."""
    for group in grouping.groups.values():
        field = form.live_fields.get(group.cadence["who"]) if group.cadence else None
        if group.cadence and (field is None or field.type.kind != "person" or field.type.computed):
            yield Problem(f"{group.path}.cadence", "cadence_who", {"group": group.label})


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for group in node.get("groups", ()):
        yield group
        yield from _nodes(group)


def _level(grouping: Grouping, level: Siblings) -> Iterator[Problem]:
    """The groups that are asked together: each needs a rule, but for the fallback, which must not have one."""
    holder = f"{grouping.groups[level.parent].path}." if level.parent else ""
    if level.fallback is not None and level.mode != "exclusive":
        yield Problem(f"{holder}fallback", "fallback_overlapping")
    elif level.fallback is not None and level.fallback not in level.keys:
        yield Problem(f"{holder}fallback", "fallback_missing", {"key": level.fallback})
    for key in level.keys:
        group = grouping.groups[key]
        if key == level.fallback and group.rule:
            yield Problem(f"{group.path}.rule", "fallback_has_rule", {"group": group.label})
        if key != level.fallback and level.mode == "exclusive" and not group.rule:
            yield Problem(f"{group.path}.rule", "group_without_rule", {"group": group.label})


def reads_of(grouping: Grouping) -> set[str]:
    """The groupings whose groups this one's rules read."""
    found = {name for group in grouping.groups.values() if group.rule for name in dependencies(group.rule).groups}
    return {name.partition("/")[0] for name in found}


def _circle(grouping: Grouping, whole: Whole) -> Iterator[Problem]:
    """Groupings may read each other, but not in a circle."""
    graph = {key: reads_of(item) & set(whole.groupings) for key, item in whole.groupings.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        if grouping.key in circle:
            names = [whole.groupings[key].label for key in circle]
            both = {lang: " → ".join(read(name, lang) for name in names) for lang in ("zh", "en")}
            yield Problem("groups", "grouping_circle", {"path": both})
