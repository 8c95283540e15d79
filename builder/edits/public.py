"""Gestures on a form's public side: on and off, which fields, the words, when it is open, how many, what a link fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits import layouts, made
from builder.edits.made import Body, Text
from runtime.definitions.form import Form
from runtime.definitions.layout import PUBLIC
from runtime.definitions.public import PLAIN, SIGNED, TEXTS
from runtime.definitions.public_form import may
from runtime.errors import Invalid, NotFound, Problem


def _side(body: Mapping[str, Any]) -> tuple[Body, Body]:
    new_body = made.copy(body)
    side: Body = new_body["x-fenzu"].setdefault("public", {})
    return new_body, side


def switch(body: Mapping[str, Any], on: bool) -> Body:
    """Take answers by the link, or none. The first time it asks for the first section and for what is required."""
    new_body, side = _side(body)
    side["enabled"] = on
    if on and "fields" not in side:
        form = Form(body)
        own = {key for section in form.layouts[PUBLIC].sections for key in section.fields} if PUBLIC in form.layouts else set()
        wanted = own or {*form.sections[0].fields, *(key for key, item in form.fields.items() if item.required)} if form.sections else set()
        side["fields"] = [key for section in form.sections for key in section.fields if key in wanted and may(form.fields[key])]
    return new_body


def ask(body: Mapping[str, Any], key: str, on: bool) -> Body:
    """Ask for a field, or not."""
    if key not in body["properties"]:
        raise NotFound(Problem("field", "no_such_part", {"key": key[:40]}))
    new_body, side = _side(body)
    listed = [each for each in side.get("fields", ()) if each != key]
    side["fields"] = [*listed, key] if on else listed
    if not on:
        side.get("prefill", {}).pop(key, None)
    if PUBLIC in body["x-fenzu"].get("layouts", {}):
        return layouts.put(new_body, PUBLIC, key, {}) if on else layouts.take(new_body, PUBLIC, key)
    return new_body


def say(body: Mapping[str, Any], name: str, words: Text) -> Body:
    """One of the texts: title, intro, thanks, privacy."""
    if name not in TEXTS:
        raise NotFound(Problem("name", "no_such_part", {"key": name[:40]}))
    new_body, side = _side(body)
    made.put(side, name, made.text(side.get(name), words))
    return new_body


def when(body: Mapping[str, Any], name: str, moment: str) -> Body:
    """When it opens or closes, in the organisation's own time; "" for no such moment."""
    new_body, side = _side(body)
    made.put(side, "opens" if name == "opens" else "closes", moment[:16])
    return new_body


def limit(body: Mapping[str, Any], typed: str) -> Body:
    """How many answers at most; "" for as many as come."""
    new_body, side = _side(body)
    if typed.strip() and not (typed.strip().isdecimal() and 0 < int(typed) <= 10_000_000):
        raise Invalid(Problem("quota", "public_no_number", {"value": typed[:20]}))
    made.put(side, "quota", int(typed) if typed.strip() else None)
    return new_body


def prefill(body: Mapping[str, Any], key: str, way: str) -> Body:
    """Whether a link may fill a field in: not at all, plainly, or only when it is signed."""
    new_body, side = _side(body)
    given = {name: each for name, each in side.get("prefill", {}).items() if name != key}
    made.put(side, "prefill", {**given, key: way} if way in (PLAIN, SIGNED) else given)
    return new_body


def renamed(body: Body, key: str, to: str | None) -> Body:
    """Follow a field to its new key; without one it is gone."""
    side = body["x-fenzu"].get("public")
    if side:
        for name in ("fields", "prefill"):
            if name in side:
                kept = {(to if each == key else each): value for each, value in _pairs(side[name]) if each != key or to}
                side[name] = kept if name == "prefill" else list(kept)
    return body


def _pairs(part: Any) -> list[tuple[str, Any]]:
    return list(part.items()) if isinstance(part, dict) else [(each, None) for each in part]
