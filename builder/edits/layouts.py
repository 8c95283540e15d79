"""The other layouts of a form: quick add, phone, public. Each is edited by the gestures of the full one, through `within`.

A layout never decides which fields there are: what is new stands in the full one only, what is taken off the form goes
from all of them. Which fields strangers are asked for and which stand in the public layout is kept one and the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits import layout, made, node
from builder.edits.made import Body, Edit, Made
from runtime.definitions.form import Form
from runtime.definitions.layout import NAMES, OTHERS, PUBLIC, QUICK, every, walk
from runtime.definitions.public_form import kept, may
from runtime.errors import Invalid, NotFound, Problem

Parts = list[Any]


def seen(body: Mapping[str, Any], name: str) -> Body:
    """The form as if this layout were its only one; itself where there is no such layout."""
    others = body["x-fenzu"].get("layouts", {})
    return {**body, "x-fenzu": {**body["x-fenzu"], "layout": others[name]}} if name in others else dict(body)


def add(body: Mapping[str, Any], name: str) -> Body:
    """A layout of its own: for adding quickly what must be filled in and the title, else a copy of the full one."""
    if name not in NAMES:
        raise NotFound(Problem(OTHERS, "no_such_part", {"key": name[:40]}))
    new_body = made.copy(body)
    others = new_body["x-fenzu"].setdefault("layouts", {})
    if name not in others:
        form, full = Form(body), made.copy({"parts": body["x-fenzu"]["layout"]})["parts"]
        others[name] = _quick(form) if name == QUICK else _public(form, full) if name == PUBLIC else full
    return _alike(new_body) if name == PUBLIC else new_body


def _quick(form: Form) -> Parts:
    wanted = [key for key in _placed(form) if _asked(form, key) or key == form.title_field]
    key = made.free("quick", [section.key for section in form.sections])
    return [{"key": key, "columns": 1, "items": [{"field": key} for key in wanted]}]


def _asked(form: Form, key: str) -> bool:
    return form.fields[key].required and not form.fields[key].type.readonly


def _public(form: Form, full: Parts) -> Parts:
    """The chosen fields, or every field that may be asked for where nothing was chosen yet."""
    able = {key for key in _placed(form) if may(form.fields[key])}
    chosen = set(form.public.fields) & able or able
    return list(kept(full, chosen)) or [{"key": "public", "items": []}]


def _placed(form: Form) -> list[str]:
    return [key for section in form.sections for key in section.fields if key in form.live_fields]


def drop(body: Mapping[str, Any], name: str) -> Body:
    """The same as the full one again."""
    new_body = made.copy(body)
    others = _others(new_body, name)
    del others[name]
    made.put(new_body["x-fenzu"], "layouts", others)
    return new_body


def within(body: Mapping[str, Any], name: str, edit: Edit) -> Body | Made:
    """A gesture on one of the other layouts; a field that it makes stands in the full one."""
    own = made.copy(body)
    others, full = _others(own, name), own["x-fenzu"]["layout"]
    own["x-fenzu"]["layout"] = others[name]
    result = edit(own)
    changed = made.copy(result.body if isinstance(result, Made) else result)
    ui = changed["x-fenzu"]
    ui["layouts"], ui["layout"] = {**ui["layouts"], name: ui["layout"]}, full
    _everything(changed, name)
    done = _alike(changed) if name == PUBLIC else changed
    return Made(done, result.key) if isinstance(result, Made) else done


def _everything(body: Body, name: str) -> None:
    """What came on the form goes into its full layout, out of the one where it was made; what went off it, off all."""
    placed, fields = set(node.live_keys(body)), body["properties"]
    live = {key for key, field in fields.items() if not field["x-fenzu"].get("retired")}
    for key in sorted(placed - live):
        _take(body["x-fenzu"]["layout"], key)
        forget(body, key)
    for key in [key for key in fields if key in live - placed]:
        _take(body["x-fenzu"]["layouts"][name], key)
        layout.place(body, {"field": key})


def put(body: Mapping[str, Any], name: str, key: str, place: Mapping[str, Any]) -> Body:
    """A field of the form onto one of its other layouts; `place` is as for `layout.place`."""
    field = Form(body).live_fields.get(key)
    if field is None:
        raise NotFound(Problem(OTHERS, "no_such_field", {"field": key}))
    if name == PUBLIC and not may(field):
        raise Invalid(Problem(OTHERS, "public_never", {"field": field.label}))

    def placing(own: Body) -> Body:
        if key not in node.live_keys(own):
            layout.place(own, {"field": key, **({"span": 2} if field.type.nested else {})}, **place)
        return own

    done = within(body, name, placing)
    return done.body if isinstance(done, Made) else done


def take(body: Mapping[str, Any], name: str, key: str) -> Body:
    """A field off one of the other layouts; the form keeps it."""
    new_body = made.copy(body)
    _take(_others(new_body, name)[name], key)
    return _alike(new_body) if name == PUBLIC else new_body


def forget(body: Body, key: str) -> Body:
    """Follow a field that went off the form: it stands nowhere any more."""
    for parts in body["x-fenzu"].get("layouts", {}).values():
        _take(parts, key)
    return body


def renamed(body: Body, key: str, to: str) -> Body:
    """Follow a field to its new key, in every layout."""
    for _, parts in every(body["x-fenzu"]):
        for _, section in walk(parts):
            for item in section["items"]:
                if item.get("field") == key:
                    item["field"] = to
    return body


def missing(form: Form, name: str) -> list[str]:
    """The fields that stand in the full layout and not in this one."""
    there = {key for section in form.laid(name).sections for key in section.fields}
    return [key for key in _placed(form) if key not in there]


def _take(parts: Parts, key: str) -> None:
    for _, section in walk(parts):
        section["items"] = [item for item in section["items"] if item.get("field") != key]


def _others(body: Body, name: str) -> Body:
    found: Body = body["x-fenzu"].get("layouts", {})
    if name not in found:
        raise NotFound(Problem(OTHERS, "no_such_part", {"key": name[:40]}))
    return found


def _alike(body: Body) -> Body:
    """Strangers are asked for what stands in the public layout, where the form has a public side."""
    parts, side = body["x-fenzu"].get("layouts", {}).get(PUBLIC), body["x-fenzu"].get("public")
    if parts is not None and side is not None:
        side["fields"] = [item["field"] for _, section in walk(parts) for item in section["items"] if "field" in item]
        made.put(side, "prefill", {key: way for key, way in side.get("prefill", {}).items() if key in side["fields"]})
    return body
