"""Laws of rules: they hold for every rule and every record, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.rules.compile import compile_rule
from runtime.rules.explain import explain
from runtime.sql.prepared import Prepared
from runtime.storage.db import Database
from tests.runtime.rules_drawn import ANY, OWN, plain, trees, valued
from tests.runtime.rules_oracle import holds
from tests.runtime.rules_table import MAIN, NOW, TableTarget, fill, ids, make, unsaved

RECORDS = make(NOW)
EVERYBODY = [record.id for record in RECORDS]
MOMENTS = st.builds(
    AsOf,
    st.datetimes(datetime(2025, 11, 1), datetime(2028, 3, 2)).map(lambda at: at.replace(tzinfo=UTC, microsecond=0)),
    st.sampled_from([ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")]),
)
NOWS = st.just(NOW) | MOMENTS


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    """A connection that sees the records."""
    with database.write() as writing:
        fill(writing, RECORDS)
    with database.read() as reading:
        yield reading


@given(rule=trees(ANY), now=NOWS)
def test_a_rule_finds_whom_its_meaning_says(conn: Connection, rule: Any, now: AsOf) -> None:
    expected = [record.id for record in RECORDS if holds(rule, record, now)]
    assert ids(conn, rule, now) == expected
    assert ids(conn, rule, now, scan=True) == expected, "the form for scans finds others"


@given(rule=trees(ANY))
def test_a_rule_and_its_negation_partition_the_table(conn: Connection, rule: Any) -> None:
    found, others = ids(conn, rule), ids(conn, {**rule, "not": not rule.get("not", False)})
    assert sorted(found + others) == EVERYBODY


@given(first=ANY, second=ANY)
def test_de_morgan(conn: Connection, first: Any, second: Any) -> None:
    def denied(part: Any) -> Any:
        return {"combinator": "and", "not": True, "rules": [part]}

    both = {"combinator": "and", "not": True, "rules": [first, second]}
    assert ids(conn, both) == ids(conn, {"combinator": "or", "rules": [denied(first), denied(second)]})


@given(rule=trees(ANY), data=st.data())
def test_the_order_of_conditions_means_nothing(conn: Connection, rule: Any, data: st.DataObject) -> None:
    assert ids(conn, {**rule, "rules": data.draw(st.permutations(rule["rules"]))}) == ids(conn, rule)


@given(now=NOWS, data=st.data())
def test_in_last_and_older_than_share_out_the_past(conn: Connection, now: AsOf, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(["born", "seen"]))
    span = data.draw(valued(field, "inLast"))["value"]
    span = {key: part for key, part in span.items() if key != "today"}
    recent, old = (ids(conn, one(field, name, span), now) for name in ("inLast", "olderThan"))
    until = now.today.isoformat() if field == "born" else now.at.isoformat()
    assert sorted(recent + old) == ids(conn, one(field, "<=", until), now)


@given(rule=trees(ANY), now=NOWS)
def test_a_statement_compiled_once_finds_the_same(conn: Connection, rule: Any, now: AsOf) -> None:
    made = compile_rule(rule, TableTarget(), None)
    prepared = Prepared(sa.select(MAIN.c.id).where(made.where).order_by(MAIN.c.id), conn.dialect)
    assert [row[0] for row in prepared.run(conn, as_of=now)] == ids(conn, rule, now)


@given(rule=trees(OWN), now=NOWS, record=st.sampled_from(RECORDS))
def test_unsaved_values_answer_like_the_stored_row(conn: Connection, rule: Any, now: AsOf, record: Any) -> None:
    made = compile_rule(rule, unsaved(record), now)
    assert bool(conn.execute(sa.select(made.where)).scalar()) == (record.id in ids(conn, rule, now))


@given(rule=trees(ANY), record=st.sampled_from(RECORDS))
def test_the_explanation_agrees_with_the_list(conn: Connection, rule: Any, record: Any) -> None:
    reason = explain(conn, rule, TableTarget(), record.id, NOW)
    assert reason is not None
    assert reason.ok == (record.id in ids(conn, rule))
    for leaf in reason.leaves():
        assert leaf.ok == holds(leaf.rule, record, NOW), leaf.path


@given(rule=plain(), now=NOWS)
def test_a_condition_is_never_unknown(conn: Connection, rule: Any, now: AsOf) -> None:
    made = compile_rule({"combinator": "and", "rules": [rule]}, TableTarget(), now)
    assert conn.execute(sa.select(sa.func.count()).select_from(MAIN).where(made.where.is_(None))).scalar() == 0


def one(field: str, operator: str, value: Any) -> Any:
    return {"combinator": "and", "rules": [{"field": field, "operator": operator, "value": value}]}
