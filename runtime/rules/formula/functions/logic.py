"""Conditions, choices between results, and blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from runtime.rules.formula import typed
from runtime.rules.formula.compare import compare
from runtime.rules.formula.functions.base import function
from runtime.rules.formula.tree import Call
from runtime.rules.formula.typed import BLANK, CHOICE, KINDS, NUMBER, OPAQUE, TEXT, Expr
from runtime.rules.formula.wrong import Wrong
from runtime.sql.types import BinaryText

if TYPE_CHECKING:
    from runtime.rules.formula.compile import Compiler

MANY = 60


def alike(work: Compiler, name: str, made: Sequence[Expr]) -> list[Expr]:
    """Results brought to one kind, numbers to the same decimals; blank goes with any."""
    found = [typed_choice(one) for one in made]
    known = [one for one in found if one.kind != BLANK]
    for one in known:
        if one.kind == OPAQUE or one.kind != known[0].kind:
            first = known[0]
            raise Wrong("formula_branches", one.at, one.end, name=name, one=first.said, kind=KINDS[first.kind], two=one.said,
                        other=KINDS[one.kind])
    if not known:
        return found
    scale = max(one.scale for one in known)
    from runtime.rules.formula.compile import blank_as

    found = [blank_as(one, known[0].kind) if one.kind == BLANK else one for one in found]
    return [typed.scaled(one, scale) if one.kind == NUMBER else one for one in found]


def typed_choice(one: Expr) -> Expr:
    """A choice among results is its text."""
    return replace(typed.labels(one), at=one.at, end=one.end, said=one.said) if one.kind == CHOICE else one


def picked(conditions: Sequence[Any], made: Sequence[Expr]) -> Expr:
    """The first result whose condition holds; the last one where none does."""
    *first, last = made

    def case(values: Sequence[Any], otherwise: Any) -> Any:
        return sa.case(*zip(conditions, values, strict=True), else_=otherwise) if first else otherwise

    folded = case([one.compared for one in first], last.compared) if last.kind == TEXT else None
    return Expr(last.kind, case([one.value for one in first], last.value), scale=last.scale, folded=folded,
                most=max(one.most for one in made), tidy=all(one.tidy for one in made))


def _if(work: Compiler, call: Call) -> Expr:
    results = [work.make(part) for part in call.parts[1:]]
    results += [Expr(BLANK, sa.null())] if len(results) == 1 else []
    return picked([work.condition(call.parts[0])], alike(work, "IF", results))


def _ifs(work: Compiler, call: Call) -> Expr:
    odd = len(call.parts) % 2
    cases = call.parts[: len(call.parts) - odd]
    conditions = [work.condition(part) for part in cases[::2]]
    results = [work.make(part) for part in cases[1::2]]
    results.append(work.make(call.parts[-1]) if odd else Expr(BLANK, sa.null()))
    return picked(conditions, alike(work, "IFS", results))


def _switch(work: Compiler, call: Call) -> Expr:
    asked, pairs = work.make(call.parts[0]), call.parts[1:]
    odd = len(pairs) % 2
    cases = pairs[: len(pairs) - odd]
    conditions = [compare("=", asked, work.make(part), part.at, part.end).value for part in cases[::2]]
    results = [work.make(part) for part in cases[1::2]]
    results.append(work.make(pairs[-1]) if odd else Expr(BLANK, sa.null()))
    return picked(conditions, alike(work, "SWITCH", results))


def _coalesce(work: Compiler, call: Call) -> Expr:
    made = alike(work, "COALESCE", [work.make(part) for part in call.parts])
    values = [one.value if one.tidy else typed.tidied(one.value) for one in made]
    kind, most = made[0].kind, max(one.most for one in made)
    folded = sa.func.coalesce(*(one.compared for one in made), type_=BinaryText) if kind == TEXT else None
    return Expr(kind, sa.func.coalesce(*values, type_=values[0].type), scale=made[0].scale, folded=folded, most=most)


def _and(work: Compiler, call: Call) -> Expr:
    return typed.truth(sa.and_(*(work.condition(part) for part in call.parts)))


def _or(work: Compiler, call: Call) -> Expr:
    return typed.truth(sa.or_(*(work.condition(part) for part in call.parts)))


def _not(work: Compiler, call: Call) -> Expr:
    return typed.truth(sa.not_(work.condition(call.parts[0])))


def _isblank(work: Compiler, call: Call) -> Expr:
    made = work.make(call.parts[0])
    return typed.truth(sa.true() if made.kind == BLANK else sa.not_(made.present))


FUNCTIONS = (
    function("IF", "logic", ("条件, 成立时, 不成立时", "condition, then, else"),
             ("条件成立给一个结果，不成立给另一个。", "One result when the condition holds, another when not."), (2, 3), _if),
    function("IFS", "logic", ("条件1, 结果1, 条件2, 结果2, …, 都不成立时", "condition1, result1, …, otherwise"),
             ("从前往后，第一个成立的条件给出结果。", "The result of the first condition that holds."), (2, MANY), _ifs),
    function("SWITCH", "logic", ("内容, 值1, 结果1, …, 都不是时", "what, value1, result1, …, otherwise"),
             ("按内容等于哪个值给出结果。", "The result of the value that it equals."), (3, MANY), _switch),
    function("AND", "logic", ("条件, 条件, …", "condition, …"), ("全部成立。", "All of them hold."), (1, MANY), _and),
    function("OR", "logic", ("条件, 条件, …", "condition, …"), ("至少一个成立。", "At least one holds."), (1, MANY), _or),
    function("NOT", "logic", ("条件", "condition"), ("不成立。", "It does not hold."), (1, 1), _not),
    function("ISBLANK", "logic", ("内容", "what"), ("没有填。", "Nothing is filled in."), (1, 1), _isblank),
    function("COALESCE", "logic", ("内容, 内容, …", "what, what, …"),
             ("第一个填了的内容。", "The first one that is filled in."), (1, MANY), _coalesce),
)
