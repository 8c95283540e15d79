"""Comments on a record's page: the box, the tabs, editing in place, deleting with a way back, who is offered; nothing typed is lost."""

from __future__ import annotations

import html
import json
import re

import pytest

from runtime.accounts import people
from tests.crm import BODIES, Crm, one, running, words
from tests.runtime.test_statements import counted
from tests.web import Person, Site, visible

ROLE = {"kind": "role", "format": 1, "key": "member", "label": words("成员"), "can": {"records": []}, "rows": {"customer": one({"field": "owner", "operator": "=", "value": "$me"})}}
BAD = "<img src=x onerror=alert(1)>&amp;\n'\"{{7*7}}"


@pytest.fixture
def crm(site: Site) -> Crm:
    found = running(site, BODIES, ("role", ROLE))
    found.add("customer", name="甲", owner=site.actor().id)
    found.add("customer", name="乙", owner=site.actor("member").id)
    return found


def at(crm: Crm, rest: str = "", record: int = 1) -> str:
    return f"/a/{crm.key}/customer/{record}{rest}"


def say(person: Person, crm: Crm, text: str, status: int = 200, record: int = 1) -> str:
    answer = person.htmx("POST", at(crm, "/comments", record), {"text": text})
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_what_was_typed_is_shown_as_words(site: Site, crm: Crm) -> None:
    boss = site.person()
    assert "还没有评论" in boss.text(at(crm, "?show=comments"))
    said = say(boss, crm, f"@Builder {BAD}")
    assert "<img" not in said and html.escape("<img src=x onerror=alert(1)>") in said and ">@Builder<" not in said  # nobody of that name yet
    site.actor("builder")
    said = say(boss, crm, f"@Builder {BAD}")
    assert '<b class="fz-at">@Builder</b>' in said and "49" not in visible(said) and "data-kept-done" in said
    page = boss.text(at(crm))
    assert "<img src=x" not in page and page.count('id="comment-') >= 2


def test_without_script(site: Site, crm: Crm) -> None:
    boss = site.person()
    answer = boss.post(at(crm, "/comments"), {"text": "无脚本"})
    assert answer.status_code == 303 and answer.headers["Location"].endswith("#comment-1")
    answer = boss.post(at(crm, "/comments"), {"text": "长" * 5_001})
    assert answer.status_code == 422 and "最多 5,000 个字" in visible(answer.text).replace("5000", "5,000") and "长" * 5_001 in answer.text
    assert boss.post(at(crm, "/comments/1"), {"text": "改"}).status_code == 303
    assert boss.post(at(crm, "/comments/1/remove")).status_code == 303


def test_nothing_typed_is_lost(site: Site, crm: Crm) -> None:
    site.actor("member")
    boss = site.person()
    found = say(boss, crm, "请 @Member 看", 422)
    assert "请 @Member 看</textarea>" in found and "Member看不到这条记录" in found and 'aria-invalid="true"' in found and "data-returned" in found
    say(boss, crm, "先记")
    answer = boss.htmx("POST", at(crm, "/comments/1"), {"text": "@Member"})
    assert answer.status_code == 422 and ">@Member</textarea>" in answer.text


def test_editing_and_deleting_in_place(site: Site, crm: Crm) -> None:
    boss, builder = site.person(), site.person("builder")
    say(boss, crm, "第一句")
    assert "<textarea" in boss.htmx("GET", at(crm, "/comments/1?edit=1")).text
    assert "<textarea" not in builder.htmx("GET", at(crm, "/comments/1?edit=1")).text
    assert builder.htmx("POST", at(crm, "/comments/1"), {"text": "别人改"}).status_code == 403
    assert "改过" in boss.htmx("POST", at(crm, "/comments/1"), {"text": "第二句"}).text
    answer = builder.htmx("POST", at(crm, "/comments/1/remove"))
    undo = json.loads(answer.headers["HX-Trigger"])["toast"]["undo"]
    assert "第二句" not in builder.text(at(crm)) and "删除了一条评论" in visible(builder.text(at(crm)))
    assert builder.htmx("POST", undo).headers["HX-Refresh"] == "true" and "第二句" in boss.text(at(crm))
    assert boss.htmx("GET", at(crm, "/comments/1", record=2)).status_code == 404  # of another record


def test_who_may_not_see_the_record_gets_nothing(site: Site, crm: Crm) -> None:
    say(site.person(), crm, "内部消息")
    member = site.person("member")
    for method, rest in (("GET", "/comments/1"), ("GET", "/history"), ("GET", "/comments/people"), ("POST", "/comments"), ("POST", "/comments/1"), ("POST", "/comments/1/remove")):
        answer = member.htmx(method, at(crm, rest), {"text": "x"} if method == "POST" else None)
        assert answer.status_code == 404 and "内部消息" not in answer.text, rest
    assert "我的客户" in say(member, crm, "我的客户", record=2)
    assert site.person().client.post(at(crm, "/comments"), data={"text": "x"}).status_code == 400  # no secret against forgery


def test_colleagues_are_found_in_pinyin_and_told_apart(site: Site, crm: Crm) -> None:
    boss = site.person()
    with site.database.write() as conn:
        for login, name in (("zhou", "周子航"), ("wm2", "王敏")):
            people.add(conn, site.actor(), login, name, "builder", "zh")
        people.add(conn, site.actor(), "chen", "陈晓", "member", "zh")

    def offered(typed: str) -> list[tuple[str, str, bool]]:
        found = boss.get(at(crm, "/comments/people"), query_string={"q": typed}).get_json()
        return [(one["call"], one["hint"], one["off"]) for one in found]

    assert offered("zzh") == offered("zihang") == offered("周") == [("周子航", "", False)]
    assert sorted(offered("wm")) == [("boss", "boss", False), ("wm2", "wm2", False)]
    assert offered("chen") == [("陈晓", "看不到这条记录", True)] and offered("nobody") == []
    found = boss.get(f"/a/{crm.key}/customer/find/people?q=zzh").get_json()
    assert [one["text"] for one in found] == ["周子航"]


def ids(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="comment-(\d+)"', text)]


def test_pages_and_tabs(site: Site, crm: Crm) -> None:
    boss = site.person()
    for number in range(24):
        crm.set("customer", 1, size=number)
        say(boss, crm, f"第 {number} 句")
    for show, comments, lines in (("comments", 24, 0), ("changes", 0, 25), ("all", 24, 25)):
        seen, text, pages = [], boss.text(at(crm, f"?show={show}")), 1
        seen += ids(text)
        count = len(re.findall(r'<li class="fz-tl-i', text))
        assert count == 20
        while more := re.search(r'hx-get="([^"]+history\?[^"]+(?:said|before)=[^"]+)"', text):
            text = boss.htmx("GET", html.unescape(more[1])).text
            assert "fz-tabs" not in text
            seen, count, pages = seen + ids(text), count + len(re.findall(r'<li class="fz-tl-i', text)), pages + 1
        assert seen == sorted(seen, reverse=True) and len(set(seen)) == len(seen) == comments and count == comments + lines, show
        assert pages == -(-(comments + lines) // 20)


def test_a_notice_leads_to_an_old_comment(site: Site, crm: Crm) -> None:
    boss = site.person()
    for number in range(30):
        say(boss, crm, f"第 {number} 句")
    page = boss.text(at(crm, "?comment=3"))
    assert ids(page) == [3, 2, 1] and "看最新的" in page
    assert ids(boss.text(at(crm, "?comment=29")))[:2] == [30, 29]
    boss.htmx("POST", at(crm, "/comments/3/remove"))
    page = boss.text(at(crm, "?comment=3"))
    assert ids(page)[0] == 30 and "已经删掉了" in page
    for odd in (0, -1, 2**63 - 1, 2**63, "x"):
        assert boss.get(at(crm, f"?comment={odd}")).status_code == 200


def test_no_question_per_comment(site: Site, crm: Crm) -> None:
    boss = site.person()
    asked = []
    for count in (2, 17):
        for number in range(count):
            with site.database.write() as conn:
                people.add(conn, site.actor(), f"p{count}-{number}", f"同事{count}-{number}", "builder", "zh")
            say(boss, crm, f"@p{count}-{number} 看")
        boss.text(at(crm))
        with counted(site) as seen:
            assert len(ids(boss.text(at(crm)))) == min(20, count + 2 * (count > 2))
        asked.append(len(seen))
    assert asked[1] <= asked[0]
