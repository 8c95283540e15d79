"""Colleagues named in a text by @ and their name, or by @ and their login where two have the same name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts.people import fold_login
from runtime.fold import fold
from runtime.storage.system_tables import person

_WORD = re.compile(r"[A-Za-z0-9_]")


class Mention(NamedTuple):
    """One name in a text: where its @ stands, how long it is with the @, and whom it means."""

    start: int
    length: int
    person: int


def find(conn: Connection, text: str) -> list[Mention]:
    """Whom a text mentions, in the order of the text; only who works here. A text without @ asks nothing."""
    if "@" not in text:
        return []
    p = person.c
    return named(text, conn.execute(sa.select(p.id, p.name, p.login).where(p.active)).all())


def named(text: str, people: Sequence[Any]) -> list[Mention]:
    """The same among these people; of two names that fit, the longer one is meant, and nobody by a name that two have."""
    known = _calls(people)
    lengths = sorted({len(call) for call in known}, reverse=True)
    found: list[Mention] = []
    end = 0
    for at in (match.start() for match in re.finditer("@", text)):
        if at < end or (at and _WORD.match(text[at - 1])):
            continue  # inside a name, or in the middle of a mail address
        for length in lengths:
            said = text[at + 1 : at + 1 + length]
            who = known.get(fold(said)) if len(said) == length and _ends(text, at + length) else None
            if who is not None:
                end = at + 1 + length
                found.append(Mention(at, 1 + length, who))
                break
    return found


def _calls(people: Sequence[Any]) -> dict[str, int]:
    """What each may be called: the name where it is theirs alone, and the login."""
    calls: dict[str, set[int]] = {}
    for one in people:
        calls.setdefault(fold(one.name), set()).add(one.id)
    return {call: next(iter(ids)) for call, ids in calls.items() if len(ids) == 1} | {fold_login(one.login): one.id for one in people}


def _ends(text: str, last: int) -> bool:
    """Whether a name may end at this character: no letter that belongs to it follows."""
    return not (_WORD.match(text[last]) and last + 1 < len(text) and _WORD.match(text[last + 1]))
