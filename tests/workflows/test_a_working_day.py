"""What people at work ran into on one day with only a browser: each of it stays mended."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from runtime import clock
from tests.crm import BODIES, Crm, running
from tests.web import Site, visible
from tests.workflows.test_today import OWN_ROWS, TALK, ask, day


@pytest.fixture
def crm(site: Site) -> Crm:
    """The small system whose salespeople see their own customers, at the real moment."""
    found = running(site, [*BODIES, ("form", TALK), OWN_ROWS])
    found.as_of = type(found.as_of)(clock.now(), found.as_of.zone)
    return found


def test_people_are_listed_while_an_invitation_waits(site: Site, crm: Crm) -> None:
    """The sidebar has a number of its own for what waits; the page of people once gave it the list of invitations."""
    boss = site.person()
    boss.get(f"/a/{crm.key}/customer/")
    boss.post("/settings/people/invite", {"name": "陈安", "role": "member", "lang": "zh"})
    assert "等待加入" in visible(boss.text("/settings/people"))


def test_the_field_that_is_set_for_many_is_the_one_that_was_chosen(site: Site, crm: Crm) -> None:
    record, boss = crm.add("customer", name="沐阳"), site.person()
    html = boss.htmx("GET", f"/a/{crm.key}/customer/together/fields?field=owner&id={record}").text
    assert re.search(r'<option value="owner" selected>', html), "the dialog says it sets the owner, and sends it"
    assert len(re.findall(r"<option [^>]*selected", html.split("</select>")[0])) == 1


def toast(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])["toast"]
    return found


def test_nobody_is_handed_what_they_may_not_see(site: Site, crm: Crm) -> None:
    """They could do nothing with it, and the bell would tell them its title."""
    boss, member = site.person(), site.person("member")
    hidden, theirs = crm.add("customer", name="别人的", owner=site.actor().id), crm.add("customer", name="他的", owner=site.actor("member").id)
    secret, plain = ask(crm, site, "谈降价", 0, record=hidden), ask(crm, site, "打电话", 0, record=theirs)
    refused = boss.htmx("POST", f"/today/{secret}/hand", {"person": site.actor("member").id, "on": ""}, HX_Target="today")
    assert "看不到" in toast(refused)["text"] and toast(refused)["tone"] == "bad"
    assert "谈降价" not in visible(member.text("/notices/")) and "谈降价" in visible(boss.text("/today"))
    given = {"app": crm.key, "title": "谈降价", "form": "customer", "record": str(hidden), "person": str(site.actor("member").id)}
    asked = boss.htmx("POST", "/today/new", given)
    assert asked.status_code == 422 and "看不到" in asked.text
    assert boss.htmx("POST", f"/today/{plain}/hand", {"person": site.actor("member").id, "on": ""}, HX_Target="today").status_code == 200
    assert "打电话" in visible(member.text("/today"))


def test_what_was_handed_on_comes_back(site: Site, crm: Crm) -> None:
    boss, member, number = site.person(), site.person("member"), ask(crm, site, "报方案", 0)
    way = toast(boss.htmx("POST", f"/today/{number}/hand", {"person": site.actor("member").id, "on": ""}, HX_Target="today"))["undo"]
    assert "报方案" in visible(member.text("/notices/"))
    assert boss.htmx("POST", way).status_code == 204
    assert "报方案" in visible(boss.text("/today")) and "报方案" not in visible(member.text("/today")) + visible(member.text("/notices/"))
    way = toast(boss.htmx("POST", f"/today/{number}/hand", {"person": site.actor("member").id, "on": ""}, HX_Target="today"))["undo"]
    member.post(f"/today/{number}/done")
    assert boss.htmx("POST", way).status_code == 409, "what they have done stays done"


def test_today_says_the_same_number_everywhere(site: Site, crm: Crm) -> None:
    """What is late counts on today's tile as in the sentence; a date in a toast is said, not spelt."""
    boss = site.person()
    for by in (-2, 0, 0):
        ask(crm, site, "打电话", by, record=crm.add("customer", name="沐阳"))
    html = boss.text("/today")
    tile = re.search(rf'id="day-{crm.as_of.today.isoformat()}".*?</a>', html, re.S)
    assert tile and visible(tile[0]).split()[-2:] == ["3", "条"], visible(html)
    moved = boss.htmx("POST", f"/today/{ask(crm, site, '寄样', 0)}/move", {"day": day(crm, 1).isoformat(), "on": ""}, HX_Target="today")
    assert "明天" in toast(moved)["text"]


def test_a_talk_logged_from_a_task_begins_with_its_words(site: Site, crm: Crm) -> None:
    boss, _, record = site.person(), site.person("member"), crm.add("customer", name="沐阳")
    mine, theirs = ask(crm, site, "确认冷链", 0, record=record), ask(crm, site, "别人的话", 0, record=record, who="member")
    address = f"/a/{crm.key}/customer/{record}/contact"
    begun = [re.search(r'name="subject"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="subject"', boss.htmx("GET", address + more).text) for more in (f"?task={mine}", f"?task={theirs}", "")]
    assert [found and (found[1] or found[2]) for found in begun] == ["确认冷链", "", ""]


def test_whoever_joined_has_been_here(site: Site, crm: Crm) -> None:
    boss = site.person()
    html = boss.post("/settings/people/invite", {"name": "陈安", "role": "member", "lang": "zh"}, follow_redirects=True).text
    link = re.search(r"/join/[\w-]+", html)
    assert link and site.visitor().post(link[0], {"name": "陈安", "login": "chenan", "password": "correct horse"}).status_code == 303
    row = re.search(r"<tr[^>]*>(?:(?!</tr>).)*陈安.*?</tr>", boss.text("/settings/people"), re.S)
    assert row and "还没登录过" not in visible(row[0])
