"""What people call the fields of a formula, and by which keys a definition holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from runtime.definitions.form import Field
from runtime.definitions.rule_target import SYSTEM
from runtime.definitions.whole import Whole, form_of
from runtime.fold import fold
from runtime.rules.formula import names
from runtime.words import LANGUAGES, read

Label = Mapping[str, str]


@dataclass(frozen=True)
class Name:
    """One thing a formula may name: its key, its label, whether it stands for many records, and where it leads."""

    key: str
    label: Label
    field: Field | None = None
    leads: str = ""
    many: bool = False


class Names(dict[str, Name]):
    """What a name may begin with, or go on with behind a dot, by key."""

    @cached_property
    def _labelled(self) -> Mapping[str, list[Name]]:
        """The same by what people call it, in either language."""
        found: dict[str, list[Name]] = {}
        for name in self.values():
            for label in {fold(name.label.get(lang, "")) for lang in LANGUAGES}:
                found.setdefault(label, []).append(name)
        return found

    def find(self, text: str) -> Name | None:
        """The one thing of that key, or of that label."""
        text = text.strip()
        fits = [self[text]] if text in self else self._labelled.get(fold(text), ()) if text else ()
        return fits[0] if len(fits) == 1 else None


class FormulaNames:
    """The names of one form's formulas. A label that two fields share, or that a formula cannot hold, is left to the key."""

    def __init__(self, whole: Whole, form: str, but: str = "") -> None:
        self.whole, self.form, self.but = whole, form, but

    def stored(self, text: str) -> str:
        """The text with keys, as definitions hold it."""
        return names.renamed(text, self.key)

    def shown(self, text: str, lang: str) -> str:
        """The text with labels, as people read it."""
        return names.renamed(text, lambda name: self._label(name, lang))

    @cached_property
    def own(self) -> Names:
        """What a formula of this form may begin a name with."""
        return Names({name.key: name for name in self._of(self.form) if name.key != self.but})

    def inside(self, name: Name) -> Names:
        """The fields of what a name leads to."""
        return Names({found.key: found for found in self._of(name.leads) if found.field is not None} if name.leads else {})

    def _of(self, form: str) -> Iterator[Name]:
        found = form_of(self.whole.forms, form)
        for key, field in found.live_fields.items() if found else ():
            leads = f"{form}.{key}" if field.type.nested else field.form or ""
            yield Name(key, field.label, field, leads, field.type.nested)
        for inverse, (other, link) in self.whole.inverses.get(form, {}).items():
            yield Name(inverse, link.settings.get("inverse_label") or self.whole.forms[other].label, None, other, True)
        if form in self.whole.forms:
            yield from (Name(key, SYSTEM[key][1]) for key in names.SYSTEM)

    def key(self, name: str) -> str:
        """The key of a name as people or definitions write it; what is no name stays as it is."""
        if (found := self.own.find(name)) is not None:
            return found.key
        for at, sign in enumerate(name):
            first = self.own.find(name[:at]) if sign == "." else None
            rest = self.inside(first).find(name[at + 1 :]) if first else None
            if first and rest:
                return f"{first.key}.{rest.key}"
        return name

    def _label(self, name: str, lang: str) -> str:
        first, dot, rest = name.partition(".")
        own = self.own.get(first)
        if own is None:
            return name
        if not dot:
            return said(self.own, own, lang)
        inner = self.inside(own)
        return f"{said(self.own, own, lang)}.{said(inner, inner[rest], lang) if rest in inner else rest}"


def said(among: Names, name: Name, lang: str) -> str:
    """A name as people write it."""
    label = read(name.label, lang).strip()
    plain = label and not set(label) & set("{}\"“”.") and among.find(label) is name
    return label if plain else name.key
