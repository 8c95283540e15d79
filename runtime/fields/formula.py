"""A value worked out from other fields, as in a spreadsheet: {单价} * {数量}."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runtime.errors import Problem
from runtime.fields.base import FieldType, Settings
from runtime.fields.computed import Derived
from runtime.fields.date import Date
from runtime.fields.datetime import Datetime
from runtime.fields.money import Money
from runtime.fields.number import Number
from runtime.fields.percent import Percent
from runtime.fields.setting import choice, properties, setting
from runtime.fields.text import Text
from runtime.fields.yes_no import YesNo
from runtime.rules.deps import Deps
from runtime.rules.formula import formula
from runtime.rules.formula.tokens import LONGEST
from runtime.rules.formula.typed import KINDS
from runtime.rules.formula.wrong import Wrong
from runtime.rules.target import Computed, Target
from runtime.words import Words

STORED: dict[str, FieldType] = {kind.name: kind for kind in (Number(), Text(), Date(), Datetime(), YesNo())}
NUMBERS: dict[str, FieldType] = {"plain": STORED["number"], "money": Money(), "percent": Percent()}
SAID = {name: KINDS[kind] for kind, name in formula.RESULTS.items()}


class Formula(Derived):
    """`result` is what the text comes to, found out whenever the text is put; publishing checks that it still is."""

    name = "formula"
    label = Words("公式", "Formula")
    icon = "math-function"
    shelf = "link"
    settings = properties(
        formula=setting("string", "", "公式", "Formula", maxLength=LONGEST),
        result=setting("string", "number", "结果", "Result", enum=list(STORED)),
        format=choice("plain", "显示成", "Shown as", {"plain": ("数字", "Number"), "money": ("金额", "Money"), "percent": ("百分比", "Percent")}),
        decimals=setting("integer", 2, "小数位数", "Decimals", minimum=0, maximum=6),
    )
    samples = ("42", "128.50", "1,234.5")
    nonsense = Number.nonsense

    def result(self, settings: Settings) -> tuple[FieldType, Settings]:
        name = self.setting(settings, "result")
        if name != "number":
            return STORED[name], {"maxLength": 2000}
        shown = NUMBERS[self.setting(settings, "format")]
        return shown, {"decimals": self.setting(settings, "decimals")}

    def unasked(self, settings: Settings) -> tuple[str, ...]:
        return () if self.setting(settings, "result") == "number" else ("format", "decimals")

    def reads(self, settings: Settings) -> Deps:
        return formula.reads(self.setting(settings, "formula"))

    def expression(self, settings: Settings, target: Target) -> Computed:
        kind, own = self.result(settings)
        shape = formula.Shape(own.get("decimals", 0), kind.power)
        return formula.compiled(self.setting(settings, "formula"), target, self.setting(settings, "result"), shape)

    def problems(self, settings: Settings, target: Target) -> Iterator[Problem]:
        wanted = self.setting(settings, "result")
        try:
            found = formula.result(self.setting(settings, "formula"), target)
        except Wrong as wrong:
            yield wrong.problem()
            return
        if found != wanted:
            yield Problem("formula", "formula_result", {"kind": SAID[found], "other": SAID[wanted]})

    def schema(self, settings: Settings) -> dict[str, Any]:
        """Results of a formula keep to no limit that a person's entry would have."""
        found = super().schema(settings)
        return {key: rule for key, rule in found.items() if key not in ("minLength", "maxLength", "multipleOf", "minimum", "maximum")}
