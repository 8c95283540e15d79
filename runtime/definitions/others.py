"""The schemas and parsed objects of the smaller kinds: vocabulary, view, role, code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.definitions.parts import COLOR, KEY, RULE, WORDS, document

LETTERS = {"type": "string", "maxLength": 8, "pattern": "^[A-Za-z0-9]*$"}
FIELD_REF = {"type": "string", "pattern": r"^(\$group/[a-z][a-z0-9_]{0,39}|\$(id|created_at|updated_at|created_by)|[a-z][a-z0-9_]{0,39})$"}

VOCABULARY = document(
    "vocabulary",
    ["tags"],
    {
        "help": WORDS, "color": COLOR, "single": {"type": "boolean"}, "ask": {"type": "boolean"},
        "position": {"type": "integer"}, "retired": {"type": "boolean"},
        "tags": {
            "type": "array", "maxItems": 2000,
            "items": {
                "type": "object", "required": ["key", "label"], "additionalProperties": False,
                "properties": {"key": KEY, "label": WORDS, "color": COLOR, "retired": {"type": "boolean"}},
            },
        },
    },
)
VIEW = document(
    "view",
    ["form", "columns"],
    {
        "form": KEY, "columns": {"type": "array", "items": FIELD_REF, "minItems": 1, "maxItems": 60},
        "sort": {
            "type": "array", "maxItems": 3,
            "items": {"type": "object", "required": ["field"], "additionalProperties": False,
                      "properties": {"field": FIELD_REF, "desc": {"type": "boolean"}}},
        },
        "filter": {"anyOf": [RULE, {"type": "null"}]}, "position": {"type": "integer"}, "icon": {"type": "string"},
    },
)
ROLE = document(
    "role",
    [],
    {
        "can": {"type": "object", "additionalProperties": False,
                "properties": {"records": {"type": "array", "items": {"enum": ["create", "change", "remove", "import", "export"]}}}},
        "rows": {"type": "object", "propertyNames": KEY, "additionalProperties": RULE},
    },
)
SEGMENT = {
    "oneOf": [
        {"type": "object", "required": ["text"], "additionalProperties": False,
         "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 12, "pattern": r"^[A-Za-z0-9_./-]+$"}}},
        {"type": "object", "required": ["group"], "additionalProperties": False, "properties": {"group": KEY, "none": LETTERS}},
        {"type": "object", "required": ["field", "map"], "additionalProperties": False,
         "properties": {"field": KEY, "none": LETTERS, "map": {"type": "object", "additionalProperties": LETTERS}}},
        {"type": "object", "required": ["date"], "additionalProperties": False,
         "properties": {"date": {"enum": ["YYYY", "YY", "YYMM", "YYYYMM", "YYMMDD", "YYYYMMDD"]}}},
        {"type": "object", "required": ["serial"], "additionalProperties": False,
         "properties": {"serial": {"type": "object", "required": ["width"], "additionalProperties": False, "properties": {
             "width": {"type": "integer", "minimum": 1, "maximum": 12}, "start": {"type": "integer", "minimum": 0},
             "scope": {"enum": ["all", "prefix"]}}}}},
        {"type": "object", "required": ["check"], "additionalProperties": False, "properties": {"check": {"enum": ["mod37_2"]}}},
    ]
}
CODE = document("code", ["form", "field", "segments"], {
    "form": KEY, "field": KEY, "segments": {"type": "array", "items": SEGMENT, "minItems": 1, "maxItems": 12}})


class Tag:
    """One tag of a vocabulary."""

    def __init__(self, vocabulary: str, node: Mapping[str, Any], color: str) -> None:
        self.vocabulary = vocabulary
        self.key: str = node["key"]
        self.label: Mapping[str, str] = node["label"]
        self.color: str = node.get("color", color)
        self.retired = bool(node.get("retired"))


class Vocabulary:
    """A category of tags; `single` allows one of them per record."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.key: str = body["key"]
        self.label: Mapping[str, str] = body["label"]
        self.help: Mapping[str, str] = body.get("help", {})
        self.color: str = body.get("color", "mo")
        self.single, self.ask, self.retired = (bool(body.get(k)) for k in ("single", "ask", "retired"))
        self.position: int = body.get("position", 0)
        self.tags = {node["key"]: Tag(self.key, node, self.color) for node in body["tags"]}


class View:
    """A saved way to look at a form's records."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.key: str = body["key"]
        self.form: str = body["form"]
        self.label: Mapping[str, str] = body["label"]
        self.columns: list[str] = list(body["columns"])
        self.sort: list[dict[str, Any]] = list(body.get("sort", ()))
        self.filter: Mapping[str, Any] | None = body.get("filter")
        self.position: int = body.get("position", 0)
        self.icon: str = body.get("icon", "table")


class Role:
    """What its holders may do, and by form the rule that says which rows they may see."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.key: str = body["key"]
        self.label: Mapping[str, str] = body["label"]
        self.rows: Mapping[str, Any] = body.get("rows", {})
        self.records: frozenset[str] = frozenset(
            body.get("can", {}).get("records", ("create", "change", "remove", "import", "export"))
        )


class Code:
    """How the code of a form's records is made, segment by segment."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.key: str = body["key"]
        self.form: str = body["form"]
        self.field: str = body["field"]
        self.label: Mapping[str, str] = body["label"]
        self.segments: list[dict[str, Any]] = list(body["segments"])

    @property
    def groupings(self) -> list[str]:
        """The groupings whose prefixes go into the code."""
        return [segment["group"] for segment in self.segments if "group" in segment]
