"""A field with its value and what is wrong with it, made for templates, which cannot call functions with arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import get_template_attribute, url_for
from markupsafe import Markup

from runtime import words
from runtime.definitions.form import Field
from runtime.errors import Problem
from runtime.messages import say
from runtime.records.entry import Entry
from runtime.records.names import RecordNames
from runtime.storage.live import LiveApp
from runtime.web import linking, subform


@dataclass
class Bound:
    """What the macros of a field type see."""

    key: str
    id: str
    name: str
    label: str
    help: str
    placeholder: str
    typed: Any
    value: Any
    shown: str
    options: list[dict[str, Any]]
    settings: Mapping[str, Any]
    lang: str
    required: bool
    readonly: bool
    error: str
    search_url: str
    url: str
    field: Field
    right: bool = False  # a number in a table
    table: subform.Table | None = None  # the rows of a sub-form
    offer: linking.Offer | None = None  # what a link offers to somebody who fills the form in
    most: int = 0  # of a value with many parts a list shows this many, then how many more

    @property
    def wide(self) -> bool:
        """Whether the label names a group of controls instead of one."""
        return self.field.type.grouped or self.field.type.kind in ("choice", "boolean")

    def input(self) -> Markup:
        """The control, drawn by the type's own template."""
        return self._draw("input")

    def cell(self) -> Markup:
        """The value as a list shows it."""
        return self._draw("cell")

    def rows(self) -> Markup:
        """All rows of a sub-form, as a record's own page shows them."""
        return self._draw("whole")

    def canvas(self, sel: str) -> Markup:
        """A sub-form as the designer draws it, with the column that is chosen."""
        made: Markup = get_template_attribute(self.field.type.template, "canvas")(self, sel)
        return made

    def _draw(self, macro: str) -> Markup:
        made: Markup = get_template_attribute(self.field.type.template, macro)(self)
        return made


def _where(key: str, problems: Sequence[Problem]) -> dict[str, int]:
    """How many cells of a sub-form are wrong, and the row of the first, counted from 1."""
    paths = [problem.path for problem in problems if problem.path.startswith(f"{key}[")]
    return {"n": len(paths), "row": int(paths[0].removeprefix(f"{key}[").partition("]")[0]) + 1} if paths else {"n": 1, "row": 1}


class Binder:
    """Binds the fields of one form for one reader."""

    def __init__(self, app: LiveApp, form: str, names: RecordNames, prefix: str = "f-", at: linking.At | None = None) -> None:
        """`at` says that somebody fills the fields in, so that links offer what their rules say."""
        self.app, self.form, self.names, self.prefix, self.at = app, form, names, prefix, at
        self._tree: list[dict[str, Any]] | None = None

    def value(self, field: Field, value: Any, typed: Any = None, error: str = "", problems: Sequence[Problem] = (),
              path: str = "") -> Bound:
        """A field holding a value; `typed` is shown again instead where something was typed. `path` names it inside rows."""
        names, settings = self.names, field.settings
        text = field.type.typed(value, settings, names) if typed is None else typed
        made = Bound(
            field.key, f"{self.prefix}{field.key}", field.key, words.read(field.label, names.lang),
            words.read(field.ui.get("help"), names.lang), words.read(field.ui.get("placeholder"), names.lang), text, value,
            field.type.show(value, settings, names), self._options(field, text), settings, names.lang, field.required,
            field.type.readonly, error, self._search(field), self._url(field, value), field)
        if field.far and self.at:
            made.offer = linking.offer(self.app, self.form, field, path or field.key, self.at, self.names.lang)
            made.search_url = made.offer.search_url
        if field.type.nested:
            made.table = subform.drawn(self, field, text, value, problems)
        return made

    def entry(self, field: Field, entry: Entry) -> Bound:
        """A field as a form that was sent shows it again: what was typed, and the message."""
        problem = entry.problem(field.key)
        typed = entry.typed.get(field.key)
        if problem and problem.path != field.key:
            problem = Problem(field.key, "rows_wrong", _where(field.key, entry.problems))
        said = say(problem, self.names.lang) if problem else ""
        return self.value(field, entry.values.get(field.key), typed, said, entry.problems)

    def _options(self, field: Field, typed: Any = ()) -> list[dict[str, Any]]:
        lang = self.names.lang
        if field.type.tagged:
            wanted = field.settings.get("vocabularies") or list(self.app.vocabularies)
            return [{"const": tag.key, "label": words.read(tag.label, lang), "color": tag.color, "retired": tag.retired}
                    for tag in self.app.tags.values() if tag.vocabulary in wanted]
        if field.far and field.type.many:
            ids = [int(one) for one in typed or () if str(one).isdecimal()]
            self.names.prime_records(field.far, ids)
            return [{"const": i, "label": self.names.record(field.far, i) or f"#{i}",
                     "url": url_for("records.one", app=self.app.key, form=field.far, record=i)} for i in ids]
        if field.type.many and not field.options:  # of all people only the chosen ones; the others are searched for
            chosen = [int(one) for one in typed or () if str(one).isdecimal()]
            return [{"const": one, "label": self.names.person(one) or str(one)} for one in chosen]
        if field.type.shared:  # the same tree for every field and every row
            if self._tree is None:
                self._tree = field.type.choices(field.settings, self.names)
            return self._tree
        return [{**option, "label": words.read(option["label"], lang)} for option in field.options]

    def _search(self, field: Field) -> str:
        if field.far:
            return url_for("finding.pick", app=self.app.key, form=field.far)
        return url_for("finding.persons", app=self.app.key, form=self.form) if field.type.kind in ("person", "people") else ""

    def _url(self, field: Field, value: Any) -> str:
        if field.type.kind == "file":
            return url_for("files.fetch", app=self.app.key, form=self.form, file_id="-").removesuffix("-")
        return url_for("records.one", app=self.app.key, form=field.form, record=value) if field.form and value else ""
