"""Rules at their edges: blanks, wildcards, days, zones; what is refused, and that nothing else is ever raised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest
import sqlalchemy as sa
from hypothesis import given
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.rules.compile import compile_rule
from runtime.rules.deps import dependencies
from runtime.rules.explain import explain
from runtime.rules.schema import SCHEMA, normalise
from runtime.sql.prepared import Prepared
from runtime.storage.db import Database
from tests.runtime.rules_drawn import ANY, trees
from tests.runtime.rules_table import MAIN, NOW, Record, TableTarget, fill, ids

BLANK: dict[str, Any] = dict.fromkeys(
    ("name", "alias", "amount", "paid", "born", "seen", "opens", "term", "kind", "ok", "place", "files", "lines", "owner", "friend")
)
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def one(field: str, operator: str, value: Any = None, **more: Any) -> Any:
    leaf = {"field": field, "operator": operator, **more}
    return {"combinator": "and", "rules": [leaf if value is None else {**leaf, "value": value}]}


def at(text: str, zone: ZoneInfo = SHANGHAI) -> AsOf:
    return AsOf(datetime.fromisoformat(text).replace(tzinfo=UTC), zone)


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with database.write() as writing:
        yield writing


def put(conn: Connection, field: str, *values: Any) -> None:
    """Records 1, 2, 3 … that differ in one field only."""
    fill(
        conn,
        [
            Record(n, {**BLANK, "tags": ["a"], field: value}, (), frozenset({"level/high"}))
            for n, value in enumerate(values, 1)
        ],
    )


TEXTS = ("0200", "200", "100%", "100x", "a_b", "axb", " Straße ", None)


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("=", "0200", [1]),
        ("=", "200", [2]),
        ("contains", "200", [1, 2]),
        ("contains", "%", [3]),
        ("beginsWith", "100%", [3]),
        ("contains", "_", [5]),
        ("endsWith", "_b", [5]),
        ("=", "STRASSE", [7]),
        ("in", ["strasse", "200"], [2, 7]),
        ("!=", "200", [1, 3, 4, 5, 6, 7, 8]),
        ("doesNotContain", "0", [5, 6, 7, 8]),
        ("null", None, [8]),
        ("notNull", None, [1, 2, 3, 4, 5, 6, 7]),
        ("notIn", ["0200", "200"], [3, 4, 5, 6, 7, 8]),
    ],
)
def test_text_has_no_wildcards_and_never_becomes_a_number(
    conn: Connection, operator: str, value: Any, found: list[int]
) -> None:
    put(conn, "name", *TEXTS)
    assert ids(conn, one("name", operator, value)) == found


def test_between_takes_its_ends_in_either_order(conn: Connection) -> None:
    put(conn, "amount", 9.99, 10, 15, 20, 20.01, None)
    assert (
        ids(conn, one("amount", "between", [20, 10])) == ids(conn, one("amount", "between", [10, "20.00"])) == [2, 3, 4]
    )
    assert ids(conn, one("amount", "notBetween", [20, 10])) == [1, 5, 6]


def test_blank_is_neither_yes_nor_no(conn: Connection) -> None:
    put(conn, "ok", True, False, None)
    assert [ids(conn, rule) for rule in (one("ok", "=", True), one("ok", "=", False), one("ok", "null"))] == [
        [1],
        [2],
        [3],
    ]


def test_a_district_is_under_its_city_and_its_province(conn: Connection) -> None:
    put(conn, "place", "320000", "320500", "320508", "310115", None)
    assert ids(conn, one("place", "under", ["320000"])) == [1, 2, 3]
    assert ids(conn, one("place", "under", ["320500", "310000"])) == [2, 3, 4]
    assert ids(conn, one("place", "notUnder", ["320500"])) == [1, 4, 5]


BORN = ("2000-02-29", "1999-02-28", "2001-03-01", "1990-12-30", "2001-01-02", None)


@pytest.mark.parametrize(
    ("now", "n", "found"),
    [
        ("2026-02-27T12:00:00", 1, [1, 2]),  # no 29 February that year: celebrated on the 28th
        ("2026-02-28T12:00:00", 1, [1, 2, 3]),
        ("2026-03-01T12:00:00", 0, [3]),
        ("2028-02-27T12:00:00", 1, [2]),  # a leap year has its 29th
        ("2028-02-28T12:00:00", 1, [1, 2]),
        ("2026-12-30T12:00:00", 3, [4, 5]),  # over the end of the year
        ("2026-12-31T12:00:00", 3, [5]),
    ],
)
def test_birthdays_ahead(conn: Connection, now: str, n: int, found: list[int]) -> None:
    put(conn, "born", *BORN)
    assert ids(conn, one("born", "anniversaryInNext", {"n": n, "unit": "day"}), at(now)) == found


def test_months_are_clamped_and_the_end_of_a_month_stays_its_end(conn: Connection) -> None:
    put(conn, "born", "2026-02-27", "2026-02-28", "2026-03-31")
    assert ids(conn, one("born", "inLast", {"n": 1, "unit": "month"}), at("2026-03-31T04:00:00")) == [2, 3]
    assert ids(
        conn, one("born", "=", {"anchor": "endOfMonth", "offset": -1, "unit": "month"}), at("2026-03-31T04:00:00")
    ) == [2]


@pytest.mark.parametrize(
    ("zone", "now", "seen", "found"),
    [
        # A quarter past midnight in Shanghai it is still yesterday in UTC; the day begins at 16:00Z.
        (
            SHANGHAI,
            "2026-06-01T16:15:00",
            ("2026-06-01T15:59:59Z", "2026-06-01T16:00:00Z", "2026-06-02T15:59:59Z"),
            [2, 3],
        ),
        # The night New York's clocks go forward, the day has 23 hours: 05:00Z to 04:00Z.
        (
            NEW_YORK,
            "2026-03-08T15:00:00",
            ("2026-03-08T04:59:59Z", "2026-03-08T05:00:00Z", "2026-03-09T03:59:59Z", "2026-03-09T04:00:00Z"),
            [2, 3],
        ),
        # And 25 when they go back.
        (
            NEW_YORK,
            "2026-11-01T15:00:00",
            ("2026-11-01T03:59:59Z", "2026-11-01T04:00:00Z", "2026-11-02T04:59:59Z", "2026-11-02T05:00:00Z"),
            [2, 3],
        ),
    ],
)
def test_a_day_begins_at_local_midnight(
    conn: Connection, zone: ZoneInfo, now: str, seen: tuple[str, ...], found: list[int]
) -> None:
    put(conn, "seen", *seen)
    assert ids(conn, one("seen", "=", {"anchor": "today"}), at(now, zone)) == found


def test_today_can_be_left_out(conn: Connection) -> None:
    put(conn, "born", "2026-02-21", "2026-02-22", "2026-02-28", "2026-03-01", "2026-03-02")
    assert ids(conn, one("born", "inLast", {"n": 7, "unit": "day"})) == [2, 3, 4]
    assert ids(conn, one("born", "inLast", {"n": 7, "unit": "day", "today": False})) == [2, 3]
    assert ids(conn, one("born", "inNext", {"n": 1, "unit": "day", "today": False})) == [5]


def test_me_is_the_asker(conn: Connection) -> None:
    put(conn, "owner", 1, 2, None)
    rule = one("owner", "=", "$me")
    assert ids(conn, rule, me=2) == [2]
    late = Prepared(sa.select(MAIN.c.id).where(compile_rule(rule, TableTarget(), None).where), conn.dialect)
    assert [row[0] for row in late.run(conn, as_of=NOW, me=1)] == [1]
    assert dependencies(rule).me


def test_an_average_may_have_more_decimals_than_its_field(conn: Connection) -> None:
    orders = [{"amount": amount, "born": None, "kind": None, "name": None} for amount in (1, 1.01)]
    fill(conn, [Record(1, {**BLANK, "tags": ["a"]}, orders, frozenset({"level/low"}))])
    rule = one("orders", ">=", 1.005, agg={"fn": "avg", "of": "amount"})
    assert ids(conn, rule) == ids(conn, rule, scan=True) == [1]
    assert ids(conn, one("orders", ">=", 1.0051, agg={"fn": "avg", "of": "amount"})) == []


def test_the_explanation_shows_what_the_record_has(conn: Connection) -> None:
    orders = [
        {"amount": 120, "born": "2026-02-20", "kind": "a", "name": None},
        {"amount": 5, "born": "2025-01-01", "kind": "b", "name": None},
    ]
    fill(conn, [Record(1, {**BLANK, "tags": ["a", "b"], "born": "2026-02-20"}, orders, frozenset({"level/high"}))])
    recent = one("born", "inLast", {"n": 90, "unit": "day"})
    rule = {
        "combinator": "and",
        "rules": [
            {"field": "orders", "operator": ">=", "value": 200, "agg": {"fn": "sum", "of": "amount", "where": recent}},
            {
                "combinator": "or",
                "rules": [
                    {"field": "tags", "operator": "hasAnyOf", "value": ["b", "c"]},
                    {"field": "kind", "operator": "=", "value": "a"},
                ],
            },
            {"field": "born", "operator": "olderThan", "value": {"n": 1, "unit": "month"}},
            {"field": "$group", "operator": "in", "value": ["level/high", "level/low"]},
            {"field": "orders", "operator": "=", "match": {"mode": "all"}, "value": recent},
        ],
    }
    reason = explain(conn, rule, TableTarget(), 1, NOW)
    assert reason is not None
    assert not reason.ok
    assert [(leaf.path, leaf.ok, leaf.actual) for leaf in reason.leaves()] == [
        ("rules[0]", False, 12000),
        ("rules[1].rules[0]", True, ["b"]),
        ("rules[1].rules[1]", False, None),
        ("rules[2]", False, "2026-02-20"),
        ("rules[3]", True, ["level/high"]),
        ("rules[4]", False, 1),
    ]
    assert [part.ok for part in reason.parts] == [False, True, False, True, False]
    assert reason.parts[2].days == (None, "2026-01-31")
    assert explain(conn, rule, TableTarget(), 2, NOW) is None


@given(rule=trees(ANY))
def test_the_schema_accepts_what_the_compiler_accepts(rule: Any) -> None:
    compile_rule(rule, TableTarget(), NOW)
    assert not list(jsonschema_rs.Draft202012Validator(dict(SCHEMA)).iter_errors(rule))
    assert normalise(normalise(rule)) == normalise(rule)


def test_no_value_ever_stands_in_the_text_of_a_statement(sqlite_database: Database) -> None:
    leaves: list[dict[str, Any]] = [
        {"field": "name", "operator": operator, "value": "zzmarker"}
        for operator in ("=", "!=", "contains", "beginsWith", "endsWith", "doesNotContain")
    ]
    leaves += [
        {"field": "name", "operator": "in", "value": [f"zzmarker{n}" for n in range(size)]} for size in (2, 20, 40)
    ]
    leaves += [{"field": "amount", "operator": operator, "value": 987654321} for operator in ("=", "<", ">=", "!=")]
    leaves += [
        {"field": "born", "operator": "=", "value": "1987-06-05"},
        {"field": "seen", "operator": "<", "value": "1987-06-05"},
    ]
    leaves += [
        {
            "field": "orders",
            "operator": ">",
            "value": 987654,
            "agg": {"fn": "count", "where": {"combinator": "and", "rules": leaves[:2]}},
        }
    ]
    for scan in (False, True):
        made = compile_rule({"combinator": "or", "rules": leaves}, TableTarget(), NOW, scan=scan)
        query = sa.select(MAIN.c.id).select_from(made.select_from(MAIN)).where(made.where)
        text = Prepared(query, sqlite_database.reader.dialect).text
        assert not any(marker in text for marker in ("zzmarker", "98765", "1987"))
