"""One setting of a field type, as the JSON Schema property from which the designer draws its control."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


def properties(**settings: dict[str, Any]) -> Mapping[str, Any]:
    """All settings of a type by name, frozen."""
    return MappingProxyType(settings)


def setting(kind: str, default: Any, zh: str, en: str, **more: Any) -> dict[str, Any]:
    """A property with its label in both languages and the default that holds where a field says nothing."""
    return {"type": kind, "x-label": {"zh": zh, "en": en}, "default": default, **more}


def choice(default: str, zh: str, en: str, options: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """A setting with a few named values; each branch carries its label."""
    branches = [{"const": key, "x-label": {"zh": label[0], "en": label[1]}} for key, label in options.items()]
    return {"type": "string", "x-label": {"zh": zh, "en": en}, "default": default, "oneOf": branches}
