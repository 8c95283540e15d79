"""What the formula box of the designer shows and offers: the text with labels, fields by name, functions by group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runtime import words
from runtime.definitions.form import Field, Form
from runtime.definitions.formula_names import FormulaNames, Name, said
from runtime.definitions.rule_target import DefinedTarget
from runtime.definitions.whole import Whole
from runtime.rules.formula import formula
from runtime.rules.formula.functions import FUNCTIONS
from runtime.rules.formula.functions.base import GROUPS
from runtime.rules.formula.wrong import Wrong
from runtime.storage.live import LiveApp
from runtime.web import here


def whole_of(found: LiveApp, form: Form) -> Whole:
    """The app's published forms with this draft among them."""
    return Whole(forms={**{key: live.form for key, live in found.forms.items()}, form.key: form})


def facts(found: LiveApp, form: Form, item: Field, text: str) -> tuple[str, dict[str, Any]]:
    """A formula as typed, with keys, and what it comes to, where it means anything yet."""
    whole = whole_of(found, form)
    stored = FormulaNames(whole, form.key, item.key).stored(text)
    try:
        return stored, {"result": formula.result(stored, DefinedTarget(whole, form.key))}
    except Wrong:
        return stored, {}


def box(found: LiveApp, form: Form, item: Field) -> dict[str, Any]:
    """What the formula box shows and offers."""
    lang, names = here.actor().lang, FormulaNames(whole_of(found, form), form.key, item.key)
    return {
        "text": names.shown(item.settings.get("formula") or "", lang),
        "offers": [*_fields(names, lang), *_functions(lang)],
        "groups": [(label.say(lang), [one for one in FUNCTIONS.values() if one.group == group]) for group, label in GROUPS.items()],
    }


def _fields(names: FormulaNames, lang: str) -> Iterator[dict[str, str]]:
    """Every field by name, then those one link away."""
    for name in names.own.values():
        own = said(names.own, name, lang)
        yield _offer(own, name.key, _kind(name, lang))
    for name in names.own.values():
        inner, own = names.inside(name), said(names.own, name, lang)
        for other in inner.values():
            if not other.leads:
                yield _offer(f"{own}.{said(inner, other, lang)}", f"{name.key}.{other.key}", _kind(other, lang))


def _offer(text: str, key: str, hint: str) -> dict[str, str]:
    return {"text": text, "insert": f"{{{text}}}", "find": key, "hint": hint, "kind": "field"}


def _kind(name: Name, lang: str) -> str:
    if name.field is not None:
        return name.field.type.label.say(lang)
    return words.Words("很多条", "many records").say(lang) if name.many else words.Words("系统", "System").say(lang)


def _functions(lang: str) -> Iterator[dict[str, str]]:
    for one in FUNCTIONS.values():
        if one.group:
            yield {"text": one.name, "insert": f"{one.name}(", "find": one.name, "hint": one.does.say(lang), "kind": "function"}
