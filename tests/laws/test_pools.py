"""Random weeks of claims, returns, talks and strikes of the clock come out as a plain model says, on both databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.accounts.actor import Actor
from runtime.clock import text
from runtime.errors import FenzuError
from runtime.storage.db import Database
from tests.crm import Crm, made
from tests.pools import FORMS, give, open_tasks, owners, person, shop, strike, take

MOST, DAILY, AGAIN, KEEP, DAYS, WARN = 2, 3, 4, 3, 6, 2
RULES = {"most": MOST, "daily": DAILY, "again": AGAIN, "keep": KEEP, "reclaim": {"days": DAYS, "warn": WARN}}
PEOPLE, RECORDS = 3, 5
WHO, WHICH = st.integers(0, PEOPLE - 1), st.integers(0, RECORDS - 1)
DEEDS = st.lists(st.one_of(
    st.tuples(st.just("take"), WHO, WHICH), st.tuples(st.just("take"), WHO, WHICH), st.tuples(st.just("give"), WHO, WHICH),
    st.tuples(st.just("talk"), WHICH), st.tuples(st.just("later"), st.integers(1, 5))), max_size=40)


@dataclass
class Model:
    """A pool in plain Python, in whole days."""

    today: date
    owner: dict[int, int] = field(default_factory=dict)
    since: dict[int, date] = field(default_factory=dict)
    talked: dict[int, date] = field(default_factory=dict)
    back: dict[int, date] = field(default_factory=dict)
    left: dict[tuple[int, int], date] = field(default_factory=dict)
    claims: dict[tuple[int, date], int] = field(default_factory=dict)

    def take(self, who: int, record: int) -> str:
        owner = self.owner.get(record)
        if owner is not None:
            return "" if owner == who else "pool_taken"
        if (self.today - self.left.get((who, record), date.min)).days < AGAIN:
            return "pool_again"
        if self.claims.get((who, self.today), 0) + 1 > DAILY:
            return "pool_daily"
        if list(self.owner.values()).count(who) + 1 > MOST:
            return "pool_full"
        self.owner[record], self.since[record] = who, self.today
        self.claims[who, self.today] = self.claims.get((who, self.today), 0) + 1
        return ""

    def give(self, who: int, record: int) -> str:
        owner = self.owner.get(record)
        if owner != who:
            return "pool_in_already" if owner is None else "pool_not_yours"
        self.leave(record)
        return ""

    def leave(self, record: int) -> None:
        self.left[self.owner.pop(record), record] = self.today
        self.back.pop(record, None)

    def talk(self, record: int) -> None:
        self.talked[record] = self.today
        self.back.pop(record, None)

    def due(self, record: int, ahead: int) -> bool:
        base = max(self.since[record], self.talked.get(record, date.min))
        return (self.today - base).days >= DAYS - ahead and (self.today - self.since[record]).days >= KEEP - ahead

    def strike(self) -> None:
        for record in list(self.owner):
            if record not in self.back and self.due(record, WARN):
                self.back[record] = date.fromordinal(self.today.toordinal() + WARN)
        for record in list(self.owner):
            if record in self.back and self.back[record] <= self.today and self.due(record, 0):
                self.leave(record)


def said(do: object, *args: object, **more: object) -> str:
    """"", or the code of what was refused."""
    try:
        do(*args, **more)  # type: ignore[operator]
    except FenzuError as refused:
        return refused.problems[0].code
    return ""


class Weeks:
    """The pool itself, driven by the same deeds."""

    def __init__(self, crm: Crm, turn: int) -> None:
        self.crm, self.people = crm, [person(crm, f"p{turn}-{n}") for n in range(PEOPLE)]
        self.records = crm.add_many("customer", [{"name": f"r{turn}-{n}"} for n in range(RECORDS)])
        self.model = Model(crm.as_of.today)

    def do(self, deed: tuple[object, ...]) -> None:
        kind, *rest = deed
        numbers = [int(str(one)) for one in rest]
        if kind == "later":
            self.crm.later(days=numbers[0])
            self.model.today = self.crm.as_of.today
            self.model.strike()
            strike(self.crm)
        elif kind == "talk":
            self.model.talk(numbers[0])
            self.crm.add("talk", about="电话", customer=self.records[numbers[0]], at=text(self.crm.as_of.at))
        else:
            who, record = numbers
            wanted = getattr(self.model, str(kind))(who, record)
            assert said(take if kind == "take" else give, self.crm, self.people[who], self.records[record]) == wanted
        self.same()

    def same(self) -> None:
        now = owners(self.crm)
        numbers = {one.id: at for at, one in enumerate(self.people)}
        assert {at: numbers[now[one] or 0] for at, one in enumerate(self.records) if now[one]} == self.model.owner
        warned = {(self.records[at], self.people[self.model.owner[at]].id) for at in self.model.back}
        assert {one for one in open_tasks(self.crm) if one[0] in self.records} == warned


def test_a_pool_does_as_the_model_says(database: Database, boss: Actor) -> None:
    crm = made(database, boss, FORMS)
    crm.publish(shop(**RULES))
    turn = [0]

    @given(deeds=DEEDS)
    @settings(max_examples=12)
    def weeks(deeds: list[tuple[object, ...]]) -> None:
        turn[0] += 1
        crm.later(days=1)
        strike(crm)
        run = Weeks(crm, turn[0])
        for deed in deeds:
            run.do(deed)

    weeks()
