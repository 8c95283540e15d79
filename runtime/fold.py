"""Text as it is compared and sorted: folded, as a pinyin sort key, and as pinyin for search.

Written once beside the text by the commands, because neither database folds or sorts Chinese on its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from runtime.readings import phrases

LONGEST = 40  # of a key


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
def _plain(piece: str) -> str:
    """A reading without its tone."""
    return piece.rstrip("12345")


@lru_cache(maxsize=4_000)
def _readings(folded: str) -> tuple[str, ...]:
    """Each character's reading with its tone; what is not Chinese stays as it is."""
    return tuple(folded) if folded.isascii() else phrases().read(folded)


def slug(text: str) -> str:
    """Text as a key: English words as they are, Chinese in pinyin, joined by underscores; "" when nothing is left."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    pieces = syllables(unicodedata.normalize("NFC", plain))
    joined = "".join(f" {piece} " if len(piece) > 1 else piece for piece in pieces)
    words = re.findall(r"[a-z0-9]+", joined)
    found = "_".join(words).lstrip("0123456789_")
    return found[:LONGEST].rstrip("_")


def free(base: str, taken: Collection[str]) -> str:
    """`base`, or `base_2`, `base_3` … where it is taken."""
    if base not in taken:
        return base
    number = 2
    while (found := f"{base[: LONGEST - len(str(number)) - 1]}_{number}") in taken:
        number += 1
    return found
