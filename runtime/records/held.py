"""The values of one entry as their columns would hold them, for statements that are given them at each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.definitions.form import Form


def held(form: Form, values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """By field what its column would hold, and under `<field>/k` what is folded; see runtime.rules.late_values."""
    found: dict[str, Any] = {}
    for key in keys:
        item, value = form.fields[key], values.get(key)
        if item.type.many:
            found[key] = value
        else:
            columns = item.type.store("v", value, item.settings)
            found[key], found[f"{key}/k"] = columns.get("v"), columns.get("v_k")
    return found
