"""All problems of a definition: its own shape, and what does not fit between it and the rest of the app."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from runtime.definitions import form_check, grouping, link_only, logic_check, others, pool_check, workflow
from runtime.definitions.check_code import check_code
from runtime.definitions.check_grouping import check_grouping
from runtime.definitions.check_rules import rule_problems
from runtime.definitions.computed import Graph
from runtime.definitions.form import Field, Form
from runtime.definitions.others import Role, View, Vocabulary
from runtime.definitions.parts import shape_problems, validator
from runtime.definitions.rule_target import SYSTEM, DefinedTarget
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.words import Words, read

Body = Mapping[str, Any]
SHAPES = {
    kind: validator(schema)
    for kind, schema in (
        ("grouping", grouping.SCHEMA),
        ("vocabulary", others.VOCABULARY),
        ("view", others.VIEW),
        ("role", others.ROLE),
        ("code", others.CODE),
        ("workflow", workflow.SCHEMA),
    )
}
# What somebody has only not filled in yet; it does not hide what else is to be done.
UNFINISHED = {"button_nowhere", "no_label", "no_options", "no_picture"}


def check(kind: str, body: Body, whole: Whole) -> list[Problem]:
    """All problems of one definition in an app; what it says itself counts, not an older version of it in `whole`."""
    found = form_check.check(body) if kind == "form" else shape(kind, body)
    if any(problem.code not in UNFINISHED for problem in found):
        return found
    after = whole.with_body(kind, body)
    key = body["x-fenzu"]["key"] if kind == "form" else body["key"]
    return [*found, *CHECKS[kind](after.of(kind)[key], after)]


def shape(kind: str, body: Any) -> list[Problem]:
    """Whether a body can be read at all; a draft may be unfinished, but never unreadable."""
    return form_check.unreadable(body) if kind == "form" else shape_problems(SHAPES[kind], body)


def check_app(whole: Whole) -> list[tuple[str, str, Problem]]:
    """Every problem of every definition, with the kind and key it belongs to."""
    return [
        (kind, key, problem)
        for kind in CHECKS
        for key, item in whole.of(kind).items()
        for problem in check(kind, item.body, whole)
    ]


def _form(form: Form, whole: Whole) -> Iterator[Problem]:
    """Links must meet a form and be told apart there; tags need their categories."""
    for key, item in form.live_fields.items():
        path = f"properties.{key}.x-fenzu"
        if "inverse" in item.type.settings:
            yield from _link(form, key, whole)
        if item.type.computed:
            yield from _computed(form, key, whole)
        for number, vocabulary in enumerate(item.settings.get("vocabularies", ())):
            if vocabulary not in whole.vocabularies:
                yield Problem(f"{path}.vocabularies[{number}]", "no_such_vocabulary", {"key": vocabulary})
        for inner in form.subforms[key].live_fields.values() if item.type.nested else ():
            yield from _linked_row(f"properties.{key}.items.properties.{inner.key}.x-fenzu", form.subforms[key], inner, whole)
    yield from _buttons(form, whole)
    yield from _lists(form, whole)
    for inverse, (other, link) in whole.inverses.get(form.key, {}).items():
        if inverse in form.fields:
            label = whole.forms[other].label if other != form.key else link.label
            yield Problem(f"properties.{inverse}", "inverse_taken", {"form": label, "key": inverse})
    yield from logic_check.check(form, whole)
    yield from pool_check.rules(form, whole)


def _linked_row(path: str, row: Form, inner: Field, whole: Whole) -> Iterator[Problem]:
    """A link inside a row points to a form; that form has no list of such rows, so there is no key for one."""
    if "inverse" in inner.type.settings and not inner.form:
        yield Problem(f"{path}.form", "link_no_form", {"field": inner.label})
    elif inner.form and inner.form not in whole.forms:
        yield Problem(f"{path}.form", "no_such_form", {"form": inner.form})
    elif inner.form:
        yield from (problem.under(path) for problem in link_only.problems(row, inner, whole))


def _buttons(form: Form, whole: Whole) -> Iterator[Problem]:
    """A button opens a form that is there, and fills in a link that points back here."""
    for item in form.pieces("button"):
        button = item.node["button"]
        target = whole.forms.get(button.get("form", form.key))
        if target is None:
            yield Problem(f"{item.path}.button.form", "no_such_form", {"form": button["form"]})
        elif "field" in button and (button["field"] not in target.pointing or target.pointing[button["field"]].far != form.key):
            yield Problem(f"{item.path}.button.field", "no_such_field", {"field": button["field"]})


def _lists(form: Form, whole: Whole) -> Iterator[Problem]:
    """A list of linked records names a link that points here."""
    for item in form.pieces("related"):
        if item.node["related"] not in whole.inverses.get(form.key, {}):
            yield Problem(f"{item.path}.related", "related_nowhere")


def _computed(form: Form, key: str, whole: Whole) -> Iterator[Problem]:
    """What a computed field reads must be there, and it must not be made of itself."""
    item, path = form.fields[key], f"properties.{key}.x-fenzu"
    for problem in item.type.problems(item.settings, DefinedTarget(whole, form.key)):
        yield problem.under(path)
    ring = Graph(whole.forms).circle(form.key, key)
    if ring:
        labels = [whole.forms[place].fields[name].label for place, name in ring]
        said = Words(*(" → ".join(read(label, lang) for label in labels) for lang in ("zh", "en")))
        yield Problem(path, "computed_circle", {"field": item.label, "path": said})


def _link(form: Form, key: str, whole: Whole) -> Iterator[Problem]:
    item = form.fields[key]
    path, inverse = f"properties.{key}.x-fenzu", item.settings.get("inverse")
    target = whole.forms.get(item.far or "")
    if not item.far:
        yield Problem(f"{path}.form", "link_no_form", {"field": item.label})
        return
    if target is None:
        yield Problem(f"{path}.form", "no_such_form", {"form": item.far})
        return
    yield from (problem.under(path) for problem in link_only.problems(form, item, whole))
    if not inverse:
        yield Problem(f"{path}.inverse", "link_no_inverse", {"field": item.label})
        return
    taken = whole.inverses[target.key].get(inverse)
    if inverse in target.fields or (taken is not None and (taken[0], taken[1].key) != (form.key, key)):
        yield Problem(f"{path}.inverse", "inverse_taken", {"form": target.label, "key": inverse})


def _vocabulary(vocabulary: Vocabulary, whole: Whole) -> Iterator[Problem]:
    """Tag keys share one space in the whole app."""
    keys = [node["key"] for node in vocabulary.body["tags"]]
    for number, key in enumerate(keys):
        if key in keys[:number]:
            yield Problem(f"tags[{number}].key", "tag_twice", {"key": key})
        for other in whole.vocabularies.values():
            if other.key != vocabulary.key and key in other.tags:
                yield Problem(f"tags[{number}].key", "tag_elsewhere", {"key": key, "vocabulary": other.label})


def _view(view: View, whole: Whole) -> Iterator[Problem]:
    form = whole.forms.get(view.form)
    if form is None:
        yield Problem("form", "no_such_form", {"form": view.form})
        return
    for number, column in enumerate(view.columns):
        if not _is_column(column, form, whole):
            yield Problem(f"columns[{number}]", "no_such_column", {"key": column})
    for number, sort in enumerate(view.sort):
        field = form.fields.get(sort["field"])
        if sort["field"] not in SYSTEM and (field is None or field.type.many):
            yield Problem(f"sort[{number}].field", "no_such_column", {"key": sort["field"]})
    if view.filter:
        yield from rule_problems(view.filter, whole, view.form, "filter", me=True)


def _is_column(column: str, form: Form, whole: Whole) -> bool:
    if column.startswith("$group/"):
        found = whole.groupings.get(column.removeprefix("$group/"))
        return found is not None and found.form == form.key
    return column in SYSTEM or column in form.fields


def _role(role: Role, whole: Whole) -> Iterator[Problem]:
    for form, rule in role.rows.items():
        if form not in whole.forms:
            yield Problem(f"rows.{form}", "no_such_form", {"form": form})
        else:
            yield from rule_problems(rule, whole, form, f"rows.{form}", me=True)


def _workflow(item: Workflow, whole: Whole) -> Iterator[Problem]:
    """The form and the rules; what each kind of step needs is for runtime.workflows.check to say."""
    if item.form not in whole.forms:
        yield Problem("form", "no_such_form", {"form": item.form})


CHECKS: Mapping[str, Callable[[Any, Whole], Iterator[Problem]]] = {
    "form": _form,
    "vocabulary": _vocabulary,
    "grouping": check_grouping,
    "code": check_code,
    "view": _view,
    "role": _role,
    "workflow": _workflow,
}
