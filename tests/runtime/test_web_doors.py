"""Who gets in, and what is said to those who do not: first run, sign-in, invitations, sessions."""

from __future__ import annotations

import re

import pytest

from tests.web import PASSWORD, Person, Site, visible

FIRST = {
    "lang": "zh", "organisation": "禾沐食品", "zone": "Asia/Shanghai", "name": "王敏", "login": "wangmin",
    "password": PASSWORD,
}
AWAY = ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"]


@pytest.mark.parametrize("url", ["/", "/sign-in", "/settings/people", "/me/", "/apps"])
def test_a_new_installation_is_set_up_first(bare_site: Site, url: str) -> None:
    answer = bare_site.visitor().get(url)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/first-run")


def test_first_run_makes_the_administrator_and_signs_them_in(bare_site: Site) -> None:
    newcomer = bare_site.visitor()
    assert "欢迎使用分组" in newcomer.text("/first-run")
    answer = newcomer.post("/first-run", FIRST)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "王敏" in newcomer.text("/settings/people")
    assert newcomer.get("/first-run").headers["Location"] == "/"
    assert bare_site.visitor().post("/first-run", FIRST | {"login": "second"}).headers["Location"] == "/"


def test_first_run_says_what_is_wrong_at_each_field_and_keeps_the_rest(bare_site: Site) -> None:
    answer = bare_site.visitor().post("/first-run", FIRST | {"organisation": " ", "login": "a b", "password": "short"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert set(re.findall(r'id="(\w+)-error"', html)) == {"organisation", "login", "password"}
    assert 'value="王敏"' in html and 'value="a b"' in html and "short" not in html


def test_the_other_language_shows_the_same_form_with_what_was_typed(bare_site: Site) -> None:
    newcomer = bare_site.visitor("zh")
    answer = newcomer.post("/first-run", FIRST | {"lang": "en", "password": ""})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Welcome to Fenzu" in html and 'value="wangmin"' in html
    assert newcomer.post("/first-run", FIRST | {"lang": "en"}).headers["Location"] == "/"
    assert "People" in newcomer.text("/settings/people")


def test_signing_in_leads_back(site: Site) -> None:
    visitor = site.visitor()
    door = visitor.get("/settings/people").headers["Location"]
    assert door == "/sign-in?next=/settings/people"
    assert 'value="/settings/people"' in visitor.text(door)
    answer = visitor.post(door, {"login": " BOSS ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/people")
    assert visitor.get("/settings/people").status_code == 200


def test_a_wrong_password_gives_no_reason_and_keeps_the_login(site: Site) -> None:
    for login in ("boss", "nobody"):
        answer = site.visitor("en").post("/sign-in", {"login": login, "password": "wrong wrong"})
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422 and f'value="{login}"' in html
        assert "The login or the password is not right." in html


@pytest.mark.parametrize("bad", AWAY)
def test_nobody_is_led_away(site: Site, bad: str) -> None:
    answer = site.visitor().post("/sign-in", {"login": "boss", "password": PASSWORD, "next": bad})
    assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session(site: Site) -> None:
    boss = site.person()
    assert boss.get("/me/").status_code == 200
    assert boss.post("/sign-out").headers["Location"] == "/sign-in"
    assert boss.get("/me/").status_code == 303


def test_a_fragment_of_a_signed_out_person_leads_to_the_door(site: Site) -> None:
    answer = site.visitor().htmx("GET", "/me/", HX_Current_URL="http://localhost/a/crm?page=2")
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/a/crm?page%3D2"


def test_a_form_of_a_signed_out_person_stays_where_it_is(site: Site) -> None:
    answer = site.visitor("en").htmx("POST", "/me/", {"name": "new"}, HX_Current_URL="http://localhost/me/")
    assert answer.status_code == 401 and not answer.data
    told = answer.headers["HX-Trigger"]
    assert "What you typed is kept" in told and "/sign-in?next=/me/" in told


def test_a_form_without_its_secret_is_refused_in_words(site: Site) -> None:
    boss = site.person()
    answer = boss.client.post("/me/", data={"name": "anybody"})
    assert answer.status_code == 400 and "登录过期" in visible(answer.get_data(as_text=True))


def test_an_invitation_makes_a_person_once(site: Site) -> None:
    boss = site.person()
    assert boss.post("/settings/people/invite", {"name": "林晓雨", "role": "member", "lang": "en"}).status_code == 303
    link = re.search(r'value="http://localhost(/join/[^"]+)"', boss.text("/settings/people"))
    assert link and "/join/" not in boss.text("/settings/people")
    guest = site.visitor()
    assert "Join 禾沐食品" in guest.text(link[1])
    bad = guest.post(link[1], {"name": "Lin", "login": "boss", "password": "long enough"})
    html = bad.get_data(as_text=True)
    assert bad.status_code == 422 and 'id="login-error"' in html and 'value="Lin"' in html
    assert guest.post(link[1], {"name": "Lin", "login": "lin", "password": "long enough"}).headers["Location"] == "/"
    assert "Lin" in guest.text("/me/")
    assert site.visitor("en").get(link[1]).status_code == 404


def test_those_who_left_are_out_at_once(site: Site) -> None:
    member, boss = site.person("member"), site.person()
    assert member.get("/me/").status_code == 200
    boss.post(f"/settings/people/{site.actor('member').id}/leave")
    assert member.get("/me/").status_code == 303
    assert "已停用" in visible(boss.text("/settings/people"))
    boss.post(f"/settings/people/{site.actor('member').id}/return")
    assert site.visitor().post("/sign-in", {"login": "member", "password": PASSWORD}).headers["Location"] == "/"


@pytest.mark.parametrize("role", ["builder", "member"])
def test_settings_are_the_administrators(site: Site, role: str) -> None:
    other = site.person(role)
    for url in ("/settings/people", "/settings/organisation"):
        assert "找管理员" in visible(other.text(url, 403))
    wanted = {"name": "x", "role": "administrator", "lang": "zh"}
    assert other.post("/settings/people/invite", wanted).status_code == 403
    assert "/settings/people" not in other.text("/me/")


def test_a_session_may_not_write_at_the_api(site: Site) -> None:
    """There no form's secret is asked for, so a browser's session must not count."""
    app = site.app
    with app.test_request_context("/api/v1/anything", method="POST"):
        from runtime.web.signing import from_session

        assert from_session(f"{site.actor().id}:1") is None


def test_language_and_theme_before_and_after_signing_in(site: Site) -> None:
    visitor = site.visitor("zh")
    assert visitor.post("/me/language", {"value": "en"}).status_code == 200
    assert visitor.post("/me/theme", {"value": "dark"}).status_code == 200
    html = visitor.text("/sign-in")
    assert 'lang="en"' in html and 'data-bs-theme="dark"' in html
    boss: Person = site.person()
    boss.post("/me/language", {"value": "en"})
    boss.post("/me/theme", {"value": "dark"})
    html = boss.text("/me/")
    assert 'lang="en"' in html and 'data-bs-theme="dark"' in html
