"""What workflows send: real mail and web servers on this machine, that fail, are slow, redirect and answer too much."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts import people, sending
from runtime.accounts.actor import Actor
from runtime.accounts.sending import Sending
from runtime.accounts.vault import MAIL, Vault
from runtime.config import Config
from runtime.errors import Conflict, Invalid, Problem
from runtime.jobs.runner import Runner
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import outgoing
from runtime.workflows import sending as sender
from runtime.workflows.outgoing import Item
from tests.crm import BODIES, CUSTOMER, field, form, made
from tests.flows import Flows, flow, step
from tests.receivers import Calls, Letters, drip, mail_server, slow, status, web_server

MASTER = "the key of a test installation"
WITH_MAIL = form("customer", "name", {**CUSTOMER["properties"], "mail": field("email", "邮箱", {"type": "string", "format": "idn-email", "maxLength": 254}),
                                      "note": field("long_text", "备注", {"type": "string", "maxLength": 9_000})}, ["name"])
PARTS = [("form", WITH_MAIL) if body is CUSTOMER else (kind, body) for kind, body in BODIES]
HELLO = {"zh": "你好 {name}", "en": "Hello {name}"}


@dataclass
class House:
    """One app whose workflows send, with the job that does it."""

    flows: Flows
    boss: Actor

    @property
    def database(self) -> Database:
        return self.flows.crm.database

    def set(self, **given: Any) -> None:
        with self.database.write() as conn:
            sending.save(conn, self.boss, replace(sending.read(conn), **given))

    def secret(self, name: str, text: str) -> None:
        with self.database.write() as conn:
            Vault(MASTER).put(conn, self.boss, name, text)

    def begin(self, *steps: dict[str, Any], **values: Any) -> int:
        """A workflow with these steps is published and done for one new customer."""
        self.flows.crm.publish(flow("out", {"type": "created"}, *steps))
        record = self.flows.crm.add("customer", **{"name": "牧羊", **values})
        self.flows.work()
        return record

    def send(self) -> None:
        """Everything that is due goes out."""
        Runner(self.database, sender.kinds(Config(Path("nowhere"), "", MASTER)), rest=0).drain()

    def hurry(self) -> None:
        """The next try is due at once."""
        with self.database.write() as conn:
            conn.execute(sa.update(tables.outgoing).where(tables.outgoing.c.state.in_(("waiting", "sending"))).values(due=clock.text(clock.now())))
            outgoing.queue.put(conn, outgoing.SEND, {}, once=True)
        self.send()

    def items(self) -> list[Item]:
        with self.database.read() as conn:
            return [outgoing.item_of(row) for row in conn.execute(sa.select(tables.outgoing).order_by(tables.outgoing.c.id))]

    @property
    def item(self) -> Item:
        one, = self.items()
        return one

    @property
    def why(self) -> str:
        problem = self.item.why
        return problem.code if problem else ""


@pytest.fixture
def house(database: Database, boss: Actor) -> House:
    found = House(Flows(made(database, boss, PARTS)), boss)
    found.set(hosts=("127.0.0.1",), patience=1)
    return found


@pytest.fixture
def letters() -> Iterator[Letters]:
    with mail_server() as found:
        yield found


@pytest.fixture
def web() -> Iterator[Calls]:
    with web_server() as found:
        yield found


def mail(**more: Any) -> dict[str, Any]:
    return step("m", "mail", **{"to": ["mail"], "subject": HELLO, "body": {"zh": "正文 {note}", "en": "Text {note}"}, **more})


def call(web: Calls, **more: Any) -> dict[str, Any]:
    return step("w", "webhook", **{"url": web.url, **more})


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


def test_a_signed_call_with_the_record(house: House, web: Calls) -> None:
    house.secret("shop", "s3cret of the shop")
    house.secret("token", "t0ken-of-the-shop")
    record = house.begin(call(web, whole=True, secret="shop", headers=["Authorization: Bearer {$token}"], url=web.url + "?q={name}&k={$token}"), size=7)
    house.send()
    got, = web.got
    assert house.item.state == "sent" and got.path == "/in?q=%E7%89%A7%E7%BE%8A&k=t0ken-of-the-shop"
    assert (got.json["record"], got.json["values"]["name"], got.json["values"]["size"]) == (record, "牧羊", 7)
    signed = hmac.new(b"s3cret of the shop", got.headers["x-fenzu-timestamp"].encode() + b"." + got.data, hashlib.sha256).hexdigest()
    assert got.headers["x-fenzu-signature"] == f"sha256={signed}" and got.headers["authorization"] == "Bearer t0ken-of-the-shop"
    assert got.headers["idempotency-key"] == house.item.body["id"]


@pytest.mark.parametrize(("name", "key"), [("wecom", "text"), ("dingtalk", "text"), ("feishu", "content")])
def test_robots_of_groups(house: House, web: Calls, name: str, key: str) -> None:
    house.secret("robot", web.url + "?key=hidden")
    house.secret("sign", "SEC-of-the-group")
    web.say = [status(200, b'{"errcode": 45009, "code": 9499}'), status(200, b'{"errcode": 0, "code": 0}')]
    house.begin(call(web, preset=name, url="{$robot}", text=HELLO, secret="sign"))
    house.send()
    assert (house.item.state, house.why, house.item.target) == ("waiting", "call_robot_refused", "{$robot}")
    house.hurry()
    assert house.item.state == "sent"
    got = web.got[-1]
    assert "你好 牧羊" in json.dumps(got.json[key], ensure_ascii=False) and "hidden" not in everything(house)
    if name == "dingtalk":
        moment = got.path.split("timestamp=")[1].split("&")[0]
        signed = hmac.new(b"SEC-of-the-group", f"{moment}\nSEC-of-the-group".encode(), hashlib.sha256).digest()
        assert base64.b64encode(signed).decode().replace("+", "%2B").replace("/", "%2F").replace("=", "%3D") == got.path.split("sign=")[1]
    if name == "feishu":
        signed = hmac.new(f"{got.json['timestamp']}\nSEC-of-the-group".encode(), b"", hashlib.sha256).digest()
        assert base64.b64encode(signed).decode() == got.json["sign"]


def test_a_message_to_a_phone(house: House, web: Calls) -> None:
    house.begin(call(web, preset="sms", phone="name", phone_as="Mobile", text=HELLO, fields=["size"]), name="+8613806132288", size=3)
    house.send()
    assert web.got[0].json == {"size": 3, "Mobile": "+8613806132288", "text": "你好 +8613806132288"}


@pytest.mark.parametrize(("answer", "state", "why"), [
    (status(500), "waiting", "call_refused"), (status(429, Retry_After="600"), "waiting", "call_refused"), (status(404), "failed", "call_refused"),
    (slow(3), "waiting", "call_slow"), (drip(8), "waiting", "call_slow"), (status(302, Location="http://127.0.0.2/x"), "failed", "call_elsewhere"),
    (status(307, Location="/in"), "sent", ""), (status(200, b"x" * 400_000), "sent", ""), (lambda handler: handler.connection.close(), "waiting", "call_unreachable"),
])  # fmt: skip
def test_answers_of_every_kind(house: House, web: Calls, answer: Any, state: str, why: str) -> None:
    web.say = [answer]
    house.begin(call(web))
    began = clock.now()
    house.send()
    assert (house.item.state, house.why) == (state, why) and clock.now() - began < timedelta(seconds=5)
    if why == "call_refused" and state == "waiting" and "600" in repr(web.got):
        assert clock.moment(house.item.due or "") > clock.now() + timedelta(minutes=9)


def test_it_gives_up_after_the_last_try_and_says_so(house: House, web: Calls) -> None:
    web.say = [status(500)] * 6
    house.begin(call(web))
    house.send()
    for _ in range(5):
        house.hurry()
    assert (house.item.state, house.item.attempts, len({got.headers["idempotency-key"] for got in web.got})) == ("failed", 6, 1)
    run, = house.flows.runs()
    assert house.flows.lines(run)[-1] == "w not_sent"
    with house.database.read() as conn:
        assert conn.execute(sa.select(tables.notice.c.code)).scalars().all() == ["outgoing_failed"]


def test_a_machine_that_does_not_answer_holds_up_nobody(house: House, web: Calls) -> None:
    """The second call to it in one go is put off without a try."""
    web.say = [slow(3), slow(3)]
    house.begin(call(web), step("v", "webhook", url=web.url))
    house.send()
    assert [(one.state, one.attempts) for one in house.items()] == [("waiting", 1), ("waiting", 0)]


def test_killed_between_sending_and_marking(house: House, web: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """As if the process had ended."""

    def killed(*_given: Any, **_more: Any) -> None:
        raise Killed

    house.begin(call(web))
    with monkeypatch.context() as patch:
        patch.setattr(outgoing, "sent", killed)
        with pytest.raises(Killed):
            house.send()
    assert (house.item.state, len(web.got)) == ("sending", 1)
    house.hurry()  # the lease has ended
    assert (house.item.state, len(web.got), house.item.attempts) == ("sent", 2, 2)
    assert web.got[0].headers["idempotency-key"] == web.got[1].headers["idempotency-key"] and web.got[0].data == web.got[1].data


def test_a_sender_who_was_taken_for_dead_marks_nothing(house: House, web: Calls) -> None:
    house.begin(call(web))
    with house.database.write() as conn:
        first = outgoing.claim(conn, clock.now())
        second = outgoing.claim(conn, clock.now() + outgoing.LEASE + timedelta(seconds=1))
    assert first is not None and second is not None and timedelta(minutes=5) < outgoing.LEASE
    with house.database.write() as conn:
        assert outgoing.claim(conn, clock.now()) is None
        outgoing.give_up(conn, first, Problem("", "sending_stumbled"))
    assert house.item.state == "sending"
    with house.database.write() as conn:
        outgoing.sent(conn, second)
    assert house.item.state == "sent"
    with pytest.raises(Conflict), house.database.write() as conn:
        outgoing.cancel(conn, house.item.app_id, house.item.id)


def test_private_machines_are_not_called(house: House, web: Calls) -> None:
    house.set(hosts=())
    house.begin(call(web, url=f"http://localhost:{web.port}/in"))
    house.send()
    assert (house.item.state, house.why, web.got) == ("failed", "call_private", [])


def test_a_secret_that_is_not_there(house: House, web: Calls) -> None:
    house.begin(call(web, url="{$nothing}"))
    house.send()
    assert (house.item.state, house.why) == ("waiting", "no_such_secret")


def test_secrets_stay_secret(house: House, web: Calls, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong: not in the log, not in any table, not in what an exception says."""
    caplog.set_level("DEBUG")
    for name in ("sign", "part"):
        house.secret(name, "s3cret-value")
    house.begin(call(web, url=web.url + "/{$part}", secret="sign", headers=["X-Key: {$part}"]))
    web.say = [status(500), slow(3), status(302, Location="http://[broken/s3cret-value")]
    for _ in range(3):
        house.hurry()
    assert "s3cret-value" in web.got[0].path and "s3cret-value" not in caplog.text and "s3cret-value" not in everything(house)


def test_a_test_run_sends_nothing(house: House, web: Calls) -> None:
    from runtime.workflows.base import Here
    from runtime.workflows.registry import STEPS
    from runtime.workflows.rows import Place

    house.begin(call(web))
    run, = house.flows.runs()
    with house.flows.crm.act() as act:
        workflow = act.app.workflows["out"].workflow
        here = Here(act, run, workflow, workflow.steps["w"], Place(0, run.id, None, "w", "ready", 0, None), trial=True)
        STEPS["webhook"].run(here)
    assert len(house.items()) == 1 and here.lines[-1][1] == "call_put"


def everything(house: House) -> str:
    """All that the system tables hold, but for what is sealed."""
    with house.database.read() as conn:
        return "\n".join(str(tuple(row)) for table in tables.METADATA.sorted_tables if table.name != "person" for row in conn.execute(sa.select(table)))


def test_the_settings_are_checked(house: House) -> None:
    for wrong in (Sending(host="http://x", sender="a@hemu.cn"), Sending(host="mail.hemu.cn", sender="nobody"), Sending(host="mail.hemu.cn", port=0, sender="a@hemu.cn"),
                  Sending(hosts=("a b",)), Sending(patience=0), Sending(host="mail.hemu.cn", sender="a@hemu.cn", sender_name="一\n二")):
        with pytest.raises(Invalid), house.database.write() as conn:
            sending.save(conn, house.boss, wrong)
