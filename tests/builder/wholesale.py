"""The wholesale template installed with its samples, and a builder at one of its groupings, for tests over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from builder import drafts
from builder.apps import App
from builder.gallery import catalogue, install
from runtime.accounts.actor import Actor
from runtime.storage.live import LiveApp
from tests.web import Site, open_site

HOME = "/build/{app}/groupings/importance"


@dataclass(frozen=True)
class Installed:
    """A database with the wholesale template and its samples, to be copied for each test."""

    path: Path
    boss: Actor
    app: App
    refs: dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def installed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder, template = tmp_path_factory.mktemp("wholesale"), catalogue.read("wholesale")
    with open_site(sqlite_template, folder) as site:
        boss = site.set_up()
        with site.database.write() as conn:
            app = install.define(conn, template, boss)
        refs: dict[str, dict[str, int]] = {}
        for form in template.samples("zh"):
            refs[form] = install.fill(site.database, site.fenzu.live, template, app.key, "zh", boss, form, refs)
        with site.database.write() as conn:
            install.finish(conn, app.id, {})
    return Installed(folder / "fenzu.db", boss, app, refs)


class Designer:
    """One builder at one grouping, who always knows the draft's revision as the page does."""

    def __init__(self, site: Site, installed: Installed) -> None:
        self.site, self.app, self.refs = site, installed.app, installed.refs
        self.person = site.person("administrator")
        self.home = HOME.format(app=self.app.key)

    @property
    def revision(self) -> int:
        with self.site.database.read() as conn:
            return drafts.open_draft(conn, self.app.id, "grouping", "importance").revision

    def body(self) -> Any:
        with self.site.database.read() as conn:
            return drafts.open_draft(conn, self.app.id, "grouping", "importance").body

    def rule(self) -> Any:
        return self.body()["groups"][0].get("rule")

    def live(self) -> LiveApp:
        with self.site.database.read() as conn:
            return self.site.fenzu.live.app(conn, self.app.key)

    def post(self, path: str, /, status: int = 200, **data: Any) -> str:
        """A gesture as the page sends it."""
        given = {"revision": self.revision, "open": "high", "tab": "rule", **data}
        answer = self.person.htmx("POST", f"{self.home}{path}", given)
        assert answer.status_code == status, (path, answer.status_code, answer.headers.get("HX-Trigger"))
        return answer.get_data(as_text=True)

    def act(self, act: str, /, status: int = 200, **data: Any) -> str:
        return self.post(f"/high/rule/{act}", status, **data)

    def get(self, path: str) -> str:
        answer = self.person.htmx("GET", f"{self.home}{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data(as_text=True)


@pytest.fixture
def designer(installed: Installed, tmp_path: Path) -> Iterator[Designer]:
    with open_site(installed.path, tmp_path) as site:
        site._people["administrator"] = installed.boss
        yield Designer(site, installed)
