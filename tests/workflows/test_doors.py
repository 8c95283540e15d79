"""Laws of the doors and the vault: no way to a private address however it is written, and no way into what is sealed."""

from __future__ import annotations

import base64
import ipaddress
import socket
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.accounts.vault import Vault
from runtime.errors import Invalid
from runtime.jobs.kinds import Kinds
from runtime.jobs.runner import Runner
from runtime.storage.db import Database
from runtime.workflows import doors
from runtime.workflows.failed import Unsent
from runtime.workflows.outgoing import SEND
from runtime.workflows.sending import APART

PRIVATE = ("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.5.5", "192.168.1.20", "169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1",
           "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::10.0.0.1",
           "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::1", "2002:c0a8:114::", "2001:db8::1")
PUBLIC = ("8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1")


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not doors.public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert doors.public(address)


@given(st.ip_addresses(v=4))
def test_an_address_in_another_dress_is_the_same_address(ip: ipaddress.IPv4Address) -> None:
    number = int(ip)
    dresses = (f"::ffff:{ip}", str(ipaddress.IPv6Address((0x64FF9B << 96) | number)), str(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))))
    assert {doors.public(dress) for dress in dresses} == {doors.public(str(ip))}


@pytest.mark.parametrize("url", [
    "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:7f00:1]/", "http://localhost/", "http://localhost./",
    "http://LOCALHOST:80/",
])  # fmt: skip
def test_a_private_machine_by_other_names(url: str) -> None:
    with pytest.raises(Unsent) as refused:
        doors.opened(url)
    assert refused.value.problem.code in ("call_private", "call_no_such_host")


@pytest.mark.parametrize("url", [
    "ftp://example.com/", "file:///etc/passwd", "http:///x", "http://a@b.com/", "http://a:b@b.com/", "http://example.com:99999/", "http://exa mple.com/", "http://example.com\\@evil.cn/",
    "http://[::1/", "http://例子.中国/", "gopher://x", "http://example.com/\r\nX: 1", "http://" + "a" * 3_000, "//example.com", "",
])  # fmt: skip
def test_odd_addresses(url: str) -> None:
    with pytest.raises(Unsent) as refused:
        doors.split(url)
    assert refused.value.problem.code == "call_address"


def test_one_private_address_among_public_ones_shuts_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what was looked at is what is connected to: the name is asked once."""
    asked: list[Any] = []
    answers = [["8.8.8.8", "10.0.0.1"], ["8.8.8.8", "1.1.1.1"]]

    def found(host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(Unsent):
        doors.opened("https://rebind.example.com/a?b=1")
    door = doors.opened("https://rebind.example.com/a?b=1")
    assert (door.addresses, door.named, door.path, door.tls) == (("8.8.8.8", "1.1.1.1"), "rebind.example.com", "/a?b=1", True) and len(asked) == 2
    answers.append(["10.0.0.1"])
    assert doors.opened("http://erp.intra:8080/", ("erp.intra",)).named == "erp.intra:8080"


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=60))
def test_what_is_sealed_opens_with_its_own_key_and_name_alone(text: str, name: str, key: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    name, key = (part.encode("utf-8", "replace").decode() for part in (name, key))
    vault = Vault(key)
    sealed = vault.seal(name, text)
    assert vault.open(name, sealed) == text and vault.seal(name, text) != sealed and (len(text) < 6 or text not in sealed)
    for other, called in ((Vault(key + "x"), name), (vault, name + "x")):
        with pytest.raises(Invalid):
            other.open(called, sealed)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_sealed_text_that_was_touched_does_not_open(place: int, bits: int) -> None:
    vault = Vault("key")
    raw = bytearray(base64.urlsafe_b64decode(vault.seal("a", "the secret")))
    raw[place % len(raw)] ^= bits
    with pytest.raises(Invalid):
        vault.open("a", base64.urlsafe_b64encode(raw).decode())


@pytest.mark.parametrize("nonsense", ["", "1.", "!!!", "AAAA", "AAAAA", "plain", "A" * 40, "密钥"])
def test_nonsense_does_not_open(nonsense: str) -> None:
    with pytest.raises(Invalid):
        Vault("key").open("a", nonsense)


def test_sending_waits_apart_from_other_work(sqlite_database: Database) -> None:
    """A machine that does not answer holds up no import: sending has threads of its own."""
    held, done = threading.Event(), threading.Event()
    kinds: Kinds = {SEND: lambda job: {"ok": held.wait(10)}, "export": lambda job: {"ok": done.set()}}
    from runtime.jobs import queue

    with sqlite_database.write() as conn:
        for _ in range(3):
            queue.put(conn, SEND, {})
        queue.put(conn, "export", {})
    runner = Runner(sqlite_database, kinds, apart=APART)
    runner.start()
    try:
        assert done.wait(5)
    finally:
        held.set()
        runner.stop()
