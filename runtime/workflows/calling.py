"""Calls to other machines: one request to a door that was looked at, with an end to every wait and a limit to every answer."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Timer
from typing import Any
from urllib.parse import urljoin

from runtime.accounts import vault
from runtime.accounts.sending import Sending
from runtime.errors import Problem
from runtime.workflows import doors
from runtime.workflows.doors import Door
from runtime.workflows.failed import Unsent
from runtime.workflows.presets import PLAIN, PRESETS, Preset

ANSWER = 65_536  # bytes of an answer that are read
HOPS = 3
REDIRECTS = (301, 302, 307, 308)
PASSING = (408, 409, 425, 429)  # refused now, perhaps not the next time; so is everything from 500 on
BODILESS = ("GET", "DELETE")
TIMESTAMP, SIGNATURE, MARK = "X-Fenzu-Timestamp", "X-Fenzu-Signature", "Idempotency-Key"
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}")
Body = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What came back: as much of it as may be read."""

    status: int
    location: str
    retry_after: str
    text: bytes


def call(body: Body, secrets: Mapping[str, str], sending: Sending, now: datetime) -> None:
    """Make the call that a step asked for; raises Unsent."""
    preset = PRESETS.get(body["preset"], PRESETS[PLAIN])
    url, headers, data = request(body, secrets, preset, int(now.timestamp()))
    answer = _answered(body["method"], url, headers, data, sending)
    _judge(answer, preset)


def request(body: Body, secrets: Mapping[str, str], preset: Preset, seconds: int) -> tuple[str, dict[str, str], bytes]:
    """Address, headers and bytes of a call, with its secrets filled in and signed for this moment."""
    url, key, content = vault.filled(body["url"], secrets), secrets.get(body["secret"], ""), dict(body["body"])
    if key and preset.sign:
        query, more = preset.sign(key, seconds)
        url, content = (f"{url}{'&' if '?' in url else '?'}{query}" if query else url), {**content, **more}
    data = b"" if body["method"] in BODILESS else json.dumps(content, ensure_ascii=False).encode()
    headers = {name: vault.filled(value, secrets) for name, value in body["headers"].items()}
    headers |= {"User-Agent": "Fenzu", "Accept-Encoding": "identity", MARK: body["id"]}
    if data:
        headers["Content-Type"] = "application/json; charset=utf-8"
    if key and not preset.sign:
        headers |= {TIMESTAMP: str(seconds), SIGNATURE: signature(key, str(seconds), data)}
    if not all(HEADER.fullmatch(name) and value.isascii() and value.isprintable() for name, value in headers.items()):
        raise Unsent(Problem("headers", "call_header"), passing=False)
    return url, headers, data


def signature(key: str, seconds: str, data: bytes) -> str:
    """What proves to a receiver that a call is ours and not older than it says; incoming calls are signed the same way."""
    return "sha256=" + hmac.new(key.encode(), seconds.encode() + b"." + data, hashlib.sha256).hexdigest()


def _answered(method: str, url: str, headers: Mapping[str, str], data: bytes, sending: Sending) -> Answer:
    """The answer, after redirects inside the same machine; to another one nothing is ever carried."""
    door = doors.opened(url, sending.hosts)
    for _ in range(HOPS):
        answer = _asked(door, method, headers, data, sending.patience)
        if answer.status not in REDIRECTS or not answer.location:
            return answer
        url = _joined(url, answer.location)
        parts, host, port = doors.split(url)
        if (parts.scheme == "https", host, port) != door.origin or (answer.status in (301, 302) and data):
            raise doors.shut("call_elsewhere", host=host[:100])
        door = doors.opened(url, sending.hosts)
    raise doors.shut("call_around")


def _asked(door: Door, method: str, headers: Mapping[str, str], data: bytes, patience: int) -> Answer:
    line = Line(door, patience)
    try:
        conn = http.client.HTTPConnection(door.host, door.port, timeout=patience)
        conn.sock = line.connect()
        conn.request(method, door.path, data or None, {"Host": door.named, "Connection": "close", **headers})
        got = conn.getresponse()
        if line.cut:  # in the middle of the head, which then only looks whole
            raise TimeoutError
        return Answer(got.status, got.getheader("Location", ""), got.getheader("Retry-After", ""), got.read(ANSWER))
    except ssl.SSLCertVerificationError:
        raise doors.shut("call_certificate", passing=True, host=door.host[:100]) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        slow = line.cut or isinstance(error, TimeoutError)
        raise Unsent(Problem("url", "call_slow" if slow else "call_unreachable", {"host": door.host[:100], "n": patience}), dead=True) from None
    finally:
        line.close()


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise doors.shut("call_address") from None


class Line:
    """A connection that ends after a while whatever happens: one who answers a byte at a time is not waited for."""

    def __init__(self, door: Door, patience: int) -> None:
        self.door, self.patience, self.cut = door, patience, False
        self._sock: socket.socket | None = None
        self._end = Timer(2 * patience, self._cut)
        self._end.daemon = True
        self._end.start()

    def connect(self) -> socket.socket:
        """The socket, with TLS where the address says so."""
        self._sock = self._reached()
        if self.door.tls:
            tls = ssl.create_default_context().wrap_socket(self._sock, server_hostname=self.door.host, do_handshake_on_connect=False)
            self._sock = tls
            tls.do_handshake()
        return self._sock

    def _reached(self) -> socket.socket:
        *others, last = self.door.addresses
        for address in others:
            with suppress(OSError):
                return socket.create_connection((address, self.door.port), timeout=self.patience)
        return socket.create_connection((last, self.door.port), timeout=self.patience)

    def _cut(self) -> None:
        self.cut = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """No more of it."""
        self._end.cancel()
        if self._sock is not None:
            self._sock.close()


def _judge(answer: Answer, preset: Preset) -> None:
    """Whether it was taken; raises Unsent."""
    if not 200 <= answer.status < 300:
        passing = answer.status in PASSING or answer.status >= 500
        raise Unsent(Problem("url", "call_refused", {"status": str(answer.status)}), passing=passing, after=_after(answer.retry_after))
    if preset.answer:
        _zero(answer.text, preset)


def _zero(text: bytes, preset: Preset) -> None:
    """Robots answer 200 to everything; whether they took it stands in the body."""
    try:
        found = json.loads(text)
        codes = [found[key] for key in preset.answer if key in found]
    except (ValueError, TypeError):
        codes = []
    if not codes:
        raise Unsent(Problem("url", "call_odd_answer"))
    if codes[0] != 0:
        raise Unsent(Problem("url", "call_robot_refused", {"code": str(codes[0])[:20]}))


def _after(given: str) -> timedelta | None:
    return timedelta(seconds=int(given)) if given.isascii() and given.isdigit() and len(given) < 6 else None
