"""Many records at once over the API: good rows go in, a rule changes its records, pins and tags hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.storage.db import Database
from tests.api import APP, CUSTOMERS, Installation, served
from tests.conftest import database_url


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Installation]:
    """Once on each kind of database."""
    with served(database_url(database), tmp_path) as found:
        yield found


def values(number: int, **more: object) -> dict[str, object]:
    return {
        "values": {
            "name": f"客户 {number}",
            "kind": "enterprise",
            "region": "320508",
            "mobile": f"138{number:08d}",
            **more,
        }
    }


def fill(site: Installation, count: int) -> None:
    for start in range(0, count, 1000):
        rows = [values(number) for number in range(start, min(start + 1000, count))]
        assert site.boss.ask("POST", f"{CUSTOMERS}/bulk", {"records": rows})["failed"] == 0


def test_each_row_has_its_result_and_good_ones_go_in(site: Installation) -> None:
    rows = [values(1), values(2, mobile="12"), values(3, owner=999), values(4, introducer=77)]
    found = site.boss.ask("POST", f"{CUSTOMERS}/bulk", {"records": rows})
    assert [row["row"] for row in found["rows"]] == [0, 1, 2, 3] and found["created"] + found["failed"] == 4
    assert found["rows"][0]["record"]["code"] == "SEX-00001"
    assert [found["rows"][at]["errors"][0]["code"] for at in (1, 3)] == ["not_a_phone", "link_missing"]
    assert site.boss.get(f"{CUSTOMERS}/count")["count"] == found["created"]


def test_what_may_be_there_once_goes_in_once(site: Installation) -> None:
    at = f"{APP}/forms/order/records"
    customer = site.boss.make(name="甲", mobile="13806132288")["id"]
    order = {"number": "D-1", "customer": customer, "ordered_on": "2026-11-01", "amount": 10}
    found = site.boss.ask("POST", f"{at}/bulk", {"records": [{"values": order}, {"values": order}]})
    assert (found["created"], found["rows"][1]["errors"][0]["code"]) == (1, "not_unique")
    assert site.boss.ask("POST", at, {"values": order}, 422)["errors"][0]["path"] == "number"


def test_too_many_rows_are_refused_whole(site: Installation) -> None:
    site.boss.ask("POST", f"{CUSTOMERS}/bulk", {"records": [values(1)] * 1001}, 422)
    site.boss.ask("POST", f"{CUSTOMERS}/bulk", {"records": []}, 422)


def test_a_rule_changes_its_records_at_once_up_to_a_bound(site: Installation) -> None:
    fill(site, 20)
    asked = {"combinator": "and", "rules": [{"field": "name", "operator": "beginsWith", "value": "客户 1"}]}
    found = site.boss.ask("POST", f"{CUSTOMERS}/bulk-change", {"rule": asked, "values": {"status": "lost"}})
    assert len(found["ids"]) == 11
    wrong = site.boss.ask("POST", f"{CUSTOMERS}/bulk-change", {"rule": asked, "values": {"status": "nothing"}}, 422)
    assert wrong["errors"][0]["path"] == "status"
    both = site.boss.ask(
        "POST", f"{CUSTOMERS}/bulk-change", {"rule": asked, "ids": [1], "values": {"status": "lost"}}, 422
    )
    assert both["errors"][0]["code"] == "api_ids_or_rule"


def test_more_than_that_is_a_job_and_one_s_own_rows_only(site: Installation) -> None:
    fill(site, 700)
    site.member.make(name="自己的", mobile="13911112222")
    asked = {"combinator": "and", "rules": [{"field": "status", "operator": "!=", "value": "lost"}]}
    body = {"rule": asked, "values": {"status": "lost"}}
    assert len(site.member.ask("POST", f"{CUSTOMERS}/bulk-change", body)["ids"]) == 1
    job = site.boss.ask("POST", f"{CUSTOMERS}/bulk-change", body, 202)["id"]
    assert site.boss.get(f"/api/v1/jobs/{job}")["state"] == "waiting"
    site.member.ask("GET", f"/api/v1/jobs/{job}", status=404)
    site.jobs()
    found = site.boss.get(f"/api/v1/jobs/{job}")
    assert (found["state"], found["result"], found["errors"]) == ("done", {"done": 700, "changed": 700}, [])
    assert site.boss.ask("POST", f"{CUSTOMERS}/query", {"rule": asked})["records"] == []


def test_tags_go_on_and_off(site: Installation) -> None:
    number = site.boss.make(name="甲", mobile="13806132288")["id"]
    categories = site.boss.get(f"{APP}/tags")["categories"]
    tag = next(tag["key"] for category in categories if not category["single"] for tag in category["tags"])
    assert site.boss.ask("POST", f"{CUSTOMERS}/tags", {"ids": [number], "field": "tags", "on": [tag]}) == {
        "ids": [number]
    }
    assert site.boss.ask("GET", f"{CUSTOMERS}/{number}")["values"]["tags"] == [tag]
    site.boss.ask("POST", f"{CUSTOMERS}/tags", {"ids": [number], "field": "tags", "off": [tag]})
    assert site.boss.ask("GET", f"{CUSTOMERS}/{number}")["values"]["tags"] is None
    site.boss.ask("POST", f"{CUSTOMERS}/tags", {"ids": [number], "field": "name", "on": [tag]}, 422)


def test_a_pin_beats_the_rule_until_it_is_taken_away(site: Installation) -> None:
    number = site.boss.make(name="甲", mobile="13806132288")["id"]
    pins, why = f"{APP}/forms/customer/pins", f"{CUSTOMERS}/{number}/why?grouping=type"
    body = {"ids": [number], "group": "type/person", "keep": "in", "reason": "老板说的"}
    assert site.boss.ask("POST", pins, body) == {"ids": [number]}
    found = site.boss.ask("GET", why)["groupings"][0]
    assert found["groups"] == ["person"] and found["pins"][0]["reason"] == "老板说的"
    assert site.boss.ask("POST", pins, {**body, "reason": " "}, 422)["errors"][0]["code"] == "pin_reason"
    assert site.member.ask("POST", pins, body) == {"ids": []}
    site.boss.ask("POST", pins, {"ids": [number], "group": "type/person", "keep": "rule"})
    assert site.boss.ask("GET", why)["groupings"][0]["groups"] == ["enterprise"]
    site.boss.ask("POST", pins, {**body, "group": "type/nobody"}, 404)
