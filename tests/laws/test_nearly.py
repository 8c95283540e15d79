"""The smallest change really admits: whatever is proposed is written into the record, and then the rule finds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from runtime.fold import fold
from runtime.rules import tried
from runtime.rules.nearly import Change, smallest
from runtime.storage.db import Database
from tests.runtime.rules_drawn import ANY, plain, trees
from tests.runtime.rules_table import LINKED, MAIN, MANY, NOW, TableTarget, fill, ids, make

RECORDS = make(NOW)
# Fields whose values can be written down alone; a date range, a place or a consent is not changed by this.
FIELDS = ("name", "amount", "born", "seen", "opens", "kind", "ok", "files", "owner", "friend", "place", "tags", "team")
OWN = trees(plain(FIELDS))


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    """A connection that sees the records; what is written is taken back."""
    with database.write() as writing:
        fill(writing, RECORDS)
    with database.writer.connect() as writing:
        yield writing


def write(conn: Connection, record: int, change: Change) -> None:
    """Put what is proposed into the record."""
    if change.name in LINKED:
        table, target = MANY[change.name], TableTarget().operand(change.name)
        keep = tried.others(target)
        named = set(tried.named_of(target, [leaf for leaf, _ in change.turns]))
        gone = sa.delete(table).where(table.c.record_id == record)
        if keep in change.to:  # those that no condition names stay
            gone = gone.where(table.c.value.in_(named | set(change.actual) - {keep}))
        conn.execute(gone)
        have = set(conn.execute(sa.select(table.c.value).where(table.c.record_id == record)).scalars())
        added = [{"record_id": record, "value": one} for one in change.to if one != keep and one not in have]
        if added:
            conn.execute(sa.insert(table), added)
        return
    row = {change.name: change.to}
    if f"{change.name}_k" in MAIN.c:
        row[f"{change.name}_k"] = fold(change.to) if change.to else None
    conn.execute(sa.update(MAIN).where(MAIN.c.id == record).values(row))


@given(rule=OWN, other=st.none() | OWN, record=st.sampled_from(RECORDS))
def test_what_is_proposed_admits(conn: Connection, rule: Any, other: Any, record: Any) -> None:
    others = [other] if other else []
    found = smallest(conn, rule, others, TableTarget(), record.id, NOW)
    if found is None:
        return
    kept = conn.begin_nested()
    for change in found:
        assert not change.vague and change.turns
        write(conn, record.id, change)
    assert record.id in ids(conn, rule), found
    assert not other or record.id not in ids(conn, other), found
    kept.rollback()


@given(rule=trees(ANY), record=st.sampled_from(RECORDS))
def test_nothing_is_proposed_to_whom_the_rule_finds(conn: Connection, rule: Any, record: Any) -> None:
    assert (smallest(conn, rule, [], TableTarget(), record.id, NOW) == []) == (record.id in ids(conn, rule))


@given(rule=plain(FIELDS), record=st.sampled_from(RECORDS))
def test_one_condition_needs_one_change(conn: Connection, rule: Any, record: Any) -> None:
    """Whatever it compares, some value satisfies it, and that one is found."""
    found = smallest(conn, {"combinator": "and", "rules": [rule]}, [], TableTarget(), record.id, NOW)
    assert found is None or len(found) <= 1
    if rule["operator"] in ("=", "in", "<=", ">=", "hasAnyOf", "hasAllOf", "contains", "between", "null"):
        assert found is not None
