"""Text as it is compared and sorted: folded, as a pinyin sort key, and as pinyin for search.

Written once beside the text by the commands, because neither database folds or sorts Chinese on its own.
"""

from __future__ import annotations

from functools import lru_cache

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_tone3


def fold(text: str) -> str:
    """Outer spaces and letter case taken away, for every script; two texts are equal when their folds are."""
    return text.strip().casefold()


def pinyin_key(text: str) -> str:
    """A key whose binary order is pinyin order: every Chinese character as its syllable and tone, the rest folded."""
    return "".join(_readings(fold(text)))


def syllables(text: str) -> tuple[str, ...]:
    """The text piece by piece: each Chinese character as its syllable without tone, other characters as they are."""
    return tuple([_plain(piece) if len(piece) > 1 else piece for piece in _readings(fold(text))])


def full_pinyin(text: str) -> str:
    """The whole text in letters: `沐阳` is `muyang`; what is not Chinese stays folded."""
    return "".join(syllables(text))


def initials(text: str) -> str:
    """The first letter of each Chinese character: `沐阳` is `my`; what is not Chinese stays folded."""
    return "".join(piece[0] for piece in _readings(fold(text)))


@lru_cache(maxsize=4_000)
def _toned(reading: str) -> str:
    """`zhòng` as `zhong4`, a neutral tone as 5, so that binary order is by syllable and then by tone."""
    return to_tone3(reading, v_to_u=False, neutral_tone_with_five=True)


@lru_cache(maxsize=4_000)
def _plain(piece: str) -> str:
    """A reading without its tone."""
    return piece.rstrip("12345")


@lru_cache(maxsize=30_000)
def _alone(char: str) -> str:
    """One character's most usual reading, or the character itself."""
    readings = PINYIN_DICT.get(ord(char))
    return _toned(readings.split(",")[0]) if readings else char


@lru_cache(maxsize=1)
def _longest() -> dict[str, int]:
    """How long the longest known phrase is that begins with two characters; most pairs begin none."""
    longest: dict[str, int] = {}
    for phrase in PHRASES_DICT:
        longest[phrase[:2]] = max(longest.get(phrase[:2], 0), len(phrase))
    return longest


@lru_cache(maxsize=50_000)
def _readings(folded: str) -> tuple[str, ...]:
    """Each character's reading; where known phrases begin, the longest one speaks for its characters.

    pypinyin's own cutting into words costs a hundred times as much on a name, and differs only where words overlap.
    """
    if folded.isascii():
        return tuple(folded)
    longest = _longest()
    pieces: list[str] = []
    at = 0
    while at < len(folded):
        for length in range(min(longest.get(folded[at : at + 2], 0), len(folded) - at), 1, -1):
            spoken = PHRASES_DICT.get(folded[at : at + length])
            if spoken and len(spoken) == length:
                pieces.extend(_toned(options[0]) for options in spoken)
                at += length
                break
        else:
            pieces.append(_alone(folded[at]))
            at += 1
    return tuple(pieces)
