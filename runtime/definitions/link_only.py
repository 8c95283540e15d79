"""Which records a link offers: a rule on the linked form, which may compare with the record that is being filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from runtime.definitions.form import Field, Form
from runtime.definitions.rule_target import DefinedTarget
from runtime.definitions.whole import Whole
from runtime.errors import Problem
from runtime.rules import shape
from runtime.rules.beside import OWN, Beside
from runtime.rules.check import check_rule
from runtime.rules.late_values import Known, LateValues

Rule = Mapping[str, Any]


def only_of(item: Field) -> Rule | None:
    """The rule by which a link offers records; None where it offers all."""
    found = item.settings.get("only")
    return found if found and found.get("rules") else None


def comparable(item: Field) -> bool:
    """Whether a field of the record being filled in may be compared with."""
    kind = item.type
    return not (item.retired or kind.computed or kind.many or kind.nested or kind.readonly or kind.kind == "file")


def own_target(form: Form) -> LateValues:
    """The record being filled in, whose values come with each question."""
    return LateValues({key: Known(item.type.kind, partial(_bind, item), item.label, partial(_below, item))
                       for key, item in form.fields.items() if comparable(item)})


def _bind(item: Field, value: Any) -> Any:
    return item.type.bind(value, item.settings)


def _below(item: Field, value: Any) -> Sequence[Any] | sa.Select[Any] | None:
    return item.type.below(value, item.settings)


def problems(form: Form, item: Field, whole: Whole) -> Iterator[Problem]:
    """What is wrong with the rule of a link to a form that is there, with paths inside the field's `x-fenzu`."""
    rule = only_of(item)
    if rule is None or item.far is None:
        return
    for problem in check_rule(rule, Beside(DefinedTarget(whole, item.far), own_target(form)), me=True):
        yield problem.under("only")
    yield from _elsewhere(rule, "only", form, item, whole.forms[item.far])


def _elsewhere(part: Any, path: str, form: Form, item: Field, far: Form) -> Iterator[Problem]:
    """Two links that are compared must point to the same form: a customer's number says nothing about a product."""
    if shape.is_group(part):
        for at, inner in enumerate(part["rules"]):
            yield from _elsewhere(inner, shape.under(path, at), form, item, far)
    elif isinstance(part, Mapping) and part.get("valueSource") == "field":
        mine = form.fields.get(str(part.get("value")).removeprefix(OWN))
        theirs = far.fields.get(str(part.get("field")))
        if mine is not None and theirs is not None and mine.form and theirs.form and mine.form != theirs.form:
            yield Problem(path, "only_other_form", {"field": theirs.label, "other": mine.label})
