"""Formulas nobody means well with: refused quickly, in words, with a place; never an exception of another kind."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.messages import say
from runtime.rules.formula import formula, names
from runtime.rules.formula.functions import FUNCTIONS
from runtime.rules.formula.wrong import Wrong
from runtime.words import LANGUAGES
from tests.laws.test_formula import FormulaTarget
from tests.shared import shared

HOSTILE = [
    "(" * 1000, "((((((((((" * 100 + "1", "-" * 1999 + "1", "1" + "+1" * 990, "IF(" * 600, "a" * 1999, '"' * 1999, "{" * 1999,
    "1" + "%" * 1500, "NOT(" * 40 + "TRUE" + ")" * 40, "9" * 400, "1.0000000001", "x" * 2001, "{" + "a." * 900 + "}", "\x00", "\ud800",
    "__import__('os')", "a; DROP TABLE r_1", "{a}'; --", "LEFT({t}, 99999999999999999)", 'TEXT({d}, "yyyy\'|1:1:0|\'")', 'TEXT({d}, "%s:x")',
    "DATEADD({d}, 999999999999, \"Y\")", "DATE(99999999999, 1, 1)", "ROUND({a}, {b})", "ROUND({a}, 400)", "𝟙+１", "²", "{\n}", "=", "==1",
]
PIECES = st.sampled_from(["{a}", "{t}", "{d}", "{y}", "1", '"x"', "+", "-", "*", "/", "&", "=", "<", "(", ")", ",", "%", " ", "，", "（", '"', "{", "IF(",
                          *(f"{name}(" for name in FUNCTIONS if name.isalpha())])


def answer(text: str) -> str | None:
    """What is wrong with a text, in both languages; None when nothing is."""
    try:
        formula.made(text, FormulaTarget())
    except Wrong as wrong:
        assert 0 <= wrong.at <= wrong.end <= len(text)
        return "|".join(say(wrong.problem(), lang) for lang in LANGUAGES)
    return None


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_it_is_answered_quickly(text: str) -> None:
    begun = time.process_time()
    said = answer(text)
    assert said is None or "|" in said
    assert time.process_time() - begun < 1
    assert isinstance(names.renamed(text, str.upper), str) and formula.reads(text) is not None


@given(text=st.lists(PIECES, max_size=14).map("".join))
def test_whatever_is_put_together_is_a_formula_or_told(text: str) -> None:
    answer(text)


@given(text=st.text(max_size=40))
def test_whatever_is_typed_is_a_formula_or_told(text: str) -> None:
    answer(text)


def test_naughty_strings() -> None:
    for text in json.loads((shared("data/suites/blns") / "blns.json").read_text("utf-8")):
        answer(text)
        answer('"' + text.replace('"', '""') + '"')


def test_a_step_in_a_step_does_not_double_the_sql() -> None:
    text = "{a}"
    for _ in range(20):
        text = f"IF({text}=1,1,2)"
    assert len(str(formula.made(text, FormulaTarget()).value)) < 20_000


@pytest.mark.parametrize("text, place, zh", [
    ("{a} + {t}", (6, 9), "文字"), ("SUMM({a})", (0, 9), "SUM"), ("{a} +", (5, 5), "少"), ('{t} & "x', (6, 8), "引号"),
    ("({a} + 1", (0, 1), "括号"), ("IF({y}, 1, {t})", (11, 14), "同一种"), ("{a} > {t}", (0, 9), "不能比较"),
])
def test_a_mistake_is_told_at_its_place(text: str, place: tuple[int, int], zh: str) -> None:
    with pytest.raises(Wrong) as wrong:
        formula.made(text, FormulaTarget())
    assert (wrong.value.at, wrong.value.end) == place and zh in say(wrong.value.problem(), "zh")
