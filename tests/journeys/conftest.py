"""A live server and a real browser: `server.url`, `browse(lang, theme, size)`, `shot(page, name)`."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from waitress import wasyncore
from waitress.server import create_server

from app import create_app
from builder import apps
from runtime.accounts import token_cache
from runtime.config import Config
from runtime.web import here
from tests.shared import ROOT
from tests.web import Site

WIDE, PHONE = (1440, 900), (390, 844)
SHOTS = ROOT / "test-output"
CHROMIUM = os.environ.get("FENZU_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
# How many times slower the browser shall be: 4 brings out what only works when answers come between two acts.
SLOWER = float(os.environ.get("FENZU_SLOW_BROWSER", "1"))
# Failures that pages cause on purpose: a 422 comes with its form, a 404 with its page.
expect.set_options(timeout=30_000)  # as long as the slowest machine that runs these may need
FORESEEN = re.compile(r"status of (4\d\d)")


@dataclass
class Server:
    """One installation being served; `site` reaches into it, `wrong` collects what browsers complained about."""

    url: str
    site: Site
    wrong: list[str]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A fresh installation on a free port, with its job runner, as `python run.py` serves it."""
    for folder in ("files", "scratch"):
        (tmp_path / folder).mkdir()
    token_cache.clear()
    app = create_app(Config(tmp_path, f"sqlite:///{tmp_path / 'fenzu.db'}", secrets.token_hex(20), testing=True))
    fenzu = here.of(app)
    fenzu.runner.start()
    door: Any = create_server(app, host="127.0.0.1", port=0, threads=8, ident=None)
    thread = threading.Thread(target=door.run, daemon=True)
    thread.start()
    running = Server(f"http://127.0.0.1:{door.effective_port}", Site(app), [])
    yield running
    fenzu.runner.stop()
    close(door, thread)
    fenzu.database.close()
    assert not running.wrong, "\n".join(running.wrong)


def close(door: Any, thread: threading.Thread) -> None:
    """End a server: those who answer first, then the sockets, in the thread that waits for them."""
    door.task_dispatcher.shutdown()
    door.trigger.pull_trigger(lambda: wasyncore.close_all(door._map))
    thread.join(5)
    assert not thread.is_alive()


@pytest.fixture
def shop(server: Server) -> Server:
    """A blank app with its form of customers."""
    boss = server.site.set_up()
    with server.site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, boss.id)
    return server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; without one they skip."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here; FENZU_CHROMIUM may name one")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


Browse = Callable[..., Page]


@pytest.fixture
def browse(chromium: Browser, server: Server) -> Iterator[Browse]:
    """`browse(lang="zh", theme="light", size=WIDE)` opens a browser of a new visitor; paths may be relative."""
    opened = []

    def make(lang: str = "zh", theme: str = "light", size: tuple[int, int] = WIDE, zone: str = "Asia/Shanghai") -> Page:
        context = chromium.new_context(
            base_url=server.url, viewport={"width": size[0], "height": size[1]},
            locale="zh-CN" if lang == "zh" else "en-US", has_touch=size[0] < 768, timezone_id=zone,
            color_scheme="dark" if theme == "dark" else "light", permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(30_000)
        opened.append(context)
        page = context.new_page()
        if SLOWER > 1:
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        listen(page, server.wrong)
        page.add_locator_handler(page.locator("html:not([data-ready])"), lambda: ready(page))
        return page

    yield make
    for context in opened:
        context.close()


def listen(page: Page, wrong: list[str]) -> None:
    """Keep what no page may do: fail in a script, break the content policy, ask for what is not there."""

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and not FORESEEN.search(message.text):
            wrong.append(f"{page.url}: {message.text}")

    page.on("console", console)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))


def ready(page: Page) -> None:
    """Wait until a page's scripts have attached themselves; before that a button that opens a dialog does nothing.

    Acts by mouse wait for it by themselves (the handler of `browse`); keys pressed on a new page need it said.
    """
    page.wait_for_selector("html[data-ready]", state="attached")


@pytest.fixture
def shot() -> Callable[[Page, str], Path]:
    """`shot(page, "first-run-zh")` keeps a picture in test-output/, once the page has come to rest."""

    def take(page: Page, name: str) -> Path:
        SHOTS.mkdir(exist_ok=True)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        path = SHOTS / f"{name}.png"
        page.screenshot(path=path, caret="initial")  # hiding it leaves marks that htmx would copy
        return path

    return take


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey walks through a real browser on whatever machine there is: one that fails is walked again, and both are
    reported. What is really broken fails every time.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=int(os.environ.get("FENZU_RERUNS", "2"))))
