"""What people at work ran into on one day with only a browser: each of it stays mended."""

from __future__ import annotations

import re

import pytest

from runtime import clock
from tests.crm import BODIES, Crm, running
from tests.web import Site, visible
from tests.workflows.test_today import OWN_ROWS, TALK


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
