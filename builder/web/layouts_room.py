"""Which layout of the form the designer shows, the switch between them, and the fields that are not on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from builder.drafts import Draft
from builder.edits import layouts
from builder.web import designer_layout
from builder.web.layout_gestures import kind_of
from builder.web.layouts_acts import ADD, ARG, DROP
from runtime import words
from runtime.definitions.form import Form
from runtime.definitions.layout import NAMES, PHONE, PUBLIC, QUICK
from runtime.definitions.public_form import may
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import Words

FULL = Words("完整", "Full")
CALLED = {
    QUICK: ("bolt", Words("快速新建", "Quick add"), Words("在列表里点「新建」时先填这几样", "For adding from the list")),
    PHONE: ("device-mobile", Words("手机", "Phone"), Words("在手机上新建和编辑时用", "Used when the form is filled in on a phone")),
    PUBLIC: ("world", Words("公开表单", "Public form"), Words("没登录的人打开链接时看到的", "What people see who open the link without signing in")),
}
STAYS = Words("不在这个排版里了，表单里还有", "It is off this layout; the form still has it")


def named(body: Mapping[str, Any]) -> str:
    """The layout that the page shows, or "" for the full one."""
    wanted = request.values.get(ARG, "")
    return wanted if wanted in body["x-fenzu"].get("layouts", {}) else ""


def about(draft: Draft, sel: str) -> str:
    """What the panel tells the logic of: a section has any in the full layout only, a field wherever it stands."""
    return "" if named(draft.body) and kind_of(sel) == "section" else sel


def form_of(draft: Draft) -> Form:
    """The draft as the designer shows it: as if the layout shown were its only one."""
    name = named(draft.body)
    return Form(layouts.seen(draft.body, name)) if name else draft.form


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str] | None:
    """Which sections of the layout shown look different, as `designer_layout.changed`."""
    name = named(after)
    return designer_layout.changed(layouts.seen(before, name), layouts.seen(after, name))


def elsewhere(found: LiveApp, draft: Draft, act: str) -> Response | None:
    """Where the designer goes when a layout came, was taken away or has gone by undoing."""
    name = request.form.get("value", "") if act == ADD else named(draft.body)
    if act not in (ADD, DROP) and name == request.values.get(ARG, ""):
        return None
    return page.go(url_for("build_designer.show", app=found.key, key=draft.key, layout=name or None, look=request.form.get("look") or None))


def made(found: LiveApp, draft: Draft) -> dict[str, Any]:
    """The switch, and for a layout that is not the full one the fields that are not on it."""
    name, there, lang = named(draft.body), draft.form.layouts, here.actor().lang
    listed = [("", "forms", FULL), *((key, *CALLED[key][:2]) for key in NAMES if key in there)]
    return {
        "laid": name,
        "laid_note": CALLED[name][2].say(lang) if name else "",
        "layouts": [
            {"key": key, "icon": icon, "label": label.say(lang), "on": key == name,
             "href": url_for("build_designer.show", app=found.key, key=draft.key, layout=key or None)}
            for key, icon, label in listed
        ],
        "layouts_more": [(key, CALLED[key][0], CALLED[key][1].say(lang), CALLED[key][2].say(lang)) for key in NAMES if key not in there],
        "unplaced": _unplaced(draft.form, name, lang) if name else [],
    }  # fmt: skip


def _unplaced(form: Form, name: str, lang: str) -> list[dict[str, str]]:
    fields = [form.fields[key] for key in layouts.missing(form, name)]
    return [
        {"kind": f"field:{each.key}", "icon": each.type.icon, "label": words.read(each.label, lang), "find": " ".join(each.label.values()).lower()}
        for each in fields
        if name != PUBLIC or may(each)
    ]
