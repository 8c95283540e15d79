"""Drafts over the API beside what the designer does: a schedule goes with its draft, and what cannot be kept is a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from builder import drafts
from builder.publish import schedule
from runtime import clock
from runtime.web import here
from tests.api import APP, Installation, installed
from tests.builder.test_odd_rules import ODD

AT, CUSTOMER = f"{APP}/definitions/grouping/importance", f"{APP}/definitions/form/customer"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path) as found:
        yield found


def scheduled(site: Installation, name: str) -> Any:
    """A new name that waits for its hour."""
    body = site.boss.get(AT)["body"]
    body["label"] = {"zh": name}
    site.boss.ask("PUT", f"{AT}/draft", {"body": body})
    with site.fenzu.database.write() as conn:
        app = site.fenzu.live.app(conn, "wholesale_crm")
        draft = drafts.open_draft(conn, app.id, "grouping", "importance")
        schedule.put(conn, app.key, draft, clock.now() + timedelta(hours=2), "", False, site.boss.by.id)
    assert waits(site)
    return body


def waits(site: Installation) -> bool:
    with here.of(site.app).database.read() as conn:
        return schedule.of(conn, site.fenzu.live.app(conn, "wholesale_crm").id, "grouping", "importance") is not None


def test_nothing_waits_for_a_draft_that_was_thrown_away_or_went_out(site: Installation) -> None:
    scheduled(site, "甲")
    site.boss.ask("DELETE", f"{AT}/draft", status=204)
    assert not waits(site)
    scheduled(site, "乙")
    site.boss.ask("POST", f"{AT}/publish", {"sure": True})
    assert not waits(site)
    body = scheduled(site, "丙")
    site.boss.ask("POST", f"{APP}/definitions", {"definitions": [{"kind": "grouping", "body": body}], "sure": True})
    assert not waits(site)


def test_no_record_has_such_a_number(site: Installation) -> None:
    body = site.boss.get(AT)["body"]
    body["groups"][0]["examples"] = {"in": [10**30]}
    draft = site.boss.ask("PUT", f"{AT}/draft", {"body": body})
    assert "example_not_a_record" in {problem["code"] for problem in draft["problems"]}
    refused = site.boss.ask("POST", f"{AT}/publish", {"sure": True}, 422)["errors"]
    assert refused[0]["code"] == "example_not_a_record" and refused[0]["path"] == "groups[0].examples"


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_a_rule_that_nobody_could_draw_is_kept_in_no_draft(site: Installation, odd: dict[str, Any]) -> None:
    whole = {"combinator": "and", "rules": [odd]}
    grouping, logic, only = site.boss.get(AT)["body"], site.boss.get(CUSTOMER)["body"], site.boss.get(f"{APP}/definitions/form/order")["body"]
    grouping["groups"][0]["rule"] = whole
    logic["x-fenzu"]["logic"] = [{"key": "one", "when": whole, "then": [{"show": "name"}]}]
    only["properties"]["customer"]["x-fenzu"]["only"] = whole
    for at, body, path in ((AT, grouping, "groups[0].rule"), (CUSTOMER, logic, "x-fenzu.logic[0].when"),
                           (f"{APP}/definitions/form/order", only, "properties.customer.x-fenzu.only")):
        refused = site.boss.ask("PUT", f"{at}/draft", {"body": body}, 422)["errors"]
        assert [(one["code"], one["path"]) for one in refused] == [("rule_bad_shape", path)]
