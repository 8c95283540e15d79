"""Gestures on formulas: the text, with what it comes to, and names that follow a field's new key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits import made, node
from builder.edits.made import Body
from runtime.rules.formula import names


def put_formula(body: Mapping[str, Any], key: str, text: str, facts: Mapping[str, Any]) -> Body:
    """Give a formula field its text (with keys) and what that comes to: `result`, and perhaps `format`."""
    new_body = made.copy(body)
    new_body["properties"][key] = node.remake(node.find(new_body, key), {"formula": text, **facts})
    return new_body


def renamed(body: Body, key: str, to: str) -> Body:
    """A field's new key in every formula of its form; done in place."""
    for item in body["properties"].values():
        text = item["x-fenzu"].get("formula")
        if isinstance(text, str):
            item["x-fenzu"]["formula"] = names.renamed(text, lambda name: _follow(name, key, to))
    return body


def _follow(name: str, key: str, to: str) -> str:
    first, dot, rest = name.partition(".")
    return f"{to}{dot}{rest}" if first == key else name
