"""What the control of a link needs while somebody fills a form in: what it offers, beside what, and how a new one is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from runtime import words
from runtime.definitions.form import Field, Form
from runtime.definitions.link_only import only_of
from runtime.records import access
from runtime.rules.beside import own_reads
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.words import Words

FIRST = Words("先填「{fields}」", "Fill in {fields} first")


@dataclass(frozen=True)
class At:
    """Where links are filled in: the record that is changed (None: a new one, or many), and whether they may make records."""

    record: int | None = None
    makes: bool = False


@dataclass(frozen=True)
class Offer:
    """`own` are the keys of the fields beside which records are offered, `first` what is said while those are blank."""

    search_url: str
    own: str
    first: str
    new_url: str
    new: str


def offer(app: LiveApp, form: str, field: Field, path: str, at: At, lang: str) -> Offer:
    """What a link offers; `path` is its key, or `lines.product` inside the rows of a sub-form."""
    rule, far = only_of(field), app.form(field.far or "").form
    reads = sorted(own_reads(rule)) if rule else []
    mine = _form(app, form, path)
    first = FIRST.say(lang, fields=("、" if lang == "zh" else ", ").join(words.read(mine.fields[key].label, lang) for key in reads)) if reads else ""
    place: dict[str, Any] = {"app": app.key, "form": form, "field": path, "record": at.record}
    search = url_for("picking.pick", **place) if rule else url_for("finding.pick", app=app.key, form=far.key)
    makes = at.makes and field.type.setting(field.settings, "create") and "create" in access.acts(app, here.actor())
    return Offer(search, " ".join(reads), first, url_for("picking.new", **place) if makes else "", _one(far, lang))


def _form(app: LiveApp, form: str, path: str) -> Form:
    rows, dot, _ = path.partition(".")
    whole = app.form(form).form
    return whole.subforms[rows] if dot else whole


def _one(form: Form, lang: str) -> str:
    """What one record of a form is called: in English its unit, where it has one."""
    unit = str(form.unit.get("en", "")).partition("|")[0]
    return unit if unit and lang == "en" else words.read(form.label, lang)
