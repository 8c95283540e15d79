"""Which people a field's value stands for, and what is wrong with a step that gives records to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.definitions.check_rules import rule_problems
from runtime.definitions.form import Field, Form
from runtime.definitions.whole import Whole
from runtime.errors import Problem
from runtime.records import ask
from runtime.workflows import named, people
from runtime.workflows.base import Here, Node

# How a value of a kind is asked for; a place in a tree stands for all under it.
ASKED: Mapping[str, str] = {"choice": "=", "tree": "under", "boolean": "=", "many": "hasAnyOf", "link": "="}


def case(here: Here) -> Sequence[Mapping[str, Any]]:
    """The people of the first case whose value the record has; none where no case fits."""
    field = here.live.form.live_fields.get(here.node["by"])
    if field is None:
        return ()
    for one in here.node["cases"]:
        if ask.fits(here.act, here.live, _rule(field, one["value"]), here.record_id):
            who: Sequence[Mapping[str, Any]] = one["who"]
            return who
    return ()


def _rule(field: Field, value: Any) -> dict[str, Any]:
    operator = ASKED[field.type.kind]
    return {"combinator": "and", "rules": [{"field": field.key, "operator": operator, "value": value if operator == "=" else [value]}]}


def problems(node: Node, whole: Whole, form: Form) -> Iterator[Problem]:
    """A field that holds no person, nobody to choose from, values that the field does not have."""
    yield from named.field(form, node["field"], "field", lambda field: field.type.kind == "person", "field_no_person")
    yield from people.problems(node.get("standin", ()), form, "standin")
    if node["way"] != "case":
        yield from people.problems(node.get("who", ()), form, "who")
        if not node.get("who"):
            yield Problem("who", "assign_whom")
    elif not node.get("cases") or "by" not in node:
        yield Problem("cases", "assign_cases")
    else:
        yield from _cases(node, whole, form)
    if node.get("where"):
        yield from rule_problems(node["where"], whole, form.key, "where", me=False)


def _cases(node: Node, whole: Whole, form: Form) -> Iterator[Problem]:
    wrong = list(named.field(form, node["by"], "by", lambda field: field.type.kind in ASKED))
    yield from wrong
    for number, one in enumerate(() if wrong else node["cases"]):
        yield from rule_problems(_rule(form.fields[node["by"]], one["value"]), whole, form.key, f"cases[{number}].value", me=False)
        yield from people.problems(one["who"], form, f"cases[{number}].who")
        if not one["who"]:
            yield Problem(f"cases[{number}].who", "assign_case_whom")
