"""Sentences with fields of the record in braces, as steps that tell or write hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from runtime.definitions.form import Form
from runtime.errors import Invalid, Problem
from runtime.records.names import RecordNames
from runtime.words import LANGUAGES, read
from runtime.workflows.base import Here

_FIELD = re.compile(r"\{([^{}]*)\}")
TITLE = "$title"  # what the record is called, whatever its title field is


def render(here: Here, text: Mapping[str, str] | str, lang: str) -> str:
    """A text in one language with the values of the record at hand; raises Invalid where a field is not there."""
    names = RecordNames(here.act.conn, here.act.app, lang, here.act.by.zone)

    def value(found: re.Match[str]) -> str:
        key = found[1].strip()
        form = here.live.form
        field = form.fields.get(form.title_field if key == TITLE else key)
        if field is None:
            raise Invalid(Problem(here.step.path, "no_such_field", {"field": key[:60]}))
        return field.type.show(here.record.values.get(field.key), field.settings, names)

    return _FIELD.sub(value, read(text, lang))


def both(here: Here, text: Mapping[str, str] | str) -> dict[str, str]:
    """The same in every language."""
    return {lang: render(here, text, lang) for lang in LANGUAGES}


def problems(text: Mapping[str, str], form: Form, path: str) -> Iterator[Problem]:
    """Fields that a text names and the form does not have."""
    for said in text.values():
        for found in _FIELD.finditer(said):
            key = found[1].strip()
            if key != TITLE and key not in form.live_fields:
                yield Problem(path, "no_such_field", {"field": key[:60]})
