"""Every operator keeps the contract of operators, and every kind of field can be asked by each of its own."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from runtime.fields import FIELD_TYPES
from runtime.rules.check import check_rule
from runtime.rules.compile import compile_rule
from runtime.rules.describe import sentence
from runtime.rules.operators import GROUP_OPERATORS, OPERATORS, OPERATORS_OF, PAST_OPERATORS
from runtime.rules.past import BESIDE
from runtime.rules.target import KINDS
from tests.runtime.rules_drawn import KINDS as FIELD_KINDS
from tests.runtime.rules_drawn import valued
from tests.runtime.rules_table import MAIN, NOW, TableTarget
from tests.runtime.rules_words import TableWords

PAIRS = [(kind, name) for kind, names in OPERATORS_OF.items() for name in names]
FIELD_OF = {kind: field for field, kind in FIELD_KINDS.items()}


def test_every_kind_has_operators_and_every_operator_a_kind() -> None:
    assert set(OPERATORS_OF) == set(KINDS) == set(FIELD_OF)
    asked = {name for names in OPERATORS_OF.values() for name in names}
    assert asked | {*PAST_OPERATORS, *GROUP_OPERATORS} == set(OPERATORS)
    assert {name for name, one in OPERATORS.items() if one.takes == "past"} == set(BESIDE) == {*PAST_OPERATORS, "enteredInLast"}


@pytest.mark.parametrize("name", list(FIELD_TYPES))
def test_every_field_type_is_of_a_kind_that_can_be_asked(name: str) -> None:
    assert FIELD_TYPES[name].kind in OPERATORS_OF


@pytest.mark.parametrize("name", list(OPERATORS))
def test_an_operator_has_words_and_a_twin_that_takes_the_same(name: str) -> None:
    operator = OPERATORS[name]
    assert operator.phrase.zh
    assert operator.phrase.en
    assert operator.takes in ("one", "none", "list", "pair", "span", "past")
    if operator.denies:
        twin = OPERATORS[operator.denies]
        assert twin.denies is None
        assert twin.takes == operator.takes


@pytest.mark.parametrize("kind", list(OPERATORS_OF))
def test_a_twin_can_be_asked_wherever_its_denial_can(kind: str) -> None:
    for name in OPERATORS_OF[kind]:
        assert OPERATORS[name].denies is None or OPERATORS[name].denies in OPERATORS_OF[kind]
    assert {"null", "notNull"} <= set(OPERATORS_OF[kind])


@pytest.mark.parametrize(("kind", "name"), PAIRS)
@given(data=st.data())
def test_it_compiles_checks_and_reads_as_a_sentence(kind: str, name: str, data: st.DataObject) -> None:
    rule: Any = {"combinator": "and", "rules": [data.draw(valued(FIELD_OF[kind], name))]}
    assert check_rule(rule, TableTarget()) == []
    where = compile_rule(rule, TableTarget(), NOW).where
    assert str(sa.select(MAIN.c.id).where(where))
    for lang, unfinished in (("zh", "没写完"), ("en", "not finished")):
        said = sentence(rule, TableWords(lang), lang)
        assert said
        assert unfinished not in said
        assert "…" not in said
        assert "{" not in said
