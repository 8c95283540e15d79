"""The sentences of rules: those of the pictures word for word, and one for every rule of the ready-made apps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runtime.definitions.link_only import own_target
from runtime.definitions.rule_reads import places
from runtime.definitions.rule_target import DefinedTarget
from runtime.definitions.whole import Whole, whole
from runtime.groups.beside_words import BesideWording
from runtime.groups.wording import AppWording
from runtime.rules.beside import Beside
from runtime.rules.check import check_rule
from runtime.rules.describe import describe, sentence
from runtime.rules.target import Target
from runtime.words import read
from tests.shared import ROOT

FOLDERS = {
    "forms": "form",
    "groupings": "grouping",
    "views": "view",
    "roles": "role",
    "vocabularies": "vocabulary",
    "codes": "code",
}
APPS = sorted(path.name for path in (ROOT / "app_templates").iterdir() if path.is_dir())


class Names:
    """The names of an app that has no records yet."""

    zone = "Asia/Shanghai"
    me: int | None = None

    def __init__(self, app: Whole, lang: str) -> None:
        self.lang = lang
        self.tags = {key: tag for vocabulary in app.vocabularies.values() for key, tag in vocabulary.tags.items()}

    def person(self, user_id: int) -> str:
        return f"P{user_id}"

    def find_person(self, text: str) -> int | None:
        return None

    def record(self, form: str, record_id: int) -> str:
        return f"R{record_id}"

    def find_record(self, form: str, text: str) -> int | None:
        return None

    def tag(self, key: str) -> str:
        return read(self.tags[key].label, self.lang)

    def find_tag(self, text: str, vocabularies: Any) -> str | None:
        return None

    def departments(self) -> list[Any]:
        return []

    def my_department(self) -> None:
        return None

    def file(self, file_id: str) -> None:
        return None


def load(name: str) -> Whole:
    folder = ROOT / "app_templates" / name
    return whole(
        (kind, json.loads(path.read_text()))
        for part, kind in FOLDERS.items()
        for path in sorted((folder / part).glob("*.json"))
    )


def say(app: Whole, form: str, rule: Any, beside: str = "") -> tuple[str, str]:
    """The sentence in both languages; a rule of what a link offers may name values of the form `beside` it."""

    def words(lang: str) -> AppWording:
        names = Names(app, lang)
        return BesideWording(app, form, app.forms[beside], names, lang) if beside else AppWording(app, form, names, lang)

    zh, en = (sentence(rule, words(lang), lang) for lang in ("zh", "en"))
    return zh, en


@pytest.mark.parametrize("name", APPS)
def test_every_rule_of_a_ready_made_app_is_right_and_reads_well(name: str) -> None:
    app = load(name)
    for place in places(app):
        beside = place.key if place.kind == "form" and place.path.endswith(".only") else ""
        target: Target = DefinedTarget(app, place.form)
        if beside:
            target = Beside(target, own_target(app.forms[beside]))
        assert check_rule(place.rule, target, me=place.kind != "grouping") == [], (
            f"{place.kind} {place.key} {place.path}"
        )
        for text in say(app, place.form, place.rule, beside):
            assert text
            assert not any(wrong in text for wrong in ("…", "_", "{", "None", "  ", "没写完", "not finished"))


def test_the_sentence_of_the_picture() -> None:
    app = load("wholesale")
    rule = app.groupings["importance"].groups["high"].rule
    assert say(app, "customer", rule) == (
        "最近 90 天内状态不是已取消的订单金额合计不少于 ¥10,000，并且（客户类型是企业客户或批发客户，"
        "或者带有标签高复购，或者首次下单早于 1 年前且最近 12 个月内订单不少于 6 笔），"
        "并且客户状态不是已拉黑（含没填的）",
        "Orders in the last 90 days (status is not Cancelled) total at least ¥10,000, and "
        "(type is Enterprise or Wholesale, or has the tag Repeat buyer, or first order was over 1 year ago and "
        "has at least 6 orders in the last 12 months), and status is not Blacklisted (including blank)",
    )


def test_the_values_can_be_marked() -> None:
    app = load("wholesale")
    tokens = describe(
        app.groupings["importance"].groups["high"].rule, AppWording(app, "customer", Names(app, "zh"), "zh"), "zh"
    )
    assert [token.text for token in tokens if token.role == "value"] == [
        "90 天",
        "已取消",
        "¥10,000",
        "企业客户",
        "批发客户",
        "高复购",
        "1 年",
        "12 个月",
        "6 笔",
        "已拉黑",
    ]
    assert [token.text for token in tokens if token.role == "join"] == ["，并且", "，或者", "，或者", "且", "，并且"]


def leaf(field: str, operator: str, value: Any = None, **more: Any) -> Any:
    return {"field": field, "operator": operator, **({} if value is None else {"value": value}), **more}


def group(*rules: Any, **more: Any) -> Any:
    return {"combinator": "and", "rules": list(rules), **more}


MONTH = [{"anchor": "startOfMonth"}, {"anchor": "endOfMonth"}]


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (leaf("name", "doesNotContain", "有限"), "客户名称不包含「有限」", "Name does not contain “有限”"),
        (
            leaf("monthly_budget", "between", [20000, 500.5]),
            "每月采购预算在 ¥500.50 到 ¥20,000 之间",
            "Monthly budget is between ¥500.50 and ¥20,000",
        ),
        (
            leaf("status", "notIn", ["lost", "blacklisted"]),
            "客户状态既不是已流失也不是已拉黑（含没填的）",
            "Status is neither Lost nor Blacklisted (including blank)",
        ),
        (leaf("tags", "hasNoneOf", ["repeat_buyer"]), "没有标签高复购", "Does not have the tag Repeat buyer"),
        (leaf("owner", "=", "$me"), "负责人是我", "Owner is me"),
        (leaf("phone", "null"), "座机没有填", "Landline is blank"),
        (leaf("$group", "in", ["importance/high"]), "在分组「高价值」里", "Is in the group “High value”"),
        (
            leaf("first_order_on", "inLast", {"n": 30, "unit": "day", "today": False}),
            "首次下单在最近 30 天内（不含今天）",
            "First order is in the last 30 days (not counting today)",
        ),
        (leaf("first_order_on", "between", MONTH), "首次下单在本月", "First order is this month"),
        (
            leaf("first_order_on", "<", {"anchor": "today", "offset": -1}),
            "首次下单早于昨天",
            "First order is before yesterday",
        ),
        (
            leaf(
                "orders",
                "=",
                0,
                agg={"fn": "count", "where": group(leaf("ordered_on", "inLast", {"n": 90, "unit": "day"}))},
            ),
            "最近 90 天内没有订单",
            "Has no orders in the last 90 days",
        ),
        (
            leaf("orders", "olderThan", {"n": 45, "unit": "day"}, agg={"fn": "max", "of": "ordered_on"}),
            "最近一笔订单早于 45 天前",
            "The last order was over 45 days ago",
        ),
        (
            leaf("orders", ">=", 20, agg={"fn": "sum", "of": "pieces"}),
            "订单件数合计不少于 20 件",
            "Orders total at least 20 cases",
        ),
        (
            leaf("contacts", "=", group(leaf("part", "=", "decides")), match={"mode": "none"}),
            "没有在采购中的角色是能拍板的联系人",
            "Has no contacts where part in buying is Decides",
        ),
        (
            group(leaf("kind", "=", "person"), **{"not": True}),
            "不满足（客户类型是个人客户）",
            "Does not fit (type is Individual)",
        ),
    ],
)
def test_one_condition(rule: Any, zh: str, en: str) -> None:
    assert say(load("wholesale"), "customer", group(rule)) == (zh, en)


def test_english_dates_that_are_called_on() -> None:
    rule = group(leaf("joined_on", "inLast", {"n": 30, "unit": "day"}))
    assert say(load("retail"), "member", rule) == ("入会日期在最近 30 天内", "Joined in the last 30 days")
