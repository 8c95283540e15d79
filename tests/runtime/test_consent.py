"""Consent: which wording somebody agreed to and when, by whichever door; nobody can agree by accident or in future."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.definitions import form_check
from runtime.errors import Invalid
from runtime.fields import FIELD_TYPES
from runtime.fields.consent import wording
from runtime.storage.db import Database
from tests import crm
from tests.contract.bound import SampleNames
from tests.crm import Crm, field, form

TEXT = {"zh": "同意我们联系您。", "en": "You may contact us."}
PATTERN = {"type": "string", "pattern": "^([0-9-]{10}T[0-9:]{8}Z )?#[0-9a-f]{12}$"}
MARK = wording({"text": TEXT})


def body(text: Any = TEXT) -> dict[str, Any]:
    asked = {"name": field("text", "姓名", crm.TEXT), "ok": field("consent", "联系同意", PATTERN, text=text)}
    return form("lead", "name", asked, ["name", "ok"])


@pytest.fixture
def shop(database: Database, boss: Actor) -> Crm:
    return crm.made(database, boss, [*crm.BODIES, ("form", body())])


def held(shop: Crm, record: int) -> Any:
    with shop.database.read() as conn:
        return shop.reader(conn, "lead").one(record).values["ok"]


def agreed_at(value: str) -> str:
    return value.partition(" ")[0]


def test_the_wording_and_the_time_are_kept(shop: Crm) -> None:
    one = shop.add("lead", name="甲", ok="yes")
    kept = held(shop, one)
    assert kept.endswith(f" #{MARK}") and len(agreed_at(kept)) == 20
    shop.set("lead", one, name="乙", ok=kept)
    assert held(shop, one) == kept


def test_without_it_nothing_is_saved(shop: Crm) -> None:
    for given in ("", None, "否", False):
        with pytest.raises(Invalid) as refused:
            shop.add("lead", name="甲", ok=given)
        assert [(p.path, p.code) for p in refused.value.problems] == [("ok", "must_agree")]


def test_an_older_consent_comes_in_with_its_time_and_a_future_one_does_not(shop: Crm) -> None:
    assert held(shop, shop.add("lead", name="甲", ok=f"2020-01-05T02:00:00Z #{MARK}")) == f"2020-01-05T02:00:00Z #{MARK}"
    assert agreed_at(held(shop, shop.add("lead", name="乙", ok=f"2999-01-05T02:00:00Z #{MARK}"))) < "2999"


def test_a_new_wording_says_that_the_old_one_was_agreed_to(shop: Crm) -> None:
    one = shop.add("lead", name="甲", ok="yes")
    shop.publish(("form", body({"zh": "同意我们和伙伴联系您。"})))
    kind, settings = FIELD_TYPES["consent"], {"text": {"zh": "同意我们和伙伴联系您。"}}
    assert kind.show(held(shop, one), settings, SampleNames()).endswith("（旧版内容）")
    assert not kind.show(kind.parse("yes", settings, SampleNames()), settings, SampleNames()).endswith("（旧版内容）")


def test_nobody_agrees_by_default() -> None:
    asked = body()
    asked["properties"]["ok"]["x-fenzu"]["default"] = "yes"
    assert [p.code for p in form_check.check(asked)] == ["consent_default"]


def test_lists_ask_how_long_ago(shop: Crm) -> None:
    old = shop.add("lead", name="甲", ok=f"2020-01-05T02:00:00Z #{MARK}")
    new = shop.add("lead", name="乙", ok=f"2026-11-01T02:00:00Z #{MARK}")
    year = {"n": 1, "unit": "year"}
    with shop.database.read() as conn:
        assert shop.list(conn, crm.one({"field": "ok", "operator": "olderThan", "value": year}), "lead") == {old}
        assert shop.list(conn, crm.one({"field": "ok", "operator": "inLast", "value": year}), "lead") == {new}
        assert shop.list(conn, crm.one({"field": "ok", "operator": "notNull"}), "lead") == {old, new}
