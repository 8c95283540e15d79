"""Examples of the types that check what a person typed: numbers of people and companies, codes, lengths, days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from runtime import clock
from runtime.errors import Problem
from runtime.fields import FIELD_TYPES
from runtime.fields.base import Refused
from runtime.fields.id_number import check_digit
from runtime.messages import say
from runtime.words import LANGUAGES
from tests.contract.bound import SampleNames, bind, draw


def parse(name: str, typed: Any, **settings: Any) -> Any:
    return FIELD_TYPES[name].parse(typed, settings, SampleNames())


def why(name: str, typed: Any, **settings: Any) -> str:
    with pytest.raises(Refused) as refused:
        parse(name, typed, **settings)
    problem = Problem("f", refused.value.code, refused.value.params)
    assert all(say(problem, lang) for lang in LANGUAGES)
    return refused.value.code


@pytest.mark.parametrize(("typed", "code"), [
    ("11010519491231002", "id_number_shape"),
    ("110105491231002", "id_number_shape"),
    ("990105194912310023", "id_number_place"),
    ("11010519491331002X", "id_number_day"),
    ("110105190002290021", "id_number_day"),
    ("110105194912310021", "id_number_check"),
])
def test_an_id_number_says_which_part_is_wrong(typed: str, code: str) -> None:
    assert why("id_number", typed) == code


def test_nobody_is_born_tomorrow_and_all_one_digit_slips_are_found() -> None:
    ahead = f"110105{clock.now().date() + timedelta(days=9):%Y%m%d}001"
    assert why("id_number", ahead + check_digit(ahead)) == "id_number_day"
    good = "32050819900307273"
    for at in range(17):
        slip = good[:at] + str((int(good[at]) + 1) % 10) + good[at + 1 :]
        assert check_digit(slip) != check_digit(good)


def test_an_id_number_is_hidden_among_others_and_whole_where_it_is_kept() -> None:
    kind, number = FIELD_TYPES["id_number"], "11010519491231002X"
    assert kind.show(number, {}, SampleNames()) == "110105********002X"
    assert kind.show("110105", {}, SampleNames()) == "110105"
    assert kind.show(number, {"mask": False}, SampleNames()) == number
    assert kind.to_cell(number, {}, SampleNames()) == kind.typed(number, {}, SampleNames()) == number
    bound = bind(kind, number, "zh")
    assert number in draw(kind, "cell", bound)
    bound.most = 3  # type: ignore[attr-defined]
    assert number not in draw(kind, "cell", bound)


@pytest.mark.parametrize(("typed", "code"), [
    ("91350100M000100Y4", "company_code_length"),
    ("9135010OM000100Y43", "company_code_signs"),
    ("91350100M000100Y44", "company_code_check"),
])
def test_a_company_code_says_which_part_is_wrong(typed: str, code: str) -> None:
    assert why("company_code", typed) == code


def test_a_barcode_is_checked_only_where_the_field_says_so() -> None:
    assert parse("barcode", "6901234567891") == "6901234567891"
    assert parse("barcode", "6901234567892", check="ean13") == "6901234567892"
    assert parse("barcode", "96385074", check="ean") == "96385074"
    assert why("barcode", "6901234567891", check="ean13") == "ean_check"
    assert why("barcode", "96385074", check="ean13") == "ean_length"


@pytest.mark.parametrize(("typed", "seconds"), [
    ("1h30m", 5400), ("1小时30分", 5400), ("90 分钟", 5400), ("90", 5400), ("1:30", 5400), ("1.5h", 5400), ("１小时３０分", 5400),
    ("1 hour 30 minutes", 5400), ("2天", 172_800), ("45秒", 45), ("0:00:45", 45), ("0", 0), ("1d2h3m4s", 93_784),
])
def test_a_length_of_time_is_read_as_people_write_it(typed: str, seconds: int) -> None:
    assert parse("duration", typed) == seconds
    for lang in LANGUAGES:
        names = SampleNames(lang)
        assert FIELD_TYPES["duration"].parse(FIELD_TYPES["duration"].show(seconds, {}, names), {}, names) == seconds


def test_a_bare_number_means_the_unit_of_the_field() -> None:
    assert (parse("duration", "2", unit="hour"), parse("duration", "2", unit="second")) == (7200, 2)
    assert FIELD_TYPES["duration"].from_cell(90, {}, SampleNames()) == 5400
    assert FIELD_TYPES["duration"].from_cell(time(1, 30), {}, SampleNames()) == 5400


@pytest.mark.parametrize(("cell", "value"), [(time(14, 30), "14:30"), (0.5, "12:00"), (datetime(2025, 1, 1, 9, 5), "09:05"), ("14:30:00", "14:30")])
def test_a_time_comes_from_any_cell(cell: Any, value: str) -> None:
    assert FIELD_TYPES["time"].from_cell(cell, {}, SampleNames()) == value


def test_a_moment_at_midnight_comes_back_from_a_cell_that_is_a_mere_day() -> None:
    assert FIELD_TYPES["datetime"].from_cell(date(2025, 2, 18), {}, SampleNames()) == "2025-02-17T16:00:00Z"


def test_a_range_needs_both_days_in_their_order() -> None:
    assert why("date_range", ["2025-01-01", ""]) == "range_half"
    assert why("date_range", ["2025-03-01", "2025-01-01"]) == "range_turned"
    assert why("date_range", "2025-01-01 2025-03-01 2025-04-01") == "not_a_range"
    assert parse("date_range", ["", ""]) is None
    assert parse("date_range", "2025/1/1/2025/3/31") == "2025-01-01/2025-03-31"


@pytest.mark.parametrize("evil", ["javascript:alert(1)", "JaVaScRiPt://x.cn/%0aalert(1)", "https://x.cn\"onclick=1", "https://a@b.cn", "//", "https://[::1", "http://x.cn\nhttps://y.cn<"])
def test_an_address_that_could_run_or_mislead_is_refused(evil: str) -> None:
    assert why("url", evil) == "not_a_url"


def test_an_address_is_a_link_that_tells_nobody_where_it_was() -> None:
    html = draw(FIELD_TYPES["url"], "cell", bind(FIELD_TYPES["url"], "https://x.cn/a?b=1&c=2", "en"))
    assert 'rel="noopener noreferrer nofollow"' in html and 'href="https://x.cn/a?b=1&amp;c=2"' in html


def test_steps_begin_at_the_least() -> None:
    assert parse("slider", "15", minimum=5, maximum=100, step=10) == 15
    assert why("slider", "20", minimum=5, maximum=100, step=10) == "not_a_step"
    assert "multipleOf" not in FIELD_TYPES["slider"].schema({"minimum": 5, "maximum": 95, "step": 10})
    assert FIELD_TYPES["slider"].schema({"step": 5})["multipleOf"] == 5


def test_stars_and_scales_keep_to_their_ends() -> None:
    assert (parse("rating", "★★★★★★★", maximum=7), why("rating", "8", maximum=7)) == (7, "number_too_large")
    assert (why("scale", "0", minimum=1), parse("scale", "0")) == ("number_too_small", 0)
