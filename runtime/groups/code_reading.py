"""A code read back: its pieces by the rule that made it, and whether what somebody typed is one with a slip in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from runtime.definitions.others import Code
from runtime.groups import check_digit
from runtime.storage.live import LiveApp

# Letters of a group that has other ones by now, or is gone.
OTHER = "[A-Za-z]{1,8}"
ANY, LONGEST = "[0-9A-Za-z]", 15


def pieces(code: Code, app: LiveApp, text: str) -> list[str] | None:
    """The piece of each segment in order; None when the code was made by another rule."""
    found = _pattern(code, app).fullmatch(text)
    return None if found is None else list(found.groups())


def letters(segment: Mapping[str, Any], app: LiveApp) -> list[str]:
    """What a segment of a group or of a field can give, its letters for "none of these" last; [] for other segments."""
    if "group" in segment:
        item = app.groupings.get(segment["group"])
        found = [group.prefix for group in item.grouping.top if group.prefix] if item else []
    elif "field" in segment:
        found = [text for text in segment["map"].values() if text]
    else:
        return []
    return list(dict.fromkeys([*found, *([segment["none"]] if segment.get("none") else [])]))


def _pattern(code: Code, app: LiveApp) -> re.Pattern[str]:
    known: dict[str, re.Pattern[str]] = app.cache.setdefault("code patterns", {})
    name = json.dumps(code.segments, sort_keys=True)
    if name not in known:
        known[name] = re.compile("".join(f"({_of(segment, app)})" for segment in code.segments))
    return known[name]


def _of(segment: Mapping[str, Any], app: LiveApp) -> str:
    if "text" in segment:
        return re.escape(str(segment["text"]))
    if "date" in segment:
        return f"[0-9]{{{len(segment['date'])}}}"
    if "serial" in segment:
        return f"[0-9]{{{segment['serial']['width']},{LONGEST}}}"
    if "check" in segment:
        return ANY
    return "|".join([*(re.escape(text) for text in letters(segment, app)), OTHER])


def mistyped(app: LiveApp, form: str, text: str) -> bool:
    """Whether a text looks like a code of the form whose check sign does not fit: somebody has made a slip in it."""
    code = app.code_of(form)
    if code is None or "check" not in code.segments[-1]:
        return False
    typed = text.strip()
    if not any(sign.isdigit() for sign in typed) or check_digit.holds(typed):
        return False
    return re.fullmatch("".join(_loosely(code, app)), typed, re.IGNORECASE) is not None


def _loosely(code: Code, app: LiveApp) -> Iterator[str]:
    """The rule's pattern with any letter or digit in place of each that is expected: a slip may be anywhere."""
    for segment in code.segments:
        if "text" in segment:
            yield "".join(ANY if sign.isalnum() else re.escape(sign) for sign in segment["text"])
        elif "date" in segment:
            yield f"{ANY}{{{len(segment['date'])}}}"
        elif "serial" in segment:
            yield f"{ANY}{{{segment['serial']['width']},{LONGEST}}}"
        elif "check" in segment:
            yield ANY
        else:
            sizes = [len(text) for text in letters(segment, app)] or [1]
            yield f"{ANY}{{{min(sizes)},{max(sizes)}}}"
