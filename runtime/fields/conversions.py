"""Which field type may become which, and how a value goes over: shown or put into a cell by the one, read by the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.numbers import Numeric
from runtime.fields.typed import blank, short
from runtime.fold import fold

_TEXTS = ("text", "long_text")
_NUMBERS = ("number", "money", "percent")
_READ_FROM_TEXT = (*_NUMBERS, "date", "datetime", "time", "duration", "choice", "choices", "phone", "email", "yes_no",
                   "url", "region", "person", "people", "link", "links", "rating", "scale", "slider")
# To allow another way, add it here; everything else stays refused.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "text": ("long_text", *_READ_FROM_TEXT),
    "long_text": ("text", *_READ_FROM_TEXT),
    "number": (*_TEXTS, "money", "percent", "rating", "scale", "slider"),
    "money": (*_TEXTS, "number", "percent"),
    "percent": (*_TEXTS, "number", "money"),
    "rating": (*_TEXTS, "number", "scale"),
    "scale": (*_TEXTS, "number", "rating"),
    "slider": (*_TEXTS, "number"),
    "date": (*_TEXTS, "datetime"),
    "datetime": (*_TEXTS, "date"),
    "time": _TEXTS,
    "duration": _TEXTS,
    "choice": (*_TEXTS, "choices", "yes_no"),
    "choices": (*_TEXTS, "choice"),
    "yes_no": (*_TEXTS, "choice"),
    "phone": _TEXTS,
    "email": _TEXTS,
    "url": _TEXTS,
    "region": _TEXTS,
    "location": _TEXTS,
    "department": _TEXTS,
    "person": (*_TEXTS, "people"),
    "people": (*_TEXTS, "person"),
    "link": (*_TEXTS, "links"),
    "links": (*_TEXTS, "link"),
}


@dataclass(frozen=True, slots=True)
class Converted:
    """One value on the other side. `same` says that it reads as before; `refused` why there is none."""

    value: Value
    same: bool = True
    refused: Refused | None = None


def may_become(old: FieldType, new: FieldType) -> bool:
    """Whether values of the one type can be read by the other; every way that leads there leads back."""
    return new.name in ALLOWED.get(old.name, ()) or old.name in ALLOWED.get(new.name, ())


def targets(old: FieldType) -> list[FieldType]:
    """The types that a field of this type can become."""
    return [FIELD_TYPES[name] for name in ALLOWED.get(old.name, ())]


def stored_alike(old: FieldType, before: Settings, new: FieldType, after: Settings) -> bool:
    """Whether what is stored for the one field is a value of the other as it stands."""
    return old.name == new.name and before.get("decimals") == after.get("decimals")


def convert(old: FieldType, before: Settings, new: FieldType, after: Settings, value: Value, names: Names) -> Converted:
    """A value of one field as a value of another."""
    if blank(value):
        return Converted(None)
    said = old.show(value, before, names)
    try:
        made = _read(old, before, new, after, value, said, names)
    except Refused as refused:
        return Converted(None, False, refused)
    if blank(made):
        return Converted(None, False, Refused("cannot_be_read", text=short(said)))
    return Converted(made, _alike(old, before, new, after, value, made, said, names))


def _read(old: FieldType, before: Settings, new: FieldType, after: Settings, value: Value, said: str, names: Names) -> Value:
    if stored_alike(old, before, new, after) and before.get("form") == after.get("form") and not new.offered(after):
        return value
    if old.kind == "number" and new.kind == "number":  # 12.5% is 12.5, whatever a spreadsheet makes of it
        return new.parse(new.rounded(value, after) if isinstance(new, Numeric) else value, after, names)
    if new.name in _TEXTS:
        return new.parse(said, after, names)
    if {old.kind, new.kind} == {"person", "people"} or ({old.kind, new.kind} == {"link", "links"} and before.get("form") == after.get("form")):
        return _alone(value, new)
    return new.from_cell(old.to_cell(value, before, names), after, names)


def _alone(value: Any, new: FieldType) -> Value:
    """One person (or linked record) is a list of one; several are nobody in particular."""
    if new.many:
        return [value]
    if len(value) > 1:
        raise Refused("more_than_one" if new.kind == "person" else "more_than_one_link", n=len(value))
    return value[0]


def _alike(old: FieldType, before: Settings, new: FieldType, after: Settings, value: Value, made: Value, said: str,
           names: Names) -> bool:
    """Whether a person reads the same as before, or would get the very value back."""
    if fold(said) in (fold(new.show(made, after, names)), fold(str(new.typed(made, after, names)))):
        return True
    try:
        return bool(_read(new, after, old, before, made, new.show(made, after, names), names) == value)
    except Refused:
        return False
