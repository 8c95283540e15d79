"""A contact written down: the talk, the task it was for and the next step are kept together, or none of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.records.queries import Query
from runtime.storage import system_tables as tables
from runtime.workflows import todos
from tests.cadences import FORMS, WEEKLY, afresh, strike
from tests.crm import Crm, running
from tests.web import Person, Site, visible
from tests.workflows.test_today import OWN_ROWS

t = tables.task
QUERY, DAYS9 = Query(), timedelta(days=9)


@pytest.fixture
def crm(site: Site) -> Crm:
    found = running(site, [*FORMS, WEEKLY, OWN_ROWS])
    found.as_of = type(found.as_of)(clock.now(), found.as_of.zone)
    return found


def asked(crm: Crm, record: int, who: int) -> int:
    with crm.act() as act:
        number, = todos.put(act, "回个电话", [who], form="customer", record=record, due=todos.end_of(act.as_of.today, act.as_of))
    return number


def kept(crm: Crm) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The talks there are, and the tasks with their states."""
    with crm.database.read() as conn:
        talks = [(one.values["about"], one.values["customer"], one.values["way"], one.values["who"]) for page in crm.reader(conn, "talk").stream(QUERY) for one in page]
        rows = conn.execute(sa.select(t.c.title, t.c.state, t.c.record_id, t.c.person, t.c.due).order_by(t.c.id))
        return talks, [(json.loads(row[0]), *row[1:]) for row in rows]


def post(person: Person, crm: Crm, record: int, **given: Any) -> Any:
    return person.htmx("POST", f"/a/{crm.key}/customer/{record}/contact", {"about": "聊了价格", "way": "call", "at": "2026-11-22T10:00", **given})


def test_one_act_keeps_all_of_it(site: Site, crm: Crm) -> None:
    me, other = site.actor(), site.actor("builder")
    record = crm.add("customer", name="沐阳", owner=me.id)
    task, day = asked(crm, record, me.id), crm.as_of.today.isoformat()
    person = site.person()
    page = visible(person.text(f"/a/{crm.key}/customer/{record}"))
    assert "写跟进" in page
    dialog = person.htmx("GET", f"/a/{crm.key}/customer/{record}/contact?task={task}").get_data(as_text=True)
    assert 'name="about"' in dialog and 'name="customer"' not in dialog and f'name="for-task" value="{task}"' in dialog
    found = post(person, crm, record, **{"for-task": task, "step-title": "寄样品", "step-day": day, "step-person": other.id})
    assert (found.status_code, found.headers.get("HX-Refresh")) == (204, "true")
    due = todos.end_of(crm.as_of.today, crm.as_of)
    assert kept(crm) == ([("聊了价格", record, "call", me.id)], [("回个电话", "done", record, me.id, due), ("寄样品", "open", record, other.id, due)])


def test_the_next_step_at_a_time(site: Site, crm: Crm) -> None:
    """It is due at the time, and its person is reminded then; a time without a day is said at its place, with all that was typed."""
    record = crm.add("customer", name="沐阳", owner=site.actor().id)
    person = site.person()
    refused = post(person, crm, record, **{"step-title": "寄样品", "step-time": "15:00"})
    shown = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "还要写哪天" in shown and 'value="15:00"' in shown and "聊了价格" in shown
    post(person, crm, record, **{"step-title": "寄样品", "step-day": "2099-01-05", "step-time": "15:00"})
    assert kept(crm)[1] == [("寄样品", "open", record, site.actor().id, "2099-01-05T07:00:00Z")]
    with crm.database.read() as conn:
        assert conn.execute(sa.select(tables.reminder.c.at)).scalar() == "2099-01-05T07:00:00Z"


@pytest.mark.parametrize("wrong", [{"about": ""}, {"step-day": "2026-12-01"}, {"step-time": "15:00"}, {"step-title": "寄", "step-person": 999}, {"at": "gestern"}])
def test_or_nothing(site: Site, crm: Crm, wrong: dict[str, Any]) -> None:
    record = crm.add("customer", name="沐阳", owner=site.actor().id)
    task = asked(crm, record, site.actor().id)
    found = post(site.person(), crm, record, **{"for-task": task, **wrong})
    assert found.status_code == 422 and 'class="fz-err' in found.get_data(as_text=True)
    assert kept(crm)[0] == [] and [row[1] for row in kept(crm)[1]] == ["open"]


def test_what_is_not_theirs_is_not_there(site: Site, crm: Crm) -> None:
    record = crm.add("customer", name="沐阳", owner=site.actor().id)
    assert post(site.person("member"), crm, record).status_code == 404
    mine = crm.add("customer", name="半山", owner=site.actor("member").id)
    refused = post(site.person("member"), crm, mine, **{"for-task": asked(crm, record, site.actor().id)})
    assert json.loads(refused.headers["HX-Trigger"])["toast"]["tone"] == "bad"
    assert kept(crm)[0] == []


def test_without_a_form_for_talks_there_is_no_door(site: Site) -> None:
    crm = running(site, [FORMS[0]])
    record = crm.add("customer", name="沐阳")
    assert "写跟进" not in visible(site.person().text(f"/a/{crm.key}/customer/{record}"))
    assert site.person().htmx("GET", f"/a/{crm.key}/customer/{record}/contact").status_code == 404


def test_what_a_cadence_asks_for_goes_away_with_the_contact(site: Site, crm: Crm) -> None:
    record = crm.add("customer", name="沐阳", kind="enterprise", owner=site.actor().id)
    crm.add("talk", about="上回", customer=record, at=clock.text(crm.as_of.at - DAYS9))
    afresh(crm)
    assert strike(crm) == 1
    said = visible(site.person().text("/today"))
    assert "e：每周联系一次" in said and "上次 9 天前" in said and "到了该联系的日子" in said
    assert post(site.person(), crm, record, at=f"{crm.as_of.today}T00:00").status_code == 204
    assert [row[1] for row in kept(crm)[1]] == ["done"] and "沐阳" not in visible(site.person().text(f"/today/overdue/{crm.key}"))


def test_a_quick_layout_is_what_is_asked_for(site: Site) -> None:
    talk = {**FORMS[1][1], "x-fenzu": {**FORMS[1][1]["x-fenzu"], "layouts": {"quick": [{"key": "q", "label": {"zh": "快", "en": "q"}, "items": [{"field": "way"}, {"field": "about"}, {"field": "customer"}, {"field": "at"}]}]}}}
    crm = running(site, [FORMS[0], ("form", talk)])
    record = crm.add("customer", name="沐阳")
    dialog = site.person().htmx("GET", f"/a/{crm.key}/customer/{record}/contact").get_data(as_text=True)
    assert dialog.index('name="way"') < dialog.index('name="about"') and 'name="who"' not in dialog
