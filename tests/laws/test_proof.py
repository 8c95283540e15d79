"""Laws of what is proved over rules without asking a record: wherever it speaks, every record agrees, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.rules.claims import claims
from runtime.rules.needless import parts_of, without
from runtime.rules.proof import Patience, Proof, contradiction
from runtime.rules.ranges import Ranges, after, before, between, points, whole
from runtime.storage.db import Database
from tests.laws.test_rules import NOWS
from tests.runtime.rules_drawn import ANY, aggregate, in_group, match, plain, trees, two_fields
from tests.runtime.rules_table import NOW, TableTarget, fill, ids, make

RECORDS = make(NOW, count=220, seed=11)
EVERYBODY = [record.id for record in RECORDS]
NUMBERS = plain(("amount",)) | plain(("files",))
TEXTS = plain(("name",))
TIMES = plain(("born", "seen", "agreed")) | plain(("term", "opens"))
CHOICES = plain(("kind", "ok", "place")) | plain(("owner", "friend"))
LISTS = plain(("tags", "team", "pals"))
# Rules about one thing exclude or include each other often; over every field they hardly ever do.
CLOSE = st.sampled_from([NUMBERS, TEXTS, TIMES, CHOICES, LISTS, two_fields() | plain(("amount", "paid")), aggregate(), match() | aggregate(), in_group() | CHOICES, ANY])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two rules about much the same."""
    leaves = draw(CLOSE)
    return draw(trees(leaves)), draw(trees(leaves))


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    """A connection that sees the records."""
    with database.write() as writing:
        fill(writing, RECORDS)
    with database.read() as reading:
        yield reading


def shut(*parts: tuple[Any, bool], now: AsOf = NOW) -> Proof | None:
    """Why rules exclude each other, each said to hold or not."""
    return contradiction([claims(rule, TableTarget(), now, str(at), holds=holds) for at, (rule, holds) in enumerate(parts)])


@given(rules=pairs(), now=NOWS)
@settings(max_examples=150)
def test_what_is_proved_is_so_for_every_record(conn: Connection, rules: tuple[Any, Any], now: AsOf) -> None:
    """Where a proof does not say that it is by today's dates only, it is so at any other time as well."""
    one, two = rules
    mine, theirs = set(ids(conn, one, now)), set(ids(conn, two, now))
    assert not (mine and shut((one, True), now=now)), "never is said of a rule that finds somebody"
    assert not (len(mine) < len(EVERYBODY) and shut((one, False), now=now)), "always is said of a rule that misses somebody"
    assert not (mine & theirs and shut((one, True), (two, True), now=now)), "two rules that exclude each other share somebody"
    assert not (mine - theirs and shut((one, True), (two, False), now=now)), "a rule that is said to lie in another reaches out of it"


@given(rules=pairs(), now=NOWS, later=NOWS)
@settings(max_examples=80)
def test_what_is_proved_for_ever_is_so_at_any_other_time(conn: Connection, rules: tuple[Any, Any], now: AsOf, later: AsOf) -> None:
    one, two = rules
    for mine, theirs in ((True, True), (True, False)):
        proof = shut((one, mine), (two, theirs), now=now)
        if proof is not None and not proof.timed:
            outside = set(EVERYBODY) - set(ids(conn, two, later))
            assert not set(ids(conn, one, later)) & (set(ids(conn, two, later)) if theirs else outside)


@given(rules=pairs(), now=NOWS, later=NOWS)
@settings(max_examples=80)
def test_needless_parts_may_go_all_together(conn: Connection, rules: tuple[Any, Any], now: AsOf, later: AsOf) -> None:
    rule = {"combinator": "and", "rules": list(rules)}
    found = parts_of(rule, TableTarget(), now, Patience())
    assert ids(conn, without(rule, {one.path for one in found}), now) == ids(conn, rule, now)
    lasting = {one.path for one in found if not one.timed}
    if len(lasting) == len(found):
        assert ids(conn, without(rule, lasting), later) == ids(conn, rule, later)


def leaf(field: str, operator: str, value: Any = None, **more: Any) -> Any:
    return {"field": field, "operator": operator, **({} if value is None else {"value": value}), **more}


def days(n: int) -> Any:
    return {"n": n, "unit": "day"}


SUM = {"agg": {"fn": "sum", "of": "amount"}}
COUNT = {"agg": {"fn": "count"}}
LATELY = {"fn": "sum", "of": "amount", "where": {"combinator": "and", "rules": [leaf("born", "inLast", {"n": 3, "unit": "month"})]}}
SOME = {"match": {"mode": "some"}}
RICH = {"combinator": "and", "rules": [leaf("amount", ">", 100)]}
# Conditions that exclude each other, for ever (True) or by today's dates.
NEVER: dict[str, tuple[bool, list[Any]]] = {
    "numbers": (True, [leaf("amount", ">", 100), leaf("amount", "<", 50)]),
    "numbers, one end each": (True, [leaf("amount", ">", 100), leaf("amount", "<=", "100")]),
    "between backwards": (True, [leaf("amount", "between", [10, 1]), leaf("amount", "notBetween", [0, 20])]),
    "whole numbers": (True, [leaf("files", ">", 1), leaf("files", "<", 2)]),
    "blank and not": (True, [leaf("amount", "null"), leaf("amount", ">", 0)]),
    "choices": (True, [leaf("kind", "=", "a"), leaf("kind", "in", ["b", "c"])]),
    "choices denied": (True, [leaf("kind", "in", ["a", "b"]), leaf("kind", "notIn", ["b", "a"])]),
    "yes or no": (True, [leaf("ok", "notNull"), leaf("ok", "=", True), leaf("ok", "=", False)]),
    "days": (True, [leaf("born", "<", "2020-01-01"), leaf("born", ">=", "2020-01-01")]),
    "days from today": (True, [leaf("born", "inLast", days(30)), leaf("born", "olderThan", days(30))]),
    "a day and today": (False, [leaf("born", "inLast", days(30)), leaf("born", "<", "2000-01-01")]),
    "months": (False, [leaf("born", "inLast", {"n": 1, "unit": "month"}), leaf("born", "olderThan", days(60))]),
    "moments": (False, [leaf("seen", "inLast", days(1)), leaf("seen", "olderThan", days(3))]),
    "regions": (True, [leaf("place", "under", ["110000"]), leaf("place", "=", "320500")]),
    "texts": (True, [leaf("name", "beginsWith", "ann"), leaf("name", "=", "Bob")]),
    "letters": (True, [leaf("name", "contains", "xANNx"), leaf("name", "doesNotContain", "ann")]),
    "endings": (True, [leaf("name", "endsWith", "lee"), leaf("name", "endsWith", "ann")]),
    "tags": (True, [leaf("tags", "hasAllOf", ["a", "b"]), leaf("tags", "hasNoneOf", ["b", "c"])]),
    "tags exactly": (True, [leaf("tags", "hasExactly", ["a"]), leaf("tags", "hasAnyOf", ["b", "c"])]),
    "no tags": (True, [leaf("tags", "null"), leaf("tags", "hasAnyOf", ["a"])]),
    "sums": (True, [leaf("orders", ">", 5, **SUM), leaf("orders", "<", 1, **SUM)]),
    "counts below none": (True, [leaf("orders", "<", 0, **COUNT)]),
    "no orders, and some": (True, [leaf("orders", "=", 0, agg={"fn": "count", "where": RICH}), leaf("orders", "=", RICH, **SOME)]),
    "sums of the last days": (True, [leaf("orders", ">", 5, agg=LATELY), leaf("orders", "<", 1, agg=LATELY)]),
    "two fields": (True, [leaf("amount", "<", "paid", valueSource="field"), leaf("paid", "<=", "amount", valueSource="field")]),
    "a field beside itself": (True, [leaf("born", "<", "born", valueSource="field")]),
    "groups": (True, [leaf("$group", "in", ["level/high"]), leaf("$group", "notIn", ["level/low", "level/high"])]),
    "periods": (True, [leaf("term", "covers", "2020-01-01"), leaf("term", "startsAfter", "2020-01-01")]),
    "what nothing is known of": (True, [leaf("spot", "near", "0 0 5 km"), leaf("spot", "notNear", "0 0 5 km")]),
    "the same anniversary": (True, [leaf("born", "anniversaryInNext", days(7)), {"combinator": "and", "not": True, "rules": [leaf("born", "anniversaryInNext", days(7))]}]),
}


@pytest.mark.parametrize("case", NEVER)
def test_what_a_person_sees_at_once_is_proved(case: str) -> None:
    for_ever, rules = NEVER[case]
    proof = shut(({"combinator": "and", "rules": rules}, True))
    assert proof is not None and proof.timed is not for_ever
    always = {"combinator": "and", "not": True, "rules": rules}
    assert shut((always, False)) is not None, "the opposite is always so"
    if len(rules) > 1:
        assert shut(*(({"combinator": "and", "rules": [one]}, True) for one in rules)) is not None


def test_only_the_conditions_concerned_are_named() -> None:
    rules = [leaf("kind", "=", "a"), {"combinator": "or", "rules": [leaf("amount", ">", 9), leaf("amount", ">", 99)]}, leaf("amount", "<", 5), leaf("name", "notNull")]
    proof = shut(({"combinator": "and", "rules": rules}, True))
    assert proof is not None
    assert {spot.path for spot in proof.spots} == {"rules[1].rules[0]", "rules[1].rules[1]", "rules[2]"}


def test_a_rule_too_tangled_is_left_alone() -> None:
    """Pigeons and holes: true of nobody, but no short way to see it; nothing is said, and soon."""
    holes = range(7)
    box = [{"combinator": "or", "rules": [leaf("name", "contains", f"{pigeon}-{hole}") for hole in holes]} for pigeon in range(8)]
    apart = [{"combinator": "and", "not": True, "rules": [leaf("name", "contains", f"{who}-{hole}") for who in (one, two)]}
             for hole in holes for one in range(8) for two in range(one)]
    rule = {"combinator": "and", "rules": [*box, *({"combinator": "and", "rules": apart[at : at + 49]} for at in range(0, len(apart), 49))]}
    assert shut((rule, True)) is None


VALUES = st.integers(-3, 3)
SPANS = st.one_of(st.builds(lambda a, b: between(min(a, b), max(a, b)), VALUES, VALUES), VALUES.map(before), VALUES.map(after),
                  st.lists(VALUES, max_size=3).map(points), VALUES.map(lambda n: between(n, None)), VALUES.map(lambda n: between(None, n)))


def inside(found: Ranges, value: float) -> bool:
    return any((low is None or low <= (value, 0)) and (high is None or (value, 1) <= high) for low, high in found.parts)


@given(one=SPANS, two=SPANS, three=SPANS)
def test_sets_of_values_are_sets(one: Ranges, two: Ranges, three: Ranges) -> None:
    for value in [n / 2 for n in range(-9, 10)]:
        a, b, c = (inside(each, value) for each in (one, two, three))
        assert inside((one | ~two) & three, value) == ((a or not b) and c)
        assert inside(~((one & two) | ~three), value) == (not ((a and b) or not c))
    mixed = whole((one | ~two) & three)
    for n in range(-5, 6):
        assert inside(mixed, n) == inside((one | ~two) & three, n)
    assert mixed.nothing == (not any(inside(mixed, n) for n in range(-9, 10)))
