"""The short way of reading an address gives what the library gives."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from runtime.fields.email import address

PIECES = st.sampled_from(
    ["a", "B", ".", "@", "-", "_", "+", "1", " ", "com", "cn", "example", "测", "test", "..", '"', "[", "xn--"]
)


def by_the_library(text: str) -> str | None:
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def ours(text: str) -> str | None:
    try:
        return address(text)
    except EmailNotValidError:
        return None


@given(st.lists(PIECES, max_size=9).map("".join), st.sampled_from(["", "a@", "x.y+z@"]))
def test_any_text(text: str, start: str) -> None:
    assert ours(start + text) == by_the_library(start + text)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 64 + "@b.com",
        "a" * 65 + "@b.com",
        "a@" + "b" * 64 + ".com",
        "a@1.2.3.4",
        "王@例子.中国",
        "a@" + ("b" * 60 + ".") * 4 + "com",
        "a@localhost",
    ],
)
def test_edges(text: str) -> None:
    assert ours(text) == by_the_library(text)
