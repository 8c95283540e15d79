"""What could be better about a form's draft without standing in the way of publishing it: warnings, each with its path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from builder.edits import texts
from runtime.definitions.form import Form
from runtime.definitions.layout import OTHERS, PHONE, QUICK
from runtime.errors import Problem
from runtime.fold import fold
from runtime.words import LANGUAGES, Words

SPOKEN = {"zh": Words("中文", "Chinese"), "en": Words("英文", "English")}
BORN = re.compile(r"(选项|Option) \d+")


def remarks(form: Form) -> list[Problem]:
    """All warnings of a form whose own check finds nothing wrong."""
    return [problem for look in LOOKS for problem in look(form)]


def _warning(path: str, code: str, **params: Any) -> Problem:
    return Problem(path, code, params, "warning")


def _untranslated(form: Form) -> Iterator[Problem]:
    """One line for each language: a grid with the gaps marked says more than a hundred lines."""
    for lang, count in texts.missing(form.body).items():
        if count:
            yield _warning(f"texts.{lang}", "texts_missing", n=count, language=SPOKEN[lang])


def _same_labels(form: Form) -> Iterator[Problem]:
    """Two fields of one name cannot be told apart in lists, rules and imports."""
    seen: dict[tuple[str, str], str] = {}
    told: set[str] = set()
    for key, item in form.live_fields.items():
        for lang in LANGUAGES:
            name = fold(item.label.get(lang, ""))
            if not name:
                continue
            first = seen.setdefault((lang, name), key)
            if first != key and key not in told:
                told.add(key)
                yield _warning(f"properties.{key}.x-fenzu.label", "label_twice", field=item.label)


def _options(form: Form) -> Iterator[Problem]:
    for key, item in form.live_fields.items():
        live = [option for option in item.options if not option["retired"]]
        for lang in LANGUAGES:
            names = [fold(option["label"][lang]) for option in live if option["label"].get(lang)]
            if len(set(names)) < len(names):
                yield _warning(f"properties.{key}.oneOf", "option_label_twice", field=item.label)
                break
        if any(all(BORN.fullmatch(words) for words in option["label"].values()) for option in live):
            yield _warning(f"properties.{key}.oneOf", "option_unnamed", field=item.label)
        if len(live) == 1:
            yield _warning(f"properties.{key}.oneOf", "option_alone", field=item.label)


def _hidden(form: Form) -> Iterator[Problem]:
    """A field that must be filled in, may be out of sight, and says nothing by itself then."""
    hidden, locked = _aims(form, "show", "hide"), _aims(form, "readonly")
    for key, item in form.live_fields.items():
        if not item.required or item.default not in (None, "", []):
            continue
        if key in hidden:
            yield _warning(f"properties.{key}", "required_hidden", field=item.label)
        elif key in locked:
            yield _warning(f"properties.{key}", "required_locked", field=item.label)


def _aims(form: Form, *acts: str) -> set[str]:
    """The fields that logic shows, hides or locks, by themselves or with their section."""
    inside = {section.key: {item["field"] for item in section.items} for section in form.sections}
    found: set[str] = set()
    for entry in form.body["x-fenzu"].get("logic", ()):
        for action in (*entry.get("then", ()), *entry.get("else", ())):
            for act in acts:
                if isinstance(target := action.get(act), str):
                    found |= inside.get(target, {target})
    return found


def _empty(form: Form) -> Iterator[Problem]:
    """A page or a section in which there is nothing cannot be reached by anybody who fills the form in."""
    live = form.live_fields
    for page in form.layout.pages:
        sections = list(page.sections())
        filled = [section for section in sections if _has_content(section, live)]
        if page.key and not filled:
            yield _warning(_section_path(sections[0].key if sections else ""), "page_empty", page=page.label)
            continue
        for section in sections:
            if section not in filled:
                yield _warning(_section_path(section.key), "section_empty", section=section.label or section.key)


def _left_out(form: Form) -> Iterator[Problem]:
    """What must be filled in and is not on a layout: whoever uses that one cannot save before going on to all fields."""
    for name in (QUICK, PHONE):
        there = {key for section in form.laid(name).sections for key in section.fields}
        for key, item in form.live_fields.items() if name in form.layouts else ():
            bare = item.required and item.default in (None, "", []) and not item.type.readonly
            if bare and key not in there and key not in form.logic.about:
                yield _warning(f"{OTHERS}.{name}", f"{name}_lacks", field=item.label)


def _has_content(section: Any, live: Mapping[str, Any]) -> bool:
    return any(item.field is None or item.field in live for item in section.content)


def _section_path(key: str) -> str:
    return f"x-fenzu.layout[{key}]"


LOOKS: tuple[Callable[[Form], Iterator[Problem]], ...] = (_same_labels, _options, _hidden, _empty, _left_out, _untranslated)
