"""Places: every one of them can be typed as it is shown, in both languages."""

from __future__ import annotations

import pytest

from runtime.fields import FIELD_TYPES
from runtime.fields.base import Refused
from runtime.fields.divisions import divisions, find, span
from tests.contract.bound import SampleNames
from tests.shared import shared

REGION = FIELD_TYPES["region"]


@pytest.fixture(autouse=True)
def places() -> None:
    if not divisions().by_code:
        shared("data/cn/division")


@pytest.mark.parametrize(
    "typed, code",
    [
        ("江苏/苏州/姑苏区", "320508"),
        ("江苏苏州", "320500"),
        ("江苏省苏州市", "320500"),
        ("江苏省 苏州市 姑苏区", "320508"),
        ("姑苏", "320508"),
        ("苏州", "320500"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("吉林吉林", "220200"),
        ("上海", "310000"),
        ("上海市/市辖区/浦东新区", "310115"),
        ("上海市市辖区", "310100"),
        ("上海浦东新区", "310115"),
        ("北京 朝阳区", "110105"),
        ("内蒙古自治区", "150000"),
        ("广西", "450000"),
        ("海南", "460000"),
        ("延边朝鲜族自治州", "222400"),
        ("延边", "222400"),
        ("重庆市城口县", "500229"),
        ("仙桃", "429004"),
        ("东莞", "441900"),
        ("香港九龙", "810200"),
        ("Inner Mongolia", "150000"),
        ("shaanxi", "610000"),
        ("Jiangsu/Suzhou/Gusu", "320508"),
        ("Anhui Suzhou", "341300"),
        ("Xi'an", "610100"),
        ("3205", "320500"),
        ("320508", "320508"),
        ("32", "320000"),
        ("西安", "610100"),
        ("台湾", "710000"),
        ("Macao", "820000"),
    ],
)
def test_what_people_type_is_found(typed: str, code: str) -> None:
    assert REGION.parse(typed, {}, SampleNames()) == code


@pytest.mark.parametrize("typed", ["鼓楼区", "Suzhou", "朝阳", "Taizhou"])
def test_a_name_of_several_places_asks_for_more(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        REGION.parse(typed, {}, SampleNames())
    assert refused.value.code == "region_unclear" and "/" in refused.value.params["places"]


def test_too_deep_a_place_is_refused() -> None:
    assert REGION.parse("江苏/苏州", {"level": 2}, SampleNames()) == "320500"
    with pytest.raises(Refused) as refused:
        REGION.parse("江苏/苏州/姑苏区", {"level": 2}, SampleNames())
    assert refused.value.code == "region_too_deep"


def test_places_are_shown_as_people_say_them() -> None:
    zh, en = SampleNames("zh"), SampleNames("en")
    assert REGION.show("320508", {}, zh) == "江苏 / 苏州 / 姑苏区"
    assert REGION.show("320508", {}, en) == "Jiangsu / Suzhou / Gusu"
    assert REGION.show("310115", {}, zh) == "上海 / 浦东新区"
    assert REGION.show("110105", {}, en) == "Beijing / Chaoyang"
    assert REGION.show("810000", {}, en) == "Hong Kong"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_place_goes_to_a_cell_and_back(lang: str) -> None:
    names = SampleNames(lang)
    known = divisions().by_code
    assert len([code for code in known if code.endswith("0000")]) == 34
    for code in known:
        cell = REGION.to_cell(code, {}, names)
        assert REGION.from_cell(cell, {}, names) == code


def test_a_span_holds_exactly_what_is_under_a_place() -> None:
    known = divisions().by_code
    for code in ("320000", "320500", "320508", "810000"):
        first, last = span(code)
        held = {other for other in known if first <= other <= last}
        assert held == {other for other in known if _under(other, code)}


def _under(other: str, code: str) -> bool:
    place = divisions().by_code[other]
    while place.code != code:
        if place.parent is None:
            return False
        place = place.parent
    return True


def test_a_place_that_is_gone_shows_its_code() -> None:
    assert REGION.show("999999", {}, SampleNames()) == "999999"
    assert find("") == ()
