"""Trying a draft: it behaves as the real form, speaks both languages, and leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from builder import apps, drafts
from builder.edits import form, layouts, made, public, tree
from runtime.storage.system_tables import attachment, history
from runtime.words import Words
from tests.web import Person, Site, visible

TRY = "/build/kehu/forms/customer/try"


def shop(site: Site) -> dict[str, Any]:
    """A draft with an amount, its double by formula, and a reason that must be given for large amounts."""
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
        body = drafts.open_draft(conn, 1, "form", "customer").body
        body = form.add_field(body, "number", key="amount", label={"zh": "金额", "en": "Amount"}).body
        body = form.add_field(body, "formula", key="double", label={"zh": "双倍", "en": "Double"}, settings={"formula": "amount * 2", "result": "number"}).body
        body = form.add_field(body, "text", key="reason", label={"zh": "理由", "en": "Reason"}).body
        body = form.add_field(body, "file", key="papers", label={"zh": "材料", "en": "Papers"}).body
        body = made.copy(body)
        big = {"combinator": "and", "rules": [{"field": "amount", "operator": ">", "value": 100}]}
        body["x-fenzu"]["logic"] = [{"key": "big", "when": big, "then": [{"show": "reason"}, {"require": "reason"}]}]
        put(conn, body)
    return body


def put(conn: Any, body: dict[str, Any]) -> None:
    now = drafts.open_draft(conn, 1, "form", "customer")
    drafts.apply(conn, 1, "form", "customer", now.revision, lambda _old: body, Words("改", "Changed"), None)


@pytest.fixture
def boss(site: Site) -> Person:
    shop(site)
    return site.person()


def counts(site: Site) -> list[Any]:
    with site.database.read() as conn:
        main = site.fenzu.live.app(conn, "kehu").form("customer").tables.main
        return [conn.execute(sa.select(sa.func.count()).select_from(table)).scalar() for table in (main, history, attachment)]


def test_the_draft_is_filled_in_and_nothing_is_kept(site: Site, boss: Person) -> None:
    before = counts(site)
    page, shown = boss.text(f"{TRY}/"), boss.get(f"{TRY}/form")
    assert "什么都不保存" in visible(page) and "金额" in visible(shown.text)
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    wrong = boss.post(f"{TRY}/form", {"name": "", "amount": "12x"})
    assert wrong.status_code == 422 and 'value="12x"' in wrong.text and "请填写名称" in visible(wrong.text)
    right = boss.post(f"{TRY}/form", {"name": "沐阳", "amount": "21", "papers": "try:合同.pdf"})
    told = visible(right.text)
    assert right.status_code == 200 and "什么都没有保存" in told and "42" in told and "合同.pdf" in told
    assert counts(site) == before


def test_logic_and_formulas_follow_what_is_typed(boss: Person) -> None:
    needed = boss.post(f"{TRY}/form", {"name": "沐阳", "amount": "200"})
    assert needed.status_code == 422 and "理由" in visible(needed.text)
    now = boss.htmx("POST", f"{TRY}/logic", {"name": "沐阳", "amount": "50"}).text
    assert 'id="f-double-field"' in now or "f-double-field" in now
    assert 'value="100"' in now and "&#34;hidden&#34;: [&#34;reason&#34;]" in now


def test_the_form_speaks_the_language_that_is_tried(boss: Person) -> None:
    assert "Amount" in visible(boss.text(f"{TRY}/form?lang=en")) and "试填" in visible(boss.text(f"{TRY}/?lang=en"))
    assert "nothing was saved" in visible(boss.post(f"{TRY}/form?lang=en", {"name": "M"}).text)


def test_each_layout_and_each_step_is_tried(site: Site, boss: Person) -> None:
    with site.database.write() as conn:
        body = drafts.open_draft(conn, 1, "form", "customer").body
        body = public.switch(layouts.add(body, "quick"), True)
        body = layouts.within(layouts.add(body, "phone"), "phone", lambda own: tree.add_page(own, after="section:basic"))
        put(conn, body.body)
    assert 'id="f-amount"' not in boss.text(f"{TRY}/form?as=quick") and "快速新建" in visible(boss.text(f"{TRY}/"))
    onward = boss.post(f"{TRY}/whole?as=quick&onward=1", {"name": "沐阳"}).text
    assert 'id="f-amount"' in onward and 'value="沐阳"' in onward
    assert "data-steps" in boss.text(f"{TRY}/form?look=phone") and "data-steps" not in boss.text(f"{TRY}/form")
    step = f"{TRY}/step/page?look=phone"
    assert boss.htmx("POST", step, {"name": ""}).status_code == 422 and boss.htmx("POST", step, {"name": "沐阳"}).status_code == 204
    stranger = boss.text(f"{TRY}/form?as=public")
    assert "fz-pub" in stranger and "/f/" not in stranger
    assert boss.post(f"{TRY}/form?as=public", {"name": ""}).status_code == 422


def test_a_form_that_was_never_published_is_tried_as_well(site: Site, boss: Person) -> None:
    with site.database.write() as conn:
        drafts.start(conn, 1, "form", form.new({"zh": "线索", "en": "Lead"}), None)
    assert boss.get("/build/kehu/forms/lead/try/form").status_code == 200
    assert "什么都没有保存" in visible(boss.post("/build/kehu/forms/lead/try/form", {"name": "甲"}).text)


def test_only_who_builds_may_try(site: Site, boss: Person) -> None:
    assert site.person("member").get(f"{TRY}/form").status_code == 403
