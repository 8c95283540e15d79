"""Definitions over the API: read, laid down as drafts with their problems, published and in effect at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api import APP, CUSTOMERS, Installation, installed

CUSTOMER = f"{APP}/definitions/form/customer"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path) as found:
        yield found


def body(site: Installation, at: str) -> Any:
    return site.boss.get(at)["body"]


def test_a_draft_says_what_publishing_would_do_and_then_does_it(site: Installation) -> None:
    site.boss.make(name="甲", mobile="13806132288")
    changed = body(site, CUSTOMER)
    changed["required"] = [*changed["required"], "email"]
    draft = site.boss.ask("PUT", f"{CUSTOMER}/draft", {"body": changed})
    assert draft["problems"] == [] and draft["impact"]["records"] == 1
    assert [line["records"] for line in draft["impact"]["changes"]] == [1]
    assert site.boss.get(CUSTOMER)["version"] == 1
    done = site.boss.ask("POST", f"{CUSTOMER}/publish", {"revision": draft["revision"], "note": "要邮箱"})
    assert done["version"] == 2 and done["changes"][0]["title"]
    site.boss.ask(
        "POST",
        CUSTOMERS,
        {"values": {"name": "乙", "kind": "person", "region": "110101", "mobile": "13806132289"}},
        422,
    )


def test_a_draft_that_is_wrong_says_everything_and_cannot_be_published(site: Installation) -> None:
    changed = body(site, CUSTOMER)
    del changed["properties"]["mobile"]
    changed["x-fenzu"]["title_field"] = "tags"
    draft = site.boss.ask("PUT", f"{CUSTOMER}/draft", {"body": changed})
    assert len(draft["problems"]) >= 2
    refused = site.boss.ask("POST", f"{CUSTOMER}/publish", {}, 422)["errors"]
    assert {error["code"] for error in refused} >= {error["code"] for error in draft["problems"]}
    site.boss.ask("PUT", f"{CUSTOMER}/draft", {"body": {"kind": "form"}}, 422)
    site.boss.ask("DELETE", f"{CUSTOMER}/draft", status=204)
    assert site.boss.get(f"{CUSTOMER}/draft")["revision"] == 0


def test_an_older_revision_never_wins(site: Installation) -> None:
    changed = body(site, CUSTOMER)
    changed["x-fenzu"]["label"]["en"] = "Clients"
    first = site.boss.ask("PUT", f"{CUSTOMER}/draft", {"body": changed})["revision"]
    changed["x-fenzu"]["label"]["en"] = "Patrons"
    site.boss.ask("PUT", f"{CUSTOMER}/draft", {"body": changed, "revision": first})
    site.boss.ask("PUT", f"{CUSTOMER}/draft", {"body": body(site, CUSTOMER), "revision": first}, 409)
    site.boss.ask("POST", f"{CUSTOMER}/publish", {"revision": first}, 409)


def test_a_new_grouping_divides_at_once_and_a_new_name_moves_nobody(site: Installation) -> None:
    number = site.boss.make(name="甲", mobile="13806132288", monthly_budget=5000)["id"]
    at = f"{APP}/definitions/grouping/budget"
    rule = {"combinator": "and", "rules": [{"field": "monthly_budget", "operator": ">=", "value": 1000}]}
    new = {
        "kind": "grouping",
        "format": 1,
        "key": "budget",
        "form": "customer",
        "label": {"zh": "预算"},
        "mode": "exclusive",
        "fallback": "small",
        "groups": [{"key": "big", "label": {"zh": "大"}, "rule": rule}, {"key": "small", "label": {"zh": "小"}}],
    }
    site.boss.ask("PUT", f"{APP}/definitions/grouping/other/draft", {"body": new}, 422)
    assert site.boss.ask("PUT", f"{at}/draft", {"body": new})["problems"] == []
    assert site.boss.ask("POST", f"{at}/publish", {}) | {"changes": []} == {
        "kind": "grouping",
        "key": "budget",
        "version": 1,
        "changes": [],
        "job": None,
    }
    assert site.boss.ask("GET", f"{CUSTOMERS}/{number}")["groups"]["budget"] == ["big"]
    new["label"] = {"zh": "月预算"}
    site.boss.ask("PUT", f"{at}/draft", {"body": new})
    site.boss.ask("POST", f"{at}/publish", {})
    assert site.boss.ask("GET", f"{CUSTOMERS}/{number}")["groups"]["budget"] == ["big"]
    assert site.boss.ask("POST", f"{at}/publish", {}, 409)["errors"][0]["code"] == "nothing_to_publish"


def test_an_app_begins_blank_and_takes_a_set_of_definitions(site: Installation) -> None:
    key = site.boss.ask("POST", "/api/v1/apps", {"label": {"en": "Club"}}, 201)["key"]
    form = site.boss.get(f"/api/v1/apps/{key}/definitions")["definitions"][0]
    vocabulary = {
        "kind": "vocabulary",
        "format": 1,
        "key": "mood",
        "label": {"en": "Mood"},
        "tags": [{"key": "glad", "label": {"en": "Glad"}}],
    }
    view = {
        "kind": "view",
        "format": 1,
        "key": "every",
        "label": {"en": "All"},
        "form": form["key"],
        "columns": ["name"],
    }
    made = site.boss.ask(
        "POST",
        f"/api/v1/apps/{key}/definitions",
        {"definitions": [{"kind": "vocabulary", "body": vocabulary}, {"kind": "view", "body": view}]},
    )
    assert [item["version"] for item in made["definitions"]] == [1, 1]
    assert site.boss.get(f"/api/v1/apps/{key}/tags")["categories"][0]["tags"][0]["key"] == "glad"
    site.boss.ask("POST", f"/api/v1/apps/{key}/forms/{form['key']}/records", {"values": {"name": "Ada"}}, 201)
    site.boss.ask("POST", "/api/v1/apps", {"label": {"en": " "}}, 422)


def test_records_without_a_code_are_given_one_when_asked(site: Installation) -> None:
    at = f"{APP}/forms/customer/codes/fill"
    job = site.boss.ask("POST", at, status=202)["id"]
    site.jobs()
    assert site.boss.get(f"/api/v1/jobs/{job}")["state"] == "done"
    site.member.ask("POST", at, status=403)
    site.boss.ask("POST", f"{APP}/forms/contact/codes/fill", status=404)


def test_who_does_not_build_reads_and_never_writes(site: Installation) -> None:
    assert site.member.get(CUSTOMER)["body"]["x-fenzu"]["key"] == "customer"
    kinds = {item["kind"] for item in site.member.get(f"{APP}/definitions")["definitions"]}
    assert "role" not in kinds and "form" in kinds
    site.member.ask("GET", f"{APP}/definitions/role/member", status=404)
    for method, at, sent in (
        ("GET", f"{CUSTOMER}/draft", None),
        ("PUT", f"{CUSTOMER}/draft", {"body": {}}),
        ("DELETE", f"{CUSTOMER}/draft", None),
        ("POST", f"{CUSTOMER}/publish", {}),
        ("POST", "/api/v1/apps", {"label": {"en": "x"}}),
    ):
        site.member.ask(method, at, sent, 403)
