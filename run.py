"""Start Fenzu (`python run.py`) or test it (`python run.py test`) on a machine that has Python and nothing else.

`python run.py password LOGIN` sets a new password for somebody who has lost theirs.

The first start makes a virtual environment, installs the pinned packages and the front-end assets; later starts
compare one hash and go. Only the standard library is used here, because nothing else is there yet.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import locale
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import venv
import webbrowser
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("FENZU_VENV") or ROOT / ".venv")
STAMP = VENV / "fenzu-stamp.json"
DECIDING = ("pyproject.toml", "constraints.txt", "hatch_build.py", "frontend/package-lock.json")
TRIED_PORTS = 50
OFFLINE = re.compile(
    r"name resolution|getaddrinfo|NewConnectionError|ConnectTimeout|Connection (refused|reset|broken)|timed out|"
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|SSLError|ProxyError|No matching distribution",
    re.IGNORECASE,
)

SENTENCES = {
    "python": (
        "Fenzu 需要 Python 3.11 或更新的版本，现在是 {found}。请装好新版本，再运行一次。",
        "Fenzu needs Python 3.11 or newer; this is {found}. Install a newer one and run this again.",
    ),
    "first": (
        "第一次启动：正在准备运行环境，要几分钟，之后只要一两秒。",
        "First start: preparing the environment. This takes some minutes; later starts take a second or two.",
    ),
    "changed": ("版本有更新，正在安装需要的部件。", "Something is newer: installing what it needs."),
    "no_venv": (
        "没能建立虚拟环境（{where}）。在 Debian 或 Ubuntu 上请先运行：apt install python3-venv",
        "The virtual environment at {where} could not be made. On Debian or Ubuntu first run: apt install python3-venv",
    ),
    "offline": (
        "没连上软件仓库，部件没有装全。请检查网络或代理，再运行一次，会接着来。",
        "The package registry could not be reached, so the parts are not complete. "
        "Check the network or the proxy and run this again; it goes on from here.",
    ),
    "install": ("部件没有装上，原因见上面几行。", "The parts could not be installed; the lines above say why."),
    "port": (
        "{host}:{port} 已被别的程序占用，或不允许使用。可以换一个：python run.py --port {other}",
        "{host}:{port} is used by another program or not allowed. Try another one: python run.py --port {other}",
    ),
    "moved": ("端口 {port} 已被占用，改用 {other}。", "Port {port} is taken, using {other}."),
    "ready": ("Fenzu 已启动：{url}   按 Ctrl+C 停止。", "Fenzu is running: {url}   Press Ctrl+C to stop."),
    "which": (
        "给谁换密码？请写上登录名：python run.py password 登录名",
        "Whose password? Add the login: python run.py password LOGIN",
    ),
    "bye": ("已停止，数据都在 {where}。", "Stopped. Your data is in {where}."),
}


def chinese() -> bool:
    """Whether the person at this terminal reads Chinese."""
    named = next((os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), "")
    if not named and sys.platform == "win32":
        named = locale.getlocale()[0] or ""
    return named.lower().startswith(("zh", "chinese"))


def say(name: str, **values: object) -> str:
    """One sentence in the language of the terminal."""
    return SENTENCES[name][0 if chinese() else 1].format(**values)


def stop(name: str, **values: object) -> NoReturn:
    """End with a sentence."""
    print(say(name, **values), file=sys.stderr)
    raise SystemExit(1)


def main(argv: list[str]) -> int:
    """Prepare where needed, go into the virtual environment, then serve or test."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace", line_buffering=True)
    if sys.version_info < (3, 11):  # noqa: UP036  (the person may start us with an old one)
        stop("python", found=sys.version.split()[0])
    testing, helping = argv[:1] == ["test"], argv[:1] == ["password"]
    if helping and len(argv) != 2:
        stop("which")
    options = None if testing or helping else read_options(argv)
    kind = "test" if testing else "redis" if options and options.redis else "run"
    if not ready(kind):
        prepare(kind)
    if Path(sys.prefix).resolve() != VENV.resolve():
        return enter(argv)
    if helping:
        return new_password(argv[1])
    if options is None:
        return run_tests(argv[1:])
    return serve(options)


def read_options(argv: list[str]) -> argparse.Namespace:
    """The command line; what it leaves out comes from FENZU_* variables."""
    env = os.environ
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="启动 Fenzu。`python run.py test` 运行测试。 | Start Fenzu. `python run.py test` runs the tests.",
    )
    add = parser.add_argument
    add("--host", default=env.get("FENZU_HOST", "127.0.0.1"), help="网络地址 | address to listen on")
    add("--port", type=int, default=env.get("FENZU_PORT"), help="端口，默认从 8000 找起 | port; 8000 and up")
    add("--database-url", default=env.get("FENZU_DATABASE_URL"), help="数据库，默认 SQLite | database, default SQLite")
    add("--instance", default=env.get("FENZU_INSTANCE"), help="数据文件夹 | folder of the data")
    add("--redis", default=env.get("FENZU_REDIS"), help="多台机器时的 Redis 地址 | Redis, for several machines")
    add("--threads", type=int, default=env.get("FENZU_THREADS", "8"), help="线程数 | threads")
    no_browser = env.get("FENZU_NO_BROWSER", "") not in ("", "0")
    add("--no-browser", action="store_true", default=no_browser, help="不打开浏览器 | open no browser")
    return parser.parse_args(argv)


def fingerprint() -> str:
    """Changes when anything changes that decides what is installed."""
    digest = hashlib.sha256(sys.version.split()[0].rsplit(".", 1)[0].encode())
    for name in DECIDING:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def stamps() -> dict[str, str]:
    """What this virtual environment was made for."""
    try:
        found: dict[str, str] = json.loads(STAMP.read_text("utf-8"))
        return found
    except (OSError, ValueError):
        return {}


def ready(kind: str) -> bool:
    """Whether nothing has to be installed; an environment for more also serves."""
    known = stamps()
    assets = (ROOT / "static" / "vendor" / "manifest.json").is_file()
    serving = {"run": ("run", "redis", "test"), "redis": ("redis", "test"), "test": ("test",)}[kind]
    return assets and python_of().is_file() and fingerprint() in [known.get(one) for one in serving]


def python_of() -> Path:
    """The interpreter inside the virtual environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(kind: str) -> None:
    """Make the virtual environment and install the pinned packages; a broken try is repaired by the next."""
    print(say("changed" if stamps() else "first"))
    STAMP.unlink(missing_ok=True)
    if not has_pip():
        make_venv()
    wanted = str(ROOT) if kind == "run" else f"{ROOT}[{kind}]"
    pip("install", "--constraint", str(ROOT / "constraints.txt"), "--editable", wanted)
    STAMP.write_text(json.dumps({kind: fingerprint()}), "utf-8")


def has_pip() -> bool:
    """Whether the virtual environment is there and whole enough to install into."""
    check = [str(python_of()), "-m", "pip", "--version"]
    return python_of().is_file() and subprocess.run(check, capture_output=True, check=False).returncode == 0


def make_venv() -> None:
    """A fresh virtual environment."""
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        venv.create(VENV, with_pip=True, symlinks=os.name != "nt")
    except (subprocess.CalledProcessError, OSError):
        shutil.rmtree(VENV, ignore_errors=True)
        stop("no_venv", where=VENV)


def pip(*arguments: str) -> None:
    """Run pip; when it fails, show its last lines and say what to do."""
    command = [str(python_of()), "-m", "pip", "--disable-pip-version-check", *arguments, "--quiet"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode == 0:
        return
    text = done.stdout.decode(errors="replace")
    print("\n".join(text.strip().splitlines()[-25:]), file=sys.stderr)
    stop("offline" if OFFLINE.search(text) else "install")


def enter(argv: list[str]) -> int:
    """Go on inside the virtual environment."""
    command = [str(python_of()), str(ROOT / "run.py"), *argv]
    # Linux otherwise gives each of the server's threads a heap of its own, and keeps what they once needed.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    if os.name != "nt":
        sys.stdout.flush()
        os.execv(command[0], command)
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 0


def run_tests(arguments: list[str]) -> int:
    """pytest over the whole project, or over what the arguments name."""
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


def new_password(login: str) -> int:
    """Ask for a new password for a person who cannot sign in any more."""
    command = [sys.executable, "-m", "runtime.accounts.rescue", login, "zh" if chinese() else "en"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def serve(options: argparse.Namespace) -> int:
    """Listen, build the application, open the browser."""
    instance = Path(options.instance or ROOT / "instance").resolve()
    os.environ["FENZU_INSTANCE"] = str(instance)
    if options.database_url:
        os.environ["FENZU_DATABASE_URL"] = options.database_url
    if options.redis:
        os.environ["FENZU_REDIS"] = options.redis
    door = listen(options.host, options.port)
    sys.path.insert(0, str(ROOT))
    from waitress.server import create_server

    from app import started  # late: inside the environment only

    server: Any = create_server(started("zh" if chinese() else "en"), sockets=[door], threads=options.threads, ident=None)
    shown = "127.0.0.1" if options.host in ("0.0.0.0", "::", "") else options.host
    url = f"http://{f'[{shown}]' if ':' in shown else shown}:{door.getsockname()[1]}/"
    print(say("ready", url=url))
    if not options.no_browser and has_display():
        threading.Timer(0.2, webbrowser.open, [url]).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):  # an impatient second Ctrl+C
        server.run()
    print(say("bye", where=instance))
    return 0


def listen(host: str, port: int | None) -> socket.socket:
    """An open socket: at the port that was asked for, else at the first free one from 8000."""
    first = port if port is not None else 8000
    for other in [first] if port is not None else range(first, first + TRIED_PORTS):
        door = bind(host, other)
        if door:
            if other != first:
                print(say("moved", port=first, other=other))
            return door
    stop("port", host=host, port=first, other=first + 1)


def bind(host: str, port: int) -> socket.socket | None:
    """A bound socket, or nothing when the port is taken, forbidden or the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR if exclusive is None else exclusive, 1)
    try:
        door.bind((host, port))
        door.listen(128)
    except (OSError, OverflowError):
        door.close()
        return None
    return door


def has_display() -> bool:
    """Whether opening a browser makes sense here."""
    if sys.platform in ("win32", "darwin"):
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
