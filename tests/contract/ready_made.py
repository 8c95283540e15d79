"""The ready-made apps as tests read them: documents, sample rows and every condition of every rule."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.grouping import Grouping
from tests.shared import ROOT

FOLDER = ROOT / "app_templates"
KEYS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
KINDS = ("forms", "vocabularies", "groupings", "codes", "views", "roles")
Node = dict[str, Any]


@dataclass
class Template:
    """One template, read: its documents by folder and key, its sample rows by language and form."""

    key: str
    app: Node
    parts: dict[str, dict[str, Node]]
    forms: dict[str, Form]
    tags: dict[str, set[str]]
    inverses: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def rows(self, lang: str, form: str) -> list[dict[str, str]]:
        with (FOLDER / self.key / "sample" / lang / f"{form}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@cache
def read(key: str) -> Template:
    """One template from its folder."""
    base = FOLDER / key
    parts: dict[str, dict[str, Node]] = {}
    for kind in KINDS:
        files = sorted((base / kind).glob("*.json"))
        parts[kind] = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}
    forms = {name: Form(body) for name, body in parts["forms"].items()}
    tags = {name: {tag["key"] for tag in body["tags"]} for name, body in parts["vocabularies"].items()}
    found = Template(key, json.loads((base / "app.json").read_text(encoding="utf-8")), parts, forms, tags)
    for form in forms.values():
        for name, item in form.links.items():
            found.inverses[str(item.form), item.settings["inverse"]] = (form.key, name)
    return found


def leaves(rule: Node, form: str, template: Template) -> Iterator[tuple[Node, str]]:
    """Every condition of a rule with the form it is asked of."""
    if "rules" in rule:
        assert rule["rules"] and rule["combinator"] in ("and", "or")
        for part in rule["rules"]:
            yield from leaves(part, form, template)
        return
    yield rule, form
    if "where" in rule.get("agg", {}):
        yield from leaves(rule["agg"]["where"], template.inverses[form, rule["field"]][0], template)


def rules_of(template: Template) -> Iterator[tuple[str, str, Node]]:
    """Every rule of a template: where it stands, the form it is asked of, the rule."""
    for key, body in template.parts["groupings"].items():
        for group in Grouping(body).groups.values():
            if group.rule:
                yield f"{key}/{group.key}", body["form"], dict(group.rule)
    for key, body in template.parts["views"].items():
        if body["filter"]:
            yield key, body["form"], body["filter"]
    for key, body in template.parts["roles"].items():
        for form, rule in body["rows"].items():
            yield f"{key}.{form}", form, rule
