"""Places: what people write, what is refused in which words, and how far is far on both databases."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from runtime.fields import FIELD_TYPES
from runtime.fields.base import Refused
from runtime.rules import spots
from runtime.sql import distance
from runtime.storage.db import Database
from tests.contract.bound import SampleNames

KIND = FIELD_TYPES["location"]


def read(typed: Any, **settings: Any) -> Any:
    return KIND.parse(typed, settings, SampleNames())


@pytest.mark.parametrize(("typed", "value"), [
    ("31.2304,121.4737", "31.2304, 121.4737"),
    ("３１.２３０４，１２１.４７３７ 上海（黄浦）", "31.2304, 121.4737 上海(黄浦)"),
    ("31.2304, 121.4737 上海（黄浦）", "31.2304, 121.4737 上海（黄浦）"),
    ("北纬31.23，东经121.47", "31.23, 121.47"),
    ("33.8688 S, 151.2093 E", "-33.8688, 151.2093"),
    ("-0.0000001, 180", "0, 180"),
    (["31.2304, 121.4737", "", "外滩"], "31.2304, 121.4737 外滩"),
    (["31.2304", "121.4737", "12 号"], "31.2304, 121.4737 12 号"),
    ({"lat": 1e-7, "lon": -20, "address": "x"}, "0, -20 x"),
])  # fmt: skip
def test_what_people_write_is_read(typed: Any, value: str) -> None:
    assert read(typed) == value


@pytest.mark.parametrize(("typed", "code"), [
    ("121.4737, 31.2304", "place_off_earth"), ("0, 180.001", "place_off_earth"), ("90.1, 0", "place_off_earth"),
    (["", "", "外滩"], "place_no_figures"), ("外滩", "not_a_place"), ("31.2304", "not_a_place"),
    ("31.2304, 121.4737 " + "长" * 201, "text_too_long"), ({"lat": float("nan"), "lon": 1}, "not_a_place"),
])  # fmt: skip
def test_what_is_refused_says_why(typed: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(typed)
    assert refused.value.code == code


def test_fewer_decimals_keep_less() -> None:
    assert read("31.230416, 121.473701 外滩", decimals=3) == "31.23, 121.474 外滩"


@given(st.decimals(-90, 90, places=6), st.decimals(-180, 180, places=6), st.text("上海路 12a, ", max_size=20))
def test_a_column_gives_back_what_it_was_given(lat: Any, lon: Any, address: str) -> None:
    value = read([f"{lat:f}", f"{lon:f}", address])
    stored = KIND.store("f_1", value, {})
    assert KIND.load(stored["f_1"], {}) == value
    assert read(KIND.typed(value, {}, SampleNames())) == value


def test_both_databases_measure_as_the_globe_does(database: Database) -> None:
    """Against the angle between two lines from the middle of the earth, near and far, over poles and the date line."""
    pick = random.Random(5)
    pairs = [tuple(round(pick.uniform(-s, s), 6) for s in (90, 180, 90, 180)) for _ in range(300)]
    pairs += [(90, 0, 90, 120), (0, 179.99, 0, -179.99), (0, 0, 0, 180), (31.2304, 121.4737, 31.2304, 121.4737)]
    with database.read() as conn:
        for a, b, c, d in pairs:
            found = conn.execute(sa.select(distance.Distance(*(sa.literal(float(x), sa.Double()) for x in (a, b, c, d))))).scalar_one()
            assert found == pytest.approx(_globe(a, b, c, d), abs=0.2)


def _globe(a: float, b: float, c: float, d: float) -> float:
    one, two = ((math.cos(math.radians(x)) * math.cos(math.radians(y)), math.cos(math.radians(x)) * math.sin(math.radians(y)),
                 math.sin(math.radians(x))) for x, y in ((a, b), (c, d)))  # fmt: skip
    return 6371.0088 * math.acos(max(-1.0, min(1.0, sum(x * y for x, y in zip(one, two, strict=True)))))


@pytest.mark.parametrize("text", ["31, 121", "31, 121 0 km", "31, 121 30000 km", "31, 121 5", "91, 0 5 km", "5 km", "31, 121 -5 km", "31, 121 5 miles"])
def test_what_is_no_circle(text: str) -> None:
    assert spots.circle(text) is None
