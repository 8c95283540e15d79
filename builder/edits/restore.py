"""Going back to an old version without losing what has been published since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits import made, node
from builder.edits.made import Body
from runtime.definitions.form import options_of


def restored(kind: str, old: Mapping[str, Any], now: Mapping[str, Any]) -> Body:
    """An old body as it can be published today: what was added since is retired in it."""
    if kind == "form":
        return _form(old, now)
    if kind == "vocabulary":
        return _vocabulary(old, now)
    return made.copy(old)


def _form(old: Mapping[str, Any], now: Mapping[str, Any]) -> Body:
    body = made.copy(old)
    for key, current in now["properties"].items():
        if key not in body["properties"]:
            added = made.copy(current)
            added["x-fenzu"]["retired"] = True
            body["properties"][key] = added
        elif "options" in node.type_of(current).settings:
            body["properties"][key] = _with_options(body["properties"][key], current)
    return body


def _with_options(old: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    listed = options_of(old)
    known = {option["const"] for option in listed}
    added = [option | {"retired": True} for option in options_of(now) if option["const"] not in known]
    return node.remake(old, {"options": [*listed, *added]}) if added else dict(old)


def _vocabulary(old: Mapping[str, Any], now: Mapping[str, Any]) -> Body:
    body = made.copy(old)
    known = {tag["key"] for tag in body["tags"]}
    body["tags"] += [made.copy(tag) | {"retired": True} for tag in now["tags"] if tag["key"] not in known]
    return body
