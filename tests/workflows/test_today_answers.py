"""Answered in place: yes at a press, no with an opinion, fields filled in, handed on; and what is refused leaves the page as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runtime import clock
from runtime.storage import system_tables as tables
from runtime.workflows import desk
from runtime.workflows.desk import ASKED, Span
from tests.crm import Crm, running
from tests.flows import Flows, flow, step
from tests.web import Site, visible

TITLE = {"zh": "「{name}」的折扣", "en": "A discount for “{name}”"}


@pytest.fixture
def crm(site: Site) -> Crm:
    found = running(site)
    found.as_of = type(found.as_of)(clock.now(), found.as_of.zone)
    return found


def asked(site: Site, crm: Crm, kind: str, who: str = "administrator", **node: Any) -> tuple[Flows, int, int]:
    """A customer about whom somebody is asked; the flows, the record and the task."""
    f = Flows(crm)
    crm.publish(flow("deal", {"type": "created"}, step("a", kind, title=TITLE, who=[{"person": site.actor(who).id}], **node), step("b", "tag", field="tags", add=["gold"])))
    record = crm.add("customer", name="沐阳", size=5)
    f.work()
    with site.database.read() as conn:
        task, = desk.listed(conn, site.actor(who).id, Span(ASKED), 5)
    return f, record, task.id


def state(site: Site, number: int) -> tuple[str, str]:
    with site.database.read() as conn:
        found = desk.one(conn, number)
    return found.state, found.opinion


def toast(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])["toast"]
    return found


def test_approved_at_a_press(site: Site, crm: Crm) -> None:
    f, record, number = asked(site, crm, "approve")
    boss = site.person()
    text = visible(boss.text("/today"))
    assert "还没有" not in text and "「沐阳」的折扣" in text and "不同意" in text and "1 件事" in text
    answer = boss.htmx("POST", f"/today/{number}/answer", {"way": "approve", "on": ""}, HX_Target="today")
    assert answer.status_code == 200 and "已同意" in toast(answer)["text"] and "没有等你审批的" in visible(answer.text)
    f.crm.later(minutes=1)
    f.work()
    assert state(site, number) == ("approved", "") and f.value("customer", record, "tags") == ["gold"]
    again = boss.htmx("POST", f"/today/{number}/answer", {"way": "refuse", "on": "", "opinion": "x"}, HX_Target="today")
    assert again.status_code == 200 and toast(again)["tone"] == "bad"
    assert "同意了" in visible(boss.text("/today/tasks?show=ended"))


def test_refused_with_an_opinion(site: Site, crm: Crm) -> None:
    f, record, number = asked(site, crm, "approve")
    boss = site.person()
    assert "answer-opinion" in boss.htmx("GET", f"/today/{number}/answer?way=refuse").text
    without = boss.htmx("POST", f"/today/{number}/answer", {"way": "refuse", "opinion": " "}, HX_Target="dialog-slot")
    assert without.status_code == 422 and 'id="answer-opinion-error"' in without.text and state(site, number)[0] == "open"
    assert boss.htmx("POST", f"/today/{number}/answer", {"way": "refuse", "opinion": "利润太薄"}, HX_Target="dialog-slot").status_code == 204
    f.crm.later(minutes=1)
    f.work()
    assert state(site, number) == ("refused", "利润太薄") and f.value("customer", record, "tags") is None
    assert "利润太薄" in visible(boss.text(f"/today?task={number}"))


def test_an_opinion_always(site: Site, crm: Crm) -> None:
    _, _, number = asked(site, crm, "approve", opinion="always")
    boss = site.person()
    assert f"/today/{number}/answer?way=approve" in boss.text("/today")
    assert boss.htmx("POST", f"/today/{number}/answer", {"way": "approve"}, HX_Target="dialog-slot").status_code == 422
    assert boss.post(f"/today/{number}/answer", {"way": "approve", "opinion": "好"}).status_code == 303 and state(site, number) == ("approved", "好")


def test_filled_in(site: Site, crm: Crm) -> None:
    f, record, number = asked(site, crm, "fill", fields=["size", "kind"], needed=["size"])
    boss = site.person()
    page = boss.text(f"/today?task={number}")
    assert 'name="size"' in page and 'name="kind"' in page and 'name="vip"' not in page
    wrong = boss.htmx("POST", f"/today/{number}/answer", {"with": "1", "way": "fill", "size": "viel", "kind": "agent"}, HX_Target="dialog-slot")
    assert wrong.status_code == 422 and "viel" in wrong.text
    assert boss.htmx("POST", f"/today/{number}/answer", {"with": "1", "way": "fill", "size": "77", "kind": "agent", "vip": "1"}, HX_Target="dialog-slot").status_code == 204
    f.crm.later(minutes=1)
    f.work()
    assert (f.value("customer", record, "size"), f.value("customer", record, "kind"), f.value("customer", record, "vip")) == (77, "agent", None)
    assert f.runs()[0].state == "done"


def test_handed_on_and_not_anothers(site: Site, crm: Crm) -> None:
    _, _, number = asked(site, crm, "approve")
    boss, member = site.person(), site.person("member")
    refused = member.htmx("POST", f"/today/{number}/answer", {"way": "approve", "on": ""}, HX_Target="today")
    assert toast(refused)["tone"] == "bad" and state(site, number)[0] == "open"
    assert boss.post(f"/today/{number}/hand", {"person": str(site.actor("member").id)}).status_code == 303
    assert state(site, number)[0] == "handed" and "的折扣" in visible(member.text("/today")) and "没有等你审批的" in visible(boss.text("/today"))
    assert [row[0] for row in Flows(crm).all(tables.task, "person")] == [site.actor().id, site.actor("member").id]
