"""What a file is by its content: a name says what it wants to be taken for, the first bytes say what it is."""

from __future__ import annotations

from collections.abc import Callable

from runtime.fields.base import Refused

HEAD = 512  # so many first bytes are enough to tell


def _begins(*signs: bytes, at: int = 0) -> Callable[[bytes], bool]:
    return lambda head: head[at:].startswith(signs)


def _text(head: bytes) -> bool:
    """Text has no control signs but those of lines and columns, and does not begin like a page or a program."""
    return not any(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head) and not head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<svg", b"<script", b"<?php", b"#!"))


_zip, _ole, _film = _begins(b"PK\x03\x04"), _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), _begins(b"ftyp", at=4)
KINDS: dict[str, Callable[[bytes], bool]] = {
    "pdf": _begins(b"%PDF-"),
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    **dict.fromkeys(("jpg", "jpeg"), _begins(b"\xff\xd8\xff")),
    "gif": _begins(b"GIF87a", b"GIF89a"),
    "webp": lambda head: head.startswith(b"RIFF") and head[8:12] == b"WEBP",
    "bmp": _begins(b"BM"),
    **dict.fromkeys(("tif", "tiff"), _begins(b"II*\x00", b"MM\x00*")),
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"), _zip),
    **dict.fromkeys(("doc", "xls", "ppt", "wps", "et", "dps"), _ole),
    **dict.fromkeys(("mp4", "mov", "m4a", "heic", "heif", "3gp"), _film),
    "mp3": _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "wav": lambda head: head.startswith(b"RIFF") and head[8:12] == b"WAVE",
    "amr": _begins(b"#!AMR"),
    "rar": _begins(b"Rar!\x1a\x07"),
    "7z": _begins(b"7z\xbc\xaf\x27\x1c"),
    **dict.fromkeys(("txt", "csv"), _text),
}


def ending(name: str) -> str:
    """What a name says it is: `pdf`; "" for a name without an ending."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def honest(name: str, head: bytes) -> None:
    """Refuse a file whose content is not what its name says."""
    fits = KINDS.get(ending(name))
    if head and fits is not None and not fits(head):
        raise Refused("file_lies", name=name, kind=ending(name).upper())


def known(name: str) -> None:
    """Refuse what no stranger may send: programs, pages, and whatever its name does not say."""
    if ending(name) not in KINDS:
        raise Refused("file_unknown_kind", name=name)
