"""One's own fields, sections and option sets: put on the app's shelf from a form, taken off again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from builder import option_library, shelf
from builder.edits import kept, node
from builder.edits.options import options as options_of
from builder.web import start
from builder.web.designer_room import opened
from runtime import words
from runtime.errors import Invalid, NotFound, Problem
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("build_kept", __name__, url_prefix="/build/<app>/forms/<key>/shelf")
bp.before_request(start.guard)
MINE = "builder/form/_mine.html"
PUT = Words("「{name}」放进我的字段了", "“{name}” is among your fields now")
GONE = Words("「{name}」从我的字段里拿掉了", "“{name}” is off your fields")
NAMELESS = {"zh": "分区", "en": "Section"}


def tiles(found: LiveApp) -> list[dict[str, Any]]:
    """What the palette shows of the shelf, in words."""
    lang = here.actor().lang
    return [
        {"key": each["key"], "label": words.read(each["label"], lang), "icon": _icon(each),
         "find": " ".join(each["label"].values()).lower()}
        for each in shelf.read(here.conn(), found.id)[shelf.PARTS]
    ]  # fmt: skip


def _icon(part: dict[str, Any]) -> str:
    return "layout-rows" if part["kind"] == kept.SECTION else node.type_of(next(iter(part["fields"].values()))).icon


def _shown(found: LiveApp, key: str, told: Words, name: str = "") -> Response:
    toast = page.toast(told, here.actor().lang, **({"name": name} if name else {}))
    return page.show(MINE, toast=toast, found=found, draft=opened(found, key), mine=tiles(found))


@bp.post("/put")
def put(app: str, key: str) -> Response:
    """Put the selected field or section on the shelf."""
    found, sel = here.app(app), request.values.get("id", "")
    body, kind = opened(found, key).body, sel.partition(":")[0]
    part = kept.section(body, sel.partition(":")[2]) if kind == kept.SECTION else kept.field(body, sel)
    label = kept.label_of(part, NAMELESS)
    with here.write() as conn:
        shelf.put(conn, found.id, shelf.PARTS, label, part)
    return _shown(found, key, PUT, words.read(label, here.actor().lang))


@bp.post("/remove")
def remove(app: str, key: str) -> Response:
    """Take a field or section off the shelf."""
    found, wanted = here.app(app), request.values.get("id", "")
    name = shelf.find(shelf.read(here.conn(), found.id), shelf.PARTS, wanted)["label"]
    with here.write() as conn:
        shelf.remove(conn, found.id, shelf.PARTS, wanted)
    return _shown(found, key, GONE, words.read(name, here.actor().lang))


@bp.get("/options")
def sets(app: str, key: str) -> Response:
    """The ready lists of choices, one's own first."""
    found, field = here.app(app), request.args.get("id", "")
    return _sets(found, key, field)


def _sets(found: LiveApp, key: str, field: str) -> Response:
    lang, draft = here.actor().lang, opened(found, key)
    if field not in draft.body["properties"]:
        raise NotFound(Problem("id", "no_such_field", {"field": field[:40]}))
    own = [
        (each["key"], words.read(each["label"], lang), option_library.first(each["options"], lang))
        for each in shelf.read(here.conn(), found.id)[shelf.OPTIONS]
    ]
    return page.show("builder/form/option_sets.html", found=found, draft=draft, field=field, own=own,
                     ready=list(option_library.previews(lang)),
                     name=words.read(draft.body["properties"][field]["x-fenzu"]["label"], lang))  # fmt: skip


@bp.post("/options")
def put_options(app: str, key: str) -> Response:
    """Keep a field's choices under a name, for other fields and forms."""
    found, field, name = here.app(app), request.values.get("id", ""), request.form.get("name", "").strip()[:60]
    listed = [option for option in options_of(opened(found, key).body, field) if not option["retired"]]
    if not name:
        raise Invalid(Problem("name", "name_needed"))
    with here.write() as conn:
        shelf.put(conn, found.id, shelf.OPTIONS, {here.actor().lang: name}, {"options": listed})
    return _sets(found, key, field)


@bp.post("/options/remove")
def remove_options(app: str, key: str) -> Response:
    """Forget one's own list of choices; fields that use it keep theirs."""
    found, field = here.app(app), request.values.get("id", "")
    with here.write() as conn:
        shelf.remove(conn, found.id, shelf.OPTIONS, request.values.get("set", ""))
    return _sets(found, key, field)
