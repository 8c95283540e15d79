"""The list of those who are due: whose, in which order, page by page, by the index; and what a cadence would find before there is one."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.records import cadences
from runtime.storage.db import Database
from runtime.workflows import overdue
from tests.cadences import FORMS, WEEKLY, afresh, strike
from tests.crm import Crm, made, running
from tests.runtime.staff import add
from tests.runtime.test_statements import counted
from tests.web import Site, visible
from tests.workflows.test_today import OWN_ROWS


@pytest.fixture
def crm(site: Site) -> Crm:
    found = running(site, [*FORMS, WEEKLY, OWN_ROWS])
    found.as_of = type(found.as_of)(clock.now(), found.as_of.zone)
    return found


def filled(crm: Crm, site: Site, many: int) -> None:
    """So many enterprises, each contacted a day longer ago than the one before; every third is a colleague's, the last nobody's."""
    owners = [site.actor().id, site.actor().id, site.actor("member").id]
    ids = crm.add_many("customer", [{"name": f"客户{n:03d}", "kind": "enterprise", "owner": owners[n % 3]} for n in range(many)])
    crm.add_many("talk", [{"about": "聊", "customer": one, "at": clock.text(crm.as_of.at - timedelta(days=n))} for n, one in enumerate(ids)])
    crm.add("customer", name="没人管", kind="enterprise")
    crm.add("talk", about="聊", customer=ids[-1] + 1, at=clock.text(crm.as_of.at - timedelta(days=900)))
    afresh(crm)
    strike(crm)


def names(text: str) -> list[str]:
    return re.findall(r'<a class="fn fz-clip"[^>]*>([^<]*)</a>', text)


def walk(site: Site, url: str, role: str = "administrator") -> list[str]:
    """All pages, one after the other."""
    found: list[str] = []
    while url:
        text = site.person(role).text(url)
        found += names(text)
        more = re.search(r'href="(/today/overdue/[^"]*after=[^"]*)"', text)
        url = more[1].replace("&amp;", "&") if more else ""
    return found


def test_whose_and_in_which_order(site: Site, crm: Crm) -> None:
    filled(crm, site, 130)
    address = f"/today/overdue/{crm.key}"
    late = [f"客户{n:03d}" for n in range(129, 6, -1)]
    mine = [one for one in late if int(one[2:]) % 3 != 2]
    assert walk(site, address) == mine
    assert walk(site, f"{address}?group=type/e&who=all") == ["没人管", *late]
    assert walk(site, f"{address}?who={site.actor('member').id}") == [one for one in late if one not in mine]
    assert walk(site, f"{address}?who=all", "member") == [one for one in late if one not in mine], "who sees only some records sees only their own"
    text = visible(site.person().text(address))
    assert "e 82 p 0" in text and "e：每周联系一次" in text and "晚了 122 天" in text
    assert "没有负责人" in visible(site.person().text(f"{address}?who=all"))
    assert site.person().get(f"{address}?group=type/nothing").status_code == 404 and site.person().get(f"{address}?after=x~y&who=9999999999999999999").status_code == 200


def test_a_long_list_costs_what_a_short_one_does(site: Site, crm: Crm) -> None:
    def cost() -> int:
        site.person().text(f"/today/overdue/{crm.key}")
        with counted(site) as seen:
            site.person().text(f"/today/overdue/{crm.key}")
        return len(seen)

    filled(crm, site, 12)
    few = cost()
    filled(crm, site, 90)
    assert cost() <= few + 1


def test_before_it_is_published_it_is_said_for_whom(site: Site, crm: Crm) -> None:
    filled(crm, site, 30)
    with crm.database.read() as conn:
        one = next(one for one in cadences.of(crm.app(conn)) if one.group.key == "e")
        found = overdue.foreseen(conn, one, crm.as_of)
        listed = [line.owner for line in overdue.listed(conn, one, crm.as_of, None, 100)]
    assert {each.owner: each.n for each in found} == {who: listed.count(who) for who in listed}
    assert [(each.owner, each.here) for each in found if not each.here] == [(0, False)]
    fragment = visible(site.person().text(f"/build/{crm.key}/groupings/type/e/cadenced"))
    assert f"现在有 {len(listed)} 条到了日子没联系" in fragment and "1 条没有负责人" in fragment


def test_an_app_without_cadences_pays_nothing(site: Site) -> None:
    crm = running(site, FORMS)
    one = crm.add("customer", name="沐阳")
    with counted(site) as seen:
        crm.add("talk", about="聊", customer=one, at="2026-11-22T10:00")
        site.person().text("/today")
    assert not [statement for statement in seen if "cadence" in statement]
    assert "还没有哪个组定了多久联系一次" in visible(site.person().text(f"/today/overdue/{crm.key}"))


def narrow(**rows: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A role of salespeople who see only some rows of these forms."""
    return "role", {**OWN_ROWS[1], "rows": {form: {"combinator": "and", "rules": [rule]} for form, rule in rows.items()}}


def test_what_is_not_theirs_to_see_takes_no_room_in_lists_and_figures(site: Site, crm: Crm) -> None:
    """140 of theirs that are hidden from them were contacted longer ago than the three that they see."""
    crm.publish(narrow(customer={"field": "name", "operator": "beginsWith", "value": "看"}))
    member = site.actor("member").id
    ids = crm.add_many("customer", [{"name": f"{'看' if n < 3 else '藏'}{n:03d}", "kind": "enterprise", "owner": member} for n in range(143)])
    crm.add_many("talk", [{"about": "聊", "customer": one, "at": clock.text(crm.as_of.at - timedelta(days=20 + n))} for n, one in enumerate(ids)])
    afresh(crm)
    strike(crm)
    address, person = f"/today/overdue/{crm.key}", site.person("member")
    text = person.text(address)
    assert names(text) == ["看002", "看001", "看000"] and "e 3 p 0" in visible(text) and "fz-pager" not in text
    person.text(f"/a/{crm.key}/customer/")
    assert "到了该联系的日子 3" in visible(person.text("/today")), "the page of today counts the same"
    behind = visible(person.text(f"{address}?after=2999-01-01T00:00:00~1"))
    assert "都按时联系了" in behind and "回到开头" in behind, "whoever is past the end finds the way back"


def test_talks_that_are_not_theirs_to_see_are_not_told(site: Site, crm: Crm) -> None:
    crm.publish(narrow(talk={"field": "who", "operator": "=", "value": "$me"}))
    member, boss = site.actor("member").id, site.actor().id
    both, other = crm.add_many("customer", [{"name": name, "kind": "enterprise", "owner": member} for name in ("都联系过", "别人联系过")])
    crm.add_many("talk", [{"about": "聊", "customer": one, "who": who, "at": clock.text(crm.as_of.at - timedelta(days=ago))}
                          for one, who, ago in ((both, boss, 12), (both, member, 30), (other, boss, 13))])
    afresh(crm)
    strike(crm)
    address = f"/today/overdue/{crm.key}?who={member}"
    own, all_of_it = visible(site.person("member").text(address)), visible(site.person().text(address))
    assert "上次 30 天前" in own and "还没联系过" in own and "晚了" not in own and "12 天" not in own and "13 天" not in own
    assert "上次 12 天前" in all_of_it and "上次 13 天前" in all_of_it and "晚了 5 天" in all_of_it


def test_row_rules_stand_in_the_statements_themselves(database: Database, boss: Actor) -> None:
    member = add(database, boss)
    crm = made(database, boss, [*FORMS, WEEKLY, narrow(customer={"field": "name", "operator": "beginsWith", "value": "看"})])
    ids = crm.add_many("customer", [{"name": name, "kind": "enterprise", "owner": member.id} for name in ("藏一", "看一", "藏二", "看二")])
    crm.later(days=8)
    strike(crm)
    with database.read() as conn:
        app = crm.app(conn)
        found = [one for one in cadences.of(app) if one.group.key == "e"]
        for who, seen in ((member, ids[1::2]), (boss, ids)):
            asker = overdue.Asker(app, who)
            first, *rest = overdue.listed(conn, found[0], crm.as_of, member.id, 10, asker=asker)
            assert [one.record for one in (first, *rest)] == seen and overdue.counts(conn, found, crm.as_of, member.id, asker=asker) == [len(seen)]
            assert overdue.listed(conn, found[0], crm.as_of, member.id, 10, (first.base, first.record), asker=asker) == rest


def test_neither_order_nor_cursor_says_when_others_talked(site: Site, crm: Crm) -> None:
    """60 of theirs, the later ones contacted longer ago, by somebody whose talks they may not see."""
    crm.publish(narrow(talk={"field": "who", "operator": "=", "value": "$me"}))
    member, boss = site.actor("member").id, site.actor().id
    ids = crm.add_many("customer", [{"name": f"客户{n:03d}", "kind": "enterprise", "owner": member} for n in range(60)])
    crm.add_many("talk", [{"about": "聊", "customer": one, "who": boss, "at": clock.text(crm.as_of.at - timedelta(days=20 + n))} for n, one in enumerate(ids)])
    afresh(crm)
    strike(crm)
    address = f"/today/overdue/{crm.key}"
    assert walk(site, address, "member") == [f"客户{n:03d}" for n in range(60)], "by number, each once"
    more = re.search(r'after=([^"&]*)"', site.person("member").text(address))
    assert more and more[1] in (f"~{ids[49]}", f"%7E{ids[49]}"), "where a page begins is no moment"
    past = [names(site.person("member").text(f"{address}?after={year}-01-01T00:00:00~{ids[9]}")) for year in (1999, 2999)]
    assert past[0] == past[1] and past[0][0] == "客户010", "a moment that was made up finds nothing out"
