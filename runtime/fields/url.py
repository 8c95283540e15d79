"""A web address."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.folded import Folded
from runtime.fields.typed import blank, short, written
from runtime.words import Words

LONGEST = 2_000
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_HOST = re.compile(r"(?=.{4,253}$)(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}|localhost|(?:\d{1,3}\.){3}\d{1,3}")


def address(text: str) -> str | None:
    """A typed address as it is kept, `https://` before it where nothing stands; None when it is none we may follow."""
    whole = text if _SCHEME.match(text) else f"https://{text}"
    try:
        parts = urlsplit(whole)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return None
    safe = parts.scheme in ("http", "https") and "@" not in parts.netloc
    if not safe or not _HOST.fullmatch(host) or re.search(r'[\s<>"\\^`{|}]', whole):
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}{whole[whole.index('//') + 2 + len(parts.netloc) :]}"


class Url(Folded):
    """Only http and https are kept, so that a link in a list can never run anything."""

    name = "url"
    label = Words("网址", "Web address")
    icon = "world"
    shelf = "more"
    template = "fields/url.html"
    searchable = True
    samples = (
        "https://www.muyang.cn/menu?id=3&lang=zh#top",
        "muyang.cn",
        "HTTP://Example.COM/A",
        "ｗｗｗ.muyang.cn",
        "https://例子.中国/路径",
        "http://192.168.1.8:8080/",
    )
    nonsense = (
        "javascript:alert(1)",
        "ftp://muyang.cn",
        "muyang",
        "https://",
        "https://a b.cn",
        "http://boss:pw@muyang.cn",
        "data:text/html,x",
        5,
        ["https://muyang.cn"],
    )

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^https?://[^ ]+$", "maxLength": LONGEST}

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        found = address(written(typed, "not_a_url"))
        if found is None or len(found) > LONGEST:
            raise Refused("not_a_url", text=short(typed))
        return found

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return "" if value is None else value.removeprefix("https://").removesuffix("/")

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return value or ""

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return value
