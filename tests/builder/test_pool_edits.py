"""Gestures on a pool that come from outside: what is no number is refused, not fallen over."""

from __future__ import annotations

import pytest

from builder.edits import pool
from runtime.errors import NotFound
from tests.pools import shop


@pytest.mark.parametrize("one", ["person:²", "person:٣", "person:" + "9" * 19, "person:" + "9" * 5000, "person:"])
def test_what_is_no_person_is_refused(one: str) -> None:
    with pytest.raises(NotFound):
        pool.who(shop()[1], one, True)
