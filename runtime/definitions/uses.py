"""What uses this? Every place in an app that names a form, field, option, tag, grouping or group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.definitions import flow_reads
from runtime.definitions.computed import Graph
from runtime.definitions.logic import OFFER, SET
from runtime.definitions.pool import ROOT as POOL
from runtime.definitions.rule_reads import Read, called, places, reads
from runtime.definitions.whole import Whole
from runtime.words import Words


@dataclass(frozen=True)
class Use:
    """One place: the definition, the path in it, a phrase that says where, and which part of it that is.

    `part` is rule, column, sort, code, link, form, layout, logic, button, list, title, default, computed, cadence, pool or workflow.
    """

    kind: str
    key: str
    label: Mapping[str, str]
    path: str
    where: Words
    part: str


def uses_of(
    whole: Whole,
    kind: str,
    key: str,
    *,
    field: str | None = None,
    option: str | None = None,
    tag: str | None = None,
    group: str | None = None,
) -> list[Use]:
    """The uses of a definition, or of one field, option (of `field`), tag or group of it."""
    if kind == "form" and option is not None:
        return [
            *_in_rules(whole, lambda read: read.form == key and read.field == field and option in read.values),
            *_option_elsewhere(whole, key, field or "", option),
        ]
    if kind == "form" and field is not None:
        return [
            *_in_rules(whole, lambda read: read.form == key and read.field == field),
            *_field_elsewhere(whole, key, field),
            *_in_flows(whole, lambda form, what, name: (form, what, name) == (key, "field", field)),
        ]
    if kind == "form":
        return [*_form_elsewhere(whole, key), *_in_rules(whole, lambda read: read.form == key, but=key)]
    if kind == "vocabulary":
        wanted = {tag} if tag is not None else set(whole.vocabularies[key].tags) if key in whole.vocabularies else set()
        found = [*_in_rules(whole, lambda read: _tagged(whole, read, wanted)), *_in_flows(whole, lambda _form, what, name: what == "tag" and name in wanted)]
        return found if tag is not None else [*found, *_vocabulary_elsewhere(whole, key)]
    if kind == "grouping":
        names = f"{key}/{group}" if group is not None else f"{key}/"
        found = [*_in_rules(whole, lambda read: any(n == names if group else n.startswith(names) for n in read.groups))]
        flows = _in_flows(whole, lambda _form, what, name: what == "group" and (name == names if group else name.startswith(names)))
        return [*found, *flows, *_grouping_elsewhere(whole, key)]
    return []


def _in_rules(whole: Whole, wanted: Callable[[Read], bool], but: str | None = None) -> Iterator[Use]:
    """The conditions that read what is wanted; `but` leaves out rules about a form itself."""
    for place in places(whole):
        if place.form == but:
            continue
        for read in reads(whole, place.form, place.rule, place.path, place.own):
            if wanted(read):
                yield Use(place.kind, place.key, place.label, read.path, place.where, "rule")


def _in_flows(whole: Whole, wanted: Callable[[str, str, str], bool]) -> Iterator[Use]:
    """The steps and triggers of workflows that name what is wanted in their settings."""
    for flow, path, form, what, name in flow_reads.named(whole):
        if wanted(form, what, name):
            yield Use("workflow", flow.key, flow.label, path, called("流程「{name}」", "the workflow “{name}”", name=flow.label), "workflow")


def _tagged(whole: Whole, read: Read, tags: set[str]) -> bool:
    """Whether a condition compares a field that holds tags with one of these."""
    form = whole.forms.get(read.form)
    item = form.fields.get(read.field) if form else None
    return item is not None and "vocabularies" in item.type.settings and any(value in tags for value in read.values)


def _field_elsewhere(whole: Whole, form: str, field: str) -> Iterator[Use]:
    for view in whole.views.values():
        where = called("视图「{name}」", "the view “{name}”", name=view.label)
        if view.form == form:
            if field in view.columns:
                yield Use("view", view.key, view.label, f"columns[{view.columns.index(field)}]", where, "column")
            for number, sort in enumerate(view.sort):
                if sort["field"] == field:
                    yield Use("view", view.key, view.label, f"sort[{number}]", where, "sort")
    for code in whole.codes.values():
        where = called("编码规则「{name}」", "the code “{name}”", name=code.label)
        if code.form == form:
            if code.field == field:
                yield Use("code", code.key, code.label, "field", where, "code")
            for number, segment in enumerate(code.segments):
                if segment.get("field") == field:
                    yield Use("code", code.key, code.label, f"segments[{number}]", where, "code")
    for grouping in whole.groupings.values():
        for group in grouping.groups.values() if grouping.form == form else ():
            if group.cadence and group.cadence["who"] == field:
                where = called("「{name}」的「{part}」多久联系一次", "how often “{part}” of “{name}” is contacted", name=grouping.label, part=group.label)
                yield Use("grouping", grouping.key, grouping.label, f"{group.path}.cadence", where, "cadence")
    owner = whole.forms.get(form)
    if owner is not None:
        where = called("表单「{name}」的联动规则", "the logic of the form “{name}”", name=owner.label)
        for _, action in owner.logic.touching(field):
            yield Use("form", form, owner.label, action.path, where, "logic")
        if owner.pool is not None and owner.pool.owner == field:
            yield Use("form", form, owner.label, f"{POOL}.owner", called("「{name}」的公海", "the pool of “{name}”", name=owner.label), "pool")
        where = called("表单「{name}」", "the form “{name}”", name=owner.label)
        if owner.title_field == field:
            yield Use("form", form, owner.label, "x-fenzu.title_field", where, "title")
        for section in owner.sections:
            for item in section.content:
                if item.field == field:
                    yield Use("form", form, owner.label, item.path, where, "layout")
    yield from _buttons(whole, form, field)
    yield from _lists(whole, form, field)
    yield from _computed(whole, form, field)


def _computed(whole: Whole, form: str, field: str) -> Iterator[Use]:
    """Computed fields, of this form or another, that are made of a field."""
    graph = Graph(whole.forms)
    for (key, name), deps in graph.deps.items():
        if (form, field) in graph.places(key, deps) and not whole.forms[key].fields[name].retired:
            owner, item = whole.forms[key], whole.forms[key].fields[name]
            where = called("「{name}」的「{part}」的算法", "how “{part}” of “{name}” is worked out", name=owner.label, part=item.label)
            yield Use("form", key, owner.label, f"properties.{name}", where, "computed")


def _buttons(whole: Whole, form: str, field: str | None = None) -> Iterator[Use]:
    """Buttons of other forms that open a new record of this one (and fill in this field)."""
    for owner in whole.forms.values():
        where = called("表单「{name}」的按钮", "a button of the form “{name}”", name=owner.label)
        for item in owner.pieces("button"):
            button = item.node["button"]
            if button.get("form") == form and field in (None, button.get("field")):
                yield Use("form", owner.key, owner.label, item.path, where, "button")


def _lists(whole: Whole, form: str, field: str) -> Iterator[Use]:
    """The layout that lists the records behind a link."""
    link = whole.forms[form].pointing.get(field) if form in whole.forms else None
    owner = whole.forms.get(link.far or "") if link else None
    for item in owner.pieces("related") if owner and link else ():
        if link and owner and item.node["related"] == link.settings.get("inverse"):
            where = called("表单「{name}」的排版", "the layout of the form “{name}”", name=owner.label)
            yield Use("form", owner.key, owner.label, item.path, where, "list")


def _option_elsewhere(whole: Whole, form: str, field: str, option: str) -> Iterator[Use]:
    for code in whole.codes.values():
        for number, segment in enumerate(code.segments):
            if code.form == form and segment.get("field") == field and option in segment.get("map", ()):
                where = called("编码规则「{name}」", "the code “{name}”", name=code.label)
                yield Use("code", code.key, code.label, f"segments[{number}].map.{option}", where, "code")
    owner = whole.forms.get(form)
    for _, action in owner.logic.touching(field) if owner else ():
        if owner and action.kind in (SET, OFFER) and option in _listed(action.value):
            where = called("表单「{name}」的联动规则", "the logic of the form “{name}”", name=owner.label)
            yield Use("form", form, owner.label, action.path, where, "logic")
    item = owner.fields.get(field) if owner else None
    if owner and item and (item.default == option or (isinstance(item.default, list) and option in item.default)):
        where = called("「{name}」的默认值", "the default of “{name}”", name=item.label)
        yield Use("form", form, owner.label, f"properties.{field}.x-fenzu.default", where, "default")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _form_elsewhere(whole: Whole, key: str) -> Iterator[Use]:
    for form in whole.forms.values():
        for link in form.pointing.values():
            if link.form == key and form.key != key and not link.retired:
                where = called(
                    "表单「{name}」的「{part}」", "“{part}” of the form “{name}”", name=form.label, part=link.label
                )
                yield Use("form", form.key, form.label, f"properties.{link.key}", where, "link")
    yield from (use for use in _buttons(whole, key) if use.key != key)
    for grouping in whole.groupings.values():
        if grouping.form == key:
            where = called("分组方案「{name}」", "the scheme “{name}”", name=grouping.label)
            yield Use("grouping", grouping.key, grouping.label, "form", where, "form")
    for code in whole.codes.values():
        if code.form == key:
            yield Use(
                "code",
                code.key,
                code.label,
                "form",
                called("编码规则「{name}」", "the code “{name}”", name=code.label),
                "form",
            )
    for view in whole.views.values():
        if view.form == key:
            yield Use(
                "view",
                view.key,
                view.label,
                "form",
                called("视图「{name}」", "the view “{name}”", name=view.label),
                "form",
            )
    for flow in whole.workflows.values():
        if flow.form == key:
            yield Use("workflow", flow.key, flow.label, "form", called("流程「{name}」", "the workflow “{name}”", name=flow.label), "form")
    for role in whole.roles.values():
        if key in role.rows:
            where = called("角色「{name}」能看的记录", "the rows of the role “{name}”", name=role.label)
            yield Use("role", role.key, role.label, f"rows.{key}", where, "form")


def _vocabulary_elsewhere(whole: Whole, key: str) -> Iterator[Use]:
    for form in whole.forms.values():
        for item in form.live_fields.values():
            if key in item.settings.get("vocabularies", ()):
                where = called(
                    "表单「{name}」的「{part}」", "“{part}” of the form “{name}”", name=form.label, part=item.label
                )
                yield Use("form", form.key, form.label, f"properties.{item.key}.x-fenzu.vocabularies", where, "link")


def _grouping_elsewhere(whole: Whole, key: str) -> Iterator[Use]:
    for code in whole.codes.values():
        for number, segment in enumerate(code.segments):
            if segment.get("group") == key:
                where = called("编码规则「{name}」", "the code “{name}”", name=code.label)
                yield Use("code", code.key, code.label, f"segments[{number}]", where, "code")
    column = f"$group/{key}"
    for view in whole.views.values():
        if column in view.columns:
            where = called("视图「{name}」", "the view “{name}”", name=view.label)
            yield Use("view", view.key, view.label, f"columns[{view.columns.index(column)}]", where, "column")
