"""A form laid flat, so that two people's changes meet only where they are about the same thing.

What a field is lies in several places of the document: its node, whether it must be filled in, where it stands. Flat, all
of that is the field's. The layout is its parts by id, each saying what it is `in`, and the order of what is in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits.tree import KINDS, part_id
from runtime.definitions.layout import item_id

Flat = dict[str, Any]
MAIN, REQUIRED, PLACE, IN = "", "required", "@place", "in"


def tame(body: Mapping[str, Any]) -> bool:
    """Whether every part of a form's layouts is told apart by its id, as it is in a form without problems."""
    found = [_ids(parts) for parts in _layouts(body).values()]
    return all(len(ids) == len(set(ids)) for ids in found)


def unfold(body: Mapping[str, Any]) -> Flat:
    """A form's document laid flat."""
    ui = {name: part for name, part in body["x-fenzu"].items() if name not in ("layout", "layouts")}
    needed = body.get("required", ())
    fields = {key: {**node, **({REQUIRED: True} if key in needed else {})} for key, node in body["properties"].items()}
    flat = {**body, "x-fenzu": ui, "properties": fields, "layouts": {}, REQUIRED: list(needed)}
    for name, parts in _layouts(body).items():
        found: dict[str, Flat] = {}
        orders: dict[str, list[str]] = {}
        _flatten(parts, "", found, orders)
        flat["layouts"][name] = {"parts": found, "orders": orders}
    main = flat["layouts"][MAIN]["parts"]
    for key in fields.keys() & main.keys():
        fields[key][PLACE] = main.pop(key)
    return flat


def fold(flat: Mapping[str, Any]) -> dict[str, Any]:
    """The document again."""
    ui, fields = dict(flat["x-fenzu"]), flat["properties"]
    own = {key: {name: part for name, part in node.items() if name not in (REQUIRED, PLACE)} for key, node in fields.items()}
    needed = [key for key in flat[REQUIRED] if REQUIRED in fields.get(key, ())]
    needed += [key for key, node in fields.items() if REQUIRED in node and key not in needed]
    places = {key: node[PLACE] for key, node in fields.items() if PLACE in node}
    layouts = {name: _folded(each, places if name == MAIN else {}, fields) for name, each in flat["layouts"].items()}
    ui["layout"] = layouts.pop(MAIN)
    if any(layouts.values()):
        ui["layouts"] = {name: parts for name, parts in layouts.items() if parts}
    body = {name: part for name, part in flat.items() if name not in ("x-fenzu", "properties", "layouts", REQUIRED)}
    return {**body, "x-fenzu": ui, "properties": own, **({REQUIRED: needed} if needed else {})}


def _layouts(body: Mapping[str, Any]) -> dict[str, Any]:
    return {MAIN: body["x-fenzu"]["layout"], **body["x-fenzu"].get("layouts", {})}


def _id(part: Mapping[str, Any]) -> str:
    return part_id(part) if any(inner in part for inner in KINDS) else item_id(part)


def _ids(parts: Any) -> list[str]:
    return [id for part in parts for id in (_id(part), *_ids(next((part[name] for name in KINDS if name in part), ())))]


def _flatten(parts: Any, home: str, found: dict[str, Flat], orders: dict[str, list[str]]) -> None:
    orders[home] = [_id(part) for part in parts]
    for part in parts:
        inner = next((name for name in KINDS if name in part), None)
        found[_id(part)] = {**{name: value for name, value in part.items() if name != inner}, IN: home}
        if inner:
            _flatten(part[inner], _id(part), found, orders)


def _folded(layout: Mapping[str, Any], places: Mapping[str, Flat], fields: Mapping[str, Any]) -> list[Flat]:
    """The tree of one layout; a field that is gone is left out, what stood in a part that is gone stands elsewhere."""
    parts = {id: part for id, part in layout["parts"].items() if "field" not in part or part["field"] in fields}
    parts |= dict(places)
    parts = {id: part for id, part in parts.items() if not id.startswith("tab:") or part[IN] in parts}
    first = next((id for id in parts if id.startswith("section:")), "")
    inside: dict[str, list[str]] = {}
    for id, part in parts.items():
        lost = "" if _kind(id) else first
        inside.setdefault(part[IN] if part[IN] in parts else lost, []).append(id)
    for home, ids in inside.items():
        order = {id: at for at, id in enumerate(layout["orders"].get(home, ()))}
        ids.sort(key=lambda id: order.get(id, len(order)))
    return _tree("", parts, _paged(inside))


def _kind(id: str) -> str:
    """Page, tabs, tab or section; "" for what stands in sections."""
    kind = id.partition(":")[0] if ":" in id else ""
    return kind if kind in KINDS.values() else ""


def _paged(inside: dict[str, list[str]]) -> dict[str, list[str]]:
    """Where there are pages, what stands beside them goes to the end of the page before it."""
    top = inside.get("", [])
    pages = [id for id in top if id.startswith("page:")]
    if not pages or len(pages) == len(top):
        return inside
    home = pages[0]
    for id in top:
        if id.startswith("page:"):
            home = id
        else:
            inside.setdefault(home, []).append(id)
    return {**inside, "": pages}


def _tree(home: str, parts: Mapping[str, Flat], inside: Mapping[str, list[str]]) -> list[Flat]:
    """What is in a part; pages and tabs with nothing in them go by themselves."""
    made = [(_kind(id), _node(id, parts, inside)) for id in inside.get(home, ())]
    return [node for kind, node in made if kind in ("", "section") or any(node.get(name) for name in KINDS)]


def _node(id: str, parts: Mapping[str, Flat], inside: Mapping[str, list[str]]) -> Flat:
    own = {name: value for name, value in parts[id].items() if name != IN}
    held = next((name for name, kind in KINDS.items() if kind == _kind(id)), None)
    return {**own, held: _tree(id, parts, inside)} if held else own
