"""The form as a stranger sees it: only the chosen fields, and nothing that would show who or what else there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.definitions.form import Field, Form
from runtime.definitions.layout import PUBLIC

Node = Mapping[str, Any]


def may(item: Field) -> bool:
    """Whether a field can be asked for without signing in: its type needs no list of people, records or tags."""
    kind = item.type
    if item.retired or kind.readonly or kind.computed or not kind.public:
        return False
    return all(may(inner) for inner in item.settings.get("fields", ())) if kind.nested else True


def asked(form: Form) -> tuple[str, ...]:
    """The chosen fields that may be asked for, in the order in which the form has them."""
    chosen = set(form.public.fields)
    placed = [key for section in form.laid(PUBLIC).sections for key in section.fields]
    return tuple(key for key in placed if key in chosen and may(form.fields[key]))


def narrowed(form: Form) -> Form:
    """The form with nothing but what is asked for: the pages and sections of its public layout that hold a chosen field."""
    keys, whole = asked(form), form.body["x-fenzu"]
    ui = {name: part for name, part in whole.items() if name not in ("layout", "layouts", "logic", "public", "pool", "help")}
    own = whole.get("layouts", {}).get(PUBLIC)
    layout = list(kept(own or whole["layout"], set(keys), pictures=own is not None))
    return Form({**form.body, "x-fenzu": {**ui, "layout": layout},
                 "properties": {key: form.body["properties"][key] for key in keys},
                 "required": [key for key in form.body.get("required", ()) if key in keys]})


def kept(parts: Sequence[Node], keys: set[str], pictures: bool = False) -> Iterator[Node]:
    """A layout as far as it holds these fields; `pictures` says whether those of the house may be seen."""
    for part in parts:
        for name in ("blocks", "tabs", "sections"):
            if name in part:
                inside = list(kept(part[name], keys, pictures))
                if inside:
                    yield {**part, name: inside}
                break
        else:
            if any(item.get("field") in keys for item in part.get("items", ())):
                yield {**part, "items": [item for item in part["items"] if _open(item, keys, pictures)]}


def _open(item: Node, keys: set[str], pictures: bool) -> bool:
    """Words, lines, our own drawings and links outwards are for everybody; records of the house are not.

    Nor are uploaded pictures, but where somebody laid out the form for strangers and so put them before strangers.
    """
    if "field" in item:
        return item["field"] in keys
    return (pictures or "file" not in item.get("picture", {})) and ("button" not in item or "href" in item["button"])
