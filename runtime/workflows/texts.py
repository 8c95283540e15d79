"""Sentences with fields of the record in braces, as steps that tell or write hold them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from runtime.accounts.vault import NAMED
from runtime.definitions.form import Form
from runtime.errors import Invalid, Problem
from runtime.records.names import RecordNames
from runtime.words import LANGUAGES, read
from runtime.workflows import batches, said, valued
from runtime.workflows.base import Here

_FIELD = re.compile(r"\{([^{}]*)\}")
COUNT = "$n"  # how many records a run for a batch was begun for
TITLE = "$title"  # what the record is called, whatever its title field is


LONG_WORDS = {  # a text of pages, as letters are
    "type": "object", "minProperties": 1, "additionalProperties": False,
    "properties": {lang: {"type": "string", "maxLength": 20_000} for lang in LANGUAGES},
}


def render(here: Here, text: Mapping[str, str] | str, lang: str, written: Callable[[str], str] | None = None) -> str:
    """A text in one language with the values of the record at hand; raises Invalid where a field is not there.

    With `written`, which says how a value is put in, secrets in braces stay for whoever sends it.
    """
    names = RecordNames(here.act.conn, here.act.app, lang, here.act.by.zone)

    def value(found: re.Match[str]) -> str:
        key = found[1].strip()
        if written is not None and is_secret(found[0]):
            return found[0]
        if key == COUNT:
            return str(len(batches.held(here.run.detail)) or 1)
        if key in said.NAMES:
            return said.value(here, key) if written is None else written(said.value(here, key))
        form = here.live.form
        field = form.fields.get(form.title_field if key == TITLE else key)
        if field is None:
            raise Invalid(Problem(here.step.path, "no_such_field", {"field": key[:60]}))
        shown = field.type.show(valued.of(here, field.key), field.settings, names)
        return shown if written is None else written(shown)

    return _FIELD.sub(value, read(text, lang))


def both(here: Here, text: Mapping[str, str] | str) -> dict[str, str]:
    """The same in every language."""
    return {lang: render(here, text, lang) for lang in LANGUAGES}


def is_secret(named: str) -> bool:
    """Whether what stands in braces is the name of a secret."""
    return named.strip("{}") not in said.NAMES and NAMED.fullmatch(named) is not None and named not in (f"{{{TITLE}}}", f"{{{COUNT}}}")


def problems(text: Mapping[str, str], form: Form, path: str, *, secrets: bool = False) -> Iterator[Problem]:
    """Fields that a text names and the form does not have; `secrets` says that it may name secrets too."""
    for written in text.values():
        for found in _FIELD.finditer(written):
            key = found[1].strip()
            if key in said.NAMES or (secrets and is_secret(found[0])):
                continue
            if key not in (TITLE, COUNT) and key not in form.live_fields:
                yield Problem(path, "no_such_field", {"field": key[:60]})
