"""The check sign at the end of a code: ISO/IEC 7064:2003, pure system MOD 37-2, over digits and letters.

The standard (https://www.iso.org/standard/31531.html) gives each sign its place in 0-9, A-Z and takes the sum of the
places, each doubled once for every sign behind it, modulo 37: together with the check sign it leaves 1. Because 37 is
prime and no power of two is a multiple of it, every single wrong sign and every swap of two neighbours is noticed.
Small letters count as capitals, and what only parts a code (`-`, `.`, `/`, `_`) does not count. The system's 37th check
sign `*` is never printed: the number that would need it is passed over.
"""

from __future__ import annotations

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
UNPRINTED = "*"
_PLACES = {sign: place for place, sign in enumerate(SIGNS)}


def sign(text: str) -> str:
    """The check sign that belongs behind a text."""
    return SIGNS[(1 - _rest(text.upper())) % 37]


def holds(text: str) -> bool:
    """Whether a text's last sign is the right one for what stands before it."""
    return bool(text) and text[-1].upper() == sign(text[:-1])


def _rest(text: str) -> int:
    rest = 0
    for char in text:
        place = _PLACES.get(char)
        if place is not None:
            rest = (rest + place) * 2 % 37
    return rest
