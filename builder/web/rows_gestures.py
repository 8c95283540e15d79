"""What a person does to the columns of a sub-form in the designer: the same gestures as on fields, one level down.

A column is named by its sub-form and its own key, `lines.price`; whatever names one is done inside the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict

from builder.edits import rows
from builder.edits.made import Body, Made
from runtime.definitions.form import Field, Form
from runtime.definitions.rows import fits
from runtime.fields import FIELD_TYPES
from runtime.words import read

Given = MultiDict[str, str]
Act = Callable[[Body, Given, rows.Published], "Body | Made"]
NAMES = ("id", "section", "after", "sel")


def holder(given: Given) -> str:
    """The sub-form inside which a gesture happens, or ""."""
    if given.get("act") == "add":
        kind, (owner, dot, _) = given.get("kind", ""), given.get("sel", "").partition(".")
        known = kind in FIELD_TYPES and fits(FIELD_TYPES[kind])
        return owner if dot and known and "after" not in given else ""
    named = (given.get("id", ""), given.get("section", ""))
    return next((name.partition(".")[0] for name in named if "." in name), "")


def done(act: Act, body: Body, given: Given, published: rows.Published) -> Body | Made:
    """A gesture, inside the rows of a sub-form where it names a column of one."""
    owner = holder(given)
    if not owner or body["properties"].get(owner) is None:
        return act(body, given, published)
    if given.get("act") == "add":
        return rows.add(body, owner, given["kind"], given["sel"].partition(".")[2] or None)
    own = MultiDict(given)
    for name in NAMES:
        if name in own:
            own.setlist(name, [value.removeprefix(f"{owner}.") for value in own.getlist(name)])
    return rows.inside(body, owner, lambda small, old: act(small, own, old), published)


def add(body: Body, given: Given) -> Body | Made:
    """A new column from the panel of the sub-form."""
    return rows.add(body, given.get("id", ""), given.get("value", ""))


def total(body: Body, given: Given) -> Body:
    """Whether a column's sum stands under the table."""
    return rows.set_total(body, given.get("id", ""), given.get("name", ""), given.get("value") == "1")


def column(form: Form, sel: str) -> Field | None:
    """The field that `lines.price` names, if it is in use."""
    owner, dot, inner = sel.partition(".")
    small = form.subforms.get(owner) if dot and owner in form.live_fields else None
    return small.live_fields.get(inner) if small else None


def panel(form: Form, item: Field, lang: str) -> dict[str, Any]:
    """What the panel of a sub-form shows besides its settings: its columns, what can be added, what was taken off."""
    small = form.subforms[item.key]
    order = [inner for section in small.sections for inner in section.fields]
    kinds = [(kind.name, kind.icon, kind.label.say(lang)) for kind in FIELD_TYPES.values() if fits(kind)]
    return {
        "columns": [small.fields[inner] for inner in order],
        "gone": [inner for inner in small.fields.values() if inner.retired],
        "kinds": kinds,
        "totals": item.settings.get("totals", ()),
    }


def inner_panel(form: Form, sel: str, lang: str) -> dict[str, Any]:
    """What the panel of a column shows besides a field's: whose column it is, and that it has no place of its own."""
    owner = sel.partition(".")[0]
    return {
        "path": sel,
        "owner": owner,
        "owner_label": read(form.fields[owner].label, lang),
        "span": False,
        "whole_row": False,
        "width": "",
        "widths": [],
        "counts": {},
        "uses": [],
        "repeats": False,
    }
