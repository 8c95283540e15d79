"""A way back is used once, by the one it was offered to, within ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from builder import apps
from runtime import clock
from runtime.records import undo
from runtime.records.act import Act
from tests.web import Site


class Back:
    """Remembers what it was asked to take back."""

    def __init__(self, site: Site) -> None:
        self.seen: list[tuple[str, Mapping[str, Any]]] = []
        site.fenzu.undos = {"remember": self.take}
        with site.database.write() as conn:
            self.app = apps.create_blank(conn, {"zh": "客户管理"}, site.actor().id).key

    def take(self, act: Act, params: Mapping[str, Any]) -> None:
        self.seen.append((act.cause, params))
        if params.get("fail"):
            raise RuntimeError("not today")

    def offer(self, site: Site, minutes: int = 0, **params: Any) -> str:
        at = clock.now() - timedelta(minutes=minutes)
        with site.database.write() as conn:
            return undo.offer(conn, site.actor(), "remember", self.app, params, at)


@pytest.fixture
def back(site: Site) -> Back:
    return Back(site)


def test_it_is_used_once(site: Site, back: Back) -> None:
    token, boss = back.offer(site, ids=[1, 2]), site.person()
    answer = boss.htmx("POST", f"/undo/{token}")
    assert answer.headers["HX-Refresh"] == "true" and back.seen == [("undo", {"ids": [1, 2]})]
    again = boss.htmx("POST", f"/undo/{token}")
    assert again.status_code == 404 and "toast" in again.headers["HX-Trigger"] and len(back.seen) == 1


def test_without_script_it_leads_back_to_the_page(site: Site, back: Back) -> None:
    answer = site.person().post(f"/undo/{back.offer(site)}", headers={"Referer": "http://localhost/apps"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/apps")


def test_another_person_finds_nothing(site: Site, back: Back) -> None:
    assert site.person("builder").htmx("POST", f"/undo/{back.offer(site)}").status_code == 404
    assert back.seen == []


def test_after_ten_minutes_it_is_over(site: Site, back: Back) -> None:
    assert site.person().htmx("POST", f"/undo/{back.offer(site, 10)}").status_code == 404
    assert site.person().htmx("POST", f"/undo/{back.offer(site, 9)}").status_code == 204


def test_one_that_fails_can_be_tried_again(site: Site, back: Back) -> None:
    token = back.offer(site, fail=True)
    assert site.person().htmx("POST", f"/undo/{token}").status_code == 500
    assert site.person().htmx("POST", f"/undo/{token}").status_code == 500
    assert len(back.seen) == 2
