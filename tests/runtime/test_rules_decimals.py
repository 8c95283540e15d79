"""Two numbers of one record are compared by what they mean, however many decimals their fields keep."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from runtime.rules.compile import compile_rule
from runtime.sql.prepared import Prepared
from runtime.storage.db import Database
from tests.runtime.rules_table import MAIN, NOW, TableTarget, fill, ids, make

RECORDS = make(NOW)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("operator", ["=", "!=", "<", "<=", ">", ">="])
def test_cents_and_whole_numbers(database: Database, operator: str, swapped: bool) -> None:
    """`amount` is kept in cents, `$id` as it is: 100 of the one is more than 70 of the other."""
    pair = ("$id", "amount") if swapped else ("amount", "$id")
    rule = {
        "combinator": "and",
        "rules": [{"field": pair[0], "operator": operator, "value": pair[1], "valueSource": "field"}],
    }
    compare: dict[str, Any] = {
        "=": lambda a, b: a == b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    }  # fmt: skip
    expected = []
    for record in RECORDS:
        amount = record.values["amount"]
        sides = (record.id, amount) if swapped else (amount, record.id)
        if operator == "!=":
            holds = amount is None or amount != record.id
        else:
            holds = amount is not None and compare[operator](*sides)
        expected += [record.id] if holds else []
    with database.write() as conn:
        fill(conn, RECORDS)
        assert ids(conn, rule) == ids(conn, rule, scan=True) == expected
        query = sa.select(MAIN.c.id).where(compile_rule(rule, TableTarget(), None).where).order_by(MAIN.c.id)
        assert [row[0] for row in Prepared(query, conn.dialect).run(conn, as_of=NOW)] == expected


def test_an_average_against_a_sum_of_cents_and_the_largest_number(database: Database) -> None:
    """The mean of the orders is compared with the field itself; no product is too large for the database."""
    few = {"field": "orders", "agg": {"fn": "count"}, "operator": "<=", "value": "amount", "valueSource": "field"}
    average = {**few, "agg": {"fn": "avg", "of": "amount"}}
    rule, mean = ({"combinator": "and", "rules": [part]} for part in (few, average))
    with database.write() as conn:
        fill(conn, RECORDS)
        conn.execute(sa.update(MAIN).where(MAIN.c.id == 1).values(amount=9 * 10**18))
        found = ids(conn, rule)
        assert 1 in found
        others = [record for record in RECORDS if record.id > 1 and record.values["amount"] is not None]
        assert found == [1, *(record.id for record in others if len(record.orders) <= record.values["amount"])]
        assert ids(conn, mean) == ids(conn, mean, scan=True)
