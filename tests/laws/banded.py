"""One scheme by size and one that reads it: what the laws of regrouping in the middle of things publish and look at."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.storage import system_tables as tables
from tests.crm import CUSTOMER, Crm, group, grouping, one
from tests.laws.test_membership import stored


def band(limit: int) -> dict[str, Any]:
    """Who is above a limit, the others, and among those above who is above twice as much."""
    above = one({"field": "size", "operator": ">", "value": limit})
    twice = group("twice", one({"field": "size", "operator": ">", "value": 2 * limit}))
    return grouping("band", [group("big", above, mode="overlapping", groups=[twice]), group("small")], fallback="small")


READS = grouping("reads", [group("in", one({"field": "$group", "operator": "in", "value": ["band/big"]}))], mode="overlapping")
BODIES: list[tuple[str, Any]] = [("vocabulary", {"kind": "vocabulary", "format": 1, "key": "mark", "label": {"zh": "标记"}, "tags": []}),
                                 ("form", CUSTOMER), ("grouping", READS)]


def expected(sizes: dict[int, int], limit: int) -> dict[str, dict[str, set[int]]]:
    """Every group's members at a limit."""
    big = {record for record, size in sizes.items() if size > limit}
    twice = {record for record, size in sizes.items() if size > 2 * limit}
    return {"band": {"big": big, "twice": twice, "small": sizes.keys() - big}, "reads": {"in": big}}


def seen(crm: Crm) -> dict[str, dict[str, set[int]]]:
    """Every group's members as people see them."""
    return stored(crm)


def diary_lines(crm: Crm) -> int:
    """How many lines the diaries have."""
    with crm.database.read() as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(tables.diary)).scalar_one())
