"""A record's form while it is filled in: as it is begun, and everything that its page, its dialog and its steps show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from runtime.definitions.layout import QUICK
from runtime.messages import say
from runtime.records import access, entry
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, laid, live_logic, page
from runtime.web.bound import Binder
from runtime.web.linking import At


def begun(live: LiveForm, found: LiveApp, typed: Mapping[str, Any], stored: Mapping[str, Any] | None = None) -> entry.Entry:
    """A form as it is begun, or gone on with: what is stored or given by default, then what was typed."""
    names, fields = here.names(found), live.form.live_fields
    given = {key: value for key, value in typed.items() if key in fields}
    read = entry.read(live.form, given, names, whole=stored is None)
    values = {**(stored or {}), **read.values}
    shown = {key: fields[key].type.typed(value, fields[key].settings, names) for key, value in values.items() if key in fields}
    return entry.Entry(live.form, values, {**shown, **given})


def drawn(found: LiveApp, live: LiveForm, read: entry.Entry, record: Any, name: str = "") -> dict[str, Any]:
    """What an entry form shows: every field with what was typed, and what is wrong."""
    number, dialog = record.id if record else None, name == QUICK and page.wants_fragment()
    binder = Binder(found, live.key, here.names(found), at=At(number, makes=not dialog))
    kept, layout = record.values if record else {}, live.form.laid(name)
    placed = {key for section in layout.sections for key in section.fields}
    fields = {key: binder.value(field, kept[key]) if field.type.readonly and key in kept else binder.entry(field, read)
              for key, field in live.form.live_fields.items() if key in placed}
    lang, logic = here.actor().lang, live_logic.shown(read, here.names(found), record and kept, layout)
    live_logic.apply(logic, fields, binder)
    loose = [say(p, lang) for p in read.problems if p.path.split(".")[0].split("[")[0] not in fields]
    return {"logic": logic, "found": found, "live": live, "fields": fields, "record": record, "loose": loose,
            "wrong": [f for f in fields.values() if f.error], "acts": access.acts(found, here.actor()),
            "layout": layout, "quick": name == QUICK and page.wants_fragment(), "short": laid.short(live.form, name),
            "keep": QUICK if name == QUICK else record.id if record else "new", "doors": _doors(found, live, record.id if record else None, name),
            "conflict": None, "carried": False}


def _doors(found: LiveApp, live: LiveForm, number: int | None, name: str) -> dict[str, str]:
    """Where an entry form goes, by the layout it is filled in by: to be saved, a step on, asked about, to all fields."""
    asked: dict[str, Any] = {"app": found.key, "form": live.key, "record": number, laid.ARG: name or None}
    save = url_for("records.save", **asked) if number else url_for("records.save_new", **{**asked, "record": None})
    return {"save": save, "step": url_for("records.step", step="", **asked), "logic": url_for("records.logic", **asked),
            "more": url_for("records.onward", **{**asked, laid.ARG: laid.FULL})}
