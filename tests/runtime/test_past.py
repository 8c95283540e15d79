"""Conditions on what happened: what is refused, what is said of them, why somebody is in, and who uses what."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.accounts.actor import Actor
from runtime.definitions.rule_reads import reads
from runtime.definitions.whole import Whole
from runtime.errors import Invalid
from runtime.groups import nearly, why
from runtime.groups.wording import AppWording
from runtime.records.names import RecordNames
from runtime.records.targets import target
from runtime.rules.check import check_rule
from runtime.rules.compile import compile_rule
from runtime.rules.deps import dependencies
from runtime.rules.describe import sentence
from runtime.storage.db import Database
from tests.crm import TYPE, Crm, group, grouping, made, one

SPAN = {"n": 30, "unit": "day"}
KIND = {"field": "kind", "operator": "changed"}
JSON = st.recursive(st.none() | st.booleans() | st.integers(-3, 40) | st.sampled_from(["day", "gold", "level/high", "=", "", "changed"]),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["n", "unit", "operator", "value", "field", "from"]), inner, max_size=3), max_leaves=6)
HOSTILE = st.fixed_dictionaries({}, optional={key: JSON for key in ("n", "unit", "from", "to", "tags", "groups", "today", "more")}).map(lambda value: {**SPAN, **value}) | JSON


@pytest.fixture
def crm(sqlite_database: Database, sqlite_boss: Actor) -> Crm:
    """The small customer system with a grouping over what happened."""
    turned = {**KIND, "value": {**SPAN, "from": {"operator": "=", "value": "person"}, "to": {"operator": "=", "value": "enterprise"}}}
    found = made(sqlite_database, sqlite_boss)
    found.publish(("grouping", grouping("past", [group("turned", one(turned))], mode="overlapping")))
    return found


@pytest.mark.parametrize(
    "leaf",
    [
        {**KIND, "value": None},
        {**KIND, "value": []},
        {**KIND, "value": {"n": 30}},
        {**KIND, "value": {**SPAN, "n": -1}},
        {**KIND, "value": {**SPAN, "tags": ["gold"]}},
        {**KIND, "value": {**SPAN, "from": "person"}},
        {**KIND, "value": {**SPAN, "from": {"operator": "=", "value": "nobody"}}},
        {**KIND, "value": {**SPAN, "from": {"operator": ">", "value": "person"}}},
        {**KIND, "value": {**SPAN, "from": {"operator": "null", "value": 3}}},
        {**KIND, "value": {**SPAN, "to": {"operator": "changed", "value": SPAN}}},
        {**KIND, "value": {**SPAN, "to": {"operator": "=", "value": "person", "field": "size"}}},
        {"field": "kind", "operator": "taggedInLast", "value": {**SPAN, "tags": ["gold"]}},
        {"field": "tags", "operator": "taggedInLast", "value": SPAN},
        {"field": "kind", "operator": "enteredInLast", "value": {**SPAN, "groups": ["level/high"]}},
        {"field": "$group", "operator": "enteredInLast", "value": {**SPAN, "groups": ["level/none"]}},
        {"field": "$group", "operator": "enteredInLast", "value": {**SPAN, "groups": []}},
        {"field": "$group", "operator": "changed", "value": SPAN},
        {"field": "code", "operator": "changed", "value": SPAN},
        {"field": "$updated_at", "operator": "changed", "value": SPAN},
        {"field": "orders", "operator": "changed", "agg": {"fn": "count"}, "value": SPAN},
    ],
)
def test_what_means_nothing_is_refused_with_a_place(crm: Crm, leaf: dict[str, Any]) -> None:
    with crm.database.read() as conn:
        app = crm.app(conn)
        problems = check_rule(one(leaf), target(app, app.form("customer")))
    assert [problem for problem in problems if problem.path.startswith("rules[0]")]


@settings(max_examples=150)
@given(operator=st.sampled_from(["changed", "taggedInLast", "enteredInLast"]), name=st.sampled_from(["kind", "tags", "size", "$group"]), value=HOSTILE)
def test_nothing_that_is_sent_breaks_anything(world: Crm, operator: str, name: str, value: Any) -> None:
    rule = one({"field": name, "operator": operator, "value": value})
    with world.database.read() as conn:
        app = world.app(conn)
        over = target(app, app.form("customer"))
        problems = [problem for problem in check_rule(rule, over) if problem.severity == "error"]
        dependencies(rule)
        whole = Whole(forms={key: live.form for key, live in app.forms.items()})
        list(reads(whole, "customer", rule))
        words = AppWording(app, "customer", RecordNames(conn, app, "en", "Asia/Shanghai"), "en")
        assert sentence(rule, words, "en")
        try:
            compile_rule(rule, over, world.as_of)
        except Invalid:
            assert problems


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same system for all that is only read."""
    from runtime.accounts import people
    from runtime.accounts.settings import Settings
    from runtime.storage.db import open_database
    from runtime.storage.setup import prepare

    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('past') / 'fenzu.db'}")
    prepare(database)
    with database.write() as conn:
        boss = people.first(conn, "boss", "Boss", "correct horse", Settings("Org", "Asia/Shanghai", "zh"))
    yield made(database, boss)
    database.close()


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ({}, "规模在最近 30 天内变过", "规模 changed in the last 30 days"),
        ({"from": {"operator": "null"}}, "规模在最近 30 天内从空白变成别的", "规模 changed from blank in the last 30 days"),
        ({"to": {"operator": "in", "value": [1, 2]}}, "规模在最近 30 天内变成 1 或 2", "规模 changed to 1 or 2 in the last 30 days"),
        ({"from": {"operator": "<", "value": 50}, "to": {"operator": ">=", "value": 50}},
         "规模在最近 30 天内变过（原来的值少于 50，新的值不少于 50）",
         "规模 changed in the last 30 days (the old value is under 50 and the new value is at least 50)"),
        ({"from": {"operator": "=", "value": 5}, "today": False}, "规模在最近 30 天内从 5 变成别的（不含今天）", "规模 changed from 5 in the last 30 days (not counting today)"),
    ],
)
def test_a_change_is_said_in_both_languages(world: Crm, value: dict[str, Any], zh: str, en: str) -> None:
    rule = one({"field": "size", "operator": "changed", "value": {**SPAN, **value}})
    with world.database.read() as conn:
        app = world.app(conn)
        for lang, wanted in (("zh", zh), ("en", en)):
            assert sentence(rule, AppWording(app, "customer", RecordNames(conn, app, lang, "Asia/Shanghai"), lang), lang) == wanted


def test_why_says_when_it_happened_last_and_what_it_was(crm: Crm) -> None:
    record = crm.add("customer", name="a", kind="person")
    quiet = crm.add("customer", name="b", kind="person")
    crm.set("customer", record, kind="enterprise")
    said = {}
    with crm.database.read() as conn:
        app = crm.app(conn)
        names = RecordNames(conn, app, "zh", "Asia/Shanghai")
        for one_of in (record, quiet):
            walker = why.Walker(conn, app, app.groupings["past"].grouping, one_of, crm.as_of)
            step = walker.walk().steps[0]
            assert step.reason is not None and step.reason.parts[0].days is not None
            said[one_of] = (step.outcome, why.held(app, app.form("customer"), step.reason.parts[0], names))
            changes = nearly.changes(walker, step)
            assert changes is None if one_of == record else changes is not None and changes[0].vague
    assert said == {record: (why.FITS, "最近一次在 2026年11月22日：person → enterprise"), quiet: (why.NO, "没有过")}


def test_what_it_reads_is_known(crm: Crm) -> None:
    entered = {"field": "$group", "operator": "enteredInLast", "value": {**SPAN, "groups": ["level/high"]}}
    assert dependencies(one(entered)).entered == {"level/high"} == dependencies(one(entered)).groups
    assert dependencies(one(entered)).time == "day"
    assert dependencies(one({**KIND, "value": {"n": 2, "unit": "hour"}})).time == "hour"
    with crm.database.read() as conn:
        app = crm.app(conn)
        whole = Whole(forms={key: live.form for key, live in app.forms.items()})
    tagged = {"field": "tags", "operator": "taggedInLast", "value": {**SPAN, "tags": ["gold"]}}
    sides = {**KIND, "value": {**SPAN, "from": {"operator": "in", "value": ["person", "agent"]}}}
    found = [(read.field, read.values, read.groups) for read in reads(whole, "customer", {"combinator": "and", "rules": [entered, tagged, sides]})]
    assert found == [("$group", (), ("level/high",)), ("tags", ("gold",), ()), ("kind", ("person", "agent"), ())]
    with pytest.raises(Invalid):  # a grouping cannot ask who entered its own groups
        crm.publish(("grouping", grouping("type", [group("e", one({**entered, "value": {**SPAN, "groups": ["type/p"]}})), TYPE["groups"][1]])))
