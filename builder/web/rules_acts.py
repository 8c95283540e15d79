"""Gestures on a rule by name: what each does to the tree, and how the undo button calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, NamedTuple

from builder import shelf
from builder.carry import rule_text
from builder.edits import rule as edits
from builder.edits.made import copy
from builder.web import rules_past, rules_values
from builder.web.rules_scope import Scope, node_at, scope_at
from builder.web.rules_values import Given
from runtime.definitions import document
from runtime.errors import Invalid, NotFound, Problem
from runtime.rules.shape import check_size, drawable, is_group
from runtime.web import here
from runtime.words import Words

Rule = Any
PARTS = ("field", "operator", "value", "agg", "match", "valueSource")
AT = "@"  # marks what a gesture put in or moved; `rules_turn` finds it by this and takes it off


class Act(NamedTuple):
    """One gesture: its words for the undo button, and what it makes of the rule. `moves`: its condition goes elsewhere."""

    said: Words
    make: Callable[[Scope, Rule, str, Given], Rule]
    moves: bool = False


def _add(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    return edits.add_condition(rule, path, {**leaf_of(given.get("leaf", "")), AT: True})


def _box(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """A box of conditions of the other kind, to be filled next."""
    around = node_at(rule, path) if path else rule
    other = "and" if isinstance(around, Mapping) and around.get("combinator") == "or" else "or"
    return edits.add_condition(rule, path, {**edits.blank_rule(other), AT: True})


def _swap(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """Another condition in the same place."""
    leaf = leaf_of(given.get("leaf", ""))
    return edits.change_leaf(rule, path, {name: leaf.get(name) for name in PARTS})


def _change(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    at, side = rules_past.split(path)
    leaf = node_at(rule, at)
    if not isinstance(leaf, Mapping) or is_group(leaf):
        raise NotFound(Problem(path, "no_such_condition"))
    return edits.change_leaf(rule, at, rules_past.changes(scope_at(scope, rule, at), leaf, side, given))


def _during(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """Count only the related records of the last days."""
    leaf = node_at(rule, path) or {}
    far = scope.far(str(leaf.get("field")))
    moment = rules_values.moment_of(far) if far else None
    if moment is None:
        raise NotFound(Problem(path, "rule_no_moment"))
    return edits.add_condition(
        rule, f"{path}.agg.where", {"field": moment, "operator": "inLast", "value": {"n": 90, "unit": "day"}}, 0
    )


def _copy(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """The rule of another group, alone or as a box of its own."""
    grouping, _, group = given.get("from", "").partition("/")
    item = scope.app.groupings.get(grouping)
    found = item.newest.groups.get(group) if item else None
    if found is None or found.rule is None:
        raise NotFound(Problem("from", "no_such_part", {"key": given.get("from", "")}))
    return copy(found.rule) if not rule else edits.add_condition(rule, "", {**copy(found.rule), AT: True})


def _paste(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """What was copied, behind a condition (`after`) or at the end of a group; a whole rule where there is none yet."""
    node = {**part_of(given.get("node", "")), AT: True}
    after = given.get("after")
    if after:
        return edits.duplicate(rule, after, node)
    return node if not rule and not path and is_group(node) else edits.add_condition(rule, path, node)


def _saved(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """A rule that was saved under a name, copied in; what becomes of the saved one later changes nothing here."""
    listed = shelf.read(here.conn(), scope.app.id)
    node = {**copy(shelf.find(listed, shelf.RULES, given.get("from", ""))["rule"]), AT: True}
    return node if not rule and not path and is_group(node) else edits.add_condition(rule, path, node)


def _text(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """A rule that came as text, in the place of this one (`how` is replace) or behind its conditions."""
    made = rule_text.taken(given.get("text", "")).rule
    if given.get("how") == "replace" or not rule or not rule.get("rules"):
        return made
    if not made.get("not") and (len(made["rules"]) == 1 or made["combinator"] == rule.get("combinator")):
        first, *rest = made["rules"]
        return reduce(lambda whole, one: edits.add_condition(whole, "", one), rest, edits.add_condition(rule, "", {**first, AT: True}))
    return edits.add_condition(rule, "", {**made, AT: True})


def _duplicate(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """The same condition or group once more, to be changed a little."""
    twin = node_at(rule, path) if path else None
    if not isinstance(twin, Mapping):
        raise NotFound(Problem(path, "no_such_condition"))
    return edits.duplicate(rule, path, {**twin, AT: True})


def _into(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """Into a new group of its own."""
    return edits.wrap(rule, path, given.get("v", "or"))


def _place(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """Put a condition behind another one of the same box (`after`), or first."""
    section, after = given.get("section", ""), given.get("after", "")
    at = int(after.rpartition("[")[2].rstrip("]")) + 1 if after.endswith("]") else 0
    return edits.move_into(rule, given.get("id", ""), section, at)


def _take(scope: Scope, rule: Rule, path: str, given: Given) -> Rule:
    """A whole rule that was found from examples."""
    return whole_of(given.get("rule", ""))


def whole_of(text: str) -> dict[str, Any]:
    """A rule as a dialog sends it back."""
    found = part_of(text, "rule")
    if not is_group(found):
        raise Invalid(Problem("rule", "rule_bad_shape"))
    return found


def part_of(text: str, named: str = "node") -> dict[str, Any]:
    """A condition or a group of them as it was copied, whatever has become of its fields since."""
    found = document.read(text)
    check_size(found)
    if not isinstance(found, dict) or not drawable(found):
        raise Invalid(Problem(named, "rule_bad_shape"))
    return found


def leaf_of(text: str) -> dict[str, Any]:
    """A condition as the picker sends it."""
    found = part_of(text, "leaf")
    if is_group(found):
        raise Invalid(Problem("leaf", "rule_bad_shape"))
    return found


ACTS: Mapping[str, Act] = {
    "add": Act(Words("添加条件", "Add a condition"), _add),
    "box": Act(Words("添加一组条件", "Add a group of conditions"), _box),
    "swap": Act(Words("换一个条件", "Change a condition"), _swap),
    "change": Act(Words("改条件", "Edit a condition"), _change),
    "during": Act(Words("限定时间", "Limit the time"), _during),
    "copy": Act(Words("抄一条规则", "Copy a rule"), _copy),
    "take": Act(Words("用例子找的规则", "Use a rule found from examples"), _take),
    "paste": Act(Words("粘贴条件", "Paste conditions"), _paste),
    "saved": Act(Words("用存下的规则", "Use a saved rule"), _saved),
    "text": Act(Words("放进 JSON", "Put in JSON"), _text),
    "duplicate": Act(Words("再来一条", "Duplicate a condition"), _duplicate),
    "wrap": Act(Words("括成一组", "Wrap in a group"), _into, True),
    "place": Act(Words("移动条件", "Move a condition"), _place, True),
    "remove": Act(Words("去掉条件", "Remove a condition"), lambda s, rule, path, g: edits.remove(rule, path)),
    "combinator": Act(
        Words("改成全部或任意", "Switch between all and any"),
        lambda s, rule, path, g: edits.set_combinator(rule, path, g.get("v", "and")),
    ),
    "turn": Act(
        Words("改成全部、任意或都不", "Switch between all, any and none"),
        lambda s, rule, path, g: edits.turn(rule, path, g.get("v", "all")),
    ),
    "not": Act(
        Words("反过来", "Turn into the opposite"), lambda s, rule, path, g: edits.set_not(rule, path, g.get("v") == "1")
    ),
    "move": Act(
        Words("移动条件", "Move a condition"), lambda s, rule, path, g: edits.move(rule, path, g.get("to", "up")), True
    ),
    "indent": Act(Words("放进一组", "Put into a group"), lambda s, rule, path, g: edits.indent(rule, path), True),
    "outdent": Act(Words("移到外面", "Take out of the group"), lambda s, rule, path, g: edits.outdent(rule, path), True),
    "unwrap": Act(Words("拆开这一组", "Break up the group"), lambda s, rule, path, g: edits.unwrap(rule, path)),
}
