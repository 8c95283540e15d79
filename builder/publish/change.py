"""One line of the list that people read before they publish."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.words import Words, read

SAFE, ATTENTION, LOSES = "safe", "attention", "loses"


@dataclass(frozen=True)
class Change:
    """What is different in the draft. `title` says what, `note` what it means for what is there already.

    `field`, `option` and `group` are keys of what changed; `values` carries what counting needs (a limit, a setting).
    """

    act: str
    path: str
    title: Words
    note: Words
    severity: str = SAFE
    field: str | None = None
    option: str | None = None
    group: str | None = None
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def named(words: Words, **labels: Mapping[str, str] | str | int) -> Words:
    """A sentence with names filled in, each language with the name in that language."""

    def fill(text: str, lang: str) -> str:
        return text.format(
            **{key: value if isinstance(value, int) else read(value, lang) for key, value in labels.items()}
        )

    return Words(fill(words.zh, "zh"), fill(words.en, "en"))


def listed(labels: list[Mapping[str, str]]) -> Mapping[str, str]:
    """Several names as one: 「批发客户」「零售客户」, “Wholesale”, “Retail”."""
    return {
        "zh": "".join(f"「{read(label, 'zh')}」" for label in labels),
        "en": ", ".join(f"“{read(label, 'en')}”" for label in labels),
    }
