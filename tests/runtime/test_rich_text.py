"""Rich text: what may be kept is kept, what could run never is; found by its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import apps
from builder.publish.apply import publish_body
from runtime.accounts.actor import Actor
from runtime.fields.rich_text import RichText, plain, sanitised
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests import crm
from tests.contract.bound import SampleNames
from tests.crm import field, form
from tests.web import Site

KIND = RichText()
NOTE = form("note", "name", {"name": field("text", "标题", crm.TEXT),
                             "body": field("rich_text", "正文", {"type": "string", "minLength": 1, "maxLength": 20_000})}, ["name"])
HOSTILE = (
    "<p>a<script>alert(1)</script></p>", '<p><img src=x onerror="alert(1)">b</p>', '<a href="javascript:alert(1)">c</a>',
    '<a href=" jAvAsCrIpT:alert(1)" onclick="x()">d</a>', '<p style="position:fixed">e</p>', "<svg><script>alert(1)</script></svg><p>f</p>",
    '<p><iframe src="https://evil"></iframe>g</p>', '<math><mi xlink:href="data:x,<script>alert(1)</script>">h</mi></math><p>i</p>',
    '<form action="/me/theme"><input name=x><p>j</p></form>', "<p>k<!-- <script>alert(1)</script> --></p>", "<<p>script>alert(1)<</p>/script>",
)


@pytest.mark.parametrize("html", HOSTILE)
def test_what_could_run_is_taken_out(html: str) -> None:
    kept = KIND.parse(html, {}, SampleNames()) or ""
    low = kept.lower()
    assert not any(sign in low for sign in ("<script", "<img", "<svg", "<iframe", "<form", "<input", "javascript:", "onerror", "onclick", "style=", "<!--"))


@given(st.text(alphabet="<>/p bai=\"'&;scriptjaven:()", max_size=60))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = KIND.parse(text, {}, SampleNames())
    assert once is None or KIND.parse(once, {}, SampleNames()) == once
    assert sanitised(sanitised(text)) == sanitised(text)


def test_what_people_write_stays() -> None:
    html = '<p>周一 <strong>送货</strong></p><ul><li>冷链</li></ul><p><a href="https://example.com/a?b=1&amp;c=2">报价</a></p>'
    kept = KIND.parse(html, {}, SampleNames())
    assert "<strong>送货</strong>" in kept and "<li>冷链</li>" in kept and 'rel="noopener noreferrer"' in kept
    assert plain(kept) == "周一 送货\n冷链\n报价"
    assert KIND.parse("<p><br></p><ul><li> </li></ul>", {}, SampleNames()) is None
    assert KIND.parse("1 < 2", {}, SampleNames()) == "<p>1 &lt; 2</p>"


def test_it_is_found_and_compared_by_its_words(database: Database, boss: Actor) -> None:
    shop = crm.made(database, boss, [*crm.BODIES, ("form", NOTE)])
    one = shop.add("note", name="甲", body="<p>每周<strong>一</strong>送货 Strong</p>")
    two = shop.add("note", name="乙", body="<p>自提</p>")
    with shop.database.read() as conn:
        reader = shop.reader(conn, "note")
        assert [r.id for r in reader.page(Query(search="每周一送货")).records] == [one]
        assert not reader.page(Query(search="noopener")).records
        assert shop.list(conn, crm.one({"field": "body", "operator": "contains", "value": "周一送货 strong"}), "note") == {one}
        assert shop.list(conn, crm.one({"field": "body", "operator": "=", "value": "自提"}), "note") == {two}


def test_pages_show_it_formatted_and_lists_plain(site: Site) -> None:
    with site.database.write() as conn:
        app = apps.create(conn, crm.words("记事", "Notes"))
        publish_body(conn, app.id, "form", NOTE, site.actor().id)
    boss, place = site.person(), f"/a/{app.key}/note/"
    boss.post(place, {"name": "甲", "body": "<p>周一 <b>送货</b><script>alert(1)</script></p>"})
    assert "<p>周一 <b>送货</b></p>" in boss.text(place + "1")
    listed = boss.text(f"{place}?columns=body")
    assert "周一 送货" in listed and "<b>送货</b>" not in listed
    assert "&lt;b&gt;送货&lt;/b&gt;" in boss.text(place + "1/edit")
    assert "alert(1)" not in boss.text(place + "1")
