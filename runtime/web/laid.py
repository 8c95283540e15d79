"""By which of its layouts a form is filled in: the one that the address names, the phone's on a narrow screen, else the full one."""

from __future__ import annotations

from flask import request

from runtime.definitions.form import Form
from runtime.definitions.layout import PHONE, QUICK

# No field's key begins like this. The address of the full layout names it too, so that a phone can ask for it.
ARG, FULL = "_layout", "full"
# What static/js/narrow.js tells of the screen, before the page with the form is asked for.
COOKIE = "narrow"


def chosen(form: Form) -> str:
    """The name of the layout; "" for the full one."""
    wanted = request.args.get(ARG, "")
    if wanted:
        return wanted if wanted in form.layouts and wanted in (QUICK, PHONE) else ""
    return PHONE if PHONE in form.layouts and request.cookies.get(COOKIE) == "1" else ""


def short(form: Form, name: str) -> bool:
    """Whether a layout leaves out fields that the full one has."""
    there = {key for section in form.laid(name).sections for key in section.fields}
    return any(key not in there for section in form.sections for key in section.fields if key in form.live_fields)
