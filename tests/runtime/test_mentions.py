"""Who is meant by an @ in a text."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.records.mentions import named


def person(number: int, name: str, login: str) -> Any:
    return SimpleNamespace(id=number, name=name, login=login)


PEOPLE = [person(1, "王敏", "wang"), person(2, "王敏敏", "minmin"), person(3, "Lin", "lin"), person(4, "Lin Xiaoyu", "xy"), person(5, "李伟", "lw1"),
          person(6, "李伟", "lw2"), person(7, "a.b", "a@b.example")]


@pytest.mark.parametrize(("text", "meant"), [
    ("@王敏看一下", [1]), ("@王敏敏看一下", [2]), ("请@王敏，@lin", [1, 3]), ("@Lin Xiaoyu!", [4]), ("@lin xiaoyu", [4]), ("@LIN", [3]), ("@Linda", []),
    ("@Lin.", [3]), ("@李伟", []), ("@lw2 和 @lw1", [6, 5]), ("mail me@wang", []), ("@a@b.example", [7]), ("@@wang", [1]), ("@", []), ("@ wang", []),
    ("@nobody", []), ("@wang_2", []), ("王敏", []), ("(@wang)", [1]), ("\n@wang\n@wang", [1, 1]),
])
def test_an_at_means(text: str, meant: list[int]) -> None:
    assert [one.person for one in named(text, PEOPLE)] == meant


@given(st.text(st.sampled_from("@ wangLi敏王李伟\n._İß"), max_size=60))
def test_names_lie_apart_and_begin_with_an_at(text: str) -> None:
    end = 0
    for one in named(text, PEOPLE):
        assert one.start >= end and text[one.start] == "@" and one.length > 1
        end = one.start + one.length
    assert end <= len(text)
