"""Laws of formulas: SQLite, PostgreSQL and plain Python come to the same, over any typed formula and any values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Connection

from runtime.errors import Invalid, Problem
from runtime.fields.money import Money
from runtime.fields.text import Text
from runtime.fold import fold
from runtime.rules.formula import formula
from runtime.rules.target import Operand, Related
from runtime.storage.db import Database
from tests.laws.formula_oracle import NUMBERS, say, worth

MONEY = Money()
KINDS = {"a": "number", "b": "number", "c": "number", "t": "text", "u": "text", "d": "date", "e": "date", "y": "boolean"}
TABLE = sa.Table("formulas", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
                 *(sa.Column(name, sa.BigInteger) for name in "abc"), *Text().columns("t", {}), *Text().columns("u", {}),
                 sa.Column("d", sa.Text), sa.Column("e", sa.Text), sa.Column("y", sa.Boolean))
ROWS: list[dict[str, Any]] = [
    {"a": Decimal("128.50"), "b": Decimal(3), "c": Decimal(0), "t": "Abc 王", "u": "沐阳", "d": date(2024, 2, 29), "e": date(2025, 2, 28), "y": True},
    {"a": None, "b": Decimal("-7.25"), "c": Decimal("0.01"), "t": None, "u": "ABC 王", "d": date(2023, 12, 31), "e": None, "y": None},
    {"a": Decimal("-0.05"), "b": Decimal("9999999999999.99"), "c": Decimal("-9999999999999.99"), "t": "x", "u": "x", "d": date(2024, 1, 31), "e": date(2024, 3, 1), "y": False},
    {"a": Decimal("2.005").quantize(Decimal("0.01")), "b": None, "c": Decimal(8), "t": "8", "u": None, "d": None, "e": date(1999, 2, 28), "y": True},
]


class FormulaTarget:
    """The rows of the table above, and nothing linked to them."""

    @property
    def id(self) -> ColumnElement[Any]:
        return TABLE.c.id

    def operand(self, name: str) -> Operand:
        if name not in KINDS:
            raise Invalid(Problem("field", "no_such_field", {"field": name}))
        return Operand(KINDS[name], TABLE.c[name], lambda value: MONEY.bind(value, {}), TABLE.c.get(f"{name}_k"))

    def related(self, inverse: str) -> Related:
        raise Invalid(Problem("field", "no_such_inverse", {"name": inverse}))

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        raise Invalid(Problem("value", "no_such_group", {"group": groups[0]}))


def stored(at: int, row: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: MONEY.store(name, row[name], {})[name] for name in "abc"}
    texts = {k: v for name in "tu" for k, v in Text().store(name, row[name], {}).items()}
    days = {name: row[name] and row[name].isoformat() for name in "de"}
    return {"id": at, **numbers, **texts, **days, "y": row["y"]}


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with database.write() as writing:
        TABLE.create(writing)
        writing.execute(TABLE.insert(), [stored(at, row) for at, row in enumerate(ROWS)])
    with database.read() as reading:
        yield reading


def numbers(inner: Any) -> Any:
    simple = st.sampled_from("abc").map(lambda name: ("field", name)) | st.sampled_from(["0", "1", "2", "0.5", "-3", "12.345", "99999999999"]).map(
        lambda text: ("literal", text))
    if inner is None:
        return simple
    n, t, d, y = inner
    return simple | st.one_of(
        *(st.tuples(st.just(sign), n, n) for sign in ("+", "-", "*", "/", "MOD", "MIN")), st.tuples(st.just("ROUND"), n, st.integers(0, 3)),
        st.tuples(st.just("INT"), n), st.tuples(st.just("IF#"), y, n, n), st.tuples(st.just("LEN"), t),
        st.tuples(st.just("DAYS"), d, d), st.tuples(st.just("MONTHS"), d, d), st.tuples(st.just("YEAR"), d))


def drawn(depth: int) -> tuple[Any, Any, Any, Any]:
    """Numbers, texts, dates and conditions of some depth."""
    inner = drawn(depth - 1) if depth else None
    texts = st.sampled_from("tu").map(lambda name: ("text", name)) | st.sampled_from(["a", "ABC 王", "8"]).map(lambda text: ("quote", text))
    dates = st.sampled_from("de").map(lambda name: ("date", name))
    truths = st.just(("yes", "y"))
    if inner is None:
        return numbers(None), texts, dates, truths
    n, t, d, y = inner
    small = st.sampled_from([("literal", "1"), ("literal", "-2"), ("literal", "13"), ("field", "b")])
    texts |= st.one_of(st.tuples(st.just("&"), n | t | d, t), st.tuples(st.just("LEFT"), t, small), st.tuples(st.just("IF"), y, t, t),
                       st.tuples(st.just("UPPER"), t), st.tuples(st.just("COALESCE"), t, t))
    dates |= st.one_of(st.tuples(st.just("DATEADD"), d, small), st.tuples(st.just("date+"), d, small), st.tuples(st.just("IF"), y, d, d))
    sides = st.tuples(n, n) | st.tuples(t, t) | st.tuples(d, d)
    compared = st.tuples(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), sides).map(lambda one: ("compare", one[0], *one[1]))
    truths |= st.one_of(compared, st.tuples(st.just("NOT"), y), st.tuples(st.just("AND"), y, y), st.tuples(st.just("OR"), y, y),
                        st.tuples(st.just("ISBLANK"), n | t | d))
    return numbers(inner), texts, dates, truths


def text_of(tree: Any) -> str:
    """A drawn formula as somebody would write it."""
    head, *rest = tree
    if head in ("field", "text", "date", "yes"):
        return f"{{{rest[0]}}}"
    if head == "literal":
        return f"({rest[0]})"
    if head == "quote":
        return f'"{rest[0]}"'
    if head == "compare":
        return f"({text_of(rest[1])} {rest[0]} {text_of(rest[2])})"
    parts = [part if isinstance(part, str) else str(part) if isinstance(part, int) else text_of(part) for part in rest]
    if head in ("+", "-", "*", "/", "&", "date+"):
        return f"({parts[0]} {head[-1]} {parts[1]})"
    if head in ("DAYS", "MONTHS"):
        return f'DATEDIF({parts[0]}, {parts[1]}, "{head[0]}")'
    if head == "DATEADD":
        return f'DATEADD({parts[0]}, {parts[1]}, "M")'
    return f"{head.rstrip('#')}({', '.join(parts)})"


def answers(conn: Connection, text: str) -> list[Any]:
    made = formula.made(text, FormulaTarget())
    found = list(conn.execute(sa.select(made.value).select_from(TABLE).order_by(TABLE.c.id)).scalars())
    if made.kind == "number":
        return [None if one is None else Fraction(int(one), 10**made.scale) for one in found]
    if made.kind == "date":
        return [None if one is None else date.fromisoformat(one) for one in found]
    return [bool(one) if made.kind == "boolean" and one is not None else one for one in found]


N, T, D, Y = drawn(3)


@given(tree=N | T | D | Y)
def test_a_formula_comes_to_what_its_meaning_says(conn: Connection, tree: Any) -> None:
    assert answers(conn, text_of(tree)) == [worth(tree, row) for row in ROWS], text_of(tree)


@given(tree=T)
def test_a_text_is_compared_as_it_is_folded(conn: Connection, tree: Any) -> None:
    made = formula.made(text_of(tree), FormulaTarget())
    rows = conn.execute(sa.select(made.value, made.compared).select_from(TABLE).order_by(TABLE.c.id)).all()
    assert all((fold(value or "") or None) == folded for value, folded in rows), text_of(tree)


@given(tree=N, decimals=st.integers(0, 6))
def test_what_a_field_keeps_is_rounded_half_up(conn: Connection, tree: Any, decimals: int) -> None:
    made = formula.compiled(text_of(tree), FormulaTarget(), "number", formula.Shape(decimals))
    found = conn.execute(sa.select(made.value).select_from(TABLE).order_by(TABLE.c.id)).scalars().all()
    for row, value in zip(ROWS, found, strict=True):
        exact = worth(tree, row)
        if value is not None:
            assert abs(Fraction(value, 10**decimals) - exact) * 2 * 10**decimals <= 1


@given(tree=N | T | D | Y)
def test_a_formula_reads_what_it_names(tree: Any) -> None:
    names: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, tuple) and part[0] in ("field", "text", "date", "yes"):
            names.add(part[1])
        for one in part if isinstance(part, tuple) else ():
            walk(one)

    walk(tree)
    assert formula.reads(text_of(tree)).fields == names


def test_the_oracle_knows_every_number() -> None:
    assert say(Fraction(257, 2)) == "128.5" and "ROUND" in NUMBERS
