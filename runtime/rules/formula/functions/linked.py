"""Sums over linked records, and the same words over several values of one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.rules.formula import typed
from runtime.rules.formula.functions.base import function
from runtime.rules.formula.functions.logic import alike
from runtime.rules.formula.tree import Call, Node, Ref
from runtime.rules.formula.typed import BLANK, DATE, DATETIME, KINDS, NUMBER, WHOLE, Expr
from runtime.rules.formula.wrong import Wrong
from runtime.rules.target import Related
from runtime.sql.own import CEILING, own

if TYPE_CHECKING:
    from runtime.rules.formula.compile import Compiler

SUMMED = 10**15
ORDERED = (NUMBER, DATE, DATETIME)


# The link's key, the field of the linked records or "", and their rows under an alias of their own.
Rows = tuple[str, str, Related]


def rows_of(work: Compiler, node: Node) -> Rows | None:
    """The linked records that a part names, and which field of theirs; None when it names none."""
    if not isinstance(node, Ref):
        return None
    first, _, rest = work.named(node.name).partition(".")
    found = work.linked(first)
    return None if found is None else (first, rest, found)


def _rows(work: Compiler, call: Call) -> Rows:
    found = rows_of(work, call.parts[0])
    if found is None:
        raise Wrong("formula_linked", call.parts[0].at, call.parts[0].end, name=call.name, text=work.said(call.parts[0]))
    return found


def summed(work: Compiler, rows: Related, made: ColumnElement[Any], where: Any = None) -> ColumnElement[Any]:
    """One value made of the linked records that count."""
    query = sa.select(made).select_from(rows.source).where(rows.link == work.target.id, rows.live)
    query = query if where is None else query.where(where)
    return query.scalar_subquery().correlate(*work.target.id._from_objects)


def _field(work: Compiler, call: Call, found: Rows, kinds: Sequence[str]) -> Expr:
    """The field of the linked records that is summed."""
    _, name, rows = found
    node = call.parts[0]
    if not name:
        raise Wrong("formula_linked", node.at, node.end, name=call.name, text=work.said(node))
    made = replace(work.known(rows.target, name, node), at=node.at, end=node.end, said=work.said(node))
    if made.kind not in kinds:
        raise Wrong("formula_kind", node.at, node.end, wanted=KINDS[kinds[0]], given=KINDS[made.kind], text=made.said,
                    hint="")
    return made


def _total(work: Compiler, call: Call, found: Rows, where: Any = None) -> Expr:
    made = _field(work, call, found, (NUMBER,))
    value = sa.cast(sa.func.coalesce(sa.func.sum(_fits(made)), sa.literal_column("0", WHOLE)), WHOLE)
    return replace(made, value=summed(work, found[2], value, where), most=CEILING)


def _fits(made: Expr) -> ColumnElement[Any]:
    """A number small enough that thousands of them add up."""
    if made.most <= SUMMED:
        return made.value
    return sa.case((sa.func.abs(made.value) <= SUMMED, made.value))


def _condition(work: Compiler, call: Call, found: Rows) -> Any:
    """The condition of COUNTIF and SUMIF: names behind the same link are of the row, others of the record."""
    from runtime.rules.formula.compile import Compiler as Inner

    return Inner(work.target, work.text, work.named, (found[0], found[2])).condition(call.parts[1])


def _sum(work: Compiler, call: Call) -> Expr:
    if len(call.parts) == 1 and (found := rows_of(work, call.parts[0])):
        return _total(work, call, found)
    return _added([work.number(part) for part in call.parts])


def _added(numbers: Sequence[Expr]) -> Expr:
    """Several numbers added up; a blank one adds nothing."""
    total = typed.whole(sa.literal_column("0", WHOLE), 0)
    for number in numbers:
        total = typed.plus(total, replace(number, value=sa.func.coalesce(number.value, sa.literal_column("0", WHOLE))))
    return total


def _sumif(work: Compiler, call: Call) -> Expr:
    found = _rows(work, call)
    return _total(work, call, found, _condition(work, call, found))


def _avg(work: Compiler, call: Call) -> Expr:
    if len(call.parts) == 1 and (found := rows_of(work, call.parts[0])):
        made = _field(work, call, found, (NUMBER,))
        count = typed.whole(summed(work, found[2], sa.func.count(_fits(made))), 10**9)
        return typed.over(_total(work, call, found), count)
    numbers = [work.number(part) for part in call.parts]
    return typed.over(_added(numbers), _filled(numbers))


def _count(work: Compiler, call: Call) -> Expr:
    found = rows_of(work, call.parts[0])
    return _filled([work.make(part) for part in call.parts]) if found is None else _counted(work, call, found)


def _counted(work: Compiler, call: Call, found: Rows, where: Any = None) -> Expr:
    of = sa.func.count() if not found[1] else sa.func.count(work.known(found[2].target, found[1], call.parts[0]).value)
    return typed.whole(summed(work, found[2], of, where), 10**9)


def _filled(parts: Sequence[Expr]) -> Expr:
    """How many of several values are not blank."""
    one, none = sa.literal_column("1", WHOLE), sa.literal_column("0", WHOLE)
    present = [sa.case((part.present, one), else_=none) for part in parts]
    return typed.whole(sum(present[1:], present[0]), len(present))


def _countif(work: Compiler, call: Call) -> Expr:
    found = _rows(work, call)
    return _counted(work, call, found, _condition(work, call, found))


def _edge(name: str, op: str) -> Any:
    """MIN and MAX: of linked records, or of several values; blank ones do not count."""

    def edge(work: Compiler, call: Call) -> Expr:
        if len(call.parts) == 1 and (found := rows_of(work, call.parts[0])):
            made = _field(work, call, found, ORDERED)
            return replace(made, value=summed(work, found[2], getattr(sa.func, name.lower())(made.value)))
        parts = alike(work, name, [work.make(part) for part in call.parts])
        for one in parts:
            if one.kind not in (*ORDERED, BLANK):
                raise Wrong("formula_kind", one.at, one.end, wanted=KINDS[NUMBER], given=KINDS[one.kind], text=one.said,
                            hint="")
        value = own(op, *(one.value for one in parts), type_=parts[0].value.type)
        return replace(parts[0], value=value, most=max(one.most for one in parts))

    return edge


_ROWS = ("{订单.金额}", "{orders.amount}")
FUNCTIONS = (
    function("SUM", "linked", _ROWS, ("关联记录加起来；也可以写几个数。", "Linked records added up, or several numbers."), (1, 60), _sum),
    function("AVG", "linked", _ROWS, ("关联记录的平均数；也可以写几个数。", "The average of linked records, or of several numbers."), (1, 60), _avg),
    function("COUNT", "linked", ("{订单}", "{orders}"), ("有几条关联记录。", "How many linked records there are."), (1, 60), _count),
    function("MIN", "linked", _ROWS, ("最小的；也可以写几个数或日期。", "The smallest, or of several numbers or dates."), (1, 60), _edge("MIN", "least")),
    function("MAX", "linked", _ROWS, ("最大的；也可以写几个数或日期。", "The largest, or of several numbers or dates."), (1, 60), _edge("MAX", "greatest")),
    function("COUNTIF", "linked", ("{订单}, {订单.金额} > 1000", "{orders}, {orders.amount} > 1000"),
             ("符合条件的关联记录有几条。", "How many linked records meet the condition."), (2, 2), _countif),
    function("SUMIF", "linked", ("{订单.金额}, {订单.状态} = \"已付款\"", "{orders.amount}, {orders.state} = \"Paid\""),
             ("符合条件的关联记录加起来。", "The linked records that meet the condition, added up."), (2, 2), _sumif),
)
