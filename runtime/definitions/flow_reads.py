"""What workflows name: the rules in them, and the fields, tags and groups in the settings of their steps, which have one name everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.words import LANGUAGES

FIELD_IN, FIELDS_IN = ("field", "take", "until", "match"), ("fields", "editable", "needed")
TAGS_IN, GROUPS_IN = ("tags", "add", "remove"), ("group", "groups")
_BRACED = re.compile(r"\{([^{}]*)\}")
APART = ("key", "type", "label", "branches", "when", "where", "link", "form", "to")


def form_of(whole: Whole, flow: Workflow, step: Step | None) -> str:
    """The form whose records a step is about, as far as links, other forms and link fields of outer steps say so."""
    key, line = flow.form, [] if step is None else flow.outer(step.key)
    for outer in line:
        node = outer.node
        related = whole.related(key, node["link"]) if "link" in node else None
        field = whole.forms[key].fields.get(node.get("field", "")) if key in whole.forms else None
        far = field.far if field is not None else None
        key = related[0] if related else node.get("form") or far or key
    return key


def rules(whole: Whole) -> Iterator[tuple[Workflow, str, str, Mapping[str, Any]]]:
    """Every rule of every workflow: the workflow, the path, the form it is about, the rule."""
    for flow in whole.workflows.values():
        if flow.trigger.get("when", {}).get("rules"):
            yield flow, "trigger.when", flow.form, flow.trigger["when"]
        for step in flow.listed:
            form = form_of(whole, flow, step)
            for path, rule in ((f"{step.path}.when", step.node.get("when")), *((f"{way.path}.when", way.when) for way in step.branches)):
                if rule and rule.get("rules"):
                    yield flow, path, form, rule


def named(whole: Whole) -> Iterator[tuple[Workflow, str, str, str, str]]:
    """What settings name beside rules: the workflow, the path, the form, what kind of thing (field, tag, group), its name."""
    for flow in whole.workflows.values():
        for kind, name in _settings(flow.trigger):
            yield flow, "trigger", flow.form, kind, name
        for step in flow.listed:
            form = form_of(whole, flow, step)
            for kind, name in _settings(step.node):
                yield flow, step.path, form, kind, name


def _settings(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        if name in APART:
            continue
        if isinstance(value, str):
            yield from ((kind, value) for kind, names in (("field", FIELD_IN), ("group", GROUPS_IN)) if name in names)
        elif isinstance(value, list):
            found = [one for one in value if isinstance(one, str)]
            yield from ((kind, one) for kind, names in (("field", FIELDS_IN), ("tag", TAGS_IN), ("group", GROUPS_IN)) if name in names for one in found)
            for one in value:
                if isinstance(one, Mapping):
                    yield from _settings(one)
        elif isinstance(value, Mapping) and set(value) <= set(LANGUAGES):
            yield from (("field", found[1].strip()) for text in value.values() for found in _BRACED.finditer(str(text)))
