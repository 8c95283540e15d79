"""A drawing that a page sent as a data address: really a small PNG, whole and of the size it says, or refused."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib

from runtime.fields.base import Refused

HEAD = "data:image/png;base64,"
MOST = 200_000
WIDEST, HIGHEST = 2_000, 1_000
_SIGN = b"\x89PNG\r\n\x1a\n"
# How many figures a point has, by the kind of colour; each of eight bits, as every browser's canvas writes it.
_POINTS = {0: 1, 2: 3, 4: 2, 6: 4}
_CHUNKS = frozenset({b"IHDR", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"pHYs", b"sBIT", b"cHRM", b"tRNS"})


def png(address: str) -> bytes:
    """The content of a data address; what is no PNG, too big, or damaged is refused."""
    if not address.startswith(HEAD):
        raise Refused("not_a_drawing")
    if len(address) > MOST * 4 // 3 + len(HEAD) + 4:
        raise Refused("drawing_too_big", limit=MOST // 1000)
    try:
        body = base64.b64decode(address[len(HEAD) :], validate=True)
        _check(body)
    except (binascii.Error, ValueError, struct.error, zlib.error) as wrong:
        raise Refused("not_a_drawing") from wrong
    return body


def _check(body: bytes) -> None:
    """Every chunk with its sum, and as many points as the head promises; raises ValueError."""
    if not body.startswith(_SIGN):
        raise ValueError("no PNG")
    at, held, names = len(_SIGN), b"", []
    while at < len(body):
        (size,) = struct.unpack_from(">I", body, at)
        name, inner = body[at + 4 : at + 8], body[at + 8 : at + 8 + size]
        (total,) = struct.unpack_from(">I", body, at + 8 + size)
        if name not in _CHUNKS or zlib.crc32(name + inner) != total:
            raise ValueError("a chunk that does not belong or does not fit")
        names.append(name)
        held += inner if name == b"IDAT" else b""
        at += size + 12
    if at != len(body) or names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or names.count(b"IHDR") > 1:
        raise ValueError("not whole")
    if len(_points(held, expected := _expected(body))) != expected:
        raise ValueError("more or fewer points than promised")


def _expected(body: bytes) -> int:
    """How many bytes the points take, by the head."""
    wide, high, depth, colour, packing, sieve, woven = struct.unpack_from(">IIBBBBB", body, 16)
    if not (1 <= wide <= WIDEST and 1 <= high <= HIGHEST) or depth != 8 or colour not in _POINTS or packing or sieve or woven:
        raise ValueError("not as a canvas writes it")
    return int(high * (1 + wide * _POINTS[colour]))


def _points(held: bytes, expected: int) -> bytes:
    """The points unpacked, never more than one byte beyond what was promised."""
    return zlib.decompressobj().decompress(held, expected + 1)
