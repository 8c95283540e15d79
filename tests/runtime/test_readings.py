"""The compact readings say exactly what pypinyin's own tables say."""

from __future__ import annotations

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_tone3

from runtime.readings import phrases, toned


def spelled(reading: str) -> str:
    return to_tone3(reading, v_to_u=False, neutral_tone_with_five=True)


def test_every_reading_is_spelled_the_same() -> None:
    readings = {reading for line in PINYIN_DICT.values() for reading in line.split(",")}
    assert {reading: toned(reading) for reading in readings} == {reading: spelled(reading) for reading in readings}


def test_every_character_and_phrase_is_read_the_same() -> None:
    known = phrases()
    wrong = [chr(point) for point, line in PINYIN_DICT.items() if known.read(chr(point)) != (spelled(line.split(",")[0]),)]
    for phrase, options in PHRASES_DICT.items():
        if len(options) == len(phrase) > 1 and known.read(phrase) != tuple(spelled(one[0]) for one in options):
            wrong.append(phrase)
    assert not wrong


def test_what_has_no_reading_stays() -> None:
    assert phrases().read("A1，😀") == ("A", "1", "，", "😀")
