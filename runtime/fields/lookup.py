"""A looked-up value: a field of the linked record, always as it is now, or kept as it was when the link was set."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from runtime.errors import Invalid, Problem
from runtime.fields.base import FieldType, Settings
from runtime.fields.number import Number
from runtime.fields.reached import RESULT, Copied, Reached, misfit
from runtime.fields.setting import choice, properties, setting
from runtime.rules.deps import Deps
from runtime.rules.target import Computed, Target
from runtime.words import Words


class Lookup(Reached):
    """`link` is a link of one's own form, `field` a field of the record that it points to."""

    name = "lookup"
    label = Words("带出", "Looked-up value")
    icon = "corner-down-left"
    shelf = "link"
    settings = properties(
        link=setting("string", "", "从哪个关联", "Through which link", maxLength=40),
        field=setting("string", "", "带出哪个字段", "Which field", maxLength=40),
        mode=choice(
            "live",
            "那边以后改了",
            "When it changes there later",
            {"live": ("这里跟着变", "Change here, too"), "copied": ("这里保留当时的", "Keep what it was")},
        ),
        **RESULT,
    )
    samples = ("42", "128")
    nonsense = Number.nonsense

    def of(self, settings: Settings) -> FieldType:
        return _copied().of(settings) if self.setting(settings, "mode") == "copied" else super().of(settings)

    def path(self, settings: Settings) -> str:
        """What the value is called in a rule: `customer.level`."""
        return f"{self.setting(settings, 'link')}.{self.setting(settings, 'field')}"

    def reads(self, settings: Settings) -> Deps:
        return Deps(fields=frozenset({self.path(settings)}))

    def expression(self, settings: Settings, target: Target) -> Computed:
        found = target.operand(self.path(settings))
        return Computed(found.value, found.folded)

    def problems(self, settings: Settings, target: Target) -> Iterator[Problem]:
        link, field = self.setting(settings, "link"), self.setting(settings, "field")
        if not link or not field:
            yield Problem("field" if link else "link", "lookup_unfinished")
            return
        try:
            found = target.operand(self.path(settings))
        except Invalid as miss:
            yield from (Problem("field", problem.code, problem.params) for problem in miss.problems)
            return
        if found.many is not None:
            yield Problem("field", "lookup_many", {"field": found.label})
            return
        other = misfit(settings, found.kind, found.label)
        if other is not None:
            yield other


class CopiedLookup(Copied, Lookup):
    """A looked-up value in a column of its own."""

    of = Copied.of


@cache
def _copied() -> CopiedLookup:
    return CopiedLookup()
