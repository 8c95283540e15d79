"""Records over the API: made, read, listed page by page, changed with their version, removed and put back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.storage.db import Database
from tests.api import APP, CUSTOMERS, Installation, served
from tests.conftest import database_url


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Installation]:
    """Once on each kind of database."""
    with served(database_url(database), tmp_path) as found:
        yield found


def rule(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"combinator": "and", "rules": [{"field": field, "operator": operator, "value": value}]}


def test_a_record_comes_back_as_it_was_stored_with_groups_and_code(site: Installation) -> None:
    made = site.boss.make(
        name="苏州沐阳", mobile="138 0613 2288", monthly_budget=1200.5, delivery_days=["mon"], notes=" "
    )
    assert made["values"]["mobile"] == "+8613806132288" and made["values"]["monthly_budget"] == 1200.5
    assert made["code"] == made["values"]["code"] == "SEX-00001" and made["groups"]["region"] == ["south", "east_china"]
    answer = site.boss.send("GET", f"{CUSTOMERS}/{made['id']}")
    assert answer.get_json() == made and answer.headers["ETag"] == '"1"'


def test_where_it_is_stands_in_the_answer(site: Installation) -> None:
    answer = site.boss.send(
        "POST", CUSTOMERS, {"values": {"name": "甲", "kind": "person", "region": "110101", "mobile": "13806132288"}}
    )
    assert answer.status_code == 201
    assert site.boss.ask("GET", answer.headers["Location"])["values"]["name"] == "甲"


def test_what_is_wrong_is_said_field_by_field_in_the_caller_s_language(site: Installation) -> None:
    body = {"values": {"name": "x" * 300, "mobile": "12", "kind": "no", "nonsense": 1, "code": "A"}}
    found = site.boss.ask("POST", CUSTOMERS, body, 422)["errors"]
    assert {error["path"] for error in found} >= {"name", "mobile", "kind", "nonsense", "code", "region"}
    assert "请填写所在地区" in next(error["message"] for error in found if error["path"] == "region")
    english = site.boss.ask("POST", CUSTOMERS, body, 422, Accept_Language="en")["errors"]
    assert {error["code"] for error in english} == {error["code"] for error in found}
    assert all(error["message"].isascii() or "“" in error["message"] for error in english)


def test_a_change_needs_the_version_that_was_read(site: Installation) -> None:
    at = f"{CUSTOMERS}/{site.boss.make(name='甲', mobile='13806132288')['id']}"
    assert site.boss.ask("PATCH", at, {"values": {"name": "乙"}}, 422)["errors"][0]["path"] == "version"
    assert site.boss.ask("PATCH", at, {"values": {"name": "乙"}, "version": 1})["version"] == 2
    assert site.boss.ask("PATCH", at, {"values": {"name": "丙"}}, If_Match='W/"2"')["values"]["name"] == "丙"
    late = site.boss.ask("PATCH", at, {"values": {"name": "丁", "wechat": "w"}}, 409, If_Match="1")
    assert late["record"]["version"] == 3 and late["record"]["values"]["name"] == "丙"
    assert {error["path"] for error in late["errors"]} == {"", "name", "wechat"}
    assert site.boss.ask("PATCH", at, {"values": {"name": "丁"}}, If_Match="*")["version"] == 4
    assert (
        site.boss.ask("PATCH", at, {"values": {"name": "x"}}, 422, If_Match="soon")["errors"][0]["code"]
        == "api_bad_version"
    )


def test_removed_is_in_the_bin_until_it_is_put_back(site: Installation) -> None:
    number = site.boss.make(name="甲", mobile="13806132288")["id"]
    site.boss.ask("DELETE", f"{CUSTOMERS}/{number}", status=204)
    site.boss.ask("GET", f"{CUSTOMERS}/{number}", status=404)
    site.boss.ask("DELETE", f"{CUSTOMERS}/{number}", status=404)
    assert [record["id"] for record in site.boss.get(CUSTOMERS, deleted="true")["records"]] == [number]
    assert site.boss.ask("POST", f"{CUSTOMERS}/{number}/restore")["values"]["name"] == "甲"
    acts = [line["act"] for line in site.boss.get(f"{CUSTOMERS}/{number}/history")["lines"]]
    assert acts == ["restore", "remove", "create"]


@pytest.mark.parametrize("how", ["GET", "POST"])
@pytest.mark.parametrize(
    "sort", [[], ["-monthly_budget", "name"], ["name"], ["-$updated_at"], ["$id"], ["delivery_time_is_none"]]
)
def test_a_list_is_whole_and_in_order_whatever_its_pages(site: Installation, how: str, sort: list[str]) -> None:
    for number in range(7):
        budget = None if number == 3 else number % 3 * 100
        site.boss.make(name=f"客户 {number}", mobile=f"1380613228{number}", monthly_budget=budget)

    def page(limit: int, cursor: str | None) -> Any:
        if how == "POST":
            return site.boss.send(
                "POST", f"{CUSTOMERS}/query", {"sort": sort, "limit": limit, "cursor": cursor, "fields": ["name"]}
            )
        query = {"sort": ",".join(sort), "limit": limit, "fields": "name", **({"cursor": cursor} if cursor else {})}
        return site.boss.client.get(CUSTOMERS, query_string=query, headers=site.boss.headers)

    if sort == ["delivery_time_is_none"]:
        assert page(5, None).get_json()["errors"][0]["code"] == "bad_sort"
        return
    whole = [record["id"] for record in page(500, None).get_json()["records"]]
    for limit in (1, 3):
        found, cursor = [], None
        for _ in range(20):
            answer = page(limit, cursor).get_json()
            found += [record["id"] for record in answer["records"]]
            cursor = answer["next"]
            if cursor is None:
                break
        assert found == whole
    assert len(whole) == 7 and page(1, None).get_json()["records"][0]["values"].keys() == {"name"}


def test_rules_search_and_counts_agree(site: Installation) -> None:
    for number in range(5):
        site.boss.make(name=f"{'甲乙丙丁戊'[number]}公司", mobile=f"1380613228{number}", monthly_budget=number * 100)
    asked = rule("monthly_budget", ">=", 200)
    listed = site.boss.get(CUSTOMERS, rule=json.dumps(asked))["records"]
    assert len(listed) == 3 == site.boss.get(f"{CUSTOMERS}/count", rule=json.dumps(asked))["count"]
    assert len(site.boss.ask("POST", f"{CUSTOMERS}/query", {"rule": asked, "search": "戊公司"})["records"]) == 1
    wrong = site.boss.ask("POST", f"{CUSTOMERS}/query", {"rule": rule("nobody", "=", 1)}, 422)
    assert wrong["errors"][0]["code"] == "no_such_field"
    mine = site.boss.ask("POST", f"{CUSTOMERS}/query", {"rule": rule("owner", "=", "$me")})
    assert len(mine["records"]) == 5


def test_own_rows_are_all_a_member_meets(site: Installation) -> None:
    theirs = site.boss.make(name="别人的", mobile="13806132288")["id"]
    mine = site.member.make(name="自己的", mobile="13806132289")["id"]
    assert [record["id"] for record in site.member.get(CUSTOMERS)["records"]] == [mine]
    assert site.member.get(f"{CUSTOMERS}/count")["count"] == 1
    for method, at, body in (
        ("GET", "", None),
        ("PATCH", "", {"values": {"name": "x"}, "version": 1}),
        ("DELETE", "", None),
        ("GET", "/history", None),
        ("GET", "/why", None),
        ("POST", "/restore", None),
    ):
        site.member.ask(method, f"{CUSTOMERS}/{theirs}{at}", body, 404)
    codes = site.member.get(f"{APP}/forms/customer/codes")["codes"]
    assert [code["record"] for code in codes] == [mine]
    sizes = {
        group["key"]: group["size"]
        for grouping in site.member.get(f"{APP}/groupings")["groupings"]
        if grouping["key"] == "type"
        for group in grouping["groups"]
    }
    assert sizes["enterprise"] == 1


def test_what_a_member_gives_away_is_out_of_their_sight(site: Installation) -> None:
    mine = site.member.make(name="自己的", mobile="13806132289")["id"]
    answer = site.member.send("PATCH", f"{CUSTOMERS}/{mine}", {"values": {"owner": site.boss.by.id}, "version": 1})
    assert answer.status_code == 204 and not answer.data and "Content-Type" not in answer.headers
    assert site.boss.ask("GET", f"{CUSTOMERS}/{mine}")["version"] == 2


def test_why_and_members_tell_the_same(site: Installation) -> None:
    made = site.boss.make(name="甲", mobile="13806132288")
    found = site.boss.get(f"{CUSTOMERS}/{made['id']}/why", grouping="type")["groupings"]
    assert [one["grouping"] for one in found] == ["type"] and found[0]["groups"] == made["groups"]["type"]
    members = site.boss.get(f"{APP}/groupings/type/members", group=found[0]["groups"][0])["records"]
    assert [record["id"] for record in members] == [made["id"]]
    site.boss.ask("GET", f"{CUSTOMERS}/{made['id']}/why?grouping=none", status=404)
    site.boss.ask("GET", f"{APP}/groupings/none/members", status=404)
