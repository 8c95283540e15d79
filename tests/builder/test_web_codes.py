"""Codes that were given, over HTTP: rehearsed, checked, changed, taken back, looked up, exported; and who may do what."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from builder import drafts
from runtime.commands import change
from runtime.exchange import code_lists
from runtime.groups import check_digit
from runtime.records import entry
from runtime.records.act import acting
from runtime.storage import system_tables as tables
from tests.builder.wholesale import Designer, designer, installed
from tests.web import HTMX, Person, visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name


class Codes:
    """A builder at the codes of the wholesale app's customers."""

    def __init__(self, designer: Designer) -> None:
        self.designer, self.site, self.person = designer, designer.site, designer.person
        self.app = designer.app.key
        self.build = f"/build/{self.app}/codes/customer"
        self.use = f"/a/{self.app}/customer"
        self.ids = sorted(designer.refs["customer"].values())

    def codes(self) -> dict[int, str | None]:
        live = self.designer.live().form("customer")
        with self.site.database.read() as conn:
            rows = conn.execute(sa.select(live.tables.main.c.id, live.tables.column("code")).order_by(live.tables.main.c.id))
            return {row[0]: row[1] for row in rows}

    def move(self, ids: list[int], **values: Any) -> None:
        with acting(self.site.database, self.site.fenzu.live, self.app, self.site.actor()) as act:
            form = act.app.form("customer").form
            for i in ids:
                change.change(act, "customer", i, entry.read(form, values, act.names, whole=False), version=None)

    def bare(self, ids: list[int]) -> None:
        live = self.designer.live().form("customer")
        main, name = live.tables.main, live.tables.names["code"]
        with self.site.database.write() as conn:
            conn.execute(main.update().where(main.c.id.in_(ids)).values({name: None, f"{name}_k": None}))
            conn.execute(tables.code.delete().where(tables.code.c.record_id.in_(ids)))

    def post(self, path: str, status: int = 204, **data: Any) -> Any:
        answer = self.person.htmx("POST", f"{self.build}{path}", data)
        assert answer.status_code == status, (path, answer.status_code, answer.get_data(as_text=True)[:500])
        return answer

    def design(self, act: str, **data: Any) -> str:
        """A gesture on the rule, as the page sends it."""
        with self.site.database.read() as conn:
            revision = drafts.open_draft(conn, self.designer.app.id, "code", "customer_code").revision
        answer = self.person.htmx("POST", f"{self.build}/{act}", {"revision": revision, **data})
        assert answer.status_code in (200, 204), answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def page(self, path: str = "/check") -> str:
        return visible(self.person.text(f"{self.build}{path}"))


@pytest.fixture
def codes(designer: Designer) -> Codes:
    return Codes(designer)


def southern(codes: Codes, count: int = 3) -> list[int]:
    """Customers of the south, who then move north."""
    found = [i for i, text in codes.codes().items() if str(text).startswith("S")][:count]
    codes.move(found, region="110105")
    return found


def test_a_back_fill_is_rehearsed_watched_and_taken_back(codes: Codes) -> None:
    bare = codes.ids[-4:]
    codes.bare(bare)
    said = visible(codes.person.htmx("GET", f"{codes.build}/fill").get_data(as_text=True))
    assert "没有编码 4" in said and "会得到编码 4" in said and "现在给不了 0" in said
    promised = re.findall(r"[A-Z]{3}-\d{5}", said)
    codes.post("/fill")
    assert codes.codes()[bare[0]] is None  # not before the job has run
    codes.post("/fill", 409)
    codes.site.jobs()
    given = [codes.codes()[i] for i in bare]
    assert given == promised and "给了 4 个编码" in codes.page()
    html = codes.person.text(f"{codes.build}/check")
    number = re.findall(r"/runs/(\d+)/undo", html)[0]
    codes.post(f"/runs/{number}/undo")
    codes.site.jobs()
    assert {codes.codes()[i] for i in bare} == {None} and "给了 4 个编码" not in codes.page()
    codes.post(f"/runs/{number}/undo", 404)
    assert visible(codes.person.text(f"{codes.use}/codes/?state=freed")).count("已收回") >= 4


def test_what_cannot_get_a_code_is_told_with_the_reason(codes: Codes) -> None:
    codes.bare(codes.ids[:2])
    with codes.site.database.write() as conn:
        conn.execute(tables.generation.update().values(state="frozen", why="broken"))
        conn.execute(tables.app.update().values(revision=tables.app.c.revision + 1))
    said = visible(codes.person.htmx("GET", f"{codes.build}/fill").get_data(as_text=True))
    assert "编码要等「地域、客户类型、销售渠道」" in said
    codes.post("/check", 409)
    codes.post("/recode", 409, id=codes.ids[0])
    assert "判断不了" in visible(codes.person.htmx("GET", f"{codes.build}/one/{codes.ids[5]}").get_data(as_text=True))


def test_codes_that_no_longer_match_are_listed_with_the_reason_and_changed(codes: Codes) -> None:
    assert "还没核对过" in codes.page()
    moved, before = southern(codes), codes.codes()
    codes.post("/check")
    codes.site.jobs()
    said = codes.page()
    assert "3 个对不上" in said and "地域：S 南方 → N 北方" in said and "资料改了" in said and "流水号不变" in said
    assert "都对得上" in codes.page("/check?part=4") and "3 个对不上" in codes.page("/check?group=region/north")
    assert "都对得上" in codes.page("/check?group=region/south") and "都对得上" in codes.page("/check?group=nothing/at")
    codes.post("/recode", 422)
    told = codes.post("/recode", id=moved[0])
    assert told.headers["HX-Refresh"] == "true"
    old, new = str(before[moved[0]]), str(codes.codes()[moved[0]])
    assert new == "N" + old[1:] and codes.codes()[moved[1]] == before[moved[1]]
    assert "2 个对不上" in codes.page()
    record = visible(codes.person.text(f"{codes.use}/{moved[0]}"))
    assert "以前的编码 1 个" in record and old in record and new in record
    assert new in visible(codes.person.text(f"{codes.use}/?q={old}"))
    assert codes.person.get(f"{codes.use}/find/records?q={old}").get_json()[0]["value"] == moved[0]
    dialog = visible(codes.person.htmx("GET", f"{codes.build}/one/{moved[1]}").get_data(as_text=True))
    assert "换成新编码" in dialog and "地域：S 南方 → N 北方" in dialog
    assert "不用换" in visible(codes.person.htmx("GET", f"{codes.build}/one/{moved[0]}").get_data(as_text=True))


def test_all_of_a_filter_are_changed_and_taken_back(codes: Codes) -> None:
    southern(codes, 4)
    before = codes.codes()
    codes.post("/check")
    codes.site.jobs()
    codes.post("/recode", all=1, part=2, group="region/north")
    codes.site.jobs()
    assert "换了 4 个编码" in codes.page() and "都对得上" in codes.page()
    assert len({i for i, text in codes.codes().items() if text != before[i]}) == 4
    number = re.findall(r"/runs/(\d+)/undo", codes.person.text(f"{codes.build}/check"))[0]
    codes.post(f"/runs/{number}/undo")
    codes.site.jobs()
    assert codes.codes() == before


def test_new_codes_for_ticked_ones_are_undone_by_the_toast(codes: Codes) -> None:
    moved, before = southern(codes, 2), codes.codes()
    codes.post("/check")
    codes.site.jobs()
    codes.post("/recode", id=moved)
    assert codes.codes() != before
    with codes.site.database.read() as conn:
        token = conn.execute(sa.select(tables.undo.c.id).where(tables.undo.c.act == "recode")).scalar_one()
    codes.person.htmx("POST", f"/undo/{token}")
    assert codes.codes() == before


def test_the_register_knows_every_code_by_its_parts(codes: Codes) -> None:
    now = [str(text) for text in codes.codes().values()]
    want = sorted(text for text in now if text[1] == "P")
    html = codes.person.text(f"{codes.use}/codes/?s1=P")
    assert re.findall(r"fz-num fz-b\">([A-Z]{3}-\d{5})", html) == want[:50] and 0 < len(want) < 50
    seen: list[str] = []
    address = f"{codes.use}/codes/"
    while address:
        html = codes.person.text(address)
        seen += re.findall(r"fz-num fz-b\">([A-Z]{3}-\d{5})", html)
        found = re.findall(r'href="([^"]*after=[^"]*)"', html)
        address = found[-1].replace("&amp;", "&") if found and len(seen) % 50 == 0 and len(seen) < len(now) else ""
    assert seen == sorted(now)
    assert "没有符合的" in visible(codes.person.text(f"{codes.use}/codes/?q=zzz"))
    assert "规则第 1 版" in visible(html)


@pytest.mark.parametrize("which", ["codes", "audit"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_both_lists_go_out_as_files(codes: Codes, which: str, kind: str) -> None:
    southern(codes)
    codes.post("/check")
    codes.site.jobs()
    answer = codes.person.post(f"{codes.use}/codes/export", {"list": which, "format": kind})
    number = answer.headers["Location"].rsplit("/", 1)[-1]
    codes.site.jobs()
    file = codes.person.get(f"/exports/{number}/file")
    assert file.status_code == 200
    if kind == "csv":
        lines = file.get_data().decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + (3 if which == "audit" else len(codes.ids))
        assert lines[0].startswith("记录" if which == "audit" else code_lists.REGISTER[0].zh)


def test_members_look_codes_up_and_change_none(codes: Codes) -> None:
    member: Person = codes.site.person("member")
    assert "编码登记簿" in visible(member.text(f"{codes.use}/codes/"))
    assert "核对编码" not in visible(member.text(f"{codes.use}/codes/")) 
    for method, path in (("GET", "/check"), ("POST", "/check"), ("POST", "/recode"), ("GET", "/fill"), ("POST", "/fill"), ("GET", "/one/1"), ("GET", "/pace")):
        assert member.htmx(method, f"{codes.build}{path}", {"id": codes.ids[0]}).status_code == 403
    assert member.post(f"{codes.use}/codes/export", {"list": "audit"}).status_code == 403


def test_a_fast_grouping_in_a_code_is_warned_of(codes: Codes) -> None:
    assert visible(codes.person.htmx("GET", f"{codes.build}/pace").get_data(as_text=True)).strip() == ""
    southern(codes, 6)
    said = visible(codes.person.htmx("GET", f"{codes.build}/pace").get_data(as_text=True))
    assert "「地域」变得快" in said and "近 90 天有 6 位客户换过组（10%）" in said
    codes.design("do/add", kind="group:importance")
    said = visible(codes.person.htmx("GET", f"{codes.build}/pace").get_data(as_text=True))
    assert "变得快" in said and ("看日期" in said or "看往来记录" in said)


def test_a_check_sign_is_designed_shown_and_notices_slips(codes: Codes) -> None:
    html = codes.design("do/add", kind="check")
    assert "校验位" in html and "国际标准 ISO 7064" in visible(html)
    assert "校验位要放在最后" in visible(codes.design("do/move", at=5, to="top"))
    codes.design("travel/undo")
    codes.design("publish")
    codes.post("/check")
    codes.site.jobs()
    assert "按以前的规则编的" in codes.page()
    before = codes.codes()
    codes.post("/recode", all=1)
    codes.site.jobs()
    after = codes.codes()
    for i in codes.ids:
        assert str(after[i])[:-1] == before[i] or str(after[i])[:3] == str(before[i])[:3]  # one whose sign is not printed is numbered anew
        assert check_digit.holds(str(after[i]))
    text = str(after[codes.ids[0]])
    slip = text[:-1] + ("A" if text[-1] != "A" else "B")
    assert "抄错了" in visible(codes.person.text(f"{codes.use}/?q={slip}")) and "抄错了" in visible(codes.person.text(f"{codes.use}/codes/?q={slip}"))
    assert "抄错了" not in visible(codes.person.text(f"{codes.use}/?q={text}")) + visible(codes.person.text(f"{codes.use}/?q=没有这家"))


def test_odd_questions_are_answered_calmly(codes: Codes) -> None:
    for odd in ("?part=99999999999999999", "?part=-5&after=-1", "?after=x&part=y&group=/", "?group=region/"):
        assert codes.person.get(f"{codes.build}/check{odd}").status_code == 200
    for odd in ("?s0=ZZ&s1=%25&s9=1", "?state=nothing", "?after=%E4%BD%A0&q=%25_"):
        assert codes.person.get(f"{codes.use}/codes/{odd}").status_code == 200
    assert codes.person.get(f"{codes.build}/one/999999", headers=HTMX).status_code == 404
    assert codes.person.get(f"/a/{codes.app}/order/codes/").status_code == 404
    assert codes.person.get(f"/build/{codes.app}/codes/order/check").status_code == 404
    codes.post("/recode", id="nonsense", status=422)
