"""Everything an app defines, parsed and side by side, so that definitions can be checked against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from runtime.definitions.form import Field, Form
from runtime.definitions.grouping import Grouping
from runtime.definitions.others import Code, Role, View, Vocabulary
from runtime.definitions.workflow import Workflow

Body = Mapping[str, Any]
PARSED: Mapping[str, tuple[str, Any]] = {
    "form": ("forms", Form),
    "grouping": ("groupings", Grouping),
    "code": ("codes", Code),
    "vocabulary": ("vocabularies", Vocabulary),
    "view": ("views", View),
    "role": ("roles", Role),
    "workflow": ("workflows", Workflow),
}


@dataclass(frozen=True)
class Whole:
    """The parsed definitions of one app by kind and key; no tables, no versions."""

    forms: Mapping[str, Form] = field(default_factory=dict)
    groupings: Mapping[str, Grouping] = field(default_factory=dict)
    codes: Mapping[str, Code] = field(default_factory=dict)
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    workflows: Mapping[str, Workflow] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, Any]:
        """The definitions of one kind."""
        found: Mapping[str, Any] = getattr(self, PARSED[kind][0])
        return found

    def with_body(self, kind: str, body: Body) -> Whole:
        """The app as it would be with this definition added or in place of the one of its key."""
        known = self.of(kind).get(body["x-fenzu"]["key"] if kind == "form" else body["key"])
        return self if known is not None and known.body is body else self.with_item(kind, PARSED[kind][1](body))

    def with_item(self, kind: str, item: Any) -> Whole:
        """The same with a definition that has been parsed."""
        return replace(self, **{PARSED[kind][0]: {**self.of(kind), item.key: item}})

    def without(self, kind: str, key: str) -> Whole:
        """The app as it would be without a definition."""
        return replace(self, **{PARSED[kind][0]: {own: item for own, item in self.of(kind).items() if own != key}})

    def related(self, form: str, inverse: str) -> tuple[str, Field] | None:
        """What stands behind an inverse key of a form: the form that links here (or `sale.lines`), and the field."""
        found = self.inverses.get(form, {}).get(inverse)
        owner = self.forms.get(form)
        if found is None and owner is not None and inverse in owner.subforms:
            return f"{form}.{inverse}", owner.fields[inverse]
        own = owner.pointing.get(inverse) if owner is not None else None
        if found is None and own is not None and own.type.many and own.far in self.forms:
            return own.far or "", own
        return found

    @cached_property
    def inverses(self) -> Mapping[str, Mapping[str, tuple[str, Field]]]:
        """By form, the links that point to it, by inverse key: the other form and its link field."""
        found: dict[str, dict[str, tuple[str, Field]]] = {key: {} for key in self.forms}
        for key, form in self.forms.items():
            for link in form.pointing.values():
                inverse = link.settings.get("inverse")
                if inverse and link.far in found and not link.retired:
                    found[link.far or ""].setdefault(inverse, (key, link))
        return found


def form_of(forms: Mapping[str, Form], name: str) -> Form | None:
    """A form by key, or the rows of a sub-form as one by `sale.lines`."""
    owner, _dot, field = name.partition(".")
    found = forms.get(owner)
    return found.subforms.get(field) if found is not None and field else found


def whole(bodies: Iterable[tuple[str, Body]]) -> Whole:
    """Parse definitions given as `(kind, body)`; they must have the right shape."""
    found: dict[str, dict[str, Any]] = {name: {} for name, _parse in PARSED.values()}
    for kind, body in bodies:
        name, parse = PARSED[kind]
        made = parse(body)
        found[name][made.key] = made
    return Whole(**found)
