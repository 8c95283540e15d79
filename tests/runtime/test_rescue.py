"""A lost password is set anew at the terminal of the computer that holds the data."""

from __future__ import annotations

import pytest

from runtime.accounts import rescue, sessions
from runtime.accounts.actor import Actor
from runtime.errors import Invalid
from runtime.storage.db import Database


def typed(*words: str) -> object:
    """A person who types these, one after the other."""
    rest = list(words)
    return lambda _prompt: rest.pop(0)


def test_a_new_password_signs_in(database: Database, boss: Actor) -> None:
    said = rescue.set_password(database, " BOSS ", "zh", typed("green paper lamp", "green paper lamp"))  # type: ignore[arg-type]
    assert said == rescue.DONE.zh
    with database.write() as conn:
        assert sessions.recognise(conn, "boss", "green paper lamp")


def test_what_goes_wrong_is_said(database: Database, boss: Actor) -> None:
    assert "boss" in rescue.set_password(database, "nobody", "en", typed())  # type: ignore[arg-type]
    said = rescue.set_password(database, "boss", "en", typed("green paper lamp", "green paper lamb"))  # type: ignore[arg-type]
    assert said == rescue.DIFFERENT.en
    with pytest.raises(Invalid):
        rescue.set_password(database, "boss", "en", typed("1", "1"))  # type: ignore[arg-type]
