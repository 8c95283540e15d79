"""Every text a person reads, in both languages at the place of use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

LANGUAGES = ("zh", "en")


class Words(NamedTuple):
    """One text in Chinese and English; `{name}` takes a value, `one|many` in English is chosen by `n`."""

    zh: str
    en: str

    def say(self, lang: str, /, **values: Any) -> str:
        """The text in one language with its values filled in."""
        return fill(self.zh if lang == "zh" else self.en, lang, values)


def fill(text: str, lang: str, values: Mapping[str, Any]) -> str:
    """Choose singular or plural by `n` and fill the values; a count gets its thousands separators."""
    if lang != "zh" and "|" in text and "n" in values:
        text = text.split("|")[0 if values["n"] == 1 else 1]
    if not values:
        return text
    return text.format(**{k: f"{v:,}" if type(v) is int else v for k, v in values.items()})


def read(text: Mapping[str, str] | str | None, lang: str) -> str:
    """A definition's own text in one language; what is missing falls back to the other language."""
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    return text.get(lang) or next((text[other] for other in LANGUAGES if text.get(other)), "")
