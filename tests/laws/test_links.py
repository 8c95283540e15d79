"""A law of links to several: whatever happens on either side, what is stored is what the rules say."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.accounts.actor import Actor
from runtime.errors import FenzuError
from runtime.storage.db import Database
from tests.crm import Crm, made
from tests.laws.test_membership import explained, oracle, previewed, stored
from tests.runtime.test_links_field import BODIES

SOME = st.lists(st.integers(0, 5), max_size=3)
STEP = st.one_of(
    st.tuples(st.just("customer"), st.sampled_from([0, 20, 60, None]), SOME),
    st.tuples(st.just("event"), st.sampled_from([0, 40, 100, None]), SOME),
    st.tuples(st.just("guests"), st.integers(0, 5), SOME),
    st.tuples(st.just("friends"), st.integers(0, 5), SOME),
    st.tuples(st.just("fee"), st.integers(0, 5), st.sampled_from([0, 99, 100, None])),
    st.tuples(st.just("size"), st.integers(0, 5), st.sampled_from([0, 30, 50, None])),
    st.tuples(st.sampled_from(["drop", "restore"]), st.sampled_from(["customer", "event"]), st.integers(0, 5)),
)


def do(town: Crm, step: tuple[Any, ...], ids: dict[str, list[int]]) -> None:
    """One thing people do on either side; what they may not do is refused and changes nothing."""
    what, first, second = step

    def named(places: list[int]) -> list[int]:
        return list(dict.fromkeys(ids["customer"][at % len(ids["customer"])] for at in places)) if ids["customer"] else []

    def pick(form: str, at: int) -> int:
        return ids[form][at % len(ids[form])] if ids[form] else 0

    if what == "customer":
        ids[what].append(town.add(what, name=f"c{len(ids[what])}", size=first, friends=named(second)))
    elif what == "event":
        ids[what].append(town.add(what, title=f"e{len(ids[what])}", fee=first, guests=named(second)))
    elif what in ("guests", "friends"):
        town.set("event" if what == "guests" else "customer", pick("event" if what == "guests" else "customer", first), **{what: named(second)})
    elif what in ("fee", "size"):
        town.set("event" if what == "fee" else "customer", pick("event" if what == "fee" else "customer", first), **{what: second})
    else:
        (town.drop if what == "drop" else town.restore)(first, pick(first, second))


@settings(max_examples=25)
@given(steps=st.lists(STEP, min_size=2, max_size=16))
def test_what_is_stored_is_what_the_rules_say(database: Database, boss_factory: Any, steps: list[tuple[Any, ...]]) -> None:
    town = made(database, boss_factory(), BODIES)
    ids: dict[str, list[int]] = {"customer": [], "event": []}
    for step in steps:
        with suppress(FenzuError):
            do(town, step, ids)
    assert stored(town) == oracle(town)
    assert set(previewed(town).values()) <= {0}
    explained(town)


@pytest.fixture
def boss_factory(boss: Actor) -> Any:
    """The administrator, for properties that make many systems in one database."""
    return lambda: boss
