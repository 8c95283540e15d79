"""Other programs begin workflows by their address: found or made records, signatures, and everything that is refused."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from runtime import clock
from runtime.accounts.vault import Vault
from runtime.errors import Invalid
from runtime.storage import system_tables as tables
from runtime.web import limits
from tests.crm import one, running
from tests.flows import Flows, flow, step, way
from tests.web import SECRET, Person, Site, visible

TAG = step("a", "tag", field="tags", add=["gold"])


@dataclass
class Door:
    """A workflow with an address, in a running application."""

    site: Site
    flows: Flows
    address: str = ""

    def open(self, **trigger: Any) -> None:
        self.flows.crm.publish(flow("shop", {"type": "hook", **trigger}, TAG))
        self.address = address_of(self.site.person("builder"), self.flows.crm.key)

    def send(self, given: Any, **headers: str) -> TestResponse:
        data = given if isinstance(given, bytes) else json.dumps(given).encode()
        return self.site.visitor().client.post(self.address, data=data, headers={name.replace("_", "-"): value for name, value in headers.items()}, buffered=True)


def address_of(builder: Person, app: str) -> str:
    """Make the address as people do, and take it from the page that shows it once."""
    builder.post(f"/outbox/{app}/addresses/shop")
    html = builder.text(f"/outbox/{app}/")
    found = html.split('id="hook-link"')[1].split('value="')[1].split('"')[0]
    assert found not in builder.text(f"/outbox/{app}/")
    return found.removeprefix("http://localhost")


@pytest.fixture
def door(site: Site) -> Iterator[Door]:
    limits.forgive()
    site.actor("builder")
    yield Door(site, Flows(running(site)))


def test_a_record_is_found_and_its_workflow_begins(door: Door) -> None:
    door.open(match="name", make=False)
    record = door.flows.crm.add("customer", name="牧羊")
    answer = door.send({"name": " 牧羊 "})
    assert (answer.status_code, answer.json and answer.json["record"]) == (202, record)
    door.site.jobs()
    run, = door.flows.runs("shop")
    assert (run.state, run.id, door.flows.value("customer", record, "tags")) == ("done", answer.json and answer.json["run"], ["gold"])
    assert door.send({"name": "nobody"}).status_code == 404 and door.send({}).status_code == 422
    door.flows.crm.add("customer", name="牧羊")
    assert door.send({"name": "牧羊"}).status_code == 409


def test_a_record_is_made_or_changed(door: Door) -> None:
    door.open(match="name", fields=["name", "size", "kind"], names=["规模=order.count", "kind ＝ type"], write=True)
    first = door.send({"name": "新客", "order": {"count": 7}, "type": "person", "vip": True}).json
    assert first is not None and first["run"]
    record = first["record"]
    assert [door.flows.value("customer", record, key) for key in ("size", "kind", "vip")] == [7, "person", None]
    again = door.send({"name": "新客", "order": {"count": 9}}).json
    assert again is not None and again["record"] == record and door.flows.value("customer", record, "size") == 9
    wrong = door.send({"name": "新客", "order": {"count": "many"}})
    assert wrong.status_code == 422 and wrong.json and wrong.json["errors"][0]["path"] == "size"


def test_what_does_not_fit_begins_nothing(door: Door) -> None:
    door.open(match="name", fields=["name", "size"], when=one({"field": "size", "operator": ">", "value": 50}))
    answer = door.send({"name": "小", "size": 1})
    assert answer.status_code == 200 and answer.json and answer.json["run"] is None and door.flows.runs() == []


def test_the_same_call_is_taken_once(door: Door) -> None:
    door.open(fields=["name"])
    answers = [door.send({"name": "一"}, Idempotency_Key="k-1").status_code for _ in range(3)]
    assert answers == [202, 200, 200] and len(door.flows.runs()) == 1


def test_a_signature_is_asked_for(door: Door) -> None:
    with door.site.database.write() as conn:
        Vault(SECRET).put(conn, door.site.actor(), "shop", "s3cret of the shop")
    door.open(fields=["name"], secret="shop")
    data, moment = json.dumps({"name": "一"}).encode(), str(int(clock.now().timestamp()))

    def signed(key: str, at: str) -> int:
        mark = "sha256=" + hmac.new(key.encode(), at.encode() + b"." + data, hashlib.sha256).hexdigest()
        return door.send(data, X_Fenzu_Timestamp=at, X_Fenzu_Signature=mark).status_code

    assert signed("s3cret of the shop", moment) == 202
    assert (signed("wrong", moment), signed("s3cret of the shop", str(int(moment) - 900)), signed("s3cret of the shop", "x"), door.send(data).status_code) == (403,) * 4


@pytest.mark.parametrize(("data", "status"), [
    (b"", 400), (b"[1]", 400), (b"{", 400), (b"\xff{}", 400), (b'{"name": "\\u0000"}', 400), (b'{"name": NaN}', 400), (b'{"name": "' + b"a" * 70_000 + b'"}', 413),
    (b'{"name": {"a": 1}}', 422), (b'{"name": ["a"]}', 422), (b"[" * 5_000, 400),
])  # fmt: skip
def test_nonsense_gets_a_sentence(door: Door, data: bytes, status: int) -> None:
    door.open(fields=["name"])
    answer = door.send(data)
    assert answer.status_code == status and answer.json and answer.json["errors"][0]["message"] and door.flows.runs() == []


def test_addresses_end(door: Door) -> None:
    door.open(fields=["name"])
    old, builder, app = door.address, door.site.person("builder"), door.flows.crm.key
    door.address = address_of(builder, app)
    assert door.send({"name": "一"}).status_code == 202
    builder.post(f"/outbox/{app}/addresses/shop/end")
    assert door.send({"name": "一"}).status_code == 404
    door.address = old
    assert door.send({"name": "一"}).status_code == 404 and door.site.person("member").get(f"/outbox/{app}/").status_code == 403
    with door.site.database.read() as conn:
        assert old.rpartition("/")[2] not in "".join(map(str, conn.execute(sa.select(tables.audit))))


def test_a_workflow_that_is_off_takes_nothing(door: Door) -> None:
    door.open(fields=["name"])
    with door.site.database.write() as conn:
        number = door.flows.crm.app(conn).workflows["shop"].id
        conn.execute(sa.insert(tables.workflow).values(workflow_id=number, on=False, failures=0, why="", at=""))
        conn.execute(sa.update(tables.app).values(revision=tables.app.c.revision + 1))
    assert door.send({"name": "一"}).status_code == 409 and door.flows.crm.list(door.site.database.read().__enter__(), None) == set()


def test_too_often(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    from runtime.web import hooks

    monkeypatch.setattr(hooks, "OFTEN", ("2 per minute",))
    monkeypatch.setattr(hooks, "WRONG", "1 per minute")
    door.open(fields=["name"])
    assert [door.send({"name": "一"}).status_code for _ in range(3)] == [202, 202, 429]
    door.address = "/hooks/nothing"
    assert [door.send({}).status_code for _ in range(2)] == [404, 429]


@pytest.mark.parametrize("trigger", [{"make": False}, {"match": "tags"}, {"match": "none"}, {"fields": ["code"]}, {"fields": ["none"]},
                                     {"fields": ["name"], "names": ["size=x"]}, {"fields": ["name"], "names": ["name"]}])
def test_what_is_wrong_with_it(door: Door, trigger: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        door.flows.crm.publish(flow("shop", {"type": "hook", **trigger}, TAG))


def test_the_outbox(door: Door) -> None:
    """What waits, why it did not go out, and the two things a person can do about it."""
    crm, site = door.flows.crm, door.site
    crm.publish(flow("out", {"type": "created"}, step("w", "webhook", url="http://127.0.0.1:9/x?key=h1dden"), step("m", "mail", who=[{"role": "administrator"}],
                     subject={"zh": "你好 {name}"}, body={"zh": "正文"}), step("s", "branch", branches=[way("x")])))  # fmt: skip
    with site.database.write() as conn:
        conn.execute(sa.update(tables.person).values(email="wang@hemu.cn"))
    crm.add("customer", name="<b>牧羊</b>")
    site.jobs()
    builder, page = site.person("builder"), f"/outbox/{crm.key}/"
    html = builder.text(page)
    shown = visible(html)
    assert "127.0.0.1:9" in shown and "h1dden" not in html and "内部网络" in shown and "还没有设置发邮件的服务器" in shown and "你好 &lt;b&gt;" in html
    with site.database.read() as conn:
        call, mail = conn.execute(sa.select(tables.outgoing.c.id).order_by(tables.outgoing.c.id)).scalars()
    assert builder.post(f"{page}{mail}/cancel").status_code == 303 and builder.post(f"{page}{call}/again").status_code == 303
    with site.database.read() as conn:
        assert conn.execute(sa.select(tables.outgoing.c.state).order_by(tables.outgoing.c.id)).scalars().all() == ["waiting", "cancelled"]
    assert builder.post(f"{page}{mail}/cancel").status_code == 409 and builder.post(f"{page}999/again").status_code == 404
    assert "wang@hemu.cn" not in visible(builder.text(page + "?state=waiting")).replace("王敏", "") and site.person("member").get(page).status_code == 403


def test_the_settings_of_sending(site: Site) -> None:
    boss, page = site.person(), "/settings/sending/"
    assert site.person("builder").get(page).status_code == 403
    wrong = boss.post(page + "mail", {"host": "http://mail", "port": "x", "security": "ssl", "sender": "nobody", "user": "crm", "password": "right horse"})
    assert wrong.status_code == 422 and "right horse" not in wrong.get_data(as_text=True) and "不是主机名" in visible(wrong.get_data(as_text=True))
    good = {"host": "127.0.0.1", "port": "9", "security": "none", "sender": "crm@hemu.cn", "sender_name": "禾沐", "user": "crm", "password": "right horse"}
    assert boss.post(page + "mail", good).status_code == 303 and "right horse" not in boss.text(page)
    tried = boss.post(page + "try", {"to": "wang@hemu.cn"})
    assert tried.status_code == 422 and "连不上邮件服务器" in visible(tried.get_data(as_text=True))
    assert boss.post(page + "secrets", {"name": "robot", "value": "https://oapi.dingtalk.com/robot/send?access_token=1"}).status_code == 303
    assert boss.post(page + "secrets", {"name": "Robot 1", "value": "x"}).status_code == 422 and boss.post(page + "secrets", {"name": "$mail", "value": "x"}).status_code == 422
    html = boss.text(page)
    assert "{$robot}" in html and "access_token" not in html and "$mail" not in html
    assert boss.post(page + "hosts", {"hosts": "erp.intra\n192.168.1.20", "patience": "20"}).status_code == 303 and "erp.intra\n192.168.1.20" in boss.text(page)
    assert boss.post(page + "hosts", {"hosts": "a/b", "patience": "0"}).status_code == 422
    boss.post(page + "mail", {**good, "password": "", "forget": "1"})
    boss.post(page + "secrets/robot/drop")
    with site.database.read() as conn:
        assert conn.execute(sa.select(tables.secret)).all() == []
        kept = "".join(str(tuple(row)) for row in conn.execute(sa.select(tables.audit)))
    assert "right horse" not in kept and "access_token" not in kept and "robot" in kept
