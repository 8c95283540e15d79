"""One's own pages and the administrator's: what is saved, what is refused at its field, what is shown once."""

from __future__ import annotations

import re

import pytest

from runtime.accounts import people, tokens
from tests.web import PASSWORD, Person, Site, visible


def test_profile_is_saved_and_said(site: Site) -> None:
    boss = site.person()
    assert boss.post("/me/", {"name": "王小敏", "email": "wang@hemu.cn", "lang": "en"}).status_code == 303
    html = boss.text("/me/")
    assert 'lang="en"' in html and "王小敏" in html and "data-toast" in html and "Saved" in visible(html)
    assert "data-toast" not in boss.text("/me/")


def test_a_wrong_email_stays_in_its_field(site: Site) -> None:
    answer = site.person().post("/me/", {"name": "王小敏", "email": "not an address"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'id="email-error"' in html
    assert 'value="not an address"' in html and "王小敏" in html


def test_nobody_gives_themselves_a_role(site: Site) -> None:
    member = site.person("member")
    member.post("/me/", {"name": "x", "role": "administrator", "login": "root"})
    with site.database.read() as conn:
        assert people.get(conn, site.actor("member").id).role == "member"


def test_a_new_password_ends_other_sessions_only(site: Site) -> None:
    here, elsewhere = site.person(), site.person()
    wrong = here.post("/me/password", {"current": "nonsense", "password": "another horse"})
    assert wrong.status_code == 422 and 'id="current-error"' in wrong.get_data(as_text=True)
    assert here.post("/me/password", {"current": PASSWORD, "password": "another horse"}).status_code == 303
    assert here.get("/me/").status_code == 200 and elsewhere.get("/me/").status_code == 303


def test_signing_out_everywhere_else(site: Site) -> None:
    here, elsewhere = site.person(), site.person()
    assert here.post("/me/sign-out-everywhere").status_code == 303
    assert here.get("/me/").status_code == 200 and elsewhere.get("/me/").status_code == 303


def test_a_token_is_shown_once(site: Site) -> None:
    boss = site.person()
    assert 'id="name-error"' in boss.post("/me/tokens", {"name": " "}).get_data(as_text=True)
    assert boss.post("/me/tokens", {"name": "官网"}).status_code == 303
    shown = re.search(r'id="secret" readonly value="([^"]+)"', boss.text("/me/tokens"))
    assert shown
    with site.database.read() as conn:
        bearer = tokens.find(conn, shown[1])
    assert bearer and bearer.actor.id == site.actor().id
    html = boss.text("/me/tokens")
    assert shown[1] not in html and "官网" in html
    boss.post(f"/me/tokens/{bearer.token_id}/end")
    assert "还没有密钥" in visible(boss.text("/me/tokens"))


def test_a_token_of_another_is_not_found(site: Site) -> None:
    with site.database.write() as conn:
        made, _ = tokens.create(conn, site.actor(), "mine")
    assert site.person("member").post(f"/me/tokens/{made.id}/end").status_code == 404


def test_roles_change_but_for_the_last_administrator(site: Site) -> None:
    boss, member = site.person(), site.actor("member")
    assert boss.post(f"/settings/people/{member.id}/role", {"role": "builder"}).status_code == 303
    assert "现在是搭建者" in visible(boss.text("/settings/people"))
    last = boss.post(f"/settings/people/{site.actor().id}/role", {"role": "member"})
    assert last.status_code == 409 and "最后一位管理员" in visible(last.get_data(as_text=True))


def test_a_forgotten_password_is_replaced_by_one_shown_once(site: Site) -> None:
    boss, member = site.person(), site.actor("member")
    boss.post(f"/settings/people/{member.id}/password")
    made = re.search(r'id="new-password" readonly value="([^"]+)"', boss.text("/settings/people"))
    assert made and made[1] not in boss.text("/settings/people")
    assert site.visitor().post("/sign-in", {"login": "member", "password": made[1]}).headers["Location"] == "/"


def test_a_bad_invitation_opens_its_dialog_again(site: Site) -> None:
    answer = site.person().post("/settings/people/invite", {"name": " ", "role": "builder", "lang": "en"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'id="invite-name-error"' in html
    assert re.search(r'id="invite"[^>]* data-open', html) and re.search(r'value="builder" checked', html)


def test_an_invitation_can_be_taken_back(site: Site) -> None:
    boss = site.person()
    boss.post("/settings/people/invite", {"name": "林晓雨", "role": "member", "lang": "zh"})
    back = re.search(r"/settings/people/invitations/\d+/take-back", boss.text("/settings/people"))
    assert back and boss.post(back[0]).status_code == 303
    assert "林晓雨" not in visible(boss.text("/settings/people"))


def test_the_organisation_and_its_log(site: Site) -> None:
    boss = site.person()
    wrong = boss.post("/settings/organisation", {"organisation": "", "zone": "Europe/Berlin", "lang": "en"})
    assert wrong.status_code == 422 and 'value="Europe/Berlin" selected' in wrong.get_data(as_text=True)
    boss.post("/settings/organisation", {"organisation": "沐禾", "zone": "Europe/Berlin", "lang": "en"})
    text = visible(boss.text("/settings/organisation"))
    assert "改了单位设置" in text and "沐禾" in boss.text("/settings/organisation")


PAGES = ["/me/", "/me/tokens", "/settings/people", "/settings/organisation", "/apps", "/nowhere"]


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_speak_one_language(site: Site, url: str, lang: str) -> None:
    boss: Person = site.person()
    boss.post("/me/language", {"value": lang})
    text = visible(boss.text(url, 404 if url == "/nowhere" else 200))
    found = re.findall("[\u4e00-\u9fff]+", re.sub("王敏|禾沐食品|中文", "", text))
    assert bool(found) == (lang == "zh"), found
