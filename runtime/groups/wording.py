"""The names in a rule's sentence, as one app's definitions give them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from runtime.definitions.form import Field, Form
from runtime.definitions.grouping import Grouping
from runtime.definitions.whole import Whole, form_of
from runtime.fields.base import Names
from runtime.fields.days import say_day
from runtime.rules.explain import Reason
from runtime.rules.wording import RelatedWords, inside
from runtime.storage.live import LiveApp
from runtime.words import Words, read

_SYSTEM = {
    "$id": ("number", Words("编号", "Number")),
    "$created_at": ("datetime", Words("创建时间", "Created")),
    "$updated_at": ("datetime", Words("修改时间", "Changed")),
    "$created_by": ("person", Words("创建人", "Created by")),
    "$updated_by": ("person", Words("最近修改人", "Last changed by")),
}
_OF = Words("{link}的{field}", "{link}’s {field}")


class AppWording:
    """The words of one form's fields, related records and groups, from what is published or from a draft's whole."""

    def __init__(self, app: LiveApp | Whole, form: str, names: Names, lang: str) -> None:
        self.app, self.names, self.lang = app, names, lang
        self._form = form_of(_forms(app), form)

    def field(self, name: str) -> str:
        if name in _SYSTEM:
            return _SYSTEM[name][1].say(self.lang)
        link, dot, _rest = name.partition(".")
        if dot and self._form and link in self._form.fields:
            far = self._far(name)
            label = read(far.label, self.lang) if far else name.partition(".")[2]
            return _OF.say(
                self.lang, link=read(self._form.fields[link].label, self.lang), field=inside(label, self.lang)
            )
        found = self._field(name)
        return read(found.label, self.lang) or name if found else name

    def kind(self, name: str) -> str:
        if name in _SYSTEM:
            return _SYSTEM[name][0]
        found = self._field(name)
        if found is None:
            return "text"
        return "tags" if "vocabularies" in found.type.settings else found.type.kind

    def show(self, name: str, value: Any) -> str:
        found = self._field(name)
        try:
            if found is None:
                return self._system(name, value)
            if found.type.kind == "datetime" and len(str(value)) == 10:
                return say_day(date.fromisoformat(value), self.lang)
            text = found.type.show([value] if found.type.many else value, found.settings, self.names)
        except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError):
            return str(value)[:60]
        return text or str(value)[:60]

    def held(self, name: str, stored: Any) -> str:
        """What a record's column holds (runtime.rules.explain), as people write it; "" for a blank one."""
        found = self._field(name)
        if stored is None:
            return ""
        if found is None or found.type.many:
            return self._system(name, stored)
        if found.type.kind in ("file", "rows"):
            return f"{stored}"
        return found.type.show(found.type.load(self._whole(found, stored), found.settings), found.settings, self.names)

    def _whole(self, found: Field, stored: Any) -> Any:
        """An average may fall between two of the numbers a column can hold."""
        return round(stored) if found.type.kind == "number" and isinstance(stored, float) else stored

    def _system(self, name: str, value: Any) -> str:
        return (
            self.names.person(value) or str(value)
            if name in ("$created_by", "$updated_by") and isinstance(value, int)
            else str(value)[:60]
        )

    def may_be_blank(self, name: str) -> bool:
        link, dot, _rest = name.partition(".")
        if name in _SYSTEM:
            return False
        near = self._form.fields.get(link) if self._form else None
        far = self._far(name) if dot else near
        return not (near and far and near.required and far.required)

    def related(self, inverse: str) -> RelatedWords:
        for key, form in _forms(self.app).items():
            for link in form.pointing.values():
                if self._form and link.far == self._form.key and link.settings.get("inverse") == inverse:
                    return self._related(key, form, link)
        own = self._form.pointing.get(inverse) if self._form else None
        if own is not None and own.type.many and own.far in _forms(self.app):
            return self._related(own.far or "", _forms(self.app)[own.far or ""], own, own.label)
        small = self._form.subforms.get(inverse) if self._form else None
        if small is not None:
            return self._related(small.key, small, self._form.fields[inverse])  # type: ignore[union-attr]
        return RelatedWords(inverse, "", "", AppWording(self.app, "", self.names, self.lang))

    def _related(self, key: str, form: Form, link: Field, called: Mapping[str, str] | None = None) -> RelatedWords:
        own = read(form.label, self.lang)
        label = read(called or link.settings.get("inverse_label"), self.lang) or own
        unit = read(form.unit, self.lang)
        if self.lang != "zh" and label != own:
            unit = ""  # `members invited` has a name of its own; `members` would say less
        moments = [field.key for field in form.live_fields.values() if field.type.kind in ("date", "datetime")]
        return RelatedWords(
            label, unit, moments[0] if moments else "", AppWording(self.app, key, self.names, self.lang)
        )

    def group(self, key: str) -> str:
        scheme, _slash, part = key.partition("/")
        grouping = _grouping(self.app, scheme)
        found = grouping.groups.get(part) if grouping else None
        return read(found.label, self.lang) if found else key

    def _field(self, name: str) -> Field | None:
        if self._form is None:
            return None
        return self._far(name) if "." in name else self._form.fields.get(name)

    def _far(self, name: str) -> Field | None:
        """The field behind one hop: `customer.owner`."""
        link, _dot, rest = name.partition(".")
        near = self._form.fields.get(link) if self._form else None
        other = _forms(self.app).get(near.form) if near and near.form else None
        return other.fields.get(rest) if other else None


def actual(reason: Reason, wording: AppWording) -> str:
    """What the record has, for one condition of an explanation: `¥8,200`, `3 笔`, a tag's name; "" for nothing."""
    rule, lang = reason.rule, wording.lang
    if "match" in rule or (rule.get("agg") or {}).get("fn") in ("count", "countDistinct"):
        related = wording.related(rule["field"])
        return f"{reason.actual} {related.unit}".strip() if lang == "zh" else f"{reason.actual}"
    if "agg" in rule:
        names = wording.related(rule["field"]).names
        return names.held(rule["agg"]["of"], reason.actual) if isinstance(names, AppWording) else ""
    if isinstance(reason.actual, list):
        texts = [
            wording.group(key) if rule["field"] == "$group" else wording.show(rule["field"], key)
            for key in reason.actual
        ]
        return ("、" if lang == "zh" else ", ").join(texts)
    return wording.held(rule["field"], reason.actual)


def _forms(app: LiveApp | Whole) -> Mapping[str, Form]:
    return app.forms if isinstance(app, Whole) else {key: live.form for key, live in app.forms.items()}


def _grouping(app: LiveApp | Whole, key: str) -> Grouping | None:
    if isinstance(app, Whole):
        return app.groupings.get(key)
    live = app.groupings.get(key)
    return live.newest if live else None
