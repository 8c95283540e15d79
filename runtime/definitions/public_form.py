"""The form as a stranger sees it: only the chosen fields, and nothing that would show who or what else there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.definitions.form import Field, Form

Node = Mapping[str, Any]


def may(item: Field) -> bool:
    """Whether a field can be asked for without signing in: its type needs no list of people, records, tags or files."""
    kind = item.type
    if item.retired or kind.readonly or kind.computed or not kind.public:
        return False
    return all(may(inner) for inner in item.settings.get("fields", ())) if kind.nested else True


def asked(form: Form) -> tuple[str, ...]:
    """The chosen fields that may be asked for, in the order in which the form has them."""
    chosen = set(form.public.fields)
    placed = [key for section in form.sections for key in section.fields]
    return tuple(key for key in placed if key in chosen and may(form.fields[key]))


def narrowed(form: Form) -> Form:
    """The form with nothing but what is asked for: its pages and sections as far as they hold a chosen field."""
    keys = asked(form)
    ui = {name: part for name, part in form.body["x-fenzu"].items() if name not in ("layout", "logic", "public", "help")}
    layout = list(_kept(form.body["x-fenzu"]["layout"], set(keys)))
    return Form({**form.body, "x-fenzu": {**ui, "layout": layout},
                 "properties": {key: form.body["properties"][key] for key in keys},
                 "required": [key for key in form.body.get("required", ()) if key in keys]})


def _kept(parts: Sequence[Node], keys: set[str]) -> Iterator[Node]:
    for part in parts:
        for name in ("blocks", "tabs", "sections"):
            if name in part:
                inside = list(_kept(part[name], keys))
                if inside:
                    yield {**part, name: inside}
                break
        else:
            if any(item.get("field") in keys for item in part.get("items", ())):
                yield {**part, "items": [item for item in part["items"] if _open(item, keys)]}


def _open(item: Node, keys: set[str]) -> bool:
    """Words, lines, our own drawings and links outwards are for everybody; pictures and records of the house are not."""
    if "field" in item:
        return item["field"] in keys
    return "file" not in item.get("picture", {}) and ("button" not in item or "href" in item["button"])
