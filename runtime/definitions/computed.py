"""What computed fields read of each other and of other fields, across all forms of an app."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from runtime.definitions.form import Form
from runtime.rules.deps import RANK, Deps

Place = tuple[str, str]


class Graph:
    """The computed fields of an app by place `(form, field)`, with what each reads."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self.forms = forms
        self.deps: dict[Place, Deps] = {
            (key, name): field.type.reads(field.settings)
            for key, form in forms.items()
            for name, field in form.computed.items()
        }

    @cached_property
    def _inverses(self) -> Mapping[Place, str]:
        """By form and inverse key, the form whose records link here; by form and field, the one that links point to."""
        return {
            **{(key, name): link.far or "" for key, form in self.forms.items() for name, link in form.pointing.items() if link.type.many},
            **self._here,
        }

    @cached_property
    def _here(self) -> Mapping[Place, str]:
        return {
            (link.far or "", link.settings.get("inverse") or ""): key
            for key, form in self.forms.items()
            for link in form.pointing.values()
            if not link.retired
        }

    def places(self, form: str, deps: Deps) -> Iterator[Place]:
        """Every field that something about a form reads."""
        for name in deps.fields:
            link, dot, rest = name.partition(".")
            yield form, link
            found = self.forms[form].fields.get(link) if form in self.forms else None
            if dot and found is not None and found.form:
                yield found.form, rest
        for inverse, names in deps.related.items():
            other = self._inverses.get((form, inverse))
            for name in names if other else ():
                yield other or "", name.partition(".")[0]

    def circle(self, form: str, field: str) -> list[Place]:
        """The computed fields that this one is made of and that are made of it, in a ring; empty when there is none."""
        todo, near = [(form, field)], {}
        while todo:
            place = todo.pop()
            if place not in near and place in self.deps:
                near[place] = {other for other in self.places(place[0], self.deps[place]) if other in self.deps}
                todo += near[place]
        try:
            TopologicalSorter(near).prepare()
        except CycleError as ring:
            return list(reversed(ring.args[1])) if (form, field) in ring.args[1] else []
        return []

    def touched(self, form: str, changed: Iterable[str]) -> frozenset[str]:
        """The computed fields of a form whose values may differ because of these changes, one through another.

        A change is a field, `@orders` for the records behind an inverse, or `customer.level` for a linked record's field.
        """
        known, found = set(changed), set[str]()
        own = {name: deps for (key, name), deps in self.deps.items() if key == form}
        while True:
            new = {name for name, deps in own.items() if name not in found and concerns(deps, known)}
            if not new:
                return frozenset(found)
            found |= new
            known |= new

    def hops(self, form: str, link: str) -> frozenset[str]:
        """The fields that a form's computed fields read of the record behind a link."""
        names = {name for (key, _), deps in self.deps.items() if key == form for name in deps.fields}
        return frozenset(name.partition(".")[2] for name in names if name.startswith(f"{link}."))

    def sums(self, form: str, inverse: str, changed: frozenset[str] | None) -> bool:
        """Whether a form's computed fields read the records behind an inverse, and of them any of these fields."""
        return any(
            inverse in deps.related and (changed is None or bool(changed & deps.related[inverse]))
            for (key, _), deps in self.deps.items()
            if key == form
        )

    def time(self, form: str, deps: Deps, seen: frozenset[Place] = frozenset()) -> str:
        """How finely time matters to something about a form: to itself, or to a computed field it reads."""
        found = deps.time
        for place in self.places(form, deps):
            if place in self.deps and place not in seen:
                found = max(found, self.time(place[0], self.deps[place], seen | {place}), key=RANK.__getitem__)
        return found


def concerns(deps: Deps, changed: Iterable[str]) -> bool:
    """Whether something reads any of the changes; a link that points elsewhere changes all that is read through it."""
    changed = set(changed)
    read = deps.fields | {name.partition(".")[0] for name in deps.fields}
    return bool(changed & (read | deps.related.keys())) or any(f"@{inverse}" in changed for inverse in deps.related)
