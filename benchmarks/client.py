"""A server in a process of its own, and one browser that keeps its connection."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
WAIT = 60


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Server:
    """`python -m <module> <arguments>`, `{port}` being a free port; `started` is how long its first answer took."""

    def __init__(self, module: str, *arguments: str) -> None:
        self.port = free_port()
        begun = time.perf_counter()
        given = [argument.replace("{port}", str(self.port)) for argument in arguments]
        self.process = subprocess.Popen([sys.executable, "-m", module, *given], cwd=ROOT)
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - begun > WAIT:
                raise RuntimeError(f"{module} did not start")
            time.sleep(0.01)
        self.started = time.perf_counter() - begun

    def _answers(self) -> bool:
        try:
            return Browser(self.port).get("/sign-in")[0] < 500
        except OSError:
            return False

    def cpu(self) -> float:
        """Seconds of a processor it has used so far, or 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Resident megabytes, or 0 where the system does not tell."""
        try:
            found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())
        except OSError:
            return 0.0
        return int(found[1]) / 1024 if found else 0.0

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(20)


class Browser:
    """Asks over one connection; keeps cookies as a browser does, or carries a token."""

    def __init__(self, port: int, token: str = "") -> None:
        self.conn = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}
    ) -> tuple[int, bytes]:
        sent = {**self.headers, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        try:
            answer = self._sent(method, path, body, sent)
        except (ConnectionError, http.client.RemoteDisconnected):  # a server closes what has been idle for two minutes
            self.conn.close()
            answer = self._sent(method, path, body, sent)
        found = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            key, _, value = cookie.split(";")[0].partition("=")
            self.cookies[key] = value
        return answer.status, found

    def _sent(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        self.conn.request(method, path, body, dict(headers))
        return self.conn.getresponse()

    def get(self, path: str) -> tuple[int, bytes]:
        return self.ask("GET", path)

    def json(self, method: str, path: str, body: Any = None) -> Any:
        """Send and read JSON; anything but success stops the run."""
        sent = None if body is None else json.dumps(body).encode()
        status, found = self.ask(method, path, sent, {"Content-Type": "application/json"})
        if status >= 400:
            raise RuntimeError(f"{method} {path}: {status} {found[:500].decode()}")
        return json.loads(found) if found else None

    def form(self, path: str, values: Mapping[str, Any]) -> int:
        """A form as pages send it."""
        body = urlencode(values, doseq=True).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})[0]

    def upload(self, path: str, file: Path) -> Any:
        mark = "fenzu-benchmark"
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'.encode()
        body = head + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        status, found = self.ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})
        if status >= 400:
            raise RuntimeError(f"upload: {status} {found[:500].decode()}")
        return json.loads(found)

    def secret(self, path: str) -> str:
        """What a page carries against forged forms."""
        found = re.search(rb'name="csrf-token" content="([^"]+)"', self.get(path)[1])
        assert found is not None, path
        return found[1].decode()


def spread(times: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
