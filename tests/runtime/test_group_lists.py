"""A group's list read from its stored members is the list one gets by asking everybody: every sort, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.records import inside
from runtime.records.queries import Query, Reader
from runtime.storage.db import Database
from tests.crm import Crm, made

SORTS: list[tuple[tuple[str, bool], ...]] = [(), (("$created_at", True),), (("$id", False),), (("name", False),), (("$updated_at", True),)]
RULES: list[list[dict[str, Any]]] = [[], [{"field": "name", "operator": "contains", "value": "1"}]]


def inside_of(group: str, *more: dict[str, Any]) -> dict[str, Any]:
    return {"combinator": "and", "rules": [*more, {"field": "$group", "operator": "in", "value": [group]}]}


def asked(rule: dict[str, Any]) -> dict[str, Any]:
    """The same rule written so that its members cannot be told from it: it denies what is not so."""
    *more, group = rule["rules"]
    return {"combinator": "and", "rules": [*more, {"combinator": "or", "not": True, "rules": [{**group, "operator": "notIn"}]}]}


def paged(reader: Reader, rule: dict[str, Any], sort: tuple[tuple[str, bool], ...]) -> list[int]:
    """All pages of a list, four records each."""
    found: list[int] = []
    after = None
    while True:
        page = reader.page(Query(rule, sort=sort, limit=4, after=after))
        found += [record.id for record in page.records]
        if page.after is None:
            return found
        after = page.after


@pytest.mark.parametrize("few", [0, 2_000], ids=["many", "few"])
def test_members_and_everybody_give_the_same_list(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(inside, "FEW", few)
    crm: Crm = made(database, boss)
    ids = crm.add_many("customer", [{"name": f"店{n % 7} {n}", "kind": "enterprise" if n % 3 else "person"} for n in range(30)])
    crm.drop("customer", ids[1], ids[2])
    with crm.database.read() as conn:
        reader = crm.reader(conn)
        assert inside.members(reader.app, reader.live, inside_of("type/e")) is not None
        assert inside.members(reader.app, reader.live, asked(inside_of("type/e"))) is None
        for more in RULES:
            rule = inside_of("type/e", *more)
            for sort in SORTS:
                assert paged(reader, rule, sort) == paged(reader, asked(rule), sort) != []
            assert reader.count(Query(rule)) == reader.count(Query(asked(rule)))
            assert not reader.page(Query(rule, deleted=True)).records
