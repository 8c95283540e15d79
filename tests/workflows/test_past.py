"""What is told of a workflow's past is what really ran: the law on random days, and what cannot be told says why."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.commands import create
from runtime.definitions.workflow import Workflow
from runtime.errors import Invalid
from runtime.records import entry
from runtime.storage.db import Database
from runtime.workflows import past
from runtime.workflows.past import Past
from runtime.workflows.registry import TRIGGERS
from tests.crm import made, one
from tests.flows import Flows, flow, step
from tests.timed import strike

END, TIMED = step("end", "stop"), ("date", "schedule")
TRIGGERS_TOLD: dict[str, dict[str, Any]] = {
    "made": {"type": "created"}, "any": {"type": "changed"}, "sizes": {"type": "changed", "fields": ["size", "vip"]},
    "became": {"type": "changed", "fields": ["kind"], "from": ["person"], "to": ["agent", "enterprise"]},
    "joined": {"type": "entered", "groups": ["type/e", "level/mid"]}, "parted": {"type": "left", "groups": ["level/mid"]},
    "rose": {"type": "levelled", "grouping": "level"}, "either": {"type": "levelled", "grouping": "level", "way": "any"},
    "gold": {"type": "tagged", "tags": ["gold", "slow"]}, "plain": {"type": "untagged", "tags": ["gold"]},
    "gone": {"type": "removed"}, "back": {"type": "restored"}, "sent": {"type": "sent"},
    "day": {"type": "date", "field": "since", "offset": {"n": 2, "unit": "day"}}, "year": {"type": "date", "field": "since", "yearly": True},
    "weekly": {"type": "schedule", "every": "week", "weekdays": [2, 5], "at": "08:00", "each": True}, "daily": {"type": "schedule", "every": "day"},
}


def look(f: Flows, trigger: dict[str, Any]) -> Past:
    """The past of a workflow that is only drawn."""
    _, body = flow("drawn", trigger, END)
    with f.crm.database.read() as conn:
        return past.of(conn, f.crm.app(conn), f.crm.boss, Workflow(body), f.crm.as_of)


class Told(Flows):
    """Flows whose customers can be looked at with the bin."""

    def crm_rows(self) -> list[tuple[int, str | None]]:
        with self.crm.database.read() as conn:
            main = self.crm.app(conn).form("customer").tables.main
            return [(row[0], row[1]) for row in conn.execute(sa.select(main.c.id, main.c.deleted_at))]


def day(f: Told, dice: random.Random, ids: list[int], bin_used: bool) -> None:
    """One act of a day: somebody new, something changed, gone or back; and its runs begin."""
    values: dict[str, Any] = {"size": dice.choice([1, 60, None]), "kind": dice.choice(["person", "agent", "enterprise", None]), "vip": dice.random() < 0.5,
                              "tags": dice.sample(["gold", "slow", "new"], dice.randint(0, 2)), "since": f"20{dice.choice([19, 26])}-{dice.choice([11, 12])}-{dice.randint(10, 28)}"}
    some = {key: values[key] for key in dice.sample(sorted(values), 3) if key != "since"}
    what = dice.choice(["add", "set", "set", "set", *(["drop", "restore"] if bin_used else [])]) if ids else "add"
    there = sorted(number for number, gone in f.crm_rows() if not gone)
    bin_ = sorted(set(ids) - set(there))
    if what == "add" or (what in ("set", "drop") and not there):
        ids.append(f.crm.add("customer", name=f"n{len(ids)}", **values))
    elif what == "set":
        f.crm.set("customer", dice.choice(there), **some)
    elif what == "drop":
        f.crm.drop("customer", dice.choice(there))
    elif bin_:
        f.crm.restore("customer", dice.choice(bin_))
    f.work()


def ran(f: Told, key: str, since: str) -> Counter[tuple[int | None, str]]:
    """When the runs of a workflow really began, of those who are there; of those who left, where leaving began them."""
    there = {number for number, gone in f.crm_rows() if key == "gone" or not gone}
    timed = TRIGGERS_TOLD[key]["type"] in TIMED
    begun = Counter((run.record, run.detail["due"][:10] if timed else run.at) for run in f.runs(key) if run.record is None or run.record in there)
    return Counter({one: count for one, count in begun.items() if one[1] >= since})


@pytest.mark.parametrize("seed", range(4))
def test_what_is_told_is_what_ran(database: Database, boss: Actor, seed: int) -> None:
    dice, f = random.Random(seed), Told(made(database, boss))
    f.crm.publish(*(flow(key, trigger, END) for key, trigger in TRIGGERS_TOLD.items()))
    strike(f)
    for minutes in (7, *[0] * 16):  # with what comes, a month and more: what is looked back on is all lived through
        f.crm.later(days=1, minutes=minutes)
        strike(f)
    ids: list[int] = []
    for _ in range(50):
        f.crm.later(hours=dice.choice([1, 5, 11, 14]))
        strike(f)
        day(f, dice, ids, seed % 2 == 0)
    for key, trigger in TRIGGERS_TOLD.items():
        if seed % 2 == 0 and trigger["type"] in TIMED:
            continue  # told by the records there are now; who lay in the bin for a while is not left out for that time
        _same(f, key, look(f, trigger), f"seed {seed}, {key}")


def _same(f: Told, key: str, told: Past, about: str) -> None:
    really = ran(f, key, told.since.isoformat())
    assert told.runs == sum(really.values()) == sum(told.weeks.values()), about
    assert set(told.records) == {record for record, _ in really if record is not None}, about
    assert told.whole and told.unknown is None and told.alone == (key == "daily" and bool(really)), about
    if TRIGGERS_TOLD[key]["type"] not in TIMED:
        last: dict[int, str] = {}
        for record, at in really:
            last[record or 0] = max(at, last.get(record or 0, ""))
        assert dict(told.records) == last and list(told.records.values()) == sorted(last.values(), reverse=True), about


def test_its_condition_is_asked_of_them_as_they_are_now(database: Database, boss: Actor) -> None:
    f = Flows(made(database, boss))
    small, large, gone = f.crm.add_many("customer", [{"name": "s", "size": 1}, {"name": "l", "size": 9}, {"name": "g", "size": 9}])
    f.crm.drop("customer", gone)
    told = look(f, {"type": "created", "when": one({"field": "size", "operator": ">", "value": 5})})
    assert (told.runs, list(told.records), told.asked) == (1, [large], True)
    f.crm.set("customer", small, size=6)
    assert set(look(f, {"type": "created", "when": one({"field": "size", "operator": ">", "value": 5})}).records) == {small, large}
    with pytest.raises(Invalid):
        look(f, {"type": "created", "when": one({"field": "never", "operator": "=", "value": 5})})


def test_a_month_and_no_longer_and_what_came_with_the_samples_is_left_out(database: Database, boss: Actor) -> None:
    f = Flows(made(database, boss))
    f.crm.add("customer", name="old")
    f.crm.later(days=32)
    with f.crm.act(cause="template") as act:
        create.create(act, "customer", entry.read(act.app.form("customer").form, {"name": "sample"}, act.names))
    new = f.crm.add("customer", name="new")
    assert list(look(f, {"type": "created"}).records) == [new]


def test_many_are_looked_at_no_further_than_so_many(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    f = Flows(made(database, boss))
    ids = f.crm.add_many("customer", [{"name": f"n{n}", "since": "2026-11-20"} for n in range(12)])
    f.crm.later(hours=1)
    for record in ids:
        f.crm.set("customer", record, size=60)
    for module in ("kept_lines", "timed_past"):
        monkeypatch.setattr(f"runtime.workflows.{module}.MOST", 10)
    for trigger in ({"type": "created"}, {"type": "changed"}, {"type": "entered", "groups": ["level/mid"]}):
        told = look(f, trigger)
        assert not told.whole and 5 <= told.runs <= 11, trigger


def test_what_nothing_is_kept_of_says_so(database: Database, boss: Actor) -> None:
    f = Flows(made(database, boss))
    for kind in TRIGGERS:
        if not TRIGGERS[kind].hears and kind not in TIMED:
            told = look(f, {"type": kind})
            assert told.unknown is not None and told.unknown.zh and told.unknown.en and told.runs == 0
