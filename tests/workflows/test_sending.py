"""Mail that workflows send: a real mail server on this machine that refuses, wants a password, and is not there."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts import people, sending
from runtime.accounts.sending import Sending
from runtime.accounts.vault import MAIL
from runtime.errors import Invalid
from runtime.storage import system_tables as tables
from runtime.workflows import outgoing
from tests.flows import flow, step
from tests.receivers import Letters, mail_server
from tests.sending import HELLO, House, everything


def mail(**more: Any) -> dict[str, Any]:
    return step("m", "mail", **{"to": ["mail"], "subject": HELLO, "body": {"zh": "正文 {note}", "en": "Text {note}"}, **more})


def by_mail(house: House, letters: Letters, **more: Any) -> None:
    house.set(host="127.0.0.1", port=letters.port, security="none", sender="crm@hemu.cn", sender_name="禾沐", **more)


def test_mail_in_the_language_of_each_reader(house: House, letters: Letters) -> None:
    by_mail(house, letters)
    with house.database.write() as conn:
        ann = people.add(conn, house.boss, "ann", "Ann", "member", "en", "correct horse")
        none = people.add(conn, house.boss, "bob", "Bob", "member", "en", "correct horse")
        conn.execute(sa.update(tables.person).where(tables.person.c.id == ann).values(email="ann@hemu.cn"))
    long = "很长" * 3_000
    house.begin(mail(who=[{"person": ann}, {"person": none}]), mail="li@muyang.cn", note=long)
    assert [one.state for one in house.items()] == ["waiting", "waiting"] and letters.got == []
    house.send()
    assert {(one["To"], one["Subject"]) for one in letters.got} == {("ann@hemu.cn", "Hello 牧羊"), ("li@muyang.cn", "你好 牧羊")}
    assert all(long in one.get_content().replace("\n", "") for one in letters.got)
    assert {one["From"] for one in letters.got} == {"禾沐 <crm@hemu.cn>"}
    run, = house.flows.runs()
    assert house.flows.lines(run) == ["m mail_without_address", "m mail_put", "ended_done", "m mail_sent", "m mail_sent"]
    assert len({one["Message-ID"] for one in letters.got}) == 2


def test_a_mail_is_tried_again_under_the_same_id(house: House, letters: Letters) -> None:
    by_mail(house, letters)
    letters.say = ["451 later", "451 later"]
    house.begin(mail(), mail="li@muyang.cn")
    house.send()
    assert (house.item.state, house.item.attempts, house.why) == ("waiting", 1, "mail_refused")
    assert clock.moment(house.item.due or "") > clock.now() + timedelta(seconds=50)
    house.hurry()
    house.hurry()
    assert (house.item.state, house.item.attempts) == ("sent", 3)
    assert letters.got[0]["Message-ID"] == f"<{house.item.body['id']}@hemu.cn>"


def test_a_refused_address_is_given_up_at_once(house: House, letters: Letters) -> None:
    by_mail(house, letters)
    letters.refuse = {"li@muyang.cn"}
    house.begin(mail(), mail="li@muyang.cn")
    house.send()
    assert (house.item.state, house.why) == ("failed", "mail_refused")
    assert house.flows.lines(house.flows.runs()[0])[-1] == "m not_sent"


@pytest.mark.parametrize(("password", "state"), [("right horse", "sent"), ("wrong horse", "waiting")])
def test_the_mail_server_wants_a_password(house: House, password: str, state: str, caplog: pytest.LogCaptureFixture) -> None:
    with mail_server("right horse") as letters:
        by_mail(house, letters, user="crm")
        house.secret(MAIL, password)
        house.begin(mail(), mail="li@muyang.cn")
        house.send()
    assert house.item.state == state and (state == "sent" or house.why == "mail_password")
    assert password not in caplog.text and password not in everything(house)


def test_a_server_without_tls_gets_nothing(house: House, letters: Letters) -> None:
    by_mail(house, letters)
    house.set(security="starttls")
    house.begin(mail(), mail="li@muyang.cn")
    house.send()
    assert (house.item.state, house.why, letters.got) == ("failed", "mail_unsupported", [])


def test_mail_waits_until_a_server_is_set_up(house: House, letters: Letters) -> None:
    house.begin(mail(), mail="li@muyang.cn")
    house.send()
    assert (house.item.state, house.why) == ("waiting", "mail_not_set_up")
    by_mail(house, letters)
    with house.database.write() as conn:
        outgoing.hurry(conn, outgoing.MAIL)
    house.send()
    assert house.item.state == "sent"


def test_nothing_can_be_put_into_a_head(house: House, letters: Letters) -> None:
    by_mail(house, letters)
    house.begin(mail(subject={"zh": "关于 {note}"}), mail="li@muyang.cn", note="一\r\nBcc: all@evil.cn\r\n\r\nhello")
    house.send()
    sent, = letters.got
    assert sent["Bcc"] is None and sent["Subject"] == "关于 一 Bcc: all@evil.cn hello"
    with pytest.raises(Invalid):
        house.flows.crm.publish(flow("bad", {"type": "created"}, mail(subject={"zh": "一\n二"})))
    for wrong in ({"to": "a@muyang.cn, b@evil.cn"}, {"to": "a@muyang.cn\nBcc: b@evil.cn"}, {"subject": "一\nBcc: b@evil.cn"}):
        with house.database.write() as conn:
            conn.execute(sa.update(tables.outgoing).values(state="waiting", due=clock.text(clock.now()), body=json.dumps({**house.item.body, **wrong})))
        house.hurry()
        assert (house.item.state, house.why, len(letters.got)) == ("failed", "mail_header", 1)


def test_the_settings_are_checked(house: House) -> None:
    for wrong in (Sending(host="http://x", sender="a@hemu.cn"), Sending(host="mail.hemu.cn", sender="nobody"), Sending(host="mail.hemu.cn", port=0, sender="a@hemu.cn"),
                  Sending(hosts=("a b",)), Sending(patience=0), Sending(host="mail.hemu.cn", sender="a@hemu.cn", sender_name="一\n二")):
        with pytest.raises(Invalid), house.database.write() as conn:
            sending.save(conn, house.boss, wrong)
