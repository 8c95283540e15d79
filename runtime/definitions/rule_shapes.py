"""Whether the rules that a draft holds can be shown at all: conditions in groups, however unfinished.

A draft takes no others; those that were kept before this was asked are mended as they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.definitions import checks
from runtime.errors import Problem
from runtime.fields import FIELD_TYPES
from runtime.rules import shape

Body = Mapping[str, Any]
Spot = tuple[str, dict[str, Any], str]


def unreadable(kind: str, body: Body) -> list[Problem]:
    """What keeps a draft from being kept: its shape, and rules that no editor could show for anybody to mend."""
    return checks.shape(kind, body) or [Problem(path, "rule_bad_shape") for path, _, _ in _undrawable(kind, body)]


def mended(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """A body just read, with an unfinished condition wherever one could not be drawn; done in place."""
    for _, holder, name in list(_undrawable(kind, body)):
        rule = holder[name]
        holder[name] = shape.mended(rule if shape.is_group(rule) else {"combinator": "and", "rules": [rule]})
    return body


def _undrawable(kind: str, body: Body) -> Iterator[Spot]:
    """The path of each such rule, what holds it, and under which name."""
    for path, holder, name in _of_form(body) if kind == "form" else _of_groups(body, ""):
        rule = holder.get(name)
        if rule and not (shape.is_group(rule) and shape.drawable(rule)):
            yield path, holder, name


def _of_groups(node: Body, path: str) -> Iterator[Spot]:
    for number, group in enumerate(node.get("groups", ())):
        here = f"{path}groups[{number}]"
        yield f"{here}.rule", group, "rule"
        yield from _of_groups(group, f"{here}.")


def _of_form(body: Body) -> Iterator[Spot]:
    """The rules of its logic, and those by which its links and the links in its rows offer records."""
    for number, each in enumerate(body["x-fenzu"].get("logic", ())):
        yield f"x-fenzu.logic[{number}].when", each, "when"
    yield from _offered(body["properties"], "properties")


def _offered(nodes: Body, path: str) -> Iterator[Spot]:
    for key, node in nodes.items():
        yield f"{path}.{key}.x-fenzu.only", node["x-fenzu"], "only"
        if FIELD_TYPES[node["x-fenzu"]["type"]].nested:
            yield from _offered(node["items"]["properties"], f"{path}.{key}.items.properties")
