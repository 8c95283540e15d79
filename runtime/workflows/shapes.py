"""Settings of steps and triggers as JSON Schema, each with its label and the control that the drawer draws for it.

Controls: who, set, text, long, words (a short text that names no fields), field, fields, tags, group, groups, form, link, span, number, yes, choice, rule, values, step,
roles, several (some of a few named values), grouping (an exclusive one of the form), workflow (another one of the same form), cases (people by the values of the field in the
setting that `into` names: `[{value, who}]`), same (pairs of fields, theirs and ours: `[{field, take}]`).
A setting may say more: `of` the kind of field that is meant (`tags`, `date`, `person`, or a type's kind), `into` the setting
that names the form or the link whose fields `field`, `fields`, `set` and `rule` are about, `either` a name that settings
share of which one is given, `only` when it is asked at all (`{"how": ["some"]}`, or `{"when": True}` for: once that is there), `part` the heading it stands under (zh, en).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


def settings(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """All settings of a kind by name, frozen."""
    return MappingProxyType(dict(given))


def said(schema: Mapping[str, Any], zh: str, en: str, control: str, **more: Any) -> dict[str, Any]:
    """A setting with its label in both languages and its control; `of` says whose fields a control offers."""
    return {**schema, "x-label": {"zh": zh, "en": en}, "x-control": control, **more}


def choice(default: str, zh: str, en: str, options: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """A setting with a few named values; each carries its label."""
    branches = [{"const": key, "x-label": {"zh": label[0], "en": label[1]}} for key, label in options.items()]
    return said({"type": "string", "default": default, "oneOf": branches}, zh, en, "choice")


def yes(zh: str, en: str, default: bool = False) -> dict[str, Any]:
    """A switch."""
    return said({"type": "boolean", "default": default}, zh, en, "yes")
