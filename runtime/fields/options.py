"""The options of choice and choices: found by key or by label in either language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from runtime.fields.base import Refused
from runtime.fields.typed import narrow, short
from runtime.fold import fold
from runtime.words import LANGUAGES, read

Option = Mapping[str, Any]

SETTING = {
    "type": "array",
    "x-label": {"zh": "选项", "en": "Options"},
    "default": [
        {"const": "option_1", "label": {"zh": "选项 1", "en": "Option 1"}, "color": "shiqing"},
        {"const": "option_2", "label": {"zh": "选项 2", "en": "Option 2"}, "color": "cheng"},
    ],
    "items": {
        "type": "object",
        "required": ["const", "label"],
        "properties": {
            "const": {"type": "string"},
            "label": {"type": "object"},
            "color": {"type": "string"},
            "retired": {"type": "boolean"},
        },
    },
}


def branches(options: Sequence[Option]) -> list[dict[str, Any]]:
    """The options as `oneOf` branches; a retired one stays valid, because old records hold it."""
    return [
        {
            "const": option["const"],
            **({"deprecated": True} if option.get("retired") else {}),
            "x-fenzu": {"label": option["label"], **({"color": option["color"]} if option.get("color") else {})},
        }
        for option in options
    ]


def find(text: str, options: Sequence[Option]) -> str | None:
    """The key of the option that a text names, by key first, then by label; live options before retired ones."""
    for option in options:
        if option["const"] == text:
            return text
    wanted = fold(narrow(text))
    for option in sorted(options, key=lambda option: bool(option.get("retired"))):
        if any(fold(narrow(read(option["label"], lang))) == wanted for lang in LANGUAGES):
            return str(option["const"])
    return next((str(option["const"]) for option in options if fold(option["const"]) == wanted), None)


def named(text: str, options: Sequence[Option], lang: str) -> str:
    """The key of the option that a text names, or refused, with the nearest label where there is one."""
    key = find(text, options)
    if key is not None:
        return key
    near = get_close_matches(text, [label(option["const"], options, lang) for option in options], 1, 0.5)
    if near:
        raise Refused("no_such_option_near", text=short(text), near=near[0])
    raise Refused("no_such_option", text=short(text))


def label(key: str, options: Sequence[Option], lang: str) -> str:
    """What people call an option; the key itself where the option is gone."""
    return next((read(option["label"], lang) or key for option in options if option["const"] == key), key)


def known(key: Any, options: Sequence[Option]) -> Any:
    """A key inside a rule; one that is no option is refused, because a rule never guesses."""
    if any(option["const"] == key for option in options):
        return key
    raise Refused("no_such_option", text=short(key))


def in_order(keys: Iterable[str], options: Sequence[Option]) -> list[str]:
    """Keys in the order of the options; those of options that are gone come last."""
    places = {option["const"]: place for place, option in enumerate(options)}
    return sorted(keys, key=lambda key: (places.get(key, len(places)), key))
