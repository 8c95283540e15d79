"""Keys that last: a new field or option whose key came from its type gets one from its name before it is published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from builder.edits import form, formulas, layouts, logic, made, node, only, options, pool, public, rows
from builder.edits.made import Body
from runtime.definitions.form import options_of
from runtime.definitions.parts import KEY_PATTERN
from runtime.errors import Conflict, Invalid, Problem

Published = Mapping[str, Any] | None
GIVEN_OPTION = re.compile(r"option_\d+")


def settle(body: Mapping[str, Any], published: Published) -> Body:
    """Every unpublished key that came from a type, where people have since given a name."""
    known = published["properties"] if published else {}
    settled = made.copy(body)
    for key in list(settled["properties"]):
        settled = _options(settled, key, published)
        found = settled["properties"][key]
        kind = node.type_of(found)
        if kind.nested:
            settled = rows.rekeyed(settled, key, settle(rows.small(settled, key) or {}, rows.small(published, key)))
        if key in known or not re.fullmatch(rf"{kind.name}(_\d+)?", key) or form.named_by_type(found):
            continue
        taken = set(settled["properties"]) - {key}
        settled = rekey(settled, key, made.propose(found["x-fenzu"]["label"], taken, key), published)
    return settled


def rekey(body: Mapping[str, Any], key: str, to: str, published: Published) -> Body:
    """Give a field that was never published another key, everywhere in its form."""
    node.find(body, key)
    if published is not None and key in published["properties"]:
        raise Invalid(Problem(f"properties.{key}", "key_fixed", {"key": key}))
    if to != key and to in body["properties"]:
        raise Conflict(Problem(f"properties.{key}", "key_taken", {"key": to}))
    if not re.fullmatch(KEY_PATTERN, to):
        raise Invalid(Problem(f"properties.{key}", "bad_key", {"key": to[:40]}))
    changed = made.copy(body)
    changed["properties"] = {to if name == key else name: part for name, part in changed["properties"].items()}
    if "required" in changed:
        changed["required"] = [to if name == key else name for name in changed["required"]]
    ui = changed["x-fenzu"]
    ui["title_field"] = to if ui["title_field"] == key else ui["title_field"]
    layouts.renamed(changed, key, to)
    only.renamed(changed, key, to)
    pool.renamed(changed, key, to)
    return logic.renamed(formulas.renamed(public.renamed(changed, key, to), key, to), key, to)


def _options(body: Body, key: str, published: Published) -> Body:
    """The same for the options of one field."""
    found = body["properties"][key]
    listed = options_of(found) if "options" in node.type_of(found).settings else []
    fixed = options.published_options(published, key)
    new: dict[str, str] = {}
    for option in listed:
        const, label = option["const"], option["label"]
        if const in fixed or not GIVEN_OPTION.fullmatch(const) or _untouched(label):
            continue
        taken = {each["const"] for each in listed} - {const} | set(new.values())
        new[const] = made.propose(label, taken, const)
    if not new:
        return body
    logic.renamed_options(body, key, new)
    default = found["x-fenzu"].get("default")
    body["properties"][key] = node.remake(
        found, {"options": [option | {"const": new.get(option["const"], option["const"])} for option in listed]}
    )
    if isinstance(default, list):
        body["properties"][key]["x-fenzu"]["default"] = [new.get(each, each) for each in default]
    elif default in new:
        body["properties"][key]["x-fenzu"]["default"] = new[default]
    return body


def _untouched(label: Mapping[str, str]) -> bool:
    """Whether an option still has the name it was born with."""
    return bool(
        re.fullmatch(r"选项 \d+", label.get("zh", "选项 1"))
        and re.fullmatch(r"Option \d+", label.get("en", "Option 1"))
    )
