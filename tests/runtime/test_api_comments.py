"""Comments over the API: listed by page, written, changed and deleted by whom they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api import CUSTOMERS, Installation, installed


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path_factory.mktemp("api")) as found:
        yield found


def test_a_talk(site: Installation) -> None:
    record = site.member.make(name="锦江", mobile="13806132288")["id"]
    at = f"{CUSTOMERS}/{record}/comments"
    assert site.boss.get(at) == {"comments": [], "next": None}
    said = site.boss.ask("POST", at, {"text": "请 @林晓雨 跟进\n<b>周四</b>"}, 201)
    assert (said["by"], said["name"], said["text"], said["edited_at"]) == (site.boss.by.id, "王敏", "请 @林晓雨 跟进\n<b>周四</b>", None)
    assert said["mentions"] == [{"person": site.member.by.id, "name": "林晓雨"}]
    one = f"{at}/{said['id']}"
    site.member.ask("PUT", one, {"text": "改别人的"}, 403)
    assert site.boss.ask("PUT", one, {"text": "不用了"})["mentions"] == []
    theirs = site.member.ask("POST", at, {"text": "好的"}, 201)["id"]
    page = site.boss.get(at, limit=1)
    assert [it["id"] for it in page["comments"]] == [theirs] and page["next"] == theirs
    assert [it["text"] for it in site.boss.get(at, before=page["next"])["comments"]] == ["不用了"]
    site.member.ask("DELETE", one, status=403)
    site.boss.ask("DELETE", f"{at}/{theirs}", status=204)
    site.boss.ask("DELETE", f"{at}/{theirs}", status=404)
    assert "comment" in [line["act"] for line in site.boss.get(f"{CUSTOMERS}/{record}/history")["lines"]]


def test_what_is_refused(site: Installation) -> None:
    record = site.boss.make(name="半山", mobile="13806132289")["id"]
    at = f"{CUSTOMERS}/{record}/comments"
    for method, url, body in (("GET", at, None), ("POST", at, {"text": "x"}), ("PUT", f"{at}/1", {"text": "x"}), ("DELETE", f"{at}/1", None)):
        site.member.ask(method, url, body, 404)  # not hers to see
    for text, code in (("  ", "comment_blank"), ("长" * 5_001, "comment_long"), ("@林晓雨", "comment_unseen")):
        assert [one["code"] for one in site.boss.ask("POST", at, {"text": text}, 422)["errors"]] == [code]
    for body in ({}, {"text": 1}, {"text": "x", "by": 2}):
        site.boss.ask("POST", at, body, 422)
    site.boss.ask("POST", at, {"text": "\ud800"}, 400)
