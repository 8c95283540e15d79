"""Sums, counts and matches over the records that link to this one: correlated for a few, grouped joins for a scan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.sql.visitors import iterate

from runtime.errors import Invalid, Problem
from runtime.rules import shape
from runtime.rules.shared import name_of
from runtime.rules.target import Operand, Related
from runtime.sql.scan import scan_of, unled

if TYPE_CHECKING:
    from runtime.rules.compile import Work

FUNCTIONS = ("count", "countDistinct", "sum", "avg", "min", "max", "first", "last")
NUMERIC = ("sum", "avg")
ORDERED = ("number", "date", "datetime")
MODES = ("some", "none", "all", "atLeast", "atMost", "exactly")
COUNTED = ("count", "countDistinct", "sum")
Bool = ColumnElement[bool]


def aggregate(work: Work, rule: Mapping[str, Any], path: str, *, as_is: bool = False) -> Operand:
    """A number or a value made of the related records; count and sum over none are 0, everything else is blank.

    `as_is` gives a text in the letters it was written with, to be shown; otherwise it is as it is compared.
    """
    agg = rule["agg"]
    if not isinstance(agg, Mapping) or agg.keys() - shape.AGG_KEYS:
        raise Invalid(Problem(path, "rule_bad_agg"))
    if not isinstance(agg.get("fn"), str) or agg["fn"] not in FUNCTIONS:
        raise Invalid(Problem(path, "rule_bad_agg"))
    fn = agg["fn"]
    if ("of" in agg) == (fn == "count") or ("by" in agg) != (fn in ("first", "last")):
        raise Invalid(Problem(path, "rule_bad_agg"))
    rows = _rows(work, rule["field"], path)
    of = None if fn == "count" else _inner(rows, agg.get("of"), f"{path}.agg.of")
    if of is not None and fn in NUMERIC and of.kind != "number":
        raise Invalid(Problem(f"{path}.agg.of", "rule_no_sum", {"field": of.label}))
    if of is not None and of.many is not None:
        raise Invalid(Problem(f"{path}.agg.of", "rule_no_sum", {"field": of.label}))
    if of is not None and fn in ("min", "max") and of.kind not in ORDERED:
        raise Invalid(Problem(f"{path}.agg.of", "rule_no_extreme", {"field": of.label}))
    where = _where(work, rows, agg.get("where"), f"{path}.agg.where")
    by = _inner(rows, agg.get("by"), f"{path}.agg.by") if fn in ("first", "last") else None
    if by is not None and by.kind not in ORDERED:
        raise Invalid(Problem(f"{path}.agg.by", "rule_no_extreme", {"field": by.label}))
    shared = work.shared
    if shared is not None and by is None and name_of(rule) in shared.wanted:
        value = shared.value(rule, work.target.id, lambda: _grouped(rows, _function(fn, of), where, shared.within(rows.link)))
    else:
        value = _value(work, rows, fn, replace(of, folded=None) if of is not None and as_is else of, by, where)
    counted = fn in COUNTED and not (work.scan and _beyond_none(rule))
    return _operand(fn, sa.func.coalesce(value, 0) if counted else value, of, rows, counted)


def _beyond_none(rule: Mapping[str, Any]) -> bool:
    """Whether a condition is never true of no rows at all: then a scan begins with those who have some."""
    least = rule.get("value")
    whole = isinstance(least, int | float) and not isinstance(least, bool) and least >= 1
    return whole and rule.get("operator") in (">", ">=", "=") and "valueSource" not in rule


def _operand(fn: str, value: ColumnElement[Any], of: Operand | None, rows: Related, counted: bool) -> Operand:
    """What the result may be compared with: a count with whole numbers, a sum with what its field holds.

    `counted` says that it is 0, and never blank, where there are no rows.
    """
    label = rows.label if of is None else of.label
    if of is None or fn == "countDistinct":
        return Operand("number", value, whole, label=label, never_blank=counted)
    if fn in ("first", "last") and of.folded is not None:
        return Operand("text", value, of.bind, folded=value, label=label)
    bind = mean(of.bind) if fn == "avg" else of.bind
    return Operand(of.kind, value, bind, label=label, options=of.options, never_blank=counted)


def whole(value: Any) -> int:
    """A count; anything but a whole number of at least 0 is none."""
    found = float(value)
    if isinstance(value, bool) or found != int(found) or not 0 <= found < 2**31:
        raise ValueError("a count is a whole number")
    return int(found)


def mean(bind: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """An average may be compared with more decimals than its field keeps: at least 4.5 of whole scores."""

    def scaled(value: Any) -> float:
        for more in range(5):
            try:
                return float(bind(Decimal(str(value)).scaleb(more))) / float(10**more)
            except (ValueError, ArithmeticError):
                continue
        return float(bind(value))

    return scaled


def _rows(work: Work, inverse: str, path: str) -> Related:
    try:
        return work.target.related(inverse)
    except Invalid as miss:
        raise Invalid(
            [Problem(path, problem.code, {**problem.params, "name": inverse}) for problem in miss.problems]
        ) from None


def _inner(rows: Related, name: Any, path: str) -> Operand:
    if not isinstance(name, str):
        raise Invalid(Problem(path, "rule_no_value", {"field": rows.label}))
    try:
        return rows.target.operand(name)
    except Invalid as miss:
        raise Invalid([problem.under(path) for problem in miss.problems]) from None


def _where(work: Work, rows: Related, rule: Any, path: str, *, negated: bool = False, alone: bool = False) -> Bool:
    """Which of the related records count, by a group of conditions or, where `alone` says so, by a single one.

    Their own sums are always correlated, they are few.
    """
    if rule is None and not alone:
        return rows.live
    from runtime.rules.compile import Work as Inner

    if work.hops == shape.HOPS:
        raise Invalid(Problem(path, "rule_too_deep", {"limit": shape.HOPS}))
    inner = Inner(rows.target, work.as_of, work.me, scan=False, hops=work.hops + 1)
    if alone and not shape.is_group(rule):
        return sa.and_(rows.live, inner.condition(rule, negated=negated, path=path))
    return sa.and_(rows.live, inner.group(rule, negated=negated, path=path, depth=1))


def _value(
    work: Work, rows: Related, fn: str, of: Operand | None, by: Operand | None, where: Bool
) -> ColumnElement[Any]:
    if by is not None and of is not None:
        return _edge(work, rows, fn, of, by, where)
    made = _function(fn, of)
    if not work.scan:
        query = sa.select(made).select_from(rows.source).where(rows.link == work.target.id, where)
        return query.scalar_subquery().correlate(*_outer(work))
    if _covered(rows, made, where):
        grouped = _grouped(rows, made, where, rows.link.is_not(None))
    else:
        link = unled(rows.link)
        grouped = _grouped(replace(rows, source=scan_of(rows.source)), made, where, link.is_not(None), link)
    work.joins.append((grouped, grouped.c.k == work.target.id))
    return grouped.c.v


def _grouped(rows: Related, made: ColumnElement[Any], where: Bool, which: Bool, by: ColumnElement[Any] | None = None) -> sa.Subquery:
    """The sums of many records at once: `k` is whose they are, `v` what they come to; `which` says of which records."""
    found = sa.select(rows.link.label("k"), made.label("v")).select_from(rows.source).where(which, where)
    return found.group_by(rows.link if by is None else by).subquery()


def _covered(rows: Related, *parts: ColumnElement[Any]) -> bool:
    """Whether an index in the order of the link holds all that is read: then its order is the best one."""
    if not rows.covers:
        return False
    read = {part.name for whole in parts for part in iterate(whole) if isinstance(part, sa.ColumnClause)}
    return any(read <= held for held in rows.covers)


def _outer(work: Work) -> list[Any]:
    """The tables of the record that is asked about, which the inner query may refer to."""
    return list(work.target.id._from_objects)


def _function(fn: str, of: Operand | None) -> ColumnElement[Any]:
    if of is None:
        return sa.func.count()
    column = of.value if of.folded is None else of.folded
    if fn == "countDistinct":
        return sa.func.count(sa.distinct(column))
    if fn == "sum":
        return sa.cast(sa.func.sum(column), sa.BigInteger)
    if fn == "avg":
        # Both databases divide the same two whole numbers as doubles, so that they agree to the last bit.
        return sa.cast(sa.func.sum(column), sa.Double()) / sa.func.nullif(sa.func.count(column), 0)
    return sa.func.min(column) if fn == "min" else sa.func.max(column)


def _edge(work: Work, rows: Related, fn: str, of: Operand, by: Operand, where: Bool) -> ColumnElement[Any]:
    """The value of the first or last related record by some order; ties go by id."""
    column = of.value if of.folded is None else of.folded
    keys = [by.value, rows.target.id]
    order = keys if fn == "first" else [key.desc() for key in keys]
    where = sa.and_(where, by.value.is_not(None))
    if not work.scan:
        query = sa.select(column).select_from(rows.source).where(rows.link == work.target.id, where)
        return query.order_by(*order).limit(1).scalar_subquery().correlate(*_outer(work))
    ranked = (
        sa.select(
            rows.link.label("k"),
            column.label("v"),
            sa.func.row_number().over(partition_by=rows.link, order_by=order).label("n"),
        )
        .select_from(rows.source)
        .where(rows.link.is_not(None), where)
        .subquery()
    )
    work.joins.append((ranked, sa.and_(ranked.c.k == work.target.id, ranked.c.n == 1)))
    return ranked.c.v


def match(work: Work, rule: Mapping[str, Any], path: str) -> Bool:
    """Whether some, none, all or so many of the related records fulfil a rule; `all` of none is false."""
    how = rule["match"]
    if not isinstance(how, Mapping) or how.keys() - shape.MATCH_KEYS:
        raise Invalid(Problem(path, "rule_bad_match"))
    if not isinstance(how.get("mode"), str) or how["mode"] not in MODES:
        raise Invalid(Problem(path, "rule_bad_match"))
    if rule.get("operator", "=") != "=":
        raise Invalid(Problem(path, "rule_no_operator", {"operator": str(rule["operator"]), "field": rule["field"]}))
    mode, limit = how["mode"], how.get("threshold")
    if mode.startswith(("at", "ex")) and (type(limit) is not int or not 0 <= limit < 2**31):
        raise Invalid(Problem(path, "rule_bad_match"))
    hits = _count(work, rule, path, negated=False)
    if mode == "all":
        return sa.and_(hits > 0, _count(work, rule, path, negated=True) == 0)
    return {
        "some": hits > 0,
        "none": hits == 0,
        "atLeast": hits >= (limit or 0),
        "atMost": hits <= (limit or 0),
        "exactly": hits == limit,
    }[mode]


def hits(work: Work, rule: Mapping[str, Any], path: str) -> ColumnElement[Any]:
    """How many of the related records fulfil the rule of a match."""
    return _count(work, rule, path, negated=False)


def _count(work: Work, rule: Mapping[str, Any], path: str, *, negated: bool) -> ColumnElement[Any]:
    rows = _rows(work, rule["field"], path)
    where = _where(work, rows, rule.get("value"), f"{path}.value", negated=negated, alone=True)
    return sa.func.coalesce(_value(work, rows, "count", None, None, where), 0)
