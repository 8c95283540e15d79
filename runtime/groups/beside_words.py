"""The names in the rule of a link that offers only some records: the linked form's, and those of the record at hand."""

from __future__ import annotations

from collections.abc import Mapping

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.fields.base import Names
from runtime.groups.wording import AppWording
from runtime.rules.beside import OWN
from runtime.rules.describe import sentence
from runtime.storage.live import LiveApp
from runtime.words import LANGUAGES, Words, read

THIS = Words("这条记录的{field}", "this record’s {field}")


class BesideWording(AppWording):
    """The words of a linked form; `$own.customer` is said as a field of the record being filled in."""

    def __init__(self, app: LiveApp | Whole, form: str, own: Form, names: Names, lang: str) -> None:
        super().__init__(app, form, names, lang)
        self.own = own

    def field(self, name: str) -> str:
        item = self.own.fields.get(name.removeprefix(OWN)) if name.startswith(OWN) else None
        return THIS.say(self.lang, field=read(item.label, self.lang)) if item else super().field(name)


def said(app: LiveApp, own: Form, form: str, rule: Mapping[str, object], names: Names) -> dict[str, str]:
    """The rule as a sentence in every language."""
    return {lang: sentence(rule, BesideWording(app, form, own, names, lang), lang) for lang in LANGUAGES}
