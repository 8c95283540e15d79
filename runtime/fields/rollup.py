"""A roll-up: how many linked records or rows there are, or what comes of one of their fields, as they are now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.errors import Invalid, Problem
from runtime.fields.base import Settings
from runtime.fields.number import Number
from runtime.fields.reached import RESULT, Reached, misfit
from runtime.fields.setting import choice, properties, setting
from runtime.rules import rollup
from runtime.rules.check import check_rule
from runtime.rules.deps import Deps, dependencies
from runtime.rules.target import Computed, Target
from runtime.words import Words

FUNCTIONS = {
    "count": ("数一数", "Count"),
    "sum": ("合计", "Total"),
    "avg": ("平均", "Average"),
    "min": ("最小", "Smallest"),
    "max": ("最大", "Largest"),
    "first": ("第一个", "First"),
    "last": ("最后一个", "Last"),
}


class Rollup(Reached):
    """`over` names the records by the inverse key of their link, or a sub-form of one's own; `where` is a rule on them."""

    name = "rollup"
    label = Words("汇总", "Roll-up")
    icon = "sum"
    shelf = "link"
    settings = properties(
        over=setting("string", "", "汇总哪些记录", "Records to roll up", maxLength=40),
        fn=choice("count", "怎么算", "How", FUNCTIONS),
        of=setting("string", "", "哪个字段", "Field", maxLength=90),
        by=setting("string", "", "按什么排先后", "In the order of", maxLength=90),
        where=setting("object", {}, "只算哪些", "Only those where"),
        **RESULT,
    )
    samples = ("42", "128")
    nonsense = Number.nonsense

    def leaf(self, settings: Settings) -> dict[str, Any]:
        """The same question as the aggregate of a condition."""
        agg: dict[str, Any] = {"fn": self.setting(settings, "fn")}
        if agg["fn"] != "count":
            agg["of"] = self.setting(settings, "of")
        if agg["fn"] in ("first", "last"):
            agg["by"] = self.setting(settings, "by") or "$id"
        where = self.setting(settings, "where")
        if isinstance(where, Mapping) and where.get("rules"):
            agg["where"] = where
        return {"field": self.setting(settings, "over"), "agg": agg, "operator": "notNull"}

    def summed(self, settings: Settings) -> dict[str, Any]:
        return self.leaf(settings)

    def reads(self, settings: Settings) -> Deps:
        return dependencies(self.leaf(settings))

    def expression(self, settings: Settings, target: Target) -> Computed:
        kind, own = self.result(settings)
        return rollup.expression(self.leaf(settings), target, int(kind.bind(1, own)) if kind.kind == "number" else 1)

    def problems(self, settings: Settings, target: Target) -> Iterator[Problem]:
        leaf = self.leaf(settings)
        if not leaf["field"]:
            yield Problem("over", "rollup_no_over")
            return
        try:
            rows = target.related(leaf["field"])
        except Invalid as miss:
            yield from (Problem("over", problem.code, problem.params) for problem in miss.problems)
            return
        if "of" in leaf["agg"] and not leaf["agg"]["of"]:
            yield Problem("of", "rollup_no_of", {"records": rows.label})
            return
        where = leaf["agg"].get("where")
        for problem in check_rule(where, rows.target) if where else ():
            yield problem.under("where")
        try:
            found = rollup.operand({**leaf, "agg": {key: part for key, part in leaf["agg"].items() if key != "where"}}, target)
        except Invalid as refused:
            yield from (Problem("of", problem.code, problem.params) for problem in refused.problems)
            return
        other = misfit(settings, found.kind, found.label)
        if other is not None:
            yield other
