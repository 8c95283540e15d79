"""Choices that are retired: whoever has one keeps it, nobody chooses it any more, by whatever door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from runtime.definitions.form import Field, Form
from runtime.errors import Problem
from runtime.fields.base import Names

Values = Mapping[str, Any]
# The fields with retired choices and these, found once for each version of a form.
_KNOWN: WeakKeyDictionary[Form, list[tuple[Field, frozenset[Any]]]] = WeakKeyDictionary()


def _fields(form: Form) -> list[tuple[Field, frozenset[Any]]]:
    if form not in _KNOWN:
        found = ((field, field.type.offered(field.settings)) for field in form.live_fields.values())
        sets = ((field, frozenset(option["const"] for option in options if option.get("retired"))) for field, options in found)
        _KNOWN[form] = [(field, retired) for field, retired in sets if retired]
    return _KNOWN[form]


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else () if value is None else (value,)


def held(form: Form, rows: Sequence[Values]) -> bool:
    """Whether any of these values, or any row inside them, is a retired choice, so that what was there before matters."""
    inner = any(_fields(small) and values.get(key) for key, small in form.subforms.items() for values in rows)
    return inner or any(one in retired for field, retired in _fields(form) for values in rows for one in _several(values.get(field.key)))


def told(form: Form, rows: Sequence[Values], before: Sequence[Values], names: Names, found: list[list[Problem]]) -> None:
    """Say at its field where somebody chooses what is retired and was not there before; a default is nobody's choice."""
    for field, retired in _fields(form):
        for at, values in enumerate(rows):
            kept = {*_several(before[at].get(field.key)), *_several(field.default)}
            for one in _several(values.get(field.key)):
                if one in retired and one not in kept:
                    value = field.type.show([one] if field.type.many else one, field.settings, names)
                    found[at].append(Problem(field.key, "option_out_of_use", {"field": field.label, "value": value}))
