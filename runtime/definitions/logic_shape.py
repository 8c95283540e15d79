"""The shape of a form's logic as JSON Schema; a draft may be unfinished, so what is missing is said elsewhere."""

from __future__ import annotations

from typing import Any

from runtime.definitions.parts import KEY, RULE, WORDS

TARGET = {"type": "string", "pattern": "^([a-z][a-z0-9_]{0,39})?$"}
MOST = 200


def _only(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {name: shape}, "required": [name], "additionalProperties": False}


def _parts(**parts: Any) -> dict[str, Any]:
    return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}


OFFERED = {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 1000, "uniqueItems": True}
ACTION = {
    "oneOf": [
        *(_only(name, TARGET) for name in ("show", "hide", "require", "readonly")),
        _only("set", _parts(field=TARGET, value=True)),
        _only("offer", _parts(field=TARGET, options=OFFERED)),
        _only("refuse", {**WORDS, "minProperties": 0}),
    ]
}
ACTIONS = {"type": "array", "items": ACTION, "maxItems": 50}
ENTRY = {
    "type": "object",
    "properties": {"key": KEY, "when": RULE, "then": ACTIONS, "else": ACTIONS},
    "required": ["key", "when"],
    "additionalProperties": False,
}
LOGIC = {"type": "array", "items": ENTRY, "maxItems": MOST}
