"""Where a visit begins, the sidebar, the choice among apps, and pages against their fragments."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader

from builder import apps
from runtime.web import page
from tests.web import Site, visible


def blank(site: Site, name: str) -> str:
    with site.database.write() as conn:
        return apps.create_blank(conn, {"zh": name, "en": name}, site.actor().id).key


def test_a_member_without_apps_is_told_so(site: Site) -> None:
    member = site.person("member")
    assert member.get("/").headers["Location"] == "/apps"
    text = visible(member.text("/apps"))
    assert "这里还没有应用" in text and "新建空白应用" not in text


def test_a_builder_starts_a_blank_app_and_lands_in_its_list(site: Site) -> None:
    builder = site.person("builder")
    wrong = builder.post("/apps", {"name": " "})
    assert wrong.status_code == 422 and 'id="blank-name-error"' in wrong.get_data(as_text=True)
    made = builder.post("/apps", {"name": "客户管理"})
    first = builder.get(made.headers["Location"])
    assert first.status_code == 303
    html = builder.text(first.headers["Location"])
    assert "客户管理" in html and "搭建" in visible(html)
    assert builder.get("/").headers["Location"] == first.headers["Location"]


def test_a_member_makes_no_app(site: Site) -> None:
    assert site.person("member").post("/apps", {"name": "x"}).status_code == 403


def test_home_is_the_app_last_used(site: Site) -> None:
    first, second = blank(site, "一"), blank(site, "二")
    member = site.person("member")
    assert f"/{first}/" in member.get("/").headers["Location"]
    member.text(member.get(f"/open/{second}").headers["Location"])
    assert f"/{second}/" in member.get("/").headers["Location"]
    assert f">{'二'}<" in member.text("/me/"), "outside any app the sidebar shows the one last used"
    assert "搭建" not in visible(member.text("/me/"))


def test_an_app_is_renamed(site: Site) -> None:
    key, builder = blank(site, "旧名"), site.person("builder")
    assert builder.post(f"/apps/{key}/rename", {"name": "新名"}).status_code == 303
    assert "新名" in visible(builder.text("/apps"))


@pytest.mark.parametrize("url", ["/open/nowhere", "/nowhere"])
def test_what_is_not_there_says_so(site: Site, url: str) -> None:
    assert "回到首页" in visible(site.person().text(url, 404))


def test_our_own_failure_gives_a_number_and_no_secrets(site: Site) -> None:
    def broken() -> str:
        raise RuntimeError("the secret inside")

    site.app.add_url_rule("/broken", view_func=broken)
    html = site.person().text("/broken", 500)
    assert "问题编号" in html and "你的数据没有丢" in html and "secret" not in html
    toast = site.person().htmx("GET", "/broken")
    assert toast.status_code == 500 and not toast.data and "toast" in toast.headers["HX-Trigger"]


def test_a_program_is_answered_in_json(site: Site) -> None:
    told = site.visitor("en").get("/api/v1/nowhere")
    assert told.status_code in (401, 404) and told.is_json


def test_every_answer_carries_the_policy(site: Site) -> None:
    for url in ("/sign-in", "/static/css/tokens.css", "/nowhere"):
        answer = site.visitor().get(url)
        headers = answer.headers
        answer.close()
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


PARTS = {
    "base": "{# a note #}\n<html>{% block head %}{% endblock %}{% block main %}{% endblock %}</html>",
    "macros": "{% macro hello(name) %}{{ t('你好', 'Hello') }} {{ name }}{% endmacro %}",
    "page": (
        "{# a note #}\n{% extends 'base' %}\n{% from 'macros' import hello with context %}"
        "{% set who = name|upper %}"
        "{% block main %}<main>{% block list %}{{ hello(who) }}{% endblock %}</main>{% endblock %}"
    ),
}


def test_a_block_sees_what_its_page_imports_and_sets(site: Site) -> None:
    app = site.app
    app.jinja_env.loader = DictLoader(PARTS)
    with app.test_request_context("/", headers={"HX-Request": "true", "Accept-Language": "en"}):
        assert page.show("page", "list", name="ann").get_data(as_text=True) == "Hello ANN"
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        whole = page.show("page", "list", name="ann").get_data(as_text=True)
        assert whole.count("<html><main>Hello ANN</main></html>") == 1
