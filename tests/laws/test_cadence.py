"""Who is overdue and who is asked, against plain Python: whatever happens, whoever is killed, however the clock is put."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.records import cadences
from runtime.records.queries import Query
from runtime.rules import dates
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import todos
from tests.cadences import FORMS, WEEKLY, afresh, every, rows, strike, tasks, types
from tests.crm import Crm, made
from tests.runtime.staff import add

SPANS = {"e": (1, "week"), "p": (10, "day")}
GROUPS = {"enterprise": "e", "person": "p"}


t = tables.task


class Killed(Exception):
    """The job died here."""


class Days:
    """Random days of a business, and what plain Python makes of them."""

    def __init__(self, crm: Crm, seed: int, staff: list[Actor]) -> None:
        self.crm, self.draw, self.staff = crm, random.Random(seed), staff
        self.customers: list[int] = []
        self.talks: list[int] = []
        self.ticked: dict[tuple[str, int], str] = {}
        self.furthest = crm.as_of

    def customer(self) -> None:
        who = self.draw.choice([*self.staff, None])
        self.customers.append(self.crm.add("customer", name="某", kind=self.draw.choice(("enterprise", "person", "agent")), **({"owner": who.id} if who else {})))

    def talk(self) -> None:
        at = self.crm.as_of.at - timedelta(hours=self.draw.randrange(0, 400))
        self.talks.append(self.crm.add("talk", about="聊", customer=self.draw.choice(self.here()), at=clock.text(at)))

    def move(self) -> None:
        self.crm.set("customer", self.draw.choice(self.here()), kind=self.draw.choice(("enterprise", "person", "agent")))

    def hand(self) -> None:
        one, who = self.draw.choice(self.here()), self.draw.choice(self.staff).id
        before = {key: owner for key, (owner, _) in self.truth().items()}
        self.crm.set("customer", one, owner=who)
        for key in [key for key in self.ticked if key[1] == one and before.get(key) != who]:
            del self.ticked[key]

    def correct(self) -> None:
        if self.talks:
            at = self.crm.as_of.at - timedelta(hours=self.draw.randrange(0, 400))
            self.crm.set("talk", self.draw.choice(self.talks), at=clock.text(at), customer=self.draw.choice(self.here()))

    def drop(self) -> None:
        if self.draw.random() < 0.5 and self.talks:
            self.crm.drop("talk", self.talks.pop(self.draw.randrange(len(self.talks))))
        else:
            one = self.draw.choice(self.here())
            self.crm.drop("customer", one)
            self.ticked = {key: at for key, at in self.ticked.items() if key[1] != one}
            if self.draw.random() < 0.6:
                self.crm.restore("customer", one)

    def tick(self) -> None:
        """Somebody ticks off what they were asked, without a contact."""
        with self.crm.database.read() as conn:
            found = conn.execute(t.select().where(t.c.state == "open").order_by(t.c.id)).all()
        if found:
            one = self.draw.choice(found)
            with self.crm.act(by=next(who for who in self.staff if who.id == one.person)) as act:
                todos.done(act, one.id)
            self.ticked[self.group_of(one.record_id), one.record_id] = act.at

    def time(self) -> None:
        self.crm.later(hours=self.draw.choice((1, 5, 24, 24, 48, -24)))
        self.furthest = max(self.furthest, self.crm.as_of, key=lambda one: one.at)

    def killed(self) -> None:
        left = self.draw.randrange(1, 6)

        def pause() -> None:
            nonlocal left
            left -= 1
            if not left:
                raise Killed

        with suppress(Killed):
            strike(self.crm, pause)

    def here(self) -> list[int]:
        with self.crm.database.read() as conn:
            return sorted(self.crm.list(conn, None))

    def group_of(self, record: int) -> str:
        with self.crm.database.read() as conn:
            return GROUPS.get(self.crm.reader(conn, "customer").one(record).values["kind"], "")

    def truth(self) -> dict[tuple[str, int], tuple[int, str]]:
        """By group and record: whose it is, and since when nobody has talked with it."""
        with self.crm.database.read() as conn:
            customers = [one for page in self.crm.reader(conn, "customer").stream(Query()) for one in page]
            talks = [one for page in self.crm.reader(conn, "talk").stream(Query()) for one in page]
        last: dict[int, str] = {}
        for one in talks:
            last[one.values["customer"]] = max(last.get(one.values["customer"], ""), one.values["at"])
        return {(GROUPS[one.values["kind"]], one.id): (one.values.get("owner") or 0, last.get(one.id, one.created_at))
                for one in customers if one.values["kind"] in GROUPS}

    def due(self, today: date) -> dict[tuple[str, int], int]:
        """Who is to be asked for, and of whom."""
        def day(stored: str) -> date:
            return clock.moment(stored).astimezone(self.crm.as_of.zone).date()

        def over(group: str, stored: str) -> bool:
            return day(stored) <= dates.add(today, -SPANS[group][0], SPANS[group][1])

        return {key: who for key, (who, base) in self.truth().items()
                if who and over(key[0], base) and not (key in self.ticked and not over(key[0], self.ticked[key]))}

    def check(self, struck: bool) -> None:
        truth = self.truth()
        for key in self.ticked.keys() - truth.keys():
            del self.ticked[key]
        assert rows(self.crm) == truth
        found = tasks(self.crm)
        assert max(found.values(), default=0) <= 1, "nobody is asked twice for the same"
        then = {(record, who) for (_, record), who in self.due(self.furthest.today).items()}
        assert found.keys() <= then, "whoever was contacted, has left or went to somebody else is not asked for"
        if struck:
            now = {(record, who) for (_, record), who in self.due(self.crm.as_of.today).items()}
            assert now <= found.keys(), "everybody who is due is asked for"


@pytest.mark.parametrize("seed", range(4))
def test_who_is_asked(database: Database, boss: Actor, seed: int) -> None:
    crm = made(database, boss, [*FORMS, WEEKLY])
    days = Days(crm, seed, [boss, add(database, boss)])
    acts: list[Callable[[], Any]] = [days.customer, days.talk, days.talk, days.move, days.hand, days.correct, days.drop, days.tick, days.tick, days.time, days.time,
                                     days.time, days.killed]
    for _ in range(6):
        days.customer()
    strike(crm)
    for _ in range(60):
        act = days.draw.choice(acts)
        if days.here():
            act()
        days.check(struck=False)
        if days.draw.random() < 0.4:
            afresh(crm)
            strike(crm)
            days.check(struck=True)


def test_the_longest_overdue_first_and_no_more_than_one_bears(database: Database, boss: Actor) -> None:
    crm = made(database, boss, [*FORMS, types(e=every(1, "week", most=3))])
    ids = crm.add_many("customer", [{"name": f"客户{n}", "kind": "enterprise", "owner": boss.id} for n in range(8)])
    for n, one in enumerate(ids):
        crm.add("talk", about="聊", customer=one, at=clock.text(crm.as_of.at - timedelta(days=8 + n)))
    assert (strike(crm), strike(crm)) == (3, 0)
    assert {record for record, _ in tasks(crm)} == set(ids[5:])
    crm.add("talk", about="聊", customer=ids[7], at=clock.text(crm.as_of.at))
    assert (strike(crm), sum(tasks(crm).values())) == (0, 2), "who has had three today gets no more today"
    crm.later(days=1)
    assert (strike(crm), strike(crm)) == (1, 0), "and two are still there tomorrow"
    crm.later(days=-1)
    assert strike(crm) == 0
    assert {record for record, _ in tasks(crm)} == set(ids[4:7])


def test_a_cadence_that_is_taken_away_asks_for_nobody(database: Database, boss: Actor) -> None:
    crm = made(database, boss, [*FORMS, WEEKLY])
    one = crm.add("customer", name="沐阳", kind="enterprise", owner=boss.id)
    crm.later(days=8)
    assert strike(crm) == 1 and tasks(crm) == {(one, boss.id): 1}
    crm.publish(types())
    assert strike(crm) == 0 and (rows(crm), tasks(crm), tasks(crm, "gone")) == ({}, {}, {(one, boss.id): 1})


def test_nobody_is_asked_who_has_left(database: Database, boss: Actor) -> None:
    crm = made(database, boss, [*FORMS, WEEKLY])
    li = add(database, boss)
    crm.add("customer", name="沐阳", kind="enterprise", owner=li.id)
    with database.write() as conn:
        people.deactivate(conn, boss, li.id)
    crm.later(days=8)
    assert strike(crm) == 0 and tasks(crm) == {}


def test_many_talks_at_once_cost_no_more_statements_than_few(database: Database, boss: Actor) -> None:
    """And what the old owner let pass, only the new one is asked for."""
    crm, other = made(database, boss, [*FORMS, WEEKLY]), add(database, boss)
    ids = crm.add_many("customer", [{"name": f"客户{n}", "kind": "enterprise", "owner": boss.id} for n in range(40)])
    strike(crm)
    asked = []
    for some, hours in ((ids[:4], 2), (ids, 1)):
        statements: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any, into: list[str] = statements) -> None:
            into.append(statement)

        at = clock.text(crm.as_of.at + timedelta(hours=9 - hours))
        sa.event.listen(database.writer, "before_cursor_execute", note)
        crm.add_many("talk", [{"about": "聊", "customer": one, "at": at} for one in some])
        sa.event.remove(database.writer, "before_cursor_execute", note)
        asked.append(len([one for one in statements if one.startswith("UPDATE cadence")]))
        assert {rows(crm)["e", one] for one in some} == {(boss.id, at)}
    assert asked == [1, 1]
    c = tables.cadence
    with crm.act() as act:
        act.conn.execute(sa.update(c).values(ticked=clock.text(crm.as_of.at)))
        act.conn.execute(sa.update(c).where(c.c.record_id.in_(ids[:2])).values(owner=other.id))
        act.conn.execute(sa.update(c).where(c.c.record_id == ids[2]).values(talked=None))
        cadences.settle(act, next(one for one in cadences.of(act.app) if one.group.key == "e"), ids)
        left = act.conn.execute(sa.select(c.c.record_id, c.c.ticked, c.c.talked)).all()
    assert {row.record_id for row in left if row.ticked is None} == set(ids[:2]) and None not in {row.talked for row in left}
    assert {who for who, _ in rows(crm).values()} == {boss.id}
