"""Of those a draft moves: who also fits a later group, who is in none; counted like one would by hand, on both databases."""

from __future__ import annotations

import pytest

from runtime.accounts.actor import Actor
from runtime.definitions.grouping import Grouping
from runtime.groups.clashes import Clash, clashes, unmatched
from runtime.groups.preview import Draft
from runtime.storage.db import Database
from tests.crm import Crm, group, grouping, made, one

SIZES = range(0, 100, 5)


def over(size: int) -> dict[str, object]:
    return dict(one({"field": "size", "operator": ">=", "value": size}))


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    found = made(database, boss)
    found.add_many("customer", [{"name": f"c{size}", "size": size} for size in SIZES])
    return found


def asked(crm: Crm, body: dict[str, object]) -> tuple[list[Clash], int]:
    with crm.database.read() as conn:
        draft = Draft(conn, crm.app(conn), Grouping(body), crm.as_of)
        return clashes(draft), unmatched(draft)


def test_clashes_are_those_who_enter_and_fit_a_later_group(crm: Crm) -> None:
    """Live: `mid` takes sizes over 50. The draft puts a new group before it and takes some of the rest as well."""
    body = grouping("level", [group("top", over(40)), group("mid", over(60)), group("wide", over(20))])
    found, left = asked(crm, body)
    entering = [size for size in SIZES if size >= 40]  # all are new in `top`
    assert found == [Clash("top", "wide", len(entering)), Clash("top", "mid", sum(size >= 60 for size in entering))]
    assert left == sum(size < 20 for size in SIZES)


def test_nobody_clashes_who_stays_or_may_be_in_several(crm: Crm) -> None:
    same = grouping("level", [group("mid", over(55)), group("low", over(0))])
    found, left = asked(crm, same)
    assert found == [] or all(clash.group != "mid" for clash in found)
    assert left == 0
    both = grouping("fresh", [group("a", over(40)), group("b", over(60))], mode="overlapping")
    assert asked(crm, both) == ([], sum(size < 40 for size in SIZES))
    caught = grouping("fresh", [group("a", over(40)), group("rest")], fallback="rest")
    assert asked(crm, caught) == ([], 0)


def test_a_grouping_that_was_never_live_is_counted_too(crm: Crm) -> None:
    body = grouping("fresh", [group("a", over(40)), group("b", over(20))])
    found, left = asked(crm, body)
    assert found == [Clash("a", "b", sum(size >= 40 for size in SIZES))] and left == sum(size < 20 for size in SIZES)
