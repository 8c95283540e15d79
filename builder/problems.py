"""All problems of a form's draft, errors first, each with the thing that is to be selected to mend it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from builder.publish import check, remarks
from runtime.definitions import layout, pool, public
from runtime.definitions.form import Form
from runtime.definitions.logic import ROOT
from runtime.definitions.whole import Whole
from runtime.errors import Problem
from runtime.words import Words, read

FORM, TRANSLATE, LOGIC, PUBLIC, POOL = "design", "translate", "logic", "public", "pool"
RULE = Words("联动规则 {n}", "Logic rule {n}")


@dataclass(frozen=True)
class Found:
    """A problem and where it is mended: `room` is the tab of the designer, `sel` what is selected there."""

    problem: Problem
    room: str
    sel: str

    @property
    def error(self) -> bool:
        return self.problem.severity == "error"


def problems(whole: Whole, form: Form, freed: Collection[str] = ()) -> list[Found]:
    """What stands in the way of publishing a draft in an app, then what is worth a look; `freed` as in `check.Part`."""
    part = check.Part("form", form.key, form.body, freed)
    found = [*check.problems_after([part], whole, whole.with_item("form", form)), *remarks.remarks(form)]
    found.sort(key=lambda problem: problem.severity != "error")
    return [Found(problem, *place(form.body, problem)) for problem in found]


def place(body: Mapping[str, Any], problem: Problem) -> tuple[str, str]:
    """The tab and the selection a problem belongs to."""
    head, _, rest = problem.path.partition(".")
    if problem.path.startswith(ROOT):
        return LOGIC, rule_at(body, problem.path)
    if problem.path.startswith(public.ROOT):
        return PUBLIC, ""
    if problem.path.startswith(pool.ROOT):
        return POOL, ""
    if head == "texts":
        return TRANSLATE, rest
    if head == "properties":
        return FORM, rest.partition(".")[0].partition("[")[0]
    if problem.path.startswith((f"{layout.ROOT}[", f"{layout.OTHERS}.")):
        return FORM, _section(body, problem.path)
    return FORM, ""


def laid(problem: Problem) -> str:
    """The layout that a problem is about, "" for the full one."""
    inside = problem.path.removeprefix(f"{layout.OTHERS}.")
    return "" if inside == problem.path else inside.partition("[")[0]


def about(form: Form, room: str, sel: str, lang: str) -> str:
    """What a problem at a place is about, as people call it; "" where only the whole form could be named."""
    if room == LOGIC:
        keys = [rule.key for rule in form.logic.rules]
        return RULE.say(lang, n=keys.index(sel) + 1) if sel in keys else ""
    return read(form.fields[sel].label, lang) if sel in form.fields else ""


def rule_at(body: Mapping[str, Any], path: str) -> str:
    """The key of the logic rule in which a path lies."""
    number = path.removeprefix(ROOT).partition("]")[0].lstrip("[")
    listed = body["x-fenzu"].get("logic", [])
    return str(listed[int(number)]["key"]) if number.isdigit() and int(number) < len(listed) else ""


def _section(body: Mapping[str, Any], path: str) -> str:
    """The section of the layout in which a path lies, as the designer selects it."""
    for root, parts in layout.every(body["x-fenzu"]):
        for here, part in layout.walk(parts, root):
            if path.startswith(here) or path == f"{root}[{part['key']}]":
                return f"section:{part['key']}"
    return ""
