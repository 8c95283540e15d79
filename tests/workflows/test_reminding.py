"""Reminders: at the time that somebody gave a task its person hears of it, once, and only if it is still so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts import actor, people
from runtime.accounts.actor import Actor
from runtime.errors import Invalid
from runtime.jobs import queue
from runtime.records.act import acting
from runtime.records.events import SAMPLES
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import reminding, todos
from tests.crm import Crm, made, running
from tests.flows import Flows, flow, step
from tests.web import Site, visible

DAY = date(2026, 11, 22)  # the app's clock says noon of it, in Shanghai


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    return made(database, boss)


def add(crm: Crm, who: Actor, at: str, day: date = DAY, **about: Any) -> int:
    with crm.act() as act:
        return todos.add(act, "打电话", who.id, due=todos.due_of(day, at, act.as_of), **about)


def heard(crm: Crm) -> list[tuple[int, str]]:
    """Tell all whose time has come by the app's clock; who has heard what so far."""
    while reminding.tell(crm.database, crm.live, crm.as_of)[0]:
        pass
    n = tables.notice
    with crm.database.read() as conn:
        return [(row.person, row.code) for row in conn.execute(sa.select(n).where(n.c.code.startswith("task_due")).order_by(n.c.id))]


def test_at_its_time_and_once(crm: Crm, boss: Actor) -> None:
    record = crm.add("customer", name="沐阳")
    add(crm, boss, "15:00", form="customer", record=record)
    add(crm, boss, "16:00")
    add(crm, boss, "")
    crm.later(hours=2, minutes=59)
    assert heard(crm) == []
    crm.later(minutes=1)
    assert heard(crm) == [(boss.id, "task_due_about")] == heard(crm)
    crm.later(hours=1)
    assert heard(crm) == [(boss.id, "task_due_about"), (boss.id, "task_due")]
    crm.later(days=2)
    assert len(heard(crm)) == 2, "the whole of a day reminds nobody"
    with crm.database.read() as conn:
        assert "沐阳" in str(conn.execute(sa.select(tables.notice.c.params).order_by(tables.notice.c.id)).scalars().first())


@pytest.mark.parametrize("what", ["done", "moved", "whole day", "handed", "unseen", "deleted"])
def test_only_what_is_still_so(crm: Crm, boss: Actor, what: str) -> None:
    with crm.database.write() as conn:
        li = actor.load(conn, people.add(conn, boss, "li", "李雷", "member", "zh", "correct horse"))
    assert li is not None
    record = crm.add("customer", name="沐阳")
    number = add(crm, boss, "15:00", form="customer", record=record)
    with crm.act() as act:
        if what == "done":
            todos.done(act, number)
        elif what == "handed":
            todos.hand(act, number, li.id)
        elif what in ("moved", "whole day"):
            todos.move(act, number, todos.due_of(DAY, "17:00" if what == "moved" else "", act.as_of))
    if what == "unseen":
        with crm.database.write() as conn:
            conn.execute(sa.update(tables.person).where(tables.person.c.id == boss.id).values(active=False))
    if what == "deleted":
        crm.drop("customer", record)
    crm.later(hours=4)
    assert heard(crm) == ([(li.id, "task_due_about")] if what == "handed" else [])
    crm.later(hours=2)
    assert len(heard(crm)) == (what in ("moved", "handed"))


def test_a_move_taken_back_reminds_at_the_old_time(crm: Crm, boss: Actor) -> None:
    number = add(crm, boss, "15:00")
    with crm.act() as act:
        before = todos.move(act, number, todos.due_of(DAY, "17:00", act.as_of)).due
        todos.undo_move(act, {"id": number, "due": before})
    crm.later(hours=3)
    assert heard(crm) == [(boss.id, "task_due")]


def test_many_in_parts(crm: Crm, boss: Actor) -> None:
    with crm.act() as act:
        for n in range(reminding.SOME + 3):
            todos.add(act, f"{n}", boss.id, due=todos.due_of(DAY, "15:00", act.as_of))
    crm.later(hours=3)
    assert reminding.tell(crm.database, crm.live, crm.as_of) == (reminding.SOME, reminding.SOME)
    assert len(heard(crm)) == reminding.SOME + 3


def test_a_step_within_hours_reminds_too(crm: Crm, boss: Actor) -> None:
    flows = Flows(crm)
    crm.publish(flow("call", {"type": "created"}, step("a", "todo", who=[{"person": boss.id}], title={"zh": "打电话"}, due={"n": 2, "unit": "hour"})))
    crm.add("customer", name="a")
    flows.work()
    crm.later(hours=2)
    assert heard(crm) == [(boss.id, "task_due_about")]


@pytest.mark.parametrize(("day", "at", "code"), [(None, "15:00", "task_time_day"), (DAY, "25:00", "task_time"), (DAY, "3pm", "task_time"), (DAY, "15:00+01:00", "task_time")])
def test_what_is_no_time(crm: Crm, day: date | None, at: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        todos.due_of(day, at, crm.as_of)
    assert refused.value.problems[0].code == code


def test_from_the_dialogs(site: Site) -> None:
    """A task with a time is written in its dialog, shows it, keeps it when it moves to another day, and a time without a day is refused in place."""
    person, me = site.person(), site.actor()
    crm = running(site)
    refused = person.htmx("POST", "/today/new", {"app": crm.key, "title": "打电话", "day": "", "time": "15:00"})
    assert refused.status_code == 422 and "还要写哪天" in refused.get_data(as_text=True) and 'value="15:00"' in refused.get_data(as_text=True)
    person.htmx("POST", "/today/new", {"app": crm.key, "title": "打电话", "day": "2099-01-05", "time": "15:00", "person": str(me.id)})
    with site.database.read() as conn:
        number, due = conn.execute(sa.select(tables.task.c.id, tables.task.c.due)).one()
        assert (due, conn.execute(sa.select(tables.reminder.c.at)).scalar()) == ("2099-01-05T07:00:00Z",) * 2
        assert conn.execute(sa.select(tables.job.c.run_at).where(tables.job.c.kind == reminding.KIND)).scalar() == due
    panel = person.htmx("GET", f"/today/{number}").get_data(as_text=True)
    assert 'id="move-day" name="day" value="2099-01-05"' in panel and 'id="move-time" name="time" value="15:00"' in panel
    person.htmx("POST", f"/today/{number}/move", {"day": "2099-01-06", "time": "15:00"})
    with site.database.read() as conn:
        assert [row.at for row in conn.execute(sa.select(tables.reminder))] == ["2099-01-06T07:00:00Z"]


def test_the_job_tells_at_the_bell_and_asks_for_the_next(site: Site) -> None:
    crm, me, now = running(site), site.actor(), clock.now()
    with crm.act() as act:
        late, coming = (todos.put(act, said, [me.id], due=clock.text(now + span))[0] for said, span in (("打电话", timedelta(seconds=2)), ("拜访", timedelta(hours=3))))
    early = clock.text(now - timedelta(minutes=1))
    with site.database.write() as conn:  # its moment has passed while the program was down
        conn.execute(sa.update(tables.task).where(tables.task.c.id == late).values(due=early))
        conn.execute(sa.update(tables.reminder).where(tables.reminder.c.task == late).values(at=early))
        conn.execute(sa.delete(tables.job).where(tables.job.c.kind == reminding.KIND))
        queue.put(conn, reminding.KIND, {})
    site.jobs()
    page = visible(site.person().text("/notices/"))
    assert "到时间了：打电话" in page and "拜访" not in page
    with site.database.read() as conn:
        assert list(conn.execute(sa.select(tables.reminder.c.task)).scalars()) == [coming]
        waits = conn.execute(sa.select(tables.job.c.run_at).where(tables.job.c.kind == reminding.KIND, tables.job.c.state == "waiting")).scalars()
        assert list(waits) == [clock.text(now + timedelta(hours=3))]


def test_samples_of_a_template_remind_nobody(crm: Crm, boss: Actor) -> None:
    with acting(crm.database, crm.live, crm.key, boss, cause=SAMPLES, as_of=crm.as_of) as act:
        todos.add(act, "打电话", boss.id, due=todos.due_of(DAY, "15:00", act.as_of))
    crm.later(hours=4)
    assert heard(crm) == []
