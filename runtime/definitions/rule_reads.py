"""Where the rules of an app stand, and what each condition reads, with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.definitions import flow_reads
from runtime.definitions.form import Form
from runtime.definitions.link_only import only_of
from runtime.definitions.pool_check import asked as pool_rules
from runtime.definitions.whole import Whole, form_of
from runtime.rules.beside import OWN
from runtime.rules.past import BESIDE, SIDES
from runtime.words import Words, read

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """One rule of an app: the definition it stands in, the path there, the form it is about, and how people find it.

    `own` is the form of the record being filled in, beside which a link offers records.
    """

    kind: str
    key: str
    label: Mapping[str, str]
    path: str
    form: str
    rule: Rule
    where: Words
    own: str = ""


@dataclass(frozen=True)
class Read:
    """One thing a condition reads: a field of a form, with the values it is compared with, or groups."""

    path: str
    form: str
    field: str
    values: tuple[Any, ...] = ()
    groups: tuple[str, ...] = ()


def places(whole: Whole) -> Iterator[Place]:
    """Every rule of the app: of groups, of forms’ logic, of views and of roles."""
    for grouping in whole.groupings.values():
        for group in grouping.groups.values():
            if group.rule:
                where = called(
                    "分组方案「{name}」的「{part}」",
                    "group “{part}” of the scheme “{name}”",
                    name=grouping.label,
                    part=group.label,
                )
                yield Place(
                    "grouping", grouping.key, grouping.label, f"{group.path}.rule", grouping.form, group.rule, where
                )
    for owner in whole.forms.values():
        where = called("表单「{name}」的联动规则", "the logic of the form “{name}”", name=owner.label)
        for logic_rule in owner.logic.rules:
            if logic_rule.when.get("rules"):
                path = f"{logic_rule.path}.when"
                yield Place("form", owner.key, owner.label, path, owner.key, logic_rule.when, where)
        yield from _offers(owner)
        for path, rule in pool_rules(owner):
            yield Place("form", owner.key, owner.label, path, owner.key, rule, called("「{name}」的公海", "the pool of “{name}”", name=owner.label))
    for view in whole.views.values():
        if view.filter:
            where = called("视图「{name}」的筛选", "the filter of the view “{name}”", name=view.label)
            yield Place("view", view.key, view.label, "filter", view.form, view.filter, where)
    for flow, path, form, rule in flow_reads.rules(whole):
        yield Place("workflow", flow.key, flow.label, path, form, rule, called("流程「{name}」", "the workflow “{name}”", name=flow.label))
    for role in whole.roles.values():
        for form, rule in role.rows.items():
            where = called("角色「{name}」能看的记录", "the rows of the role “{name}”", name=role.label)
            yield Place("role", role.key, role.label, f"rows.{form}", form, rule, where)


def _offers(owner: Form) -> Iterator[Place]:
    """The rules by which links of a form, and of the rows in it, offer only some records."""
    inside = [(row, f"properties.{key}.items.") for key, row in owner.subforms.items()]
    for form, path in [(owner, ""), *inside]:
        for key, item in form.pointing.items():
            if (rule := only_of(item)) and item.far and not item.retired:
                where = called("「{part}」能选的记录", "what “{part}” offers", part=item.label)
                yield Place("form", owner.key, owner.label, f"{path}properties.{key}.x-fenzu.only", item.far, rule, where, form.key)


def reads(whole: Whole, form: str, rule: Rule, path: str = "", own: str = "") -> Iterator[Read]:
    """Everything the conditions of a rule read, those on related records included; `own` is the form that `$own.` means."""
    if "rules" in rule:
        for number, part in enumerate(rule["rules"]):
            yield from reads(whole, form, part, f"{path}{'.' if path else ''}rules[{number}]", own)
        return
    name, value = rule.get("field", ""), rule.get("value")
    if rule.get("operator") in BESIDE and isinstance(value, Mapping):
        yield from _past(whole, form, rule, value, path)
        return
    values = tuple(value) if isinstance(value, list) else (value,)
    if name == "$group":
        yield Read(path, form, name, groups=tuple(str(item) for item in values))
    elif "agg" in rule or "match" in rule:
        yield from _related(whole, form, rule, path)
    else:
        yield from _named(whole, form, name, values, path, own)
        if rule.get("valueSource") == "field" and isinstance(value, str):
            yield from _named(whole, form, value, (), f"{path}.value", own)


def _past(whole: Whole, form: str, rule: Rule, value: Mapping[str, Any], path: str) -> Iterator[Read]:
    """What a condition on what happened reads: the groups, the tags, or the field with what it was and became."""
    if rule["field"] == "$group":
        groups = value.get("groups")
        yield Read(path, form, "$group", groups=tuple(map(str, groups if isinstance(groups, list) else ())))
        return
    sides = [value[side].get("value") for side in SIDES if isinstance(value.get(side), Mapping)]
    held = [value.get("tags"), *sides]
    named = [one for part in held for one in (part if isinstance(part, list) else [part]) if one is not None]
    yield from _named(whole, form, rule.get("field", ""), tuple(named), path, "")


def _named(whole: Whole, form: str, name: str, values: tuple[Any, ...], path: str, own: str) -> Iterator[Read]:
    """A field, and for `customer.owner` the link as well as the linked form's field."""
    form, name = (own, name.removeprefix(OWN)) if name.startswith(OWN) else (form, name)
    link, dot, rest = name.partition(".")
    yield Read(path, form, link, () if dot else values)
    owner = form_of(whole.forms, form)
    target = owner.fields[link].form if dot and owner and link in owner.fields else None
    if target:
        yield Read(path, target, rest, values)


def _related(whole: Whole, form: str, rule: Rule, path: str) -> Iterator[Read]:
    found = whole.related(form, rule["field"])
    if found is None:
        return
    other, link = found
    owner = form_of(whole.forms, form)
    mine = link.type.nested or (owner is not None and owner.fields.get(rule["field"]) is link)
    yield Read(path, form if mine else other, link.key)
    if "match" in rule and isinstance(rule.get("value"), Mapping):
        yield from reads(whole, other, rule["value"], f"{path}.value")
    agg = rule.get("agg") or {}
    for part in ("of", "by"):
        if agg.get(part):
            yield Read(f"{path}.agg.{part}", other, agg[part])
    if agg.get("where"):
        yield from reads(whole, other, agg["where"], f"{path}.agg.where")


def called(zh: str, en: str, **labels: Mapping[str, str]) -> Words:
    """A description with names in it, each language with its own."""
    return Words(
        zh.format(**{name: read(label, "zh") for name, label in labels.items()}),
        en.format(**{name: read(label, "en") for name, label in labels.items()}),
    )
