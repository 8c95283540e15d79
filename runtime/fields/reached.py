"""Values that come from other records: what a roll-up or a looked-up value needs to speak as the field it reads."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cache
from typing import Any

import sqlalchemy as sa

from runtime.errors import Problem
from runtime.fields.base import FieldType, Settings, Value
from runtime.fields.computed import Derived
from runtime.fields.setting import setting

# What a result is and how it is shown are found out when the field is designed; publishing checks that they still hold.
RESULT: Mapping[str, dict[str, Any]] = {
    "result": setting("string", "number", "结果", "Result", maxLength=40),
    "shown": setting("object", {}, "显示", "Shown"),
}


def stored(name: str) -> FieldType | None:
    """A type whose values live in columns of one record, by name."""
    from runtime.fields import FIELD_TYPES  # these types are in it themselves

    if name not in FIELD_TYPES:
        return None
    kind = FIELD_TYPES[name]
    if kind.many or kind.nested or kind.computed or kind.kind == "file":
        return None
    return kind


class Reached(Derived):
    """A computed type whose results are values of a field of other records."""

    def result(self, settings: Settings) -> tuple[FieldType, Settings]:
        kind = stored(self.setting(settings, "result"))
        if kind is None:
            kind = stored("number")
            assert kind is not None
        return kind, self.setting(settings, "shown")

    def schema(self, settings: Settings) -> dict[str, Any]:
        """Limits are those of the other record's entry, not of what is read from it."""
        limits = ("minLength", "maxLength", "multipleOf", "minimum", "maximum", "pattern")
        return {key: rule for key, rule in super().schema(settings).items() if key not in limits}


class Copied(Reached):
    """The same, kept in a column of its own from the moment at which it was read."""

    computed = False
    copied = True

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        kind, own = self.result(settings)
        return kind.columns(name, own)

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        kind, own = self.result(settings)
        return kind.store(name, value, own)

    def of(self, settings: Settings) -> FieldType:
        return _as(self, self.result(settings)[0])


@cache
def _as(base: Copied, kind: FieldType) -> FieldType:
    made = copy(base)
    made.kind, made.template, made.power = kind.kind, kind.template, kind.power
    return made


def result_of(kind: FieldType, settings: Settings) -> tuple[str, dict[str, Any]] | None:
    """A field's type and settings as those of a result; None where its values cannot be one."""
    if isinstance(kind, Derived):
        kind, settings = kind.result(settings)
    if stored(kind.name) is None or (kind.readonly and not kind.searchable):
        return None
    own = {name: settings[name] for name in kind.settings if settings.get(name) not in (None, kind.settings[name].get("default"))}
    if "options" in kind.settings:
        own["options"] = [dict(option) for option in settings.get("options", ())]
    return kind.name, {name: value for name, value in own.items() if name not in ("inverse", "inverse_label")}


def misfit(settings: Settings, wanted: str, label: Mapping[str, str]) -> Problem | None:
    """That the field which is read holds something else now than the definition says."""
    kind = stored(settings.get("result") or "number")
    return None if kind is not None and kind.kind == wanted else Problem("result", "reached_other_kind", {"field": label})
