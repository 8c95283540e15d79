"""Whether a definition may be published: its own problems, what was promised by publishing, and whom it would break."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from runtime import messages
from runtime.definitions.checks import CHECKS, check, shape
from runtime.definitions.form import Field, Form
from runtime.definitions.rule_reads import called, places
from runtime.definitions.whole import Whole
from runtime.errors import Problem
from runtime.fields.conversions import may_become, stored_alike
from runtime.words import Words
from runtime.workflows import check as workflow_check

Body = Mapping[str, Any]
# Settings that say how a stored value is read, and what they are called.
FIXED = {"form": Words("关联的表单", "the linked form")}
NAMES = {
    "form": Words("表单「{name}」", "the form “{name}”"),
    "grouping": Words("分组方案「{name}」", "the scheme “{name}”"),
    "code": Words("编码规则「{name}」", "the code “{name}”"),
    "view": Words("视图「{name}」", "the view “{name}”"),
    "role": Words("角色「{name}」", "the role “{name}”"),
    "vocabulary": Words("标签组「{name}」", "the tag category “{name}”"),
    "workflow": Words("流程「{name}」", "the workflow “{name}”"),
}


class Part(NamedTuple):
    """One body to be published. `freed` are fields that are bound by nothing: they take again a column that they left."""

    kind: str
    key: str
    body: Body
    freed: Collection[str] = ()


def problems(parts: Sequence[Part], whole: Whole) -> list[Problem]:
    """Everything that stands in the way of publishing these bodies together in an app, which has published `whole`."""
    after = whole
    for part in parts:
        after = after.with_body(part.kind, part.body)
    return problems_after(parts, whole, after)


def problems_after(parts: Sequence[Part], whole: Whole, after: Whole) -> list[Problem]:
    """The same where the app as it will be has been parsed already."""
    found = [
        problem.under(f"{part.kind}/{part.key}") if len(parts) > 1 else problem
        for part in parts
        for problem in (*check(part.kind, part.body, after), *steps(part, after), *promises(part.kind, whole.of(part.kind).get(part.key), after.of(part.kind)[part.key], part.freed))
    ]
    noticed = any(part.kind != "form" or not unnoticed(whole.forms.get(part.key), after.forms[part.key]) for part in parts)
    if any(problem.severity == "error" for problem in found) or not noticed:
        return found
    return [*found, *worse(whole, after, {(part.kind, part.key) for part in parts})]


def steps(part: Part, after: Whole) -> Iterator[Problem]:
    """What the kinds of step and trigger say against a workflow of the right shape."""
    if part.kind == "workflow" and not shape(part.kind, part.body):
        yield from workflow_check.problems(after.workflows[part.key], after)


def promises(kind: str, old: Any, new: Any, freed: Collection[str] = ()) -> Iterator[Problem]:
    """What is published stays: keys of fields, options and tags, a field's type, a definition's form; both are parsed."""
    if old is None:
        return
    if kind == "form":
        for key, was in old.fields.items():
            yield from _field(was, new.fields.get(key), key in freed)
        yield from _columns(old, new)
    elif kind == "vocabulary":
        keys = {tag["key"] for tag in new.body["tags"]}
        for tag in old.body["tags"]:
            if tag["key"] not in keys:
                yield Problem("tags", "published_tag_gone", {"tag": tag["label"]})
    elif old.body.get("form") != new.body.get("form"):
        what = {
            "grouping": Words("分组方案", "scheme"),
            "code": Words("编码规则", "code"),
            "view": Words("视图", "view"),
            "workflow": Words("流程", "workflow"),
        }[kind]
        yield Problem("form", "form_fixed", {"what": what})


def _field(was: Field, now: Field | None, free: bool) -> Iterator[Problem]:
    path = f"properties.{was.key}"
    if now is None and free:
        return
    if now is None:
        yield Problem(path, "published_field_gone", {"field": was.label})
        return
    if was.type.name != now.type.name and (free or may_become(was.type, now.type)):
        return
    if was.type.name != now.type.name:
        yield Problem(path, "type_fixed", {"field": was.label})
        return
    for name, what in FIXED.items():
        if was.settings.get(name) != now.settings.get(name) and was.settings.get(name) not in (None, ""):
            yield Problem(f"{path}.x-fenzu.{name}", "setting_fixed", {"field": was.label, "setting": what})
    keys = {option["const"] for option in now.options}
    for option in was.options:
        if option["const"] not in keys:
            yield Problem(f"{path}.oneOf", "published_option_gone", {"field": was.label, "option": option["label"]})


def _columns(before: Form, after: Form) -> Iterator[Problem]:
    """The columns of sub-forms stay what they are: their values are not carried over."""
    for owner, small in before.subforms.items():
        for key, was in small.fields.items():
            now = after.subforms[owner].fields.get(key) if owner in after.subforms else None
            if now and not stored_alike(was.type, was.settings, now.type, now.settings):
                yield Problem(f"properties.{owner}.items.properties.{key}", "type_fixed", {"field": was.label})


def broken_by_removal(kind: str, key: str, whole: Whole) -> list[Problem]:
    """What would newly be wrong in the app without a definition."""
    return list(worse(whole, whole.without(kind, key), {(kind, key)}))


def unnoticed(was: Form | None, now: Form) -> bool:
    """Whether no other definition can tell two versions of a form apart: names, hints and layout are the form's own affair.

    A field that is new is in nobody's way either, unless it is a link, which is seen from the form it points to.
    """
    if was is None or not was.fields.keys() <= now.fields.keys():
        return False
    return all(_from_outside(was.fields[key]) == _from_outside(item) if key in was.fields else item.far is None for key, item in now.fields.items())


def _from_outside(item: Field) -> tuple[Any, ...]:
    return item.type, item.settings, item.required, item.retired


def worse(before: Whole, after: Whole, but: Collection[tuple[str, str]]) -> Iterator[Problem]:
    """What the other definitions would newly have wrong, each naming where (a rule names its group)."""
    for kind in CHECKS:
        for key, item in after.of(kind).items():
            if (kind, key) in but:
                continue
            now = [*check(kind, item.body, after), *steps(Part(kind, key, item.body), after)]
            known = [*check(kind, item.body, before), *steps(Part(kind, key, item.body), before)] if now else []
            for problem in now:
                if problem not in known and problem.severity == "error":
                    yield _told(kind, key, item.label, problem, after)


def _told(kind: str, key: str, label: Mapping[str, str], problem: Problem, whole: Whole) -> Problem:
    """Another definition's problem as a reason not to publish this one."""
    where = next(
        (
            place.where
            for place in places(whole)
            if (place.kind, place.key) == (kind, key) and problem.path.startswith(place.path)
        ),
        called(NAMES[kind].zh, NAMES[kind].en, name=label),
    )
    why = Words(messages.say(problem, "zh"), messages.say(problem, "en"))
    return Problem("", "breaks_dependant", {"where": where, "why": why, "kind": kind, "key": key, "path": problem.path})
