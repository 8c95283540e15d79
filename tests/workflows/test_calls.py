"""Calls that workflows make: a real web server on this machine that fails, is slow, redirects and answers too much."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.errors import Conflict, Problem
from runtime.storage import system_tables as tables
from runtime.workflows import outgoing
from tests.flows import step
from tests.receivers import Calls, drip, slow, status
from tests.sending import HELLO, House, everything


def call(web: Calls, **more: Any) -> dict[str, Any]:
    return step("w", "webhook", **{"url": web.url, **more})


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




def test_what_ended_long_ago_is_forgotten(house: House, web: Calls) -> None:
    house.begin(call(web), step("v", "webhook", url=web.url))
    with house.database.write() as conn:
        conn.execute(sa.update(tables.outgoing).where(tables.outgoing.c.step == "w").values(at=clock.text(clock.now() - outgoing.KEPT - timedelta(days=1))))
    house.send()
    assert [one.step for one in house.items()] == ["v"]
