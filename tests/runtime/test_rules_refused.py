"""What is wrong with a rule: all of it at once, with paths; and nothing but Invalid is ever raised."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import Invalid
from runtime.messages import say
from runtime.rules import shape
from runtime.rules.check import check_rule, errors
from runtime.rules.compile import compile_rule
from runtime.rules.deps import dependencies
from runtime.rules.describe import describe
from runtime.rules.operators import OPERATORS
from runtime.rules.schema import normalise
from runtime.sql.prepared import Prepared
from runtime.storage.db import Database
from tests.runtime.rules_drawn import ANY, trees
from tests.runtime.rules_table import NOW, TYPES, TableTarget
from tests.runtime.rules_words import TableWords


def leaf(field: Any, operator: Any, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value, **more}


def group(*rules: Any, **more: Any) -> dict[str, Any]:
    return {"combinator": "and", "rules": list(rules), **more}


DAYS = {"n": 3, "unit": "day"}


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (leaf("name", "=", ""), "rule_no_value"),
        (leaf("name", "contains", "  "), "rule_no_value"),
        (leaf("name", "=", ["a"]), "not_text"),
        (leaf("name", "=", "a\0"), "rule_bad_value"),
        (leaf("name", "=", "\ud800"), "rule_bad_value"),
        (leaf("name", "<", "a"), "rule_no_operator"),
        (leaf("name", "between", ["a", "b"]), "rule_no_operator"),
        (leaf("name", "in", []), "rule_no_list"),
        (leaf("name", "in", ["a"] * 501), "rule_no_list"),
        (leaf("name", "in", "a"), "rule_no_list"),
        (leaf("amount", "between", [1]), "rule_no_pair"),
        (leaf("amount", "=", "many"), "not_a_number"),
        (leaf("amount", "=", True), "not_a_number"),
        (leaf("amount", "=", 10**30), "too_many_digits"),
        (leaf("amount", "=", 0.001), "too_many_decimals"),
        (leaf("amount", "inLast", DAYS), "rule_no_operator"),
        (leaf("born", "=", "2026-02-30"), "rule_bad_date"),
        (leaf("born", "=", "2026-W07-2"), "rule_bad_date"),
        (leaf("born", "=", 5), "rule_bad_date"),
        (leaf("born", "=", {"anchor": "noon"}), "rule_bad_date"),
        (leaf("born", "=", {"anchor": "today", "offset": 10**9}), "rule_bad_date"),
        (leaf("born", "=", {"anchor": "startOfMonth", "unit": "hour"}), "rule_bad_date"),
        (leaf("born", "inLast", {"n": -1, "unit": "day"}), "rule_bad_span"),
        (leaf("born", "inLast", 3), "rule_bad_span"),
        (leaf("born", "inLast", {"n": 3, "unit": "moon"}), "rule_bad_span"),
        (leaf("born", "inLast", {"n": True, "unit": "day"}), "rule_bad_span"),
        (leaf("seen", "anniversaryInNext", DAYS), "rule_no_operator"),
        (leaf("kind", "=", "gone"), "no_such_option"),
        (leaf("kind", "contains", "a"), "rule_no_operator"),
        (leaf("ok", "=", "yes"), "not_yes_no"),
        (leaf("ok", "!=", True), "rule_no_operator"),
        (leaf("place", "under", ["999999"]), "no_such_region"),
        (leaf("owner", "=", "$you"), "no_such_person"),
        (leaf("owner", "=", "$me"), "rule_me_here"),
        (leaf("tags", "=", "a"), "rule_no_operator"),
        (leaf("tags", "hasAnyOf", ["gone"]), "no_such_option"),
        (leaf("files", "=", "3"), "not_a_number"),
        (leaf("nobody", "=", 1), "no_such_field"),
        (leaf("$id", "=", "1"), "rule_bad_value"),
        (leaf("$id", "=", 2**70), "rule_bad_value"),
        (leaf("$group", "in", ["level/none"]), "no_such_group"),
        (leaf("$group", "in", []), "rule_no_list"),
        (leaf("$group", "=", "level/high"), "rule_no_operator"),
        (leaf("name", "inLastNDays", 3), "rule_no_operator"),
        (leaf("name", "=", "amount", valueSource="field"), "rule_other_kind"),
        (leaf("name", "in", "alias", valueSource="field"), "rule_other_kind"),
        (leaf("name", "=", "a", valueSource="parameter"), "rule_bad_shape"),
        (leaf("name", "=", "a", muted=True), "rule_bad_shape"),
        (leaf("orders", ">", 1, agg={"fn": "median", "of": "amount"}), "rule_bad_agg"),
        (leaf("orders", ">", 1, agg={"fn": "sum"}), "rule_bad_agg"),
        (leaf("orders", ">", 1, agg={"fn": "sum", "of": "name"}), "rule_no_sum"),
        (leaf("orders", ">", 1, agg={"fn": "count", "of": "amount"}), "rule_bad_agg"),
        (leaf("orders", "=", "a", agg={"fn": "last", "of": "kind"}), "rule_bad_agg"),
        (leaf("orders", "=", "a", agg={"fn": "max", "of": "kind"}), "rule_no_extreme"),
        (leaf("orders", "=", "a", agg={"fn": "last", "of": "kind", "by": "name"}), "rule_no_extreme"),
        (leaf("orders", ">", 1.5, agg={"fn": "count"}), "rule_bad_value"),
        (leaf("orders", ">", 1, agg={"fn": "count", "if": 1}), "rule_bad_agg"),
        (leaf("orders", ">", 1, agg={"fn": "count", "where": group()}), "rule_empty"),
        (leaf("visits", ">", 1, agg={"fn": "count"}), "no_such_inverse"),
        (leaf("orders", "=", group(leaf("name", "=", "a")), match={"mode": "most"}), "rule_bad_match"),
        (leaf("orders", "=", group(leaf("name", "=", "a")), match={"mode": "atLeast"}), "rule_bad_match"),
        (
            leaf("orders", "=", group(leaf("name", "=", "a")), match={"mode": "some"}, agg={"fn": "count"}),
            "rule_bad_shape",
        ),
        (leaf("orders", "=", leaf("orders", ">", 1, agg={"fn": "count"}), match={"mode": "some"}), "no_such_inverse"),
        (leaf("name", "null", "x"), "rule_needless_value"),
        (group(), "rule_empty"),
        ("name = 1", "rule_bad_shape"),
        (group(leaf("name", "null"), combinator="xor"), "rule_bad_shape"),
        (group(leaf("name", "null"), muted=False), "rule_bad_shape"),
        (group(leaf("name", "null"), **{"not": "no"}), "rule_bad_shape"),
        (group(*[leaf("name", "null")] * 51), "rule_too_wide"),
        (group(group(group(group(leaf("name", "null"))))), "rule_too_deep"),
        (group(*[group(*[leaf("name", "null")] * 50)] * 5), "rule_too_long"),
    ],
)
def test_what_is_wrong_is_said(part: Any, code: str) -> None:
    found = check_rule(group(part), TableTarget())
    assert code in [problem.code for problem in errors(found)]
    if code != "rule_me_here":
        with pytest.raises(Invalid):
            compile_rule(group(part), TableTarget(), NOW)
    assert all(say(problem, lang) for problem in found for lang in ("zh", "en"))


def test_all_problems_are_said_with_their_paths() -> None:
    rule = group(
        leaf("nobody", "=", 1),
        group(leaf("name", "=", ""), leaf("name", "=", "fine"), leaf("kind", "in", ["a", "gone", "lost"])),
        leaf(
            "orders",
            ">",
            "x",
            agg={"fn": "sum", "of": "amount", "where": group(leaf("born", "=", "no"), leaf("kind", "=", "gone"))},
        ),
        leaf("orders", "=", group(leaf("name", "<", 1)), match={"mode": "all"}),
    )
    found = [(problem.path, problem.code) for problem in check_rule(rule, TableTarget())]
    assert found == [
        ("rules[0].field", "no_such_field"),
        ("rules[1].rules[0]", "rule_no_value"),
        ("rules[1].rules[2]", "no_such_option"),
        ("rules[1].rules[2]", "no_such_option"),
        ("rules[2].agg.where.rules[0]", "rule_bad_date"),
        ("rules[2].agg.where.rules[1]", "no_such_option"),
        ("rules[2]", "not_a_number"),
        ("rules[3].value.rules[0]", "rule_no_operator"),
    ]


def test_a_retired_option_is_a_warning_and_me_is_welcome_in_a_filter() -> None:
    found = check_rule(group(leaf("kind", "=", "old"), leaf("owner", "=", "$me")), TableTarget(), me=True)
    assert [(problem.path, problem.code, problem.severity) for problem in found] == [
        ("rules[0]", "rule_retired_option", "warning")
    ]
    assert errors(found) == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["2026-02-28", "$me", "level/high", "a", "name"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["n", "unit", "anchor", "offset", "rules", "field", "fn"]) | st.text(max_size=4),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
NEARLY = st.fixed_dictionaries(
    {
        "field": st.sampled_from([*TYPES, "orders", "$group", "$id", "x.y"]) | JSON,
        "operator": st.sampled_from(list(OPERATORS)) | JSON,
    },
    optional={
        "value": JSON,
        "valueSource": st.sampled_from(["field", "value"]) | JSON,
        "id": JSON,
        "agg": st.fixed_dictionaries(
            {"fn": st.sampled_from(["count", "sum", "max", "last", "avg"]) | JSON},
            optional={"of": st.sampled_from(list(TYPES)) | JSON, "by": JSON, "where": JSON},
        )
        | JSON,
        "match": st.fixed_dictionaries(
            {"mode": st.sampled_from(["some", "all", "atLeast"]) | JSON}, optional={"threshold": JSON}
        )
        | JSON,
    },
)


def shaken(rule: Any) -> None:
    """Everything that reads rules may refuse this one, but only as Invalid; its sentence never fails at all."""
    for lang in ("zh", "en"):
        describe(rule, TableWords(lang), lang)
    dependencies(rule)
    problems = check_rule(rule, TableTarget())
    for read in (
        normalise,
        lambda given: compile_rule(given, TableTarget(), NOW),
        lambda given: compile_rule(given, TableTarget(), None, scan=True),
    ):
        try:
            read(rule)
        except Invalid as refused:
            assert read is normalise or errors(problems), "the check did not see what the compiler refused"
            assert all(say(problem, lang) for problem in refused.problems for lang in ("zh", "en"))


@given(rule=JSON)
def test_no_json_breaks_anything(rule: Any) -> None:
    shaken(rule)


@given(rule=trees(NEARLY | ANY))
def test_nothing_that_is_nearly_a_rule_breaks_anything(rule: Any) -> None:
    shaken(rule)


@given(rule=trees(NEARLY | ANY))
def test_what_compiles_runs(sqlite_database: Database, rule: Any) -> None:
    from tests.runtime.rules_table import MAIN, METADATA

    try:
        made = compile_rule(rule, TableTarget(), NOW, me=1)
    except Invalid:
        return
    with sqlite_database.write() as conn:
        METADATA.create_all(conn)
        Prepared(sa.select(MAIN.c.id).where(made.where), conn.dialect).run(conn, as_of=NOW)


def test_a_rule_is_refused_before_it_can_be_too_long() -> None:
    wide: Any = group(*[leaf("name", "null")] * shape.PER_GROUP)
    assert errors(check_rule(wide, TableTarget())) == []
