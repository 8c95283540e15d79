"""What a public form's page shows: the chosen fields with what was typed, and what a link has filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request

from runtime import words
from runtime.definitions.form import Form
from runtime.definitions.public import PLAIN, SIGNED, Public
from runtime.definitions.public_form import narrowed
from runtime.errors import Problem
from runtime.messages import say
from runtime.records import public_links
from runtime.records.entry import Entry, read
from runtime.records.names import RecordNames
from runtime.records.public_links import Link
from runtime.records.waiting_files import PageNames
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import context, here, live_logic, sheet
from runtime.web.bound import Binder, Bound

LONGEST = 500  # of one value in an address


@dataclass(frozen=True)
class Prefilled:
    """What the link fills in: `given` may be changed, `held` was signed and may not; `broken` was meant to and does not hold."""

    given: Mapping[str, str]
    held: Mapping[str, str]
    broken: bool


@dataclass(frozen=True)
class Side:
    """A form's public side for one visitor: the whole form, and the part of it that may be seen."""

    found: LiveApp
    live: LiveForm
    seen: LiveForm
    names: RecordNames
    prefilled: Prefilled

    @property
    def public(self) -> Public:
        return self.live.form.public


def side_of(found: LiveApp, live: LiveForm, link: Link | None, page: str = "") -> Side:
    """The public side of a published form, or of a draft where there is no link; `page` is the nonce of the one in hand."""
    small = narrowed(live.form)
    names = PageNames(here.conn(), found, context.lang(), here.zone(), page)
    return Side(found, live, replace(live, form=small), names, _prefilled(live.form.public, small, link))


def _prefilled(public: Public, seen: Form, link: Link | None) -> Prefilled:
    """What the address fills in, as far as the form lets it."""
    given = {name: text[:LONGEST] for name, text in request.args.items()}
    ways = {key: way for key, way in public.prefill.items() if key in seen.fields and key in given}
    plain = {key: given[key] for key, way in ways.items() if way == PLAIN}
    signed = {key: given[key] for key, way in ways.items() if way == SIGNED}
    meant = bool(signed) or public_links.SIGNATURE in given
    if not meant or link is None:
        return Prefilled(plain, {}, False)
    # a signature speaks for every pair it was made over, so what is added or taken out breaks it
    right = public_links.holds(link, dict(request.args), here.as_of().at)
    return Prefilled(plain, signed if right else {}, not right)


def typed(side: Side) -> dict[str, Any]:
    """What a browser sent for the fields that are asked for, and for no others; what was signed stands as it was."""
    return {**sheet.typed(side.seen, request.form), **side.prefilled.held}


def entry_of(side: Side, given: Mapping[str, Any]) -> Entry:
    """The whole form's entry: nothing but what was asked for comes from outside."""
    return live_logic.settle(read(side.live.form, given, side.names), side.names)


def blank(side: Side) -> Entry:
    """The form as it is first seen."""
    given = {**side.prefilled.given, **side.prefilled.held}
    made = read(side.live.form, given, side.names)
    fields = side.seen.form.fields
    shown = {key: field.type.typed(made.values.get(key), field.settings, side.names) for key, field in fields.items()}
    return Entry(side.live.form, made.values, {**shown, **{key: given[key] for key in given if made.problem(key)}})


def drawn(side: Side, entry: Entry, told: str = "") -> dict[str, Any]:
    """What the template needs: every field that is asked for with what was typed and what is wrong with it."""
    binder = Binder(side.found, side.live.key, side.names)
    fields = {key: binder.entry(field, entry) for key, field in side.seen.form.fields.items()}
    logic = live_logic.shown(entry, side.names, None, side.seen.form.layout)
    live_logic.apply(logic, fields, binder)
    for key in side.prefilled.held:
        fields[key].readonly = True
    for shown in fields.values():
        shown.url = ""  # nobody can fetch what waits, not even who has sent it
    files = any(shown.field.type.kind == "file" and not shown.field.type.drawn for shown in fields.values())
    lang, wrong = side.names.lang, [field for field in fields.values() if field.error]
    return {"found": side.found, "live": side.seen, "layout": side.seen.form.layout, "fields": fields, "record": None, "logic": logic and _seen(logic, side.seen.form),
            "public": side.public, "title": title(side, lang), "loose": ([told] if told and not wrong else []) + _loose(entry, fields, lang),
            "wrong": wrong, "files": files, "broken": side.prefilled.broken}


def title(side: Side, lang: str) -> str:
    """What the page is called."""
    return words.read(side.public.texts["title"] or side.live.form.label, lang)


def _seen(logic: live_logic.Shown, seen: Form) -> live_logic.Shown:
    """Of the form's logic only what is about fields that are on the page."""
    keys, found = seen.fields.keys(), logic.outcome
    outcome = replace(found, hidden=found.hidden & keys, required=found.required & keys, readonly=found.readonly & keys,
                      given={key: value for key, value in found.given.items() if key in keys},
                      offered={key: value for key, value in found.offered.items() if key in keys})
    parts = {section.key for section in seen.sections}
    return live_logic.Shown(outcome, _folded(logic, outcome, seen) & parts, logic.about & keys, logic.reads & keys)


def _folded(logic: live_logic.Shown, outcome: Any, seen: Form) -> set[str]:
    """Sections that are out of sight, and those of which nothing is left on this page."""
    empty = {section.key for section in seen.sections if all(key in outcome.hidden for key in section.fields)}
    return logic.folded | empty


def _loose(entry: Entry, fields: Mapping[str, Bound], lang: str) -> list[str]:
    """What is wrong beside the fields: the form's own words, or one sentence for what a visitor cannot mend."""
    paths = {problem.path.split(".")[0].split("[")[0] for problem in entry.problems if problem.severity == "error"}
    said = [say(problem, lang) for problem in entry.problems if not problem.path]
    return said + ([say(Problem("", "public_stuck"), lang)] if paths - {"", *fields} else [])
