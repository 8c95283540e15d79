"""Forms with pages, tabs and pieces as people see them: entry form, record page, one page checked at a time."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from builder import apps
from builder.edits import form, made, properties
from builder.publish import apply as publishing
from runtime.storage import versions
from tests.web import Site, visible

BASE = "/a/kehu/customer/"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def publish(site: Site, layout: list[Any], fields: tuple[str, ...] = ("phone", "note")) -> None:
    """The form of customers with these text fields and this layout."""
    with site.database.write() as conn:
        body = versions.find(conn, 1, "form", "customer").body
        body = properties.set_link(form.add_field(body, "link", key="parent").body, "parent", "customer", set())
        for key in fields:
            body = form.add_field(body, "text", key=key, label={"zh": key, "en": key}).body
        body = made.copy(body)
        body["x-fenzu"]["layout"] = layout
        body["required"] = ["name", "phone"]
        publishing.publish_body(conn, 1, "form", body, None)


def section(key: str, *items: Any, **more: Any) -> dict[str, Any]:
    return {"key": key, "items": [each if isinstance(each, dict) else {"field": each} for each in items], **more}


def page(key: str, label: str, *blocks: Any) -> dict[str, Any]:
    return {"key": key, "label": {"zh": label}, "blocks": list(blocks)}


@pytest.fixture
def paged(site: Site) -> Site:
    """Customers in two steps."""
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
    publish(
        site,
        [
            page("who", "是谁", section("a", {"key": "hello", "text": {"zh": "先查重\n再新建"}}, "name")),
            page("how", "怎么联系", section("b", "phone", "note", "parent", columns=4, fold="closed")),
        ],
    )
    return site


def test_without_script_a_form_in_steps_is_one_long_form(paged: Site) -> None:
    html = paged.person().text(f"{BASE}new")
    words = visible(html)
    assert "第 1 步，共 2 步" in words
    assert "第 2 步，共 2 步" in words
    assert all(f'id="f-{key}"' in html for key in ("name", "phone", "note"))
    assert html.count('type="submit"') == 1
    assert "先查重" in words
    assert 'class="fz-fg c4"' in html
    saved = paged.person().post(BASE, {"name": "沐阳", "phone": "138", "note": ""})
    assert saved.status_code == 303
    record = paged.person().text(saved.headers["Location"])
    assert "先查重" in visible(record)
    assert "<details" in record


def test_the_server_reads_one_page_and_says_nothing_of_the_others(paged: Site) -> None:
    boss = paged.person()
    assert boss.htmx("POST", f"{BASE}step/who", {"name": "沐阳", "phone": ""}).status_code == 204
    wrong = boss.htmx("POST", f"{BASE}step/who", {"name": "", "phone": "typed"})
    html = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert html.count("aria-invalid") == 1
    assert 'id="f-phone"' not in html
    late = boss.htmx("POST", f"{BASE}step/how", {"name": "沐阳", "phone": "", "note": "kept"}).get_data(as_text=True)
    assert 'value="kept"' in late
    assert " open" in late.split("<summary")[0]
    assert boss.htmx("POST", f"{BASE}step/none", {"name": "x"}).status_code == 404


def test_a_wrong_answer_on_an_early_page_comes_back_with_everything_typed(paged: Site) -> None:
    answer = paged.person().post(BASE, {"name": "", "phone": "138", "note": "abc"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="138"' in html
    assert 'value="abc"' in html


def test_tabs_pictures_and_buttons_are_drawn_and_escape_what_they_are_told(site: Site) -> None:
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
    tabs = {"key": "set", "tabs": [{"key": "one", "label": {"zh": "<b>甲</b>"}, "sections": [section("a", "name", "phone")]},
                                   {"key": "two", "label": {"zh": "乙"}, "sections": [section("b", "note")]}]}
    pieces = [
        {"key": "art", "picture": {"name": "shop", "alt": {"zh": "店面"}}},
        {"key": "go", "button": {"label": {"zh": "查资质"}, "href": "https://example.com/?a=1&b=2"}},
        {"key": "more", "button": {"label": {"zh": "新下级"}, "form": "customer", "field": "parent"}},
        {"key": "line", "divider": True},
    ]
    publish(site, [tabs, section("c", "parent", *pieces)])
    boss = site.person()
    html = boss.text(f"{BASE}new")
    assert "&lt;b&gt;甲" in html
    assert 'href="#tab-two"' in html
    assert 'alt="店面"' in html
    assert 'href="https://example.com/?a=1&amp;b=2"' in html
    assert 'rel="noopener noreferrer"' in html
    assert "新下级" not in html
    saved = boss.post(BASE, {"name": "沐阳", "phone": "138"})
    record = boss.text(saved.headers["Location"])
    assert f"{BASE}new?parent=1" in record


def test_a_picture_is_uploaded_shown_to_who_is_signed_in_and_nothing_else_is_found_there(site: Site) -> None:
    boss = site.person()
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
    edit = "/build/kehu/forms/customer/edit"
    boss.htmx("POST", edit, {"act": "add", "kind": "piece:picture", "revision": "0", "sel": "name"})

    def send(content: bytes) -> TestResponse:
        given = {"act": "part", "id": "piece:picture", "sel": "piece:picture", "name": "picture", "revision": "2"}
        return boss.htmx("POST", edit, {**given, "picture": (io.BytesIO(content), "a.png")})

    refused = send(b"<svg onload=alert(1)>")
    assert refused.status_code == 422
    assert "这不是图片" in refused.get_data(as_text=True)
    assert "超过 2 MB" in send(PNG + b"0" * (2 << 20)).get_data(as_text=True)
    html = send(PNG).get_data(as_text=True)
    address = f"/pictures/{hashlib.sha256(PNG).hexdigest()}"
    assert f'src="{address}"' in html
    shown = boss.get(address)
    assert (shown.data, shown.headers["X-Content-Type-Options"]) == (PNG, "nosniff")
    assert site.visitor().get(address).status_code in (302, 303, 401)
    assert boss.get("/pictures/" + "0" * 64).status_code == 404
