"""Gestures on a grouping: its groups in order, nested ones included, their colours, prefixes and rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from builder.edits import made
from builder.edits.made import Body, Made, Text
from runtime.definitions.grouping import SIDES
from runtime.errors import Invalid, NotFound, Problem

Node = dict[str, Any]
DEEPEST = 4


def new(form: str, label: Text, taken: Collection[str] = (), *, mode: str = "exclusive", position: int = 0) -> Body:
    """An empty grouping of a form; `taken` are the keys of the app's groupings."""
    name = made.label(None, label)
    body: Body = {
        "kind": "grouping",
        "format": 1,
        "key": made.propose(name, taken, "grouping"),
        "label": name,
        "form": form,
        "mode": mode,
        "groups": [],
    }
    return body | ({"position": position} if position else {})


def walk(body: Mapping[str, Any]) -> Iterator[Node]:
    """Every group, parents before their children."""
    for group in body.get("groups", ()):
        yield group
        yield from walk(group)


def add_group(
    body: Mapping[str, Any],
    label: Text,
    *,
    parent: str | None = None,
    after: str | None = None,
    before: str | None = None,
    key: str | None = None,
    taken: Collection[str] = (),
) -> Made:
    """A new group with the next unused colour, before the fallback unless a place is given; `taken` were used once."""
    new_body = made.copy(body)
    used = list(walk(new_body))
    name = made.label(None, label)
    group: Node = {
        "key": key or made.propose(name, {node["key"] for node in used} | set(taken), "group"),
        "label": name,
        "color": made.next_color([node["color"] for node in used if "color" in node]),
    }
    holder = _level(new_body, parent)
    _check_depth(new_body, parent, 1)
    siblings = holder.setdefault("groups", [])
    keys = [node["key"] for node in siblings]
    if before is None and after is None and holder.get("fallback") in keys:
        before = holder["fallback"]
    siblings.insert(made.slot(keys, before=before, after=after, path="groups"), group)
    return Made(new_body, group["key"])


def remove_group(body: Mapping[str, Any], key: str) -> Body:
    """Take a group away with everything nested in it."""
    new_body = made.copy(body)
    holder, siblings, at = _spot(new_body, key)
    del siblings[at]
    if holder.get("fallback") == key:
        del holder["fallback"]
    if holder is not new_body and not siblings:
        for name in ("groups", "mode", "fallback"):
            holder.pop(name, None)
    return new_body


def move_group(
    body: Mapping[str, Any],
    key: str,
    *,
    before: str | None = None,
    after: str | None = None,
    to: str | None = None,
    parent: str | None = None,
    into: bool = False,
) -> Body:
    """Move a group among its siblings, beside any other group, or with `into` to the end of a parent (None: top)."""
    new_body = made.copy(body)
    holder, siblings, at = _spot(new_body, key)
    group = siblings[at]
    if to is not None:
        siblings[:] = made.rearranged(siblings, key, to=to)
        return new_body
    beside = before or after
    if beside == key:
        return new_body
    inside = {node["key"] for node in walk(group)} | {key}
    if beside in inside or (into and parent in inside):
        raise Invalid(Problem("groups", "group_inside_itself"))
    del siblings[at]
    target = _spot(new_body, beside)[0] if beside else _level(new_body, parent)
    if target is not holder and holder.get("fallback") == key:
        del holder["fallback"]
    places = target.setdefault("groups", [])
    places.insert(made.slot([node["key"] for node in places], before=before, after=after, path="groups"), group)
    if holder is not new_body and not siblings:
        for name in ("groups", "mode", "fallback"):
            holder.pop(name, None)
    _check_depth(new_body, None, 0)
    return new_body


def rename_group(body: Mapping[str, Any], key: str, label: Text) -> Body:
    """Change what people call a group; its key stays."""
    return _change(body, key, lambda group: group.update(label=made.label(group["label"], label)))


def set_help(body: Mapping[str, Any], key: str, help: Text) -> Body:
    """Say more about a group, or nothing."""
    return _change(body, key, lambda group: made.put(group, "help", made.text(group.get("help"), help)))


def recolour(body: Mapping[str, Any], key: str, color: str) -> Body:
    """Give a group another colour of the palette."""
    return _change(body, key, lambda group: group.update(color=color))


def set_prefix(body: Mapping[str, Any], key: str, prefix: str) -> Body:
    """The letters that this group gives to a customer code; "" takes them away."""
    return _change(body, key, lambda group: made.put(group, "prefix", made.letters(prefix, "prefix")))


def set_cadence(body: Mapping[str, Any], key: str, cadence: Mapping[str, Any] | None) -> Body:
    """How often the group's members are to be contacted, and by whom; None: whenever."""
    return _change(body, key, lambda group: made.put(group, "cadence", made.copy(cadence) if cadence else None))


def set_rule(body: Mapping[str, Any], key: str, rule: Mapping[str, Any] | None) -> Body:
    """Write a group's rule; the fallback takes who is left over and has none."""
    return edit_rule(body, key, lambda _old: rule)


def edit_rule(
    body: Mapping[str, Any], key: str, edit: Callable[[Mapping[str, Any] | None], Mapping[str, Any] | None]
) -> Body:
    """Apply one gesture of `builder.edits.rule` to a group's rule."""
    new_body = made.copy(body)
    holder, siblings, at = _spot(new_body, key)
    rule = edit(siblings[at].get("rule"))
    if rule is not None and holder.get("fallback") == key and holder.get("mode", "exclusive") == "exclusive":
        raise Invalid(Problem("rule", "fallback_has_rule", {"group": siblings[at]["label"]}))
    made.put(siblings[at], "rule", made.copy(rule) if rule else None)
    return new_body


def set_examples(body: Mapping[str, Any], key: str, inside: list[int], outside: list[int]) -> Body:
    """Records that must always be in the group, and records that never may."""
    examples: Node = {}
    made.put(examples, "in", inside)
    made.put(examples, "out", outside)
    return _change(body, key, lambda group: made.put(group, "examples", examples))


def put_examples(body: Mapping[str, Any], key: str, side: str, records: Collection[int]) -> Body:
    """Records become examples of one side (`in` or `out`), and of that side only; any other side: examples no more."""
    _holder, siblings, at = _spot(made.copy(body), key)
    kept = {name: [one for one in siblings[at].get("examples", {}).get(name, []) if one not in records] for name in SIDES}
    if side in SIDES:
        kept[side] += list(dict.fromkeys(records))
    return set_examples(body, key, kept["in"], kept["out"])


def without_examples(body: Mapping[str, Any]) -> Body:
    """The grouping as another installation may have it: the records it names are of this one."""
    new_body = made.copy(body)
    for node in walk(new_body):
        node.pop("examples", None)
    return new_body


def set_mode(body: Mapping[str, Any], mode: str, parent: str | None = None) -> Body:
    """Only one group each (`exclusive`) or several (`overlapping`); several leave nobody over, so no fallback."""
    new_body = made.copy(body)
    holder = _level(new_body, parent)
    holder["mode"] = mode
    if mode == "overlapping":
        holder.pop("fallback", None)
    elif holder.get("groups") and "rule" not in holder["groups"][-1] and len(holder["groups"]) > 1:
        holder.setdefault("fallback", holder["groups"][-1]["key"])
    return new_body


def set_fallback(body: Mapping[str, Any], key: str | None, parent: str | None = None) -> Body:
    """The group for whoever fits no other; it goes to the end and loses its rule. None: nobody is caught."""
    new_body = made.copy(body)
    holder = _level(new_body, parent)
    if key is None:
        holder.pop("fallback", None)
        return new_body
    siblings = holder.get("groups", [])
    holder["groups"] = made.rearranged(siblings, key, to="bottom")
    holder["groups"][-1].pop("rule", None)
    holder["fallback"] = key
    return new_body


def relabel(body: Mapping[str, Any], label: Text) -> Body:
    """Change what people call the grouping."""
    new_body = made.copy(body)
    new_body["label"] = made.label(new_body["label"], label)
    return new_body


def describe(body: Mapping[str, Any], help: Text) -> Body:
    """Say what the grouping is for."""
    new_body = made.copy(body)
    made.put(new_body, "help", made.text(new_body.get("help"), help))
    return new_body


def set_position(body: Mapping[str, Any], position: int) -> Body:
    """Where the grouping stands among those of its form."""
    return made.copy(body) | {"position": position}


def _change(body: Mapping[str, Any], key: str, change: Callable[[Node], None]) -> Body:
    new_body = made.copy(body)
    _holder, siblings, at = _spot(new_body, key)
    change(siblings[at])
    return new_body


def _spot(body: Node, key: str) -> tuple[Node, list[Node], int]:
    """What holds a group (the grouping or its parent), its list, and its place there."""
    for holder in (body, *walk(body)):
        for at, group in enumerate(holder.get("groups", ())):
            if group["key"] == key:
                return holder, holder["groups"], at
    raise NotFound(Problem("group", "no_such_part", {"key": key}))


def _level(body: Node, parent: str | None) -> Node:
    if parent is None:
        return body
    _holder, siblings, at = _spot(body, parent)
    return siblings[at]


def _check_depth(body: Node, parent: str | None, more: int) -> None:
    """Groups nest as deep as a person can follow."""
    if _deep(body) - 1 > DEEPEST or (parent is not None and _above(body, parent) + more > DEEPEST):
        raise Invalid(Problem("groups", "groups_too_deep", {"most": DEEPEST}))


def _deep(node: Node) -> int:
    return 1 + max((_deep(group) for group in node.get("groups", ())), default=0)


def _above(node: Node, key: str) -> int:
    """How many levels a group stands below the grouping; 0 when it is not in there."""
    for group in node.get("groups", ()):
        if group["key"] == key:
            return 1
        if found := _above(group, key):
            return 1 + found
    return 0
