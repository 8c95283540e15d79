"""Gestures on groups and on the grouping itself, by name: what each does, and how the undo button calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from builder.edits import grouping as edits
from builder.edits.made import Body, Edit
from runtime.errors import Invalid, Problem
from runtime.records.cadences import MOST
from runtime.words import LANGUAGES, Words

Given = MultiDict[str, str]


class Act(NamedTuple):
    """One gesture: its words, and the edit it makes of a group's key and what was sent."""

    said: Words
    make: Callable[[str, Given], Edit]
    typing: bool = False


def _texts(given: Given, name: str = "label") -> dict[str, str]:
    """A text in the languages that were sent: `label_zh`, `label_en`."""
    return {lang: given[f"{name}_{lang}"] for lang in LANGUAGES if f"{name}_{lang}" in given}


def _add(key: str, given: Given) -> Edit:
    label = {lang: text for lang, text in _texts(given).items() if text.strip()}
    if not label:
        raise Invalid(Problem("label", "no_label", {"field": ""}))
    return lambda body: edits.add_group(body, label, parent=given.get("parent") or None)


def _order(key: str, given: Given) -> Edit:
    """Behind another group of the list, or first of it."""
    moved, after = given.get("id", ""), given.get("after") or None

    def change(body: Body) -> Any:
        if after is not None:
            return edits.move_group(body, moved, after=after)
        return edits.move_group(body, moved, to="top")

    return change


def _mode(key: str, given: Given) -> Edit:
    return lambda body: edits.set_mode(body, given.get("v", "exclusive"), given.get("parent") or None)


def _rest(key: str, given: Given) -> Edit:
    return lambda body: edits.set_fallback(body, key if given.get("v") == "1" else None, given.get("parent") or None)


def _cadence(key: str, given: Given) -> Edit:
    """How often the members are contacted, by whom, and how many tasks one gets a day; off takes it away."""
    if given.get("on") != "1":
        return lambda body: edits.set_cadence(body, key, None)
    n, most = _number(given.get("n", "1"), 365, "cadence_every"), _number(given.get("most", str(MOST)), 200, "cadence_most")
    made = {"every": {"n": n, "unit": given.get("unit", "week")}, "who": given.get("who", ""), "most": most}
    return lambda body: edits.set_cadence(body, key, made)


def _number(typed: str, most: int, wrong: str) -> int:
    if not typed.isdecimal() or len(typed) > 4 or not 1 <= int(typed) <= most:
        raise Invalid(Problem("cadence", wrong))
    return int(typed)


def _nest(key: str, given: Given) -> Edit:
    return lambda body: edits.move_group(body, key, parent=given.get("parent") or None, into=True)


ACTS: Mapping[str, Act] = {
    "add": Act(Words("添加分组", "Add a group"), _add),
    "order": Act(Words("调整顺序", "Reorder"), _order),
    "move": Act(
        Words("调整顺序", "Reorder"),
        lambda key, given: lambda body: edits.move_group(body, key, to=given.get("to", "up")),
    ),
    "nest": Act(Words("换上级分组", "Move into another group"), _nest),
    "cadence": Act(Words("改多久联系一次", "Change how often they are contacted"), _cadence),
    "remove": Act(Words("去掉分组", "Remove a group"), lambda key, given: lambda body: edits.remove_group(body, key)),
    "name": Act(
        Words("改名", "Rename"), lambda key, given: lambda body: edits.rename_group(body, key, _texts(given)), True
    ),
    "help": Act(
        Words("改说明", "Edit the explanation"),
        lambda key, given: lambda body: edits.set_help(body, key, _texts(given, "help")),
        True,
    ),
    "color": Act(
        Words("换颜色", "Change the colour"),
        lambda key, given: lambda body: edits.recolour(body, key, given.get("v", "mo")),
    ),
    "prefix": Act(
        Words("改前缀", "Change the prefix"),
        lambda key, given: lambda body: edits.set_prefix(body, key, given.get("v", "")),
        True,
    ),
    "mode": Act(Words("改进组方式", "One group or several"), _mode),
    "rest": Act(Words("改兜底的组", "Change the group for the rest"), _rest),
    "relabel": Act(
        Words("方案改名", "Rename the scheme"), lambda key, given: lambda body: edits.relabel(body, _texts(given)), True
    ),
    "describe": Act(
        Words("改方案说明", "Explain the scheme"),
        lambda key, given: lambda body: edits.describe(body, _texts(given, "help")),
        True,
    ),
}
