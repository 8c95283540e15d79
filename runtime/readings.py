"""How Chinese characters are read: pypinyin's data in a form of a few megabytes, loaded at the first Chinese text.

The package itself, imported, takes 56 MB and a second of every start; only its two data files are read here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
FIRST, LAST = 0x3000, 0x323B0
PHRASE = re.compile(r'"([^"\n]+)":\s*\[((?:\s*\[[^\]]*\],?)+)\s*\]')
READING = re.compile(r'\[\s*"([^"]*)"')
Readings = tuple[str, ...]


@lru_cache(maxsize=4_000)
def toned(reading: str) -> str:
    """`zhòng` as `zhong4`, a neutral tone as 5, so that binary order is by syllable and then by tone."""
    tone, kept = "5", []
    for char in unicodedata.normalize("NFD", reading):
        if char in TONES:
            tone = TONES[char]
        else:
            kept.append(char)
    letters = unicodedata.normalize("NFC", "".join(kept)).replace("ü", "v")
    return letters + tone if letters else ""


class Characters:
    """Each character's most usual reading, as a number in an array over the code points."""

    def __init__(self) -> None:
        spoken: dict[str, int] = {"": 0}
        self._numbers = array("H", bytes(2 * (LAST - FIRST)))
        for point, readings in json.loads(_data("pinyin_dict.json")).items():
            if FIRST <= int(point) < LAST:
                self._numbers[int(point) - FIRST] = spoken.setdefault(toned(readings.split(",")[0]), len(spoken))
        self._spoken = list(spoken)

    def reading(self, char: str) -> str:
        """The reading, or the character itself where it has none."""
        at = ord(char) - FIRST
        number = self._numbers[at] if 0 <= at < len(self._numbers) else 0
        return self._spoken[number] if number else char


class Phrases:
    """The phrases that are read otherwise than their characters and shorter phrases alone say."""

    def __init__(self, characters: Characters) -> None:
        self._characters = characters
        self.known: dict[str, Readings] = {}
        # How long the longest phrase is that begins with two characters; most pairs begin none.
        self._longest: dict[str, int] = {}
        found = PHRASE.finditer(_data("phrases_dict.json"))
        said = ((hit[1], tuple(toned(reading) for reading in READING.findall(hit[2]))) for hit in found)
        for phrase, readings in sorted(said, key=lambda item: len(item[0])):
            if len(readings) == len(phrase) > 1 and self.read(phrase) != readings:
                self.known[phrase] = readings
                self._longest[phrase[:2]] = max(self._longest.get(phrase[:2], 0), len(phrase))

    def read(self, folded: str) -> Readings:
        """Each character's reading; where known phrases begin, the longest one speaks for its characters.

        pypinyin's own cutting into words costs a hundred times as much on a name, and differs only where words overlap.
        """
        pieces: list[str] = []
        at = 0
        while at < len(folded):
            for length in range(min(self._longest.get(folded[at : at + 2], 0), len(folded) - at), 1, -1):
                spoken = self.known.get(folded[at : at + length])
                if spoken:
                    pieces.extend(spoken)
                    at += length
                    break
            else:
                pieces.append(self._characters.reading(folded[at]))
                at += 1
        return tuple(pieces)


def _data(name: str) -> str:
    found = find_spec("pypinyin")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("pypinyin")
    return (Path(found.origin).parent / name).read_text("utf-8")


@cache
def phrases() -> Phrases:
    """The one table, made at the first use."""
    return Phrases(Characters())
