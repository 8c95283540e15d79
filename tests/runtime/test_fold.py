"""Folding and pinyin keys."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.fold import fold, full_pinyin, initials, pinyin_key


@given(st.text())
def test_folding_twice_changes_nothing_for_people(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(f" {text}\u3000") == fold(text)


@given(st.text())
def test_every_text_has_a_key(text: str) -> None:
    assert pinyin_key(text) == pinyin_key(fold(text))
    assert len(initials(text)) == len(fold(text))


@pytest.mark.parametrize(
    "text, full, first",
    [
        ("沐阳", "muyang", "my"),
        ("重庆", "chongqing", "cq"),
        ("厦门 ABC", "xiamen abc", "xm abc"),
        ("银行", "yinhang", "yh"),
    ],
)
def test_pinyin_for_search(text: str, full: str, first: str) -> None:
    assert full_pinyin(text) == full and initials(text) == first


def test_keys_sort_as_a_dictionary_does() -> None:
    names = ["张三", "重庆", "安心", "Apple", "西安", "先锋", "王五", "北京"]
    assert sorted(names, key=pinyin_key) == ["安心", "Apple", "北京", "重庆", "王五", "西安", "先锋", "张三"]


def test_a_hundred_thousand_names_take_seconds_not_minutes() -> None:
    names = [f"苏州沐阳{chr(0x4E00 + n % 5000)}{chr(0x4E00 + n // 20)}餐饮" for n in range(20_000)]
    start = time.process_time()
    for name in names:
        pinyin_key(name)
    assert time.process_time() - start < 4
