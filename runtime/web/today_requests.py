"""What I asked of others as people read it: about whom, whom it waits for, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.web import here
from runtime.web.today_rows import Row, Rows, app_of
from runtime.words import Words
from runtime.workflows import requests
from runtime.workflows.requests import ENDS, Request

FEW = 4
OPEN, ANSWERED = Words("等着", "Waiting"), Words("刚处理", "Just answered")


@dataclass
class Line:
    """One run that I set off: what it asks, of whom, and what it is called now with its tone."""

    request: Request
    row: Row
    people: list[str]
    state: tuple[str, str]

    @property
    def open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.request.task.ended_at is None


def few() -> list[Line]:
    """The newest that wait, for the page of today; one more than it shows where there are more."""
    return lines(requests.waiting(here.conn(), here.actor().id, here.as_of().at, FEW + 1))


def lines(found: Sequence[Request]) -> list[Line]:
    """Requests with the names of what and whom they are about."""
    if not found:
        return []
    rows, names = Rows(one.task for one in found), here.names(app_of(found[0].task.app_id))
    names.prime_people({who for one in found for who in one.waits})
    return [Line(one, rows.row(one.task), [names.person(who) for who in dict.fromkeys(one.waits)], _state(one)) for one in found]


def _state(one: Request) -> tuple[str, str]:
    words, tone = ENDS[one.ended] if one.ended else (OPEN, "info") if one.task.ended_at is None else (ANSWERED, "ok")
    return words.say(here.actor().lang), tone
