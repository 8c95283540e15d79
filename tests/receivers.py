"""Real receivers for tests of sending: a mail server and a web server on this machine that behave as they are told."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Letters:
    """A mail server that keeps what it gets; `say` are answers to give instead, one a message."""

    def __init__(self, guarded: bool = False) -> None:
        self.guarded = guarded
        self.got: list[EmailMessage] = []
        self.say: list[str] = []
        self.refuse: set[str] = set()
        self.port = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.guarded and not session.authenticated:
            return "530 5.7.0 who are you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuse:
            return "550 nobody here of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.say:
            return self.say.pop(0)
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"


@contextmanager
def mail_server(password: str = "") -> Iterator[Letters]:
    """A mail server on a free port; with a password it wants user `crm` and that."""
    letters = Letters(bool(password))

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        good = isinstance(given, LoginPassword) and (given.login, given.password) == (b"crm", password.encode())
        return AuthResult(success=good, handled=False)

    more = {"authenticator": authenticate, "auth_require_tls": False} if password else {}  # who sends without one is refused by `Letters`
    with socket.create_server(("127.0.0.1", 0)) as free:
        letters.port = free.getsockname()[1]
    controller = Controller(letters, hostname="127.0.0.1", port=letters.port, **more)
    controller.start()
    yield letters
    controller.stop()


@dataclass
class Call:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)


Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Calls:
    """A web server that keeps what it gets; `say` are its answers, one a request, then 200."""

    port: int = 0
    got: list[Call] = field(default_factory=list)
    say: list[Answer] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in"


def status(code: int, body: bytes = b"{}", **headers: str) -> Answer:
    """An answer with a status, a body and headers."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def slow(seconds: float) -> Answer:
    """No answer for a while."""
    return lambda handler: time.sleep(seconds)


def drip(seconds: float) -> Answer:
    """A byte now and then, for ever."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            handler.wfile.write(b"a")
            handler.wfile.flush()
            time.sleep(0.1)

    return answer


@contextmanager
def web_server() -> Iterator[Calls]:
    """A web server on a free port."""
    calls = Calls()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            calls.got.append(Call(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, data))
            try:
                (calls.say.pop(0) if calls.say else status(200))(self)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

        def log_message(self, *_given: Any) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    calls.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield calls
    server.shutdown()
    server.server_close()
