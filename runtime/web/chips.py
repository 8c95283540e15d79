"""Filters as people read them: each chip is a sentence about one condition."""

from __future__ import annotations

from typing import Any

from runtime.errors import Invalid
from runtime.groups.wording import AppWording
from runtime.records.names import RecordNames
from runtime.rules.describe import describe
from runtime.storage.live import LiveApp, LiveForm
from runtime.web.lists import State


def chips_of(app: LiveApp, live: LiveForm, state: State, names: RecordNames) -> list[dict[str, Any]]:
    """The conditions of a list with their sentences and the address without each; a broken one says so."""
    wording = AppWording(app, live.key, names, names.lang)
    found = []
    for at, part in enumerate(state.filters):
        try:
            tokens = describe({"combinator": "and", "rules": [part]}, wording, names.lang)
            found.append({"tokens": tokens, "without": state.without(at), "bad": False})
        except (Invalid, KeyError, TypeError):
            found.append({"tokens": [], "without": state.without(at), "bad": True})
    return found
