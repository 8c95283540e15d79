"""Texts with fields in braces as people read and write them: by the names of fields, not by their keys."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from builder.web.workflows_room import Room, trigger_of
from runtime.definitions.form import Form
from runtime.fold import fold
from runtime.words import LANGUAGES, Words, read
from runtime.workflows import texts
from runtime.workflows.registry import TRIGGERS

BRACES = re.compile(r"\{([^{}]*)\}")
UNFIT = re.compile(r"[{}]|^\s*\$")  # a name that would not be read back as one
TITLE = {texts.TITLE: Words("记录名称", "Name of the record")}


def names(form: Form | None, lang: str) -> dict[str, str]:
    """What each thing that a text can name is called; one that shares its name, or bears another's key, goes by its own key."""
    told = {key: words for kind in TRIGGERS.values() for key, words in kind.gives.items()} | TITLE
    found = {key: words.say(lang) for key, words in told.items()} | {key: read(item.label, lang) for key, item in (form.fields.items() if form else ())}
    often, keys = Counter(map(fold, found.values())), {fold(key): key for key in found}

    def clear(key: str, name: str) -> bool:
        return often[fold(name)] == 1 and keys.get(fold(name), key) == key and not UNFIT.search(name)

    return {key: name if clear(key, name) else key for key, name in found.items()}


def offered(room: Room, form: Form | None) -> list[tuple[str, str, str]]:
    """What can be put in: what is written for it, and what it is called; only what there is where this trigger begins."""
    kind, called = trigger_of(room.flow), names(form, room.lang)
    given = [(key, words.say(room.lang)) for key, words in (kind.gives.items() if kind else ())]
    live = [(key, read(item.label, room.lang)) for key, item in (form.live_fields.items() if form else ())]
    return [(called[key], name, "") for key, name in given + live]


def shown(form: Form | None, text: Mapping[str, str]) -> dict[str, str]:
    """A stored text as its box shows it, each language with its own names."""
    return {lang: _swapped(one, {fold(key): name for key, name in names(form, lang).items()}) for lang, one in text.items()}


def kept(form: Form | None, text: Mapping[str, str]) -> dict[str, str]:
    """What was typed as it is stored; names of the other language count too, and whatever is no name stays as it is."""
    called = {lang: {fold(name): key for key, name in names(form, lang).items()} for lang in LANGUAGES}
    either = {name: key for known in called.values() for name, key in known.items()}
    return {lang: _swapped(one, either | called[lang]) for lang, one in text.items()}


def _swapped(text: str, known: Mapping[str, str]) -> str:
    return BRACES.sub(lambda hit: f"{{{known.get(fold(hit[1]), hit[1])}}}", text)
