"""Everything that can be wrong with a form's logic, each with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.definitions.form import Field, Form
from runtime.definitions.logic import OFFER, READONLY, REFUSE, REQUIRE, SET, Action, LogicRule
from runtime.definitions.rule_target import DefinedTarget
from runtime.definitions.whole import Whole
from runtime.errors import Invalid, Problem
from runtime.rules.check import check_rule, errors
from runtime.rules.target import Operand, Related

# Values that stand for a person, a record or a file of one installation cannot be written into a definition.
LOCAL = ("person", "people", "link", "links", "file")


@dataclass(frozen=True)
class EntryTarget:
    """What a condition of a form's logic may speak about: the entry's own fields, and nothing that is stored."""

    whole: Whole
    form: str

    @property
    def id(self) -> ColumnElement[Any]:
        return sa.column("id")

    def operand(self, name: str) -> Operand:
        if "." in name or name.startswith("$"):
            raise Invalid(Problem("field", "logic_own_fields"))
        item = self.whole.forms[self.form].fields.get(name)
        if item is not None and item.type.computed:
            raise Invalid(Problem("field", "logic_computed", {"field": item.label}))
        return replace(DefinedTarget(self.whole, self.form).operand(name), past=None)  # an entry has no history yet

    def related(self, inverse: str) -> Related:
        raise Invalid(Problem("field", "logic_own_fields"))

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        raise Invalid(Problem("value", "logic_own_fields"))


def check(form: Form, whole: Whole) -> Iterator[Problem]:
    """All problems of a form's logic; its shape has been checked."""
    seen: set[str] = set()
    sound = True
    for rule in form.logic.rules:
        if rule.key in seen:
            yield Problem(f"{rule.path}.key", "logic_key_twice", {"key": rule.key})
        seen.add(rule.key)
        found = check_rule(rule.when, EntryTarget(whole, form.key))
        yield from (problem.under(f"{rule.path}.when") for problem in found)
        sound = sound and not errors(found)
        yield from _actions(rule, form)
    if sound and (circle := form.logic.circle()):
        names = [form.fields[key].label if key in form.fields else {"zh": key} for key in circle]
        said = {lang: " → ".join(name.get(lang) or next(iter(name.values())) for name in names) for lang in ("zh", "en")}
        yield Problem(_where(form, circle), "logic_circle", {"path": said})


def _where(form: Form, circle: Sequence[str]) -> str:
    """A rule that closes the circle, as the place to mend it."""
    rules = form.logic.deciders.get(circle[-1], ())
    return next((rule.path for rule in rules if rule.reads & set(circle)), "x-fenzu.logic")


def _actions(rule: LogicRule, form: Form) -> Iterator[Problem]:
    if not rule.actions:
        yield Problem(rule.path, "logic_no_action")
    for action in rule.actions:
        yield from _action(action, form)


def _action(action: Action, form: Form) -> Iterator[Problem]:
    if action.kind == REFUSE:
        if not any(text.strip() for text in action.value.values()):
            yield Problem(action.path, "logic_no_words")
        return
    if not action.target:
        yield Problem(action.path, "logic_no_target")
        return
    item = form.fields.get(action.target)
    if action.kind not in (REQUIRE, READONLY, SET, OFFER) and action.target in form.logic.parts:
        return
    if item is None:
        yield Problem(action.path, "logic_gone", {"field": action.target})
    elif item.retired:
        yield Problem(action.path, "logic_retired", {"field": item.label})
    elif (item.type.readonly or item.type.computed) and action.kind in (REQUIRE, READONLY, SET, OFFER):
        yield Problem(action.path, "logic_system_field", {"field": item.label})
    elif action.kind == SET:
        yield from _set(action, item, form)
    elif action.kind == OFFER:
        yield from _offer(action, item)


def _set(action: Action, item: Field, form: Form) -> Iterator[Problem]:
    """A value must be one the field can hold; null empties it."""
    if item.type.kind in LOCAL:
        yield Problem(action.path, "logic_cannot_set", {"field": item.label})
    elif action.value is not None and not form.checker.is_valid({item.key: action.value}):
        yield Problem(action.path, "logic_bad_value", {"field": item.label, "value": str(action.value)[:40]})


def _offer(action: Action, item: Field) -> Iterator[Problem]:
    known: Mapping[str, Any] = {option["const"]: option for option in item.options}
    if not known:
        yield Problem(action.path, "logic_no_options", {"field": item.label})
        return
    if not action.value:
        yield Problem(action.path, "logic_offers_nothing", {"field": item.label})
    for key in action.value:
        if key not in known:
            yield Problem(action.path, "logic_option_gone", {"field": item.label, "option": key})
        elif known[key]["retired"]:
            params = {"field": item.label, "option": known[key]["label"]}
            yield Problem(action.path, "logic_option_retired", params, "warning")
