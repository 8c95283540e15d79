"""Laws of the funnel: what stands beside a condition is what one would count by going through everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.groups.funnel import Step, count, estimated
from runtime.groups.sampling import RUN, RUNS, SMALL, Sample, roughly, spread
from runtime.rules.shape import is_group, under
from runtime.storage.db import Database
from tests.laws.test_rules import NOWS, RECORDS
from tests.runtime.rules_drawn import ANY, trees
from tests.runtime.rules_oracle import holds
from tests.runtime.rules_table import MAIN, NOW, Record, TableTarget, fill


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    """A connection that sees the records."""
    with database.write() as writing:
        fill(writing, RECORDS)
    with database.read() as reading:
        yield reading


def fits(part: Any, record: Record, now: AsOf) -> bool:
    return holds(part if is_group(part) else {"combinator": "and", "rules": [part]}, record, now)


def by_hand(rule: Any, records: list[Record], now: AsOf, path: str = "") -> dict[str, Step]:
    """The same steps by sets of records, one condition after the other."""
    found = {path: Step(sum(fits(rule, record, now) for record in records))}
    if not is_group(rule):
        return found
    some, turned, seen = rule["combinator"] == "or", rule.get("not", False), list(records)
    for at, part in enumerate(rule["rules"]):
        here = under(path, at)
        found |= by_hand(part, records, now, here)
        held = [record for record in seen if fits(part, record, now) != some]
        kind = {(False, False): "left", (True, False): "more", (True, True): "free", (False, True): "out"}[some, turned]
        after = len(held) if kind in ("left", "free") else len(seen) - len(held)
        found[here] = Step(found[here].alone, after, kind)
        seen = held
    return found


@given(rule=trees(ANY), now=NOWS)
def test_every_number_is_what_one_counts_by_hand(conn: Connection, rule: Any, now: AsOf) -> None:
    found = count(conn, MAIN, rule, TableTarget(), now, None)
    assert found.everybody == len(RECORDS)
    assert found.steps == by_hand(rule, RECORDS, now)


@given(rule=trees(ANY), now=NOWS, data=st.data())
def test_a_sample_counts_itself_and_says_what_it_stands_for(conn: Connection, rule: Any, now: AsOf, data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.integers(1, len(RECORDS) + 20), min_size=2, unique=True))
    sample = Sample(tuple(ids), 5 * len(ids))
    found = count(conn, MAIN, rule, TableTarget(), now, sample)
    assert found.steps == by_hand(rule, [record for record in RECORDS if record.id in ids], now)
    assert estimated(found, sample).total == 5 * found.total


@given(rule=trees(ANY), now=NOWS)
def test_the_last_step_leads_to_the_whole(conn: Connection, rule: Any, now: AsOf) -> None:
    found = count(conn, MAIN, rule, TableTarget(), now, None)
    steps = [found.steps[under("", at)] for at in range(len(rule["rules"]))]
    added = steps[0].kind in ("more", "out")
    assert found.total == (sum(step.after or 0 for step in steps) if added else steps[-1].after)


@given(first=st.integers(1, 10**6), span=st.integers(SMALL + 1, 10**8))
def test_a_sample_is_spread_evenly_and_always_the_same(first: int, span: int) -> None:
    sample = spread(first, span)
    assert sample == spread(first, span)
    assert len(set(sample.ids)) == RUN * RUNS
    assert first <= min(sample.ids) and max(sample.ids) < first + span
    for part in range(10):
        inside = sum(first + span * part // 10 <= one < first + span * (part + 1) // 10 for one in sample.ids)
        assert abs(inside - RUN * RUNS // 10) <= 2 * RUN
    assert set(sample.thin(8).ids) < set(sample.ids)
    assert abs(sample.thin(8).scale / sample.scale - 8) < 0.1


def test_an_estimate_promises_two_digits() -> None:
    sample = Sample(tuple(range(100)), 7_777)
    assert [roughly(sample.about(found)) for found in (0, 1, 2, 50, 100)] == [0, 78, 160, 3_900, 7_800]


def test_an_empty_table_has_nobody_left(database: Database) -> None:
    with database.write() as conn:
        MAIN.metadata.create_all(conn)
        conn.execute(sa.delete(MAIN))
        rule = {"combinator": "or", "rules": [{"field": "name", "operator": "null"}, {"field": "ok", "operator": "=", "value": True}]}
        found = count(conn, MAIN, rule, TableTarget(), NOW, None)
    assert (found.everybody, found.total) == (0, 0)
