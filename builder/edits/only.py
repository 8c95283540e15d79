"""The rules by which links offer only some records, as the form around them changes."""

from __future__ import annotations

from typing import Any

from builder.edits.made import Body
from runtime.rules.beside import OWN


def renamed(body: Body, key: str, to: str) -> Body:
    """A field's new key in the rules of all links of its form; done in place."""
    for item in body["properties"].values():
        _follow(item["x-fenzu"].get("only"), OWN + key, OWN + to)
    return body


def _follow(part: Any, old: str, new: str) -> None:
    if isinstance(part, dict) and isinstance(part.get("rules"), list):
        for inner in part["rules"]:
            _follow(inner, old, new)
    elif isinstance(part, dict):
        for name in ("field", "value"):
            if part.get(name) == old and (name == "field" or part.get("valueSource") == "field"):
                part[name] = new
