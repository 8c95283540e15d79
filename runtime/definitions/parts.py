"""Pieces of JSON Schema that several kinds of definition share, and the one way to check a body against a schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import jsonschema_rs

from runtime.errors import Problem

KEY_PATTERN = "^[a-z][a-z0-9_]{0,39}$"
KEY = {"type": "string", "pattern": KEY_PATTERN}
WORDS = {
    "type": "object",
    "properties": {"zh": {"type": "string", "maxLength": 500}, "en": {"type": "string", "maxLength": 500}},
    "minProperties": 1,
    "additionalProperties": False,
}
COLORS = ("zhusha", "cheng", "tenghuang", "ya", "shilv", "qing", "shiqing", "dian", "zi", "yanzhi", "zhe", "mo")
COLOR = {"enum": list(COLORS)}
RULE = {"type": "object"}
LIMITS = {"maxProperties": "too_many_parts", "maxItems": "too_many_parts", "maxLength": "too_long_here"}
# So much of what a schema says is shown; it quotes what is wrong first and says why at the end.
LONGEST = 300


def document(kind: str, required: Iterable[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of one kind of document: what all kinds share plus its own properties; unknown keys are refused."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"kind": {"const": kind}, "format": {"const": 1}, "key": KEY, "label": WORDS, **properties},
        "required": ["kind", "format", "key", "label", *required],
        "additionalProperties": False,
    }


def refuse(uri: str) -> Any:
    """No schema of ours reaches outside itself."""
    raise ValueError(f"a schema may not refer to {uri}")


def validator(schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A compiled validator: formats checked, linear regular expressions, no remote references."""
    return jsonschema_rs.Draft202012Validator(
        dict(schema), validate_formats=True, retriever=refuse, pattern_options=jsonschema_rs.RegexOptions()
    )


def dotted(path: Iterable[str | int]) -> str:
    """`["groups", 0, "rule"]` as `groups[0].rule`."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else (f".{step}" if out else str(step))
    return out


def shape_problems(compiled: jsonschema_rs.Draft202012Validator, body: Any) -> list[Problem]:
    """What a schema says against a body, each with its path; what is too large is told, the rest stays in the schema's own words."""
    return [_told(error) for error in compiled.iter_errors(body)]


def _told(error: jsonschema_rs.ValidationError) -> Problem:
    path, kind, said, given = dotted(error.instance_path), error.kind.name, error.message, error.instance
    if kind in LIMITS and isinstance(given, (dict, list, str)):
        code = "too_many_fields" if path == "properties" else LIMITS[kind]
        return Problem(path, code, {"n": len(given), "most": getattr(error.kind, "limit", 0)})
    return Problem(path, "bad_shape", {"detail": said if len(said) <= LONGEST else f"… {said[-LONGEST:]}"})
