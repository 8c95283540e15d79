"""Time zones as people find them: by city, in their language, with the distance from UTC."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location

from runtime import clock
from runtime.accounts import settings

# Names that stand for no place, or that other names have taken over.
ODD = ("Etc/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/", "SystemV/", "posix/", "right/")
Choice = tuple[str, str]


def choices(lang: str, current: str = "") -> list[Choice]:
    """(name, text) of every zone, the first one ours, then from Greenwich eastwards; an odd current one stays."""
    found = list(_choices(lang, clock.now().date()))
    return found if not current or any(name == current for name, _ in found) else [(current, current), *found]


@lru_cache(maxsize=4)
def _choices(lang: str, _summer_time_changes: date) -> tuple[Choice, ...]:
    locale, moment = Locale.parse("zh_Hans_CN" if lang == "zh" else "en_US"), clock.now()
    found = []
    for name in settings.zones():
        if name.startswith(ODD):
            continue
        offset = moment.astimezone(ZoneInfo(name)).strftime("%z")
        place = get_timezone_location(name, locale, return_city=True) if "/" in name else name
        found.append((name != settings.DEFAULT.zone, offset, name, f"{place} · UTC{offset[:3]}:{offset[3:]} · {name}"))
    return tuple((name, text) for *_, name, text in sorted(found))
