"""The app that is measured: customers of 12 fields, their orders, three groupings with 20 rules, and a code."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]
KINDS = ("enterprise", "wholesale", "retail", "person", "agency")
INTERESTS = ("price", "quality", "speed", "service", "novelty", "brand", "habit")
FIELDS = (
    "name",
    "code",
    "phone",
    "email",
    "kind",
    "region",
    "interests",
    "credit",
    "since",
    "active",
    "visited",
    "note",
)


def said(text: str) -> dict[str, str]:
    """A label; the words do not matter here."""
    return {"zh": text, "en": text}


def _field(name: str, kind: str, schema: Body, **settings: Any) -> Body:
    return {**schema, "x-fenzu": {"type": kind, "label": said(name), **settings}}


def _options(keys: tuple[str, ...]) -> list[Body]:
    return [{"const": key, "x-fenzu": {"label": said(key)}} for key in keys]


def _form(key: str, title: str, properties: dict[str, Body], position: int) -> Body:
    items = [{"field": name} for name in properties]
    about = {
        "kind": "form",
        "format": 1,
        "key": key,
        "label": said(key),
        "icon": "users",
        "title_field": title,
        "position": position,
        "layout": [{"key": "all", "items": items}],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "x-fenzu": about,
        "properties": properties,
        "required": [title],
        "unevaluatedProperties": False,
    }


def customer() -> Body:
    text = {"type": "string"}
    return _form(
        "customer",
        "name",
        {
            "name": _field("name", "text", {**text, "minLength": 1, "maxLength": 120}),
            "code": _field("code", "code", {**text, "readOnly": True}),
            "phone": _field("phone", "phone", {**text, "maxLength": 40}),
            "email": _field("email", "email", {**text, "format": "idn-email", "maxLength": 254}),
            "kind": _field("kind", "choice", {"oneOf": _options(KINDS)}),
            "region": _field("region", "region", {**text, "pattern": "^[0-9]{6}$"}),
            "interests": _field(
                "interests", "choices", {"type": "array", "uniqueItems": True, "items": {"oneOf": _options(INTERESTS)}}
            ),
            "credit": _field("credit", "money", {"type": "number"}, decimals=2),
            "since": _field("since", "date", {**text, "format": "date"}),
            "active": _field("active", "yes_no", {"type": "boolean"}),
            "visited": _field("visited", "datetime", {**text, "format": "date-time"}),
            "note": _field("note", "long_text", {**text, "maxLength": 5000}),
        },
        0,
    )


def order() -> Body:
    return _form(
        "order",
        "number",
        {
            "number": _field("number", "text", {"type": "string", "minLength": 1, "maxLength": 40}),
            "customer": _field(
                "customer", "link", {"type": "integer"}, form="customer", inverse="orders", inverse_label=said("orders")
            ),
            "amount": _field("amount", "money", {"type": "number"}, decimals=2),
            "ordered_on": _field("ordered_on", "date", {"type": "string", "format": "date"}),
        },
        1,
    )


def leaf(field: str, operator: str, value: Any, **more: Any) -> Body:
    return {"field": field, "operator": operator, "value": value, **more}


def every(*rules: Body) -> Body:
    return {"combinator": "and", "rules": list(rules)}


def _group(key: str, prefix: str, rule: Body | None) -> Body:
    made = {"key": key, "label": said(key), "color": "dian", "prefix": prefix}
    return made if rule is None else {**made, "rule": rule}


def _grouping(key: str, mode: str, groups: list[Body], position: int, fallback: str | None = None) -> Body:
    made = {
        "kind": "grouping",
        "format": 1,
        "key": key,
        "form": "customer",
        "label": said(key),
        "mode": mode,
        "groups": groups,
        "position": position,
    }
    return {**made, "fallback": fallback} if fallback else made


def region() -> Body:
    """Seven rules over places."""
    parts = {
        "n": ("11", "12", "13", "14", "15"),
        "e": ("31", "32", "33", "34", "35", "36"),
        "c": ("41", "42", "43"),
        "s": ("44", "45", "46"),
        "w": ("50", "51", "52", "53", "54"),
        "d": ("21", "22", "23"),
        "x": ("37", "61", "62", "63", "64", "65"),
    }
    groups = [
        _group(f"r_{key}", key.upper(), every(leaf("region", "under", [f"{code}0000" for code in codes])))
        for key, codes in parts.items()
    ]
    return _grouping("region", "exclusive", groups, 0)


def level(limit: int = 500_000) -> Body:
    """Six rules, one of them over the orders of the last 90 days, and a fallback."""
    spent = {"fn": "sum", "of": "amount", "where": every(leaf("ordered_on", "inLast", {"n": 90, "unit": "day"}))}
    groups = [
        _group(
            "top",
            "T",
            every(
                leaf("credit", ">=", limit), leaf("kind", "in", ["enterprise", "wholesale"]), leaf("active", "=", True)
            ),
        ),
        _group("buying", "B", every({"field": "orders", "agg": spent, "operator": ">=", "value": 50_000})),
        _group("fresh", "F", every(leaf("since", "inLast", {"n": 60, "unit": "day"}))),
        _group("solid", "S", every(leaf("credit", "between", [100_000, limit]), leaf("kind", "notIn", ["person"]))),
        _group(
            "asleep", "A", every(leaf("visited", "olderThan", {"n": 365, "unit": "day"}), leaf("active", "=", True))
        ),
        _group("gone", "G", every(leaf("active", "=", False))),
        _group("plain", "P", None),
    ]
    return _grouping("level", "exclusive", groups, 1, "plain")


def interest() -> Body:
    """Seven rules, overlapping."""
    groups = [_group(f"likes_{key}", "", every(leaf("interests", "hasAnyOf", [key]))) for key in INTERESTS]
    return _grouping("interest", "overlapping", groups, 2)


def code() -> Body:
    return {
        "kind": "code",
        "format": 1,
        "key": "code",
        "label": said("code"),
        "form": "customer",
        "field": "code",
        "segments": [
            {"group": "region", "none": "O"},
            {"group": "level", "none": "O"},
            {"text": "-"},
            {"serial": {"width": 6, "start": 1, "scope": "all"}},
        ],
    }


def five() -> Body:
    """The rule of five conditions that the preview counts."""
    return every(
        leaf("kind", "in", ["enterprise", "wholesale"]),
        leaf("region", "under", ["320000", "330000"]),
        leaf("credit", ">=", 100_000),
        leaf("since", ">=", "2020-01-01"),
        leaf("active", "=", True),
    )
