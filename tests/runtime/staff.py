"""People for tests, and a look at what a refusal says."""

from __future__ import annotations

from runtime.accounts import actor, people
from runtime.accounts.actor import Actor
from runtime.errors import FenzuError
from runtime.messages import say
from runtime.storage.db import Database


def codes(error: FenzuError) -> list[str]:
    """The codes of an error, each of which has a sentence in both languages."""
    for problem in error.problems:
        for lang in ("zh", "en"):
            assert say(problem, lang)
    return [problem.code for problem in error.problems]


def add(database: Database, boss: Actor, login: str = "li", role: str = "member") -> Actor:
    """Another person; the password is `long enough`."""
    with database.write() as conn:
        made = people.add(conn, boss, login, "李雷", role, "zh", "long enough")
        found = actor.load(conn, made)
    assert found is not None
    return found
