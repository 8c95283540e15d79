"""Columns find their fields as a person would."""

from __future__ import annotations

import re
from datetime import date

import pytest

from runtime.exchange.match import Match, MatchField, class_of, core, fold, match_columns, unmatched_fields

PHONE = re.compile(r"1\d{10}")


def _number(cell: object) -> bool:
    return isinstance(cell, int) or float(str(cell)) == float(str(cell))


FIELDS = [
    MatchField("name", {"zh": "客户名称", "en": "Name"}, fits=lambda cell: True),
    MatchField("mobile", {"zh": "手机号", "en": "Mobile"}, fits=lambda cell: bool(PHONE.fullmatch(str(cell)))),
    MatchField("region", {"zh": "所在地区", "en": "Region"}),
    MatchField("kind", {"zh": "客户类型", "en": "Type"}),
    MatchField("source", {"zh": "从哪知道我们", "en": "Source"}),
    MatchField("owner", {"zh": "负责人", "en": "Owner"}),
    MatchField("first_order", {"zh": "首次下单", "en": "First order"}),
    MatchField("tags", {"zh": "标签", "en": "Tags"}),
    MatchField("mail", {"zh": "邮箱", "en": "Email"}, fits=lambda cell: "@" in str(cell)),
    MatchField("score", {"zh": "评分", "en": "Score"}, ["满意度"], fits=_number),
]


def only(header: str, *cells: object) -> Match:
    return match_columns([header], [[cell] for cell in cells], FIELDS)[0]


def test_the_list_of_the_design_is_matched_but_for_the_fax() -> None:
    headers = ["客户名称", "电话", "省市", "性质", "来源", "业务员", "首单日期", "备注标签", "传真"]
    matches = match_columns(headers, [["甲", "13806132288", "江苏苏州"]], FIELDS)
    fields = ["name", "mobile", "region", "kind", "source", "owner", "first_order", "tags", None]
    assert [match.field for match in matches] == fields
    assert [match.how for match in matches][-1] == "none"
    assert all(match.sure for match in matches[:-1])
    assert unmatched_fields(matches, FIELDS) == ["mail", "score"]


@pytest.mark.parametrize(
    ("header", "field", "how"),
    [
        ("客户名称", "name", "name"),
        (" * NAME ", "name", "name"),
        ("first_order", "first_order", "name"),
        ("Ｅｍａｉｌ", "mail", "name"),
        ("评分（分）", "score", "name"),
        ("满意度", "score", "alias"),
        ("手机号码", "mobile", "synonym"),
        ("客户电话", "mobile", "synonym"),
        ("kehumingcheng", "name", "pinyin"),
        ("Shou Ji Hao", "mobile", "pinyin"),
        ("sjh", "mobile", "initials"),
        ("客户邮箱地址", "mail", "synonym"),
        ("首次下单日", "first_order", "close"),
        ("传真", None, "none"),
        ("", None, "none"),
        ("   ", None, "none"),
    ],
)
def test_a_name_finds_its_field(header: str, field: str | None, how: str) -> None:
    match = only(header)
    assert (match.field, match.how) == (field, how)


def test_each_field_is_given_once_and_to_the_best_column() -> None:
    matches = match_columns(["姓名", "Name", "Name"], [], FIELDS)
    assert [match.field for match in matches] == [None, "name", None]


def test_cells_that_do_not_fit_lower_the_score() -> None:
    assert only("手机号", "13806132288").score == 1
    assert only("手机号", "苏州", "无锡").score == 0.5


def test_a_column_without_a_name_is_recognised_by_its_cells() -> None:
    assert (only("联络", "a@b.cn", "c@d.com").field, only("联络", "a@b.cn", "c@d.com").how) == ("mail", "content")
    assert only("列2", "13806132288", "13900000000").field == "mobile"
    assert only("列3", "苏州").field is None


def test_ragged_samples_and_a_type_that_raises_do_no_harm() -> None:
    fields = [MatchField("amount", {"zh": "金额", "en": "Amount"}, fits=_number)]
    match = match_columns(["甲", "金额"], [["a"], [], ["b", "不是数"]], fields)
    assert [m.field for m in match] == [None, "amount"]


def test_the_class_of_a_column() -> None:
    assert class_of([date(2024, 1, 2), "2024-03-05", "2024年3月5日"]) == "day"
    assert class_of([1, 2.5, "1,200", "12%"]) == "number"
    assert class_of(["138 0613 2288", "+86 13806132288", "0512-65228801"]) == "phone"
    assert class_of(["苏州", "1"]) == "word"
    assert class_of([]) == ""


def test_names_are_compared_without_what_does_not_tell_them_apart() -> None:
    assert fold("客户 名称*：") == "客户名称"
    assert fold("金额（元）") == "金额"
    assert fold("（元）") == "元"
    assert core("客户电话") == "电话"
    assert core("客户") == "客户"
