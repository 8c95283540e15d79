"""A form's public side: what its document says about the link that anybody may fill it in by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.definitions.parts import KEY, WORDS

ROOT = "x-fenzu.public"
PLAIN, SIGNED = "plain", "signed"
TEXTS = ("title", "intro", "thanks", "privacy")
MOMENT = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"}
SHAPE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "enabled": {"type": "boolean"},
        **dict.fromkeys(TEXTS, WORDS),
        "fields": {"type": "array", "items": KEY, "uniqueItems": True, "maxItems": 400},
        "opens": MOMENT,
        "closes": MOMENT,
        "quota": {"type": "integer", "minimum": 1, "maximum": 10_000_000},
        "prefill": {"type": "object", "propertyNames": KEY, "additionalProperties": {"enum": [PLAIN, SIGNED]}},
    },
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Public:
    """Which fields are asked for, the words around them, and when the link takes answers (times of the organisation's zone)."""

    enabled: bool = False
    fields: tuple[str, ...] = ()
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    opens: str = ""
    closes: str = ""
    quota: int | None = None
    prefill: Mapping[str, str] = field(default_factory=dict)


def read(node: Mapping[str, Any]) -> Public:
    """The public side as a document that has been checked has it."""
    return Public(
        bool(node.get("enabled")), tuple(node.get("fields", ())), {name: node.get(name, {}) for name in TEXTS},
        node.get("opens", ""), node.get("closes", ""), node.get("quota"), node.get("prefill", {}),
    )
