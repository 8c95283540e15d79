"""What single field types understand, beyond the contract."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.fields import FIELD_TYPES
from runtime.fields.base import Refused
from runtime.fields.phones import written_at_home
from runtime.fields.typed import apart, together
from tests.contract.bound import SampleNames

ZH, EN = SampleNames("zh"), SampleNames("en")
OPTIONS = {
    "options": [
        {"const": "vip", "label": {"zh": "VIP、大客户", "en": "VIP / key account"}, "color": "cheng"},
        {"const": "plain", "label": {"zh": "普通", "en": "Plain"}},
        {"const": "agent", "label": {"zh": "代理", "en": "Plain"}, "retired": True},
    ]
}


def code(name: str, typed: Any, settings: dict[str, Any] | None = None) -> str:
    """The code with which a type refuses what was typed."""
    with pytest.raises(Refused) as refused:
        FIELD_TYPES[name].parse(typed, settings or {}, ZH)
    return refused.value.code


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["number", "money", "percent"]))
def test_a_number_comes_back_from_everywhere(number: Decimal, name: str) -> None:
    kind, settings = FIELD_TYPES[name], {"decimals": 2}
    value = kind.parse(str(number), settings, ZH)
    assert value == number and type(value) is (int if number == int(number) else Decimal)
    assert kind.load(kind.store("f", value, settings)["f"], settings) == value
    assert kind.bind(value, settings) == kind.store("f", value, settings)["f"]
    assert kind.parse(float(value), settings, ZH) == value
    for names in (ZH, EN):
        assert kind.parse(kind.show(value, settings, names), settings, names) == value
        assert kind.from_cell(kind.to_cell(value, settings, names), settings, names) == value


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 6))
def test_fifteen_digits_are_kept_or_refused_by_the_room_of_a_column(number: int, decimals: int) -> None:
    kind, settings = FIELD_TYPES["number"], {"decimals": decimals}
    if abs(number) * 10**decimals <= 10**15:
        assert kind.load(kind.store("f", kind.parse(number, settings, ZH), settings)["f"], settings) == number
    else:
        assert code("number", number, settings) == "too_many_digits"


def test_numbers_know_their_limits_and_unit() -> None:
    number, settings = FIELD_TYPES["number"], {"minimum": 1, "maximum": 10, "unit": {"zh": "件", "en": "pcs"}}
    assert number.parse("8 件", settings, ZH) == number.parse("8 PCS", settings, EN) == 8
    assert number.show(8, settings, ZH) == "8 件" and number.show(8, settings, EN) == "8 pcs"
    assert (code("number", "0", settings), code("number", "11", settings)) == ("number_too_small", "number_too_large")
    assert (code("number", "1.5"), code("number", "+-1")) == ("too_many_decimals", "not_a_number")
    assert number.from_cell(0.1 + 0.2, {"decimals": 2}, ZH) == Decimal("0.3")
    assert number.from_cell(2.5, {}, ZH) == 3
    with pytest.raises(Refused):
        number.bind("many", {})


def test_money_speaks_its_currency() -> None:
    money = FIELD_TYPES["money"]
    assert money.show(10000, {}, ZH) == money.show(10000, {}, EN) == "¥10,000"
    assert money.show(Decimal("-0.5"), {}, EN) == "-¥0.50"
    assert money.show(99, {"currency": "USD"}, EN) == "$99" and money.parse("$1,000", {"currency": "USD"}, ZH) == 1000
    assert [money.parse(text, {}, ZH) for text in ("1.5亿", "RMB 20", "20块钱", "¥-3", "100元整")] == [
        150_000_000,
        20,
        20,
        -3,
        100,
    ]


def test_a_percent_cell_is_a_fraction() -> None:
    percent = FIELD_TYPES["percent"]
    assert percent.from_cell(0.125, {}, ZH) == Decimal("12.5") and percent.from_cell(1, {}, ZH) == 100
    assert percent.from_cell("12.5", {}, ZH) == Decimal("12.5")


@given(st.dates(date(1000, 1, 1)))
def test_a_day_comes_back_however_it_is_written(day: date) -> None:
    kind, value = FIELD_TYPES["date"], day.isoformat()
    texts = [
        value,
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day.strftime("%Y%m%d"),
        f"{value} 00:00:00",
    ]
    assert {kind.parse(text, {}, ZH) for text in texts} == {value}
    assert kind.parse(kind.show(value, {}, EN), {}, EN) == kind.parse(kind.show(value, {}, ZH), {}, ZH) == value
    assert kind.from_cell(datetime(day.year, day.month, day.day, 13), {}, ZH) == value


def test_days_that_cannot_be_known_say_why() -> None:
    reasons = {
        "3月9日": "date_no_year",
        "Mar 9": "date_no_year",
        "45707": "date_serial",
        "2/18/2025": "date_order",
        "25.2.18": "date_short_year",
        "2025-13-01": "no_such_day",
        "2025/2-18": "not_a_date",
        "next week": "not_a_date",
        "Foo 3, 2025": "no_such_day",
    }
    assert {text: code("date", text) for text in reasons} == reasons
    assert (
        FIELD_TYPES["date"].from_cell(45706, {}, ZH)
        == FIELD_TYPES["date"].from_cell(20250218.0, {}, ZH)
        == "2025-02-18"
    )


@given(
    st.datetimes(datetime(1992, 1, 1), datetime(2100, 1, 1)), st.sampled_from(["Asia/Shanghai", "UTC", "Asia/Tokyo"])
)
def test_a_moment_comes_back_in_every_zone(local: datetime, zone: str) -> None:
    kind, local = FIELD_TYPES["datetime"], local.replace(microsecond=0)
    for names in (SampleNames("zh", zone), SampleNames("en", zone)):
        value = kind.parse(local.isoformat(" "), {}, names)
        assert value.endswith("Z") and kind.parse(kind.show(value, {}, names), {}, names) == value
        assert kind.to_cell(value, {}, names) == local and kind.bind(value, {}) == value


@pytest.mark.parametrize(
    "typed, at",
    [
        ("12:05am", "00:05"),
        ("12:05 pm", "12:05"),
        ("下午 3点", "15:00"),
        ("上午9:30", "09:30"),
        ("23:59:59", "23:59:59"),
    ],
)
def test_hours_are_read_as_spoken(typed: str, at: str) -> None:
    value = FIELD_TYPES["datetime"].parse(f"2025-02-18 {typed}", {}, ZH)
    assert FIELD_TYPES["datetime"].typed(value, {}, ZH) == f"2025-02-18T{at}"


def test_options_are_found_by_key_label_and_either_language() -> None:
    choice = FIELD_TYPES["choice"]
    assert [
        choice.parse(text, OPTIONS, EN) for text in ("vip", "vip、大客户", "VIP / KEY ACCOUNT", "普通", "代理")
    ] == ["vip", "vip", "vip", "plain", "agent"]
    assert choice.from_cell(choice.to_cell("agent", OPTIONS, EN), OPTIONS, EN) == "agent"
    assert code("choice", "VIP大客户", OPTIONS) == "no_such_option_near"
    assert choice.schema(OPTIONS)["oneOf"][2] == {
        "const": "agent",
        "deprecated": True,
        "x-fenzu": {"label": {"zh": "代理", "en": "Plain"}},
    }


@given(st.lists(st.sampled_from(["vip", "plain", "agent"]), min_size=1), st.sampled_from(["zh", "en"]))
def test_several_options_survive_separators_in_their_labels(keys: list[str], lang: str) -> None:
    kind, names = FIELD_TYPES["choices"], SampleNames(lang)
    value = kind.parse(keys, OPTIONS, names)
    assert set(value) == set(keys) and len(value) == len(set(keys))
    assert kind.from_cell(kind.to_cell(value, OPTIONS, names), OPTIONS, names) == value
    assert kind.load(list(reversed(value)), OPTIONS) == value


def test_how_many_options() -> None:
    assert code("choices", ["vip", "plain"], OPTIONS | {"maxItems": 1}) == "too_many_options"
    assert code("choices", ["vip"], OPTIONS | {"minItems": 2}) == "too_few_options"


@given(st.lists(st.text("ab、,|/;", min_size=1).filter(str.strip), min_size=1, max_size=4))
def test_what_is_put_together_comes_apart(texts: list[str]) -> None:
    plain = [text for text in texts if "|" not in text]
    assert apart(together(plain, "zh"), lambda text: text in plain) == plain or any(
        set(text) <= set("、,/;") for text in plain
    )


@pytest.mark.parametrize(
    "typed, value, zh",
    [
        ("86 138 0613 2288", "+8613806132288", "138 0613 2288"),
        ("8613806132288", "+8613806132288", "138 0613 2288"),
        ("０５１２－８２７５６６３３", "+8651282756633", "0512 8275 6633"),
        ("010-62770334 转8", "+861062770334;ext=8", "010 6277 0334 转 8"),
        ("+852 2345 6789", "+85223456789", "+852 2345 6789"),
        ("021-62370000 ext. 12", "+862162370000;ext=12", "021 6237 0000 转 12"),
    ],
)
def test_phones_are_kept_in_one_form(typed: str, value: str, zh: str) -> None:
    assert FIELD_TYPES["phone"].parse(typed, {}, ZH) == value
    assert FIELD_TYPES["phone"].show(value, {}, ZH) == zh
    assert FIELD_TYPES["phone"].from_cell(13806132288.0, {}, ZH) == "+8613806132288"


def test_a_rule_may_hold_a_piece_of_a_phone_or_a_text() -> None:
    assert FIELD_TYPES["phone"].bind("138 0613", {}) == "1380613"
    assert FIELD_TYPES["phone"].bind("138 0613 2288", {}) == "+8613806132288"
    assert FIELD_TYPES["text"].bind("  ABC ", {}) == "abc"


def test_text_keeps_what_was_typed_but_not_what_nobody_sees() -> None:
    assert FIELD_TYPES["text"].parse(" a\r\nb\x00\x07 ", {}, ZH) == "a b"
    assert FIELD_TYPES["long_text"].parse("a\r\nb\n", {}, ZH) == "a\nb"
    assert FIELD_TYPES["text"].from_cell(1380000.0, {}, ZH) == "1380000"
    assert FIELD_TYPES["text"].store("f_1", "王 Li", {}) == {"f_1": "王 Li", "f_1_k": "王 li", "f_1_p": "wang2 li"}
    assert code("text", "ab", {"minLength": 3}) == "text_too_short"


def test_a_number_in_a_sheet_is_never_an_id() -> None:
    for name in ("person", "link"):
        with pytest.raises(Refused):
            FIELD_TYPES[name].from_cell(7, {}, ZH)


def test_part_of_a_number_is_said_as_it_stands() -> None:
    assert [written_at_home(text, "CN", "zh") for text in ("138", "…", "+8613806132288")] == ["138", "…", "138 0613 2288"]
