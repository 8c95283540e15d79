"""Secrets as people meet them: the key of the installation is lost or another, and whatever goes wrong, nobody reads one anywhere."""

from __future__ import annotations

import http.client
import smtplib
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.vault import MAIL, Vault
from runtime.messages import say
from runtime.storage import system_tables as tables
from tests.receivers import Calls, Letters
from tests.sending import House, everything
from tests.web import Site, visible
from tests.workflows.test_calls import call
from tests.workflows.test_sending import by_mail, mail

SECRET = "s3cret-value"


def elsewhere(house: House, name: str) -> None:
    """A secret as it lies there after the key file was replaced."""
    house.secret(name, SECRET)
    with house.database.write() as conn:
        conn.execute(sa.update(tables.secret).where(tables.secret.c.name == name).values(sealed=Vault("the key that was lost").seal(name, SECRET)))


def test_a_call_waits_until_the_secret_is_entered_again(house: House, web: Calls) -> None:
    elsewhere(house, "robot")
    house.begin(call(web, url=web.url + "/{$robot}"))
    house.send()
    assert (house.item.state, house.why, web.got) == ("waiting", "secret_unreadable", [])
    assert house.item.why is not None and "重新填" in say(house.item.why, "zh") and "enter it again" in say(house.item.why, "en")
    house.secret("robot", "fresh")
    house.hurry()
    assert (house.item.state, [one.path for one in web.got]) == ("sent", ["/in/fresh"])


def test_mail_waits_until_its_password_is_entered_again(house: House, letters: Letters) -> None:
    by_mail(house, letters, user="crm")
    elsewhere(house, MAIL)
    house.begin(mail(), mail="li@muyang.cn")
    house.send()
    assert (house.item.state, house.why, letters.got) == ("waiting", "mail_unreadable", [])
    assert house.item.why is not None and MAIL not in say(house.item.why, "zh")


@pytest.mark.parametrize("error", [RuntimeError, KeyError, OSError, http.client.InvalidURL, UnicodeEncodeError])
def test_no_exception_tells_a_secret(house: House, web: Calls, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    """Libraries quote what they were given; of what they say only kind and place are kept."""
    caplog.set_level("DEBUG")

    def stumbles(self: Any, method: str, url: str, body: Any = None, headers: Any = None) -> None:
        told = f"{url} {dict(headers)}"
        assert SECRET in told
        raise UnicodeEncodeError("ascii", told, 0, 1, told) if error is UnicodeEncodeError else error(told)

    monkeypatch.setattr(http.client.HTTPConnection, "request", stumbles)
    house.secret("part", SECRET)
    house.begin(call(web, url=web.url + "/{$part}", headers=["X-Key: {$part}"]))
    house.send()
    assert house.item.state == "waiting" and house.why in ("sending_stumbled", "call_unreachable")
    assert SECRET not in caplog.text and SECRET not in everything(house)


def test_no_exception_tells_the_password_of_mail(house: House, letters: Letters, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level("DEBUG")

    def stumbles(self: Any, user: str, password: str, **_: Any) -> None:
        raise RuntimeError(f"{user} {password}")

    monkeypatch.setattr(smtplib.SMTP, "login", stumbles)
    by_mail(house, letters, user="crm")
    house.secret(MAIL, SECRET)
    house.begin(mail(), mail="li@muyang.cn")
    house.send()
    assert house.item.state == "waiting" and SECRET not in caplog.text and SECRET not in everything(house)


@pytest.mark.parametrize("error", [RuntimeError, UnicodeEncodeError])
def test_trying_the_mail_server_tells_nothing_either(site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    from runtime.workflows.mailing import Post

    def stumbles(self: Post, *_: Any) -> None:
        raise UnicodeEncodeError("ascii", SECRET, 0, 1, SECRET) if error is UnicodeEncodeError else error(SECRET)

    monkeypatch.setattr(Post, "send", stumbles)
    boss, page = site.person(), "/settings/sending/"
    boss.post(page + "mail", {"host": "127.0.0.1", "port": "9", "security": "none", "sender": "crm@hemu.cn", "user": "crm", "password": SECRET})
    answer = boss.post(page + "try", {"to": "wang@hemu.cn"})
    assert answer.status_code == 422 and SECRET not in answer.get_data(as_text=True) and SECRET not in caplog.text


def test_the_page_says_which_to_enter_again(site: Site, tmp_path: Path) -> None:
    boss, page, lost = site.person(), "/settings/sending/", Vault("the key that was lost")
    boss.post(page + "mail", {"host": "127.0.0.1", "port": "9", "security": "none", "sender": "crm@hemu.cn", "user": "crm", "password": SECRET})
    for name in ("robot", "shop"):
        boss.post(page + "secrets", {"name": name, "value": SECRET})
    assert "打不开" not in visible(boss.text(page))
    with site.database.write() as conn:
        for name in (MAIL, "robot"):
            conn.execute(sa.update(tables.secret).where(tables.secret.c.name == name).values(sealed=lost.seal(name, SECRET)))
    text = visible(boss.text(page))
    assert text.count("打不开了") == 2 and "{$robot} 打不开了，请重新填" in text
    tried = boss.post(page + "try", {"to": "wang@hemu.cn"})
    assert tried.status_code == 422 and "密码打不开了" in visible(tried.get_data(as_text=True))
    boss.post(page + "secrets", {"name": "robot", "value": "fresh"})
    boss.post(page + "mail", {"host": "127.0.0.1", "port": "9", "security": "none", "sender": "crm@hemu.cn", "user": "crm", "password": "fresh"})
    assert "打不开" not in visible(boss.text(page)) and SECRET not in boss.text(page)
