"""The pages of being away, and of whoever set a run off: remind, withdraw."""

from __future__ import annotations

import sqlalchemy as sa

from runtime.storage import system_tables as tables
from runtime.workflows import absences
from tests.crm import running, words
from tests.flows import Flows, flow, step
from tests.web import Site, visible


def test_somebody_says_they_are_away_and_comes_back(site: Site) -> None:
    boss, member = site.person(), site.person("member")
    with site.database.read() as conn:
        who = conn.execute(sa.select(tables.person.c.id).where(tables.person.c.login == "member")).scalar_one()
    me = site.actor().id
    assert "安排代办" in visible(boss.text("/me/"))
    assert "不能早于" in boss.post("/me/away/", data={"since": "2026-11-30", "until": "2026-11-20", "stands_in": str(who)}).text
    assert "没看懂" in boss.post("/me/away/", data={"since": "soon", "until": "2026-11-20", "stands_in": str(who)}).text
    boss.post("/me/away/", data={"since": "2026-11-20", "until": "2026-11-30", "stands_in": str(who)})
    assert "2026-11-20 到 2026-11-30" in visible(boss.text("/me/away/"))
    with site.database.read() as conn:
        assert absences.of(conn, me) == absences.Absence(me, "2026-11-20", "2026-11-30", who)
    boss.post("/me/away/back")
    with site.database.read() as conn:
        assert absences.of(conn, me) is None
    assert "代办" in member.text("/me/away/")


def test_whoever_set_it_off_reminds_and_withdraws(site: Site) -> None:
    boss, _member = site.person(), site.person("member")
    crm = running(site)
    f = Flows(crm)
    crm.publish(flow("deal", {"type": "created"}, step("a", "approve", title=words("报价", "Quote"), who=[{"role": "member"}])))
    record = crm.add("customer", name="沐阳")
    f.work()
    page = f"/a/{crm.key}/customer/{record}/runs"
    shown = visible(boss.text(page))
    assert "提醒一下" in shown and "撤回" in shown
    run = f.runs()[0].id
    boss.post(f"{page}/{run}/remind")
    assert ("task_reminded",) in f.all(tables.notice, "code")
    boss.post(f"{page}/{run}/withdraw")
    assert f.runs()[0].state == "stopped" and f.all(tables.task, "state") == [("gone",)]
    assert "撤回" not in visible(boss.text(page))
