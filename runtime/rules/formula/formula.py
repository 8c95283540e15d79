"""A formula as the rest of the program uses it: what it reads, what it gives, and its value in SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from runtime.errors import Invalid
from runtime.rules.deps import Deps
from runtime.rules.formula import typed
from runtime.rules.formula.compile import Compiler, blank_as, opaque
from runtime.rules.formula.parser import parse
from runtime.rules.formula.tree import Call, Ref, walk
from runtime.rules.formula.typed import BLANK, CHOICE, NUMBER, OPAQUE, TEXT, Expr
from runtime.rules.formula.wrong import Wrong
from runtime.rules.target import Computed, Target

# What a formula may come to, by the kind of its expression: the field type that keeps such values.
RESULTS = {"number": "number", "text": "text", "date": "date", "datetime": "datetime", "boolean": "yes_no"}


@dataclass(frozen=True)
class Shape:
    """How a formula's numbers are kept: `decimals`, and `power` 2 where 0.125 is shown as 12.5%."""

    decimals: int = 2
    power: int = 0


@lru_cache(maxsize=2_000)
def reads(text: str) -> Deps:
    """Everything a formula reads. A name with a dot is a linked record's field or a field of linked records; whichever it is
    not, nothing answers to it.
    """
    try:
        nodes = list(walk(parse(text)))
    except Wrong:
        return Deps()
    names = {node.name for node in nodes if isinstance(node, Ref)}
    calls = {node.name for node in nodes if isinstance(node, Call)}
    related: dict[str, set[str]] = {}
    for name in names:
        first, _, rest = name.partition(".")
        related.setdefault(first, set()).update({rest} if rest else ())
    time = "hour" if "NOW" in calls else "day" if calls & {"TODAY", "AGE"} else ""
    return Deps(frozenset(names), {key: frozenset(rest) for key, rest in related.items()}, time=time)


def made(text: str, target: Target, named: Callable[[str], str] = str) -> Expr:
    """A formula as a typed expression; raises Wrong at the place where it means nothing. `named` gives keys for labels."""
    tree = parse(text)
    found = Compiler(target, text, named).make(tree)
    if found.kind == OPAQUE:
        raise opaque(found)
    if found.kind == CHOICE:
        return typed.labels(found)
    if found.kind == BLANK:
        raise Wrong("formula_no_result", tree.at, tree.end)
    return found


def result(text: str, target: Target, named: Callable[[str], str] = str) -> str:
    """The field type whose values a formula gives; raises Wrong."""
    return RESULTS[made(text, target, named).kind]


def compiled(text: str, target: Target, wanted: str, shape: Shape) -> Computed:
    """A formula's value as a column of the wanted type would hold it; raises Invalid."""
    try:
        found = made(text, target)
    except Wrong as wrong:
        raise Invalid(wrong.problem()) from None
    if RESULTS[found.kind] != wanted:
        found = blank_as(found, next(kind for kind, name in RESULTS.items() if name == wanted))
    if found.kind == NUMBER:
        return Computed(_kept(found, shape).value)
    if found.kind == TEXT:
        return Computed(found.value if found.tidy else typed.tidied(found.value), found.compared)
    return Computed(sa.type_coerce(found.value, sa.Boolean()) if wanted == "yes_no" else found.value)


def _kept(number: Expr, shape: Shape) -> Expr:
    """A number in units of the field's last decimal; a percentage has two powers of ten more."""
    return typed.scaled(number, shape.decimals + shape.power)
