"""What steps and triggers name of forms: fields and links that are there, in use, and of the kind that is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from runtime.definitions.check_rules import rule_problems
from runtime.definitions.form import Field, Form
from runtime.definitions.link_only import own_target
from runtime.definitions.rule_target import DefinedTarget
from runtime.definitions.whole import Whole
from runtime.errors import Problem
from runtime.rules.beside import Beside
from runtime.rules.check import check_rule
from runtime.workflows.base import Node

MOST = 10_000  # records behind one link that one step goes through


def field(form: Form, key: str, path: str, fits: Callable[[Field], bool] = lambda _: True, wanted: str = "field_other_kind") -> Iterator[Problem]:
    """A field that is not there, out of use, or not what the step needs (`wanted` is the code of that sentence)."""
    found = form.fields.get(key)
    if found is None:
        yield Problem(path, "no_such_field", {"field": key})
    elif found.retired:
        yield Problem(path, "field_retired", {"field": found.label})
    elif not fits(found):
        yield Problem(path, wanted, {"field": found.label})


def behind(form: Form, whole: Whole, link: str) -> Form | None:
    """The form of the records behind an inverse key; None where there are none, or only rows of a sub-form."""
    found = whole.related(form.key, link)
    return None if found is None or found[1].type.nested or found[1].retired else whole.forms.get(found[0])


def link(form: Form, whole: Whole, node: Node) -> Iterator[Problem]:
    """What is wrong with `link` and with `where`, the rule about the records behind it."""
    other = behind(form, whole, node["link"])
    if other is None:
        found = whole.related(form.key, node["link"])
        rows = found is not None and found[1].type.nested
        yield Problem("link", "link_of_rows" if rows else "no_such_inverse", {"name": node["link"]})
    elif node.get("where"):
        yield from rule_problems(node["where"], whole, other.key, "where", me=False)


def beside(rule: Any, whole: Whole, form: str, hand: Form, path: str) -> Iterator[Problem]:
    """What is wrong with a rule about another form's records that may compare with the record at hand."""
    for problem in check_rule(rule, Beside(DefinedTarget(whole, form), own_target(hand)), me=False):
        yield problem.under(path)
