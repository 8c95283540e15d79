"""What the form designer shows: the draft as the real form, the panel of what is selected, and the bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from builder.drafts import Draft
from builder.edits import retyping
from builder.publish.impact import option_counts
from builder.publish.plan import form_plan
from builder.web import designer_layout as layout
from builder.web import designer_settings as settings
from builder.web import formula_box, layouts_room, logic_panel, offering, reaching, start
from builder.web import rows_gestures as inside
from builder.web.designer_bar import rooms
from builder.web.designer_fields import Drawn
from runtime import words
from runtime.definitions.form import Field, Form
from runtime.definitions.parts import COLORS
from runtime.definitions.uses import uses_of
from runtime.fields import FIELD_TYPES
from runtime.records.entry import begins
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here
from runtime.web.bound import Binder, Bound
from runtime.words import Words

SHELVES = (
    ("common", Words("常用", "Everyday")),
    ("customer", Words("客户", "Customer")),
    ("link", Words("关联和自动", "Links and automatic")),
    ("place", Words("地点和附件", "Places and files")),
    ("more", Words("更多", "More")),
)
ICONS = (
    "forms",
    "users",
    "user",
    "address-book",
    "building",
    "building-store",
    "message-2",
    "phone",
    "calendar-event",
    "receipt",
    "file-invoice",
    "file-text",
    "package",
    "truck",
    "tool",
    "ticket",
    "star",
    "heart",
    "school",
    "speakerphone",
)
# Kinds that are typed as text and so may show a hint, and kinds whose repeats people ask about.
HINTED = ("text", "number")
COMPARED = ("text", "number", "date", "link")


def palette(lang: str) -> list[dict[str, Any]]:
    """Every field type on its shelf, then what only arranges."""
    shelves = [
        {
            "label": label.say(lang),
            "tiles": [
                _tile(kind.name, kind.icon, kind.label, lang) for kind in FIELD_TYPES.values() if kind.shelf == shelf
            ],
        }
        for shelf, label in SHELVES
    ]
    tiles = [_tile(kind, icon, label, lang) for kind, icon, label in layout.TILES]
    return [*shelves, {"label": Words("排版", "Layout").say(lang), "tiles": tiles, "group": "parts"}]


def _tile(name: str, icon: str, label: Words, lang: str) -> dict[str, str]:
    """A tile; `find` holds what the search compares, in both languages."""
    return {"kind": name, "icon": icon, "label": label.say(lang), "find": f"{label.zh} {label.en}".lower()}


def made(
    conn: Connection, found: LiveApp, draft: Draft, sel: str, look: str, error: dict[str, str] | None = None
) -> dict[str, Any]:
    """Everything of the designer but the palette."""
    lang, form, old = here.actor().lang, layouts_room.form_of(draft), found.forms.get(draft.key)
    sel = chosen(form, sel)
    return {
        "found": found,
        "sections": [],
        "draft": draft,
        "form": form,
        "look": look,
        "sel": sel,
        "old": old,
        "error": error or {},
        "counted": counted(form),
        "fields": Drawn(found, form),
        "open_tabs": layout.open_tabs(form.layout, sel),
        "ways": layout.ways(form, "" if "." in sel else sel, lang),
        "called_of": layout.called(lang),
        "changes": len(form_plan(old.form if old else None, draft.form)),
        "back_href": url_for("build_forms.index", app=found.key),
        "colors": COLORS,
        "retired": [item for item in form.fields.values() if item.retired],
        "forms": [(live.key, words.read(live.form.label, lang)) for live in found.forms.values()],
        **panel(conn, found, draft, form, sel, old is not None),
        **rooms(found, draft, "design"),
        **logic_panel.made(found, draft, form, layouts_room.about(draft, sel)),
        **layouts_room.made(found, draft),
        "arranging": [_tile(kind, icon, label, lang) for kind, icon, label in layout.TILES if kind != "piece:related"],  # a list stands on the record's page
    }


def counted(form: Form) -> Callable[[int], str]:
    """How a number of records is said: 33 位, 33 customers."""
    lang = here.actor().lang
    one, _, many = words.read(form.unit, lang).partition("|")
    return lambda n: f"{n:,} {one if lang == 'zh' or n == 1 else many or one + 's'}"


def chosen(form: Form, sel: str) -> str:
    """What is selected, if it is still there: a field, a part such as `section:<key>`, or "" for the form itself."""
    placed = sel.partition(".")[0] in {key for section in form.sections for key in section.fields}
    there = sel in layout.parts(form.layout) or (placed and (sel in form.live_fields or inside.column(form, sel) is not None))
    return sel if there else ""


def panel(conn: Connection, found: LiveApp, draft: Draft, form: Form, sel: str, is_published: bool) -> dict[str, Any]:
    """What the property panel shows for the selection."""
    lang = here.actor().lang
    if not sel:
        return {"part": "form", "icons": ICONS, "titles": _titles(form)}
    inner = inside.column(form, sel)
    if sel not in form.fields and inner is None:
        return layout.panel(form, found, sel, lang)
    item = inner or form.fields[sel]
    published = found.forms[draft.key].form.body if draft.key in found.forms else None
    known = is_published and sel in found.forms[draft.key].form.fields if draft.key in found.forms else False
    has_options = "options" in item.type.settings
    reach = reaching.panel(found, draft, form, item, lang)
    return {
        "part": "field",
        "item": item,
        "known": known,
        "retypes": retyping.ways(draft.body, sel, published) if inner is None else [],
        "controls": [] if reach else settings.controls(item, found, lang, known and _as_published(found.forms[draft.key], sel, item)),
        "reach": reach,
        **({name: reach[name] for name in ("room", "scope", "root", "days", "phrase_of") if name in reach} if reach else {}),
        **offering.panel(found, draft, form, sel, lang),
        "formula": formula_box.box(found, form, item) if "formula" in item.type.settings else None,
        **(_width(form, sel, lang) if inner is None else {}),
        "has_options": has_options,
        "counts": _option_counts(conn, found.forms[draft.key], sel) if known and has_options else {},
        "fixed_options": _published_options(found, draft.key, sel),
        "uses": used(found, draft.key, sel) if known else [],
        "default": _default(found, form, item),
        "hinted": item.type.kind in HINTED and not item.type.readonly and not item.type.grouped,
        "repeats": item.type.kind in COMPARED and not (item.type.many or item.type.grouped or item.type.computed),
        "subform": inside.panel(form, item, lang) if item.type.nested else None,
        **(inside.inner_panel(form, sel, lang) if inner else {"path": sel}),
    }


def _as_published(live: LiveForm, key: str, item: Field) -> bool:
    """Whether a field still is of the type it is published as."""
    was = live.form.fields.get(key)
    return was is not None and was.type is item.type


def _option_counts(conn: Connection, live: LiveForm, key: str) -> dict[str, int]:
    """How many records have each option; none while the field is published as something without options."""
    return option_counts(conn, live.tables, key) if live.form.fields[key].options else {}


def used(found: LiveApp, form: str, field: str) -> list[tuple[str, str]]:
    """Where else a field is used, each place once, with its address."""
    places = uses_of(found.whole, "form", form, field=field)
    lang = here.actor().lang
    listed = {
        use.where.say(lang): start.address_of(found, use) for use in places if use.part not in ("layout", "title")
    }
    return list(listed.items())


def _default(found: LiveApp, form: Form, item: Field) -> Bound | None:
    """The control for a default; what the system or another form gives has none, nor has what takes several answers at once."""
    if item.type.readonly or item.type.stamped or item.type.nested or item.type.kind in ("person", "link", "file") or (item.type.many and not item.options):
        return None
    names = here.names(found)
    control = Binder(found, form.key, names, "d-").value(item, begins(item, names))
    control.name, control.required, control.help, control.placeholder = "default", False, "", ""
    control.settings = {**control.settings, "display": "dropdown"}
    return control


def _titles(form: Form) -> list[tuple[str, str]]:
    lang = here.actor().lang
    return [(key, words.read(item.label, lang)) for key, item in form.live_fields.items() if not item.type.many]


def _width(form: Form, key: str, lang: str) -> dict[str, Any]:
    """How wide a field is in its section, and how wide it could be."""
    home = layout.home_of(form.layout, key)
    span = next(item.span for item in home.content if item.id == key)
    wide = layout.widths(home.columns, lang) if home.columns > 2 else []
    return {"span": span == home.columns, "whole_row": home.columns == 2, "width": str(span), "widths": wide}


def _published_options(found: LiveApp, form: str, key: str) -> set[str]:
    """The keys of options that are published, which can only be retired."""
    live = found.forms[form].form if form in found.forms else None
    item = (inside.column(live, key) or live.fields.get(key)) if live else None
    return {option["const"] for option in item.options} if item else set()
