"""The page of today: what it counts and names, what is done in place and taken back, and how little it asks of a full desk."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.sql.prepared import Prepared
from runtime.storage import system_tables as tables
from runtime.workflows import desk, todos
from runtime.workflows.desk import EVERY, FOLLOW, FREE, Span
from tests.crm import BODIES, Crm, field, form, running
from tests.runtime.test_statements import counted
from tests.web import Person, Site, visible

t = tables.task
OWN_ROWS = ("role", {"kind": "role", "format": 1, "key": "member", "label": {"zh": "业务员", "en": "Sales"}, "can": {"records": ["create", "change"]},
                     "rows": {"customer": {"combinator": "and", "rules": [{"field": "owner", "operator": "=", "value": "$me"}]}}})
TALK = form("talk", "subject", {
    "subject": field("text", "聊什么", {"type": "string", "minLength": 1, "maxLength": 80}),
    "customer": field("link", "客户", {"type": "integer", "minimum": 1}, form="customer", inverse="talks", inverse_label={"zh": "跟进", "en": "Talks"}),
    "at": field("datetime", "时间", {"type": "string", "format": "date-time"}),
    "by": field("person", "谁", {"type": "integer", "minimum": 1}),
}, ["subject", "customer", "at"])


@pytest.fixture
def crm(site: Site) -> Crm:
    """The small system with a form of talks and salespeople who see their own customers, at the real moment."""
    found = running(site, [*BODIES, ("form", TALK), OWN_ROWS])
    found.as_of = type(found.as_of)(clock.now(), found.as_of.zone)
    return found


def day(crm: Crm, by: int = 0) -> date:
    return crm.as_of.today + timedelta(days=by)


def ask(crm: Crm, site: Site, title: str, by: int | None, *, record: int | None = None, who: str = "administrator") -> int:
    """A task for somebody, so many days from now."""
    due = None if by is None else todos.end_of(day(crm, by), crm.as_of)
    with crm.act() as act:
        number, = todos.put(act, title, [site.actor(who).id], due=due, form="customer" if record else "", record=record)
    return number


def states(site: Site, *numbers: int) -> list[str]:
    with site.database.read() as conn:
        return [desk.one(conn, number).state for number in numbers]


def test_it_counts_and_names(site: Site, crm: Crm) -> None:
    a, b = crm.add("customer", name="苏州沐阳", size=60), crm.add("customer", name="南京金陵")
    ask(crm, site, "确认冷链", -3, record=a)
    ask(crm, site, "报方案", 0, record=b)
    ask(crm, site, "对账", 1, record=b)
    ask(crm, site, "整理名单", 0)
    crm.add("talk", subject="电话", customer=a, at=f"{day(crm, -6)}T10:00", by=site.actor().id)
    text = visible(site.person().text("/today"))
    for said in ("今天有 2 条customer要跟进，其中 1 条已经逾期", "苏州沐阳", "确认冷链", "上次 6 天前", "还没联系过", "晚了 3 天", "全天", "整理名单", "写跟进", "M mid"):
        assert said.replace(" ", "") in text.replace(" ", ""), said
    assert "对账" not in text
    tomorrow = visible(site.person().text(f"/today?day={day(crm, 1)}"))
    assert "对账" in tomorrow and "确认冷链" not in tomorrow


def test_an_empty_day(site: Site, crm: Crm) -> None:
    text = visible(site.person().text("/today"))
    assert "今天没有要跟进的" in text and "没有等你审批的" in text
    assert site.person().text("/today?day=never") and site.person().text(f"/today?day={day(crm, 2)}")


def test_without_any_app(site: Site) -> None:
    assert "今天没有要跟进的" in visible(site.person().text("/today"))


def test_ticked_off_and_taken_back(site: Site, crm: Crm) -> None:
    number = ask(crm, site, "报方案", 0, record=crm.add("customer", name="沐阳"))
    boss = site.person()
    boss.get("/today")
    answer = boss.htmx("POST", f"/today/{number}/done", {"on": ""}, HX_Target="today")
    assert answer.status_code == 200 and 'id="today-count"' in answer.text and 'aria-checked="true"' in answer.text
    undo = _toast(answer)["undo"]
    assert states(site, number) == ["done"] and _toast(answer)["seconds"] == 10
    again = boss.htmx("POST", f"/today/{number}/done", {"on": ""}, HX_Target="today")
    assert again.status_code == 200 and _toast(again)["tone"] == "bad" and 'aria-checked="true"' in again.text, "a second tick leaves the page as it is"
    assert boss.htmx("POST", undo).status_code == 204 and states(site, number) == ["open"]
    assert boss.post(f"/today/{number}/done").status_code == 303
    assert boss.post(f"/today/{number}/reopen").status_code == 303 and states(site, number) == ["open"]


def _toast(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.headers["HX-Trigger"])["toast"]
    return found


def test_moved_and_handed_on(site: Site, crm: Crm) -> None:
    number, boss, member = ask(crm, site, "报方案", 0), site.person(), site.person("member")
    answer = boss.htmx("POST", f"/today/{number}/move", {"day": day(crm, 5).isoformat(), "on": ""}, HX_Target="today")
    with site.database.read() as conn:
        assert desk.one(conn, number).due == todos.end_of(day(crm, 5), crm.as_of)
    assert boss.htmx("POST", _toast(answer)["undo"]).status_code == 204
    assert boss.htmx("POST", f"/today/{number}/move", {"day": "soon"}).status_code == 422
    assert member.get(f"/today?task={number}").status_code == 404
    assert member.post(f"/today/{number}/done").status_code == 403
    assert boss.post(f"/today/{number}/hand", {"person": site.actor("member").id}).status_code == 303
    assert "报方案" in visible(member.text("/today")) and "报方案" in visible(member.text(f"/today?task={number}"))
    assert "报方案" not in visible(boss.text("/today")) and "报方案" in visible(boss.text(f"/today?task={number}")), "whoever gave it can still look"


def test_written_by_hand(site: Site, crm: Crm) -> None:
    boss, record = site.person(), crm.add("customer", name="沐阳", owner=site.actor("member").id)
    given = {"app": crm.key, "title": "寄样品", "day": day(crm).isoformat()}
    assert "寄样品" not in boss.text("/today/new") and "沐阳" in boss.text(f"/today/new?app={crm.key}&form=customer&record={record}")
    assert boss.htmx("POST", "/today/new", given).status_code == 204
    assert boss.htmx("POST", "/today/new", {**given, "form": "customer", "record": str(record), "person": str(site.actor("member").id)}).status_code == 204
    refused = boss.htmx("POST", "/today/new", {**given, "title": " "})
    assert refused.status_code == 422 and "写一句要做什么" in refused.text
    assert boss.htmx("POST", "/today/new", {**given, "record": "99", "form": "customer"}).status_code == 404
    with site.database.read() as conn:
        assert [(row.kind, row.person) for row in conn.execute(sa.select(t.c.kind, t.c.person).order_by(t.c.id))] == [
            (FREE, site.actor().id), (FOLLOW, site.actor("member").id)]


def test_nobody_reads_of_records_they_may_not_see(site: Site, crm: Crm) -> None:
    """A task about another's customer says neither the name nor what stands in its title."""
    mine = crm.add("customer", name="自己的客户", owner=site.actor("member").id)
    other = crm.add("customer", name="别人的客户", owner=site.actor().id)
    own, hidden = (ask(crm, site, title, 0, record=record, who="member") for title, record in (("给自己的客户打电话", mine), ("给别人的客户打电话", other)))
    gone = ask(crm, site, "旧客户回访", 0, record=crm.add("customer", name="旧客户", owner=site.actor("member").id), who="member")
    crm.drop("customer", mine + 2)
    member = site.person("member")
    for url in ("/today", "/today/tasks", f"/today?task={hidden}", f"/today?task={gone}"):
        text = visible(member.text(url))
        assert "别人的客户" not in text and "旧客户" not in text and "看不到" in text, url
    assert "自己的客户" in visible(member.text("/today")) and states(site, own) == ["open"]
    answer = member.htmx("POST", f"/today/{hidden}/done", {"on": ""}, HX_Target="today")
    assert answer.status_code == 200 and "别人的客户" not in _toast(answer)["text"]


def test_the_list_of_all(site: Site, crm: Crm) -> None:
    numbers = [ask(crm, site, f"事情{n:03}", n % 9 - 4) for n in range(70)]
    boss, seen, url = site.person(), [], "/today/tasks"
    while url:
        html = boss.text(url)
        seen += re.findall(r"事情\d{3}", visible(html))
        found = re.search(r'href="(/today/tasks\?[^"]*after=[^"]*)"', html)
        url = found[1].replace("&amp;", "&") if found else ""
    assert sorted(seen) == sorted(f"事情{n:03}" for n in range(70))
    for number in numbers[:3]:
        boss.post(f"/today/{number}/done")
    assert visible(boss.text("/today/tasks?show=ended")).count("做完了") >= 3
    assert boss.text("/today/tasks?show=asked") and boss.text("/today/tasks?after=x~y") and boss.text("/today/tasks?show=ended&after=x~1")


def test_my_customers_moved(site: Site, crm: Crm) -> None:
    mine, other = crm.add("customer", name="我的", owner=site.actor().id, size=10), crm.add("customer", name="别人的", owner=site.actor("member").id, size=10)
    for record in (mine, other):
        crm.set("customer", record, size=90)
    boss = site.person()
    boss.get(f"/a/{crm.key}/customer/")
    text = visible(boss.text("/today"))
    assert "我的客户有变化" in text and "我的 low" in text and "别人的 low" not in text


def fill(site: Site, crm: Crm, number: int, records: Sequence[int]) -> None:
    """A desk with so many tasks: late, today, later, without a date, to be answered, and some that are over."""
    kinds = (FOLLOW, FOLLOW, FOLLOW, FREE, "approve", "fill")
    rows = []
    for n in range(number):
        kind, over = kinds[n % 6], n % 10 == 9
        rows.append({"app_id": 1, "form": "" if kind == FREE else "customer", "record_id": None if kind == FREE else records[n % len(records)], "person": site.actor().id,
                     "kind": kind, "state": "done" if over else "open", "title": '"t"', "at": clock.text(crm.as_of.at), "step": "", "turn": 0, "opinion": "",
                     "due": None if n % 7 == 0 else todos.end_of(day(crm, n % 41 - 20), crm.as_of), "ended_at": clock.text(crm.as_of.at) if over else None})
    with site.database.write() as conn:
        for start in range(0, number, 5000):
            conn.execute(sa.insert(t), rows[start : start + 5000])


def test_a_full_desk_asks_no_more_than_an_empty_one(site: Site, crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many statements for 3,000 tasks as for 60, none without an index, and no figure beyond its bound."""
    records = crm.add_many("customer", [{"name": f"n{n}", "size": n} for n in range(30)])
    boss, asked, run = site.person(), [], Prepared.run
    ready: list[tuple[str, Any]] = []

    def noted(self: Prepared, conn: sa.Connection, **context: Any) -> Any:
        ready.append((self.text, self.parameters(context)))
        return run(self, conn, **context)

    monkeypatch.setattr(Prepared, "run", noted)
    for number in (60, 3000):
        fill(site, crm, number, records)
        boss.text("/today")
        ready.clear()
        with counted(site) as seen:
            boss.text("/today")
        asked.append(len(seen) + len(ready))
    assert asked[1] <= asked[0] and asked[0] < 45, asked
    assert "99+" in visible(boss.text("/today")) and not [statement for statement in seen if "FROM task" in statement]
    own = [(text, given) for text, given in ready if "FROM task" in text]
    assert len(own) > 5
    with site.database.read() as conn:
        for text, given in own:
            plan = [str(row[-1]) for row in conn.exec_driver_sql("EXPLAIN QUERY PLAN " + text, given)]
            assert not [line for line in plan if line.startswith("SCAN task") or "USE TEMP B-TREE" in line], (text, plan)
            assert any("INDEX ix_task_" in line for line in plan)


def test_a_hundred_thousand_open_tasks(site: Site, crm: Crm) -> None:
    """What the page asks of the desk takes about as long with 100,000 tasks as with 600: no reading of all of it."""
    records = crm.add_many("customer", [{"name": f"n{n}", "size": n} for n in range(30)])
    took = []
    for number in (600, 100_000):
        fill(site, crm, number, records)
        with site.database.read() as conn:
            best = min(_asked(conn, site, crm) for _ in range(5))
        took.append(best)
    assert took[1] < took[0] * 5 + 0.01, took


def _asked(conn: sa.Connection, site: Site, crm: Crm) -> float:
    began, me = time.perf_counter(), site.actor().id
    desk.counts(conn, me, [Span(EVERY), Span([FOLLOW], until=clock.text(crm.as_of.at))])
    desk.listed(conn, me, Span(EVERY), 50)
    desk.listed(conn, me, Span([FOLLOW], until=clock.text(crm.as_of.at)), 20)
    desk.ended(conn, me, 40)
    return time.perf_counter() - began


def test_the_sidebar_counts_after_the_page(site: Site, crm: Crm) -> None:
    ask(crm, site, "报方案", 0)
    boss: Person = site.person()
    page = boss.text(f"/a/{crm.key}/customer/")
    assert 'href="/today"' in page and 'id="today-count-bar"' in page
    found = boss.htmx("GET", "/notices/count?today=1").text
    assert 'id="today-count"' in found and ">1<" in found
