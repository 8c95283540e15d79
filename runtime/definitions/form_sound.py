"""Whether the part of a form that decides validity can be run at all: patterns that compile, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs

from runtime.definitions.parts import validator
from runtime.errors import Problem


def sound(body: Mapping[str, Any]) -> Iterator[Problem]:
    """The fields whose schema no validator takes."""
    for key, node in body["properties"].items():
        if "pattern" in node and (why := pattern_refused(node["pattern"])):
            yield Problem(f"properties.{key}.pattern", "bad_pattern", {"field": node["x-fenzu"]["label"], "detail": why})
        elif "items" in node and (why := _unfit({"items": node["items"]})):
            yield Problem(f"properties.{key}.items", "bad_shape", {"detail": why})


@lru_cache(maxsize=1000)
def pattern_refused(pattern: str) -> str:
    """Why a pattern cannot be run, or ""."""
    return _unfit({"pattern": pattern})


def _unfit(schema: Mapping[str, Any]) -> str:
    """Why a schema cannot be used, or "". Patterns run in linear time, so what compiles cannot hang."""
    try:
        validator(schema)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        return str(error).splitlines()[0][:200]
    return ""
