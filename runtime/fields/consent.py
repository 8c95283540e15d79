"""What somebody agrees to: kept with which wording it was and when, because the wording may change."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.datetime import Datetime, absolute
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, cell_text, short, written
from runtime.fields.yes_no import NO, YES
from runtime.sql.types import BinaryText
from runtime.words import Words

_KEPT = re.compile(r"(?:(?:已同意|agreed) ?)?(?:(\d{4}-\d{2}-\d{2}t\d{2}:\d{2}:\d{2}z) ?)?#([0-9a-f]{12})", re.ASCII)
_AGREED = YES | {"已同意", "同意", "agreed", "agree", "i agree"}
_SAID = Words("已同意", "Agreed")
_OLD = Words("（旧版内容）", " (an older wording)")
_MOMENT = Datetime()


def wording(settings: Settings) -> str:
    """Which wording a field's text is, by its content: twelve hexadecimal digits."""
    text = json.dumps(dict(settings.get("text") or {}), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class Consent(FieldType):
    """Kept as `2025-02-18T06:30:00Z #0a1b2c3d4e5f`: when, and which wording. Whoever has not agreed is blank."""

    name = "consent"
    label = Words("同意条款", "Consent")
    icon = "clipboard-check"
    shelf = "customer"
    kind = "consent"
    template = "fields/consent.html"
    stamped = True
    lack = "must_agree"
    settings = properties(
        text=setting("object", {}, "请对方同意的内容", "Text to agree to", **{"x-lines": True})
        | {"additionalProperties": {"type": "string", "maxLength": 5000}},
    )
    samples = ("yes", "同意", True, "2025-02-18T06:30:00Z #0a1b2c3d4e5f", "Agreed 2025-02-18T06:30:00Z #0a1b2c3d4e5f")
    nonsense = ("也许", "2", 2, "#xyz", "2025-02-30T06:30:00Z #0a1b2c3d4e5f", ["yes"], {"text": "0a1b2c3d4e5f"})

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([0-9-]{10}T[0-9:]{8}Z )?#[0-9a-f]{12}$"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed) or typed is False:
            return None
        text = "yes" if typed is True else written(typed, "not_consent").casefold()
        if text in NO:
            return None
        kept = _KEPT.fullmatch(text)
        if kept is None and text not in _AGREED:
            raise Refused("not_consent", text=short(typed))
        return f"#{wording(settings)}" if kept is None else self._kept(kept[1], kept[2])

    def _kept(self, at: str | None, text: str) -> str:
        if at is None:
            return f"#{text}"
        absolute(at.upper())  # refuses a day that no calendar has
        return f"{at.upper()} #{text}"

    def stamp(self, value: Value, at: str) -> Value:
        claimed, _, text = value.rpartition("#")
        return value if claimed and claimed.strip() <= at else f"{at} #{text}"

    def bind(self, value: Any, settings: Settings) -> Any:
        return _MOMENT.bind(value, {})

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        if value is None:
            return ""
        at, _, text = value.rpartition("#")
        when = _MOMENT.show(f"{at[:17]}00Z" if at else None, {}, names)
        old = _OLD.say(names.lang) if text != wording(settings) else ""
        return f"{_SAID.say(names.lang)} {when}".strip() + old

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return value or ""

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return f"{_SAID.say(names.lang)} {value}" if value else None

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell if isinstance(cell, bool) else cell_text(cell), settings, names)
