"""What a person does to a form's layout in the designer: place, move, name and remove sections, pages, tabs and pieces.

Whatever stands on the canvas has an id: a field its key, everything else its kind and its key, such as `page:first`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from builder.edits import form, layout, node, pieces, tree
from builder.edits.made import Body, Made
from runtime.definitions.layout import PICTURES, walk
from runtime.errors import NotFound, Problem
from runtime.web import pictures
from runtime.words import LANGUAGES

Given = MultiDict[str, str]
PARTS = ("section", "page", "tabs", "tab")


def kind_of(wanted: str) -> str:
    """The kind of a thing on the canvas: section, page, tabs, tab, piece; "field" without a prefix, "" for the form."""
    kind, sign, _ = wanted.partition(":")
    return kind if sign else "field" if wanted else ""


def with_picture(given: Given, sent: FileStorage | None) -> Given:
    """What was sent, with the digest of an uploaded picture, which is kept before the gesture begins."""
    if sent is None or not sent.filename:
        return given
    return MultiDict([*given.items(multi=True), ("file", pictures.keep(sent))])


def place_of(body: Body, given: Given) -> tuple[str, str, bool]:
    """Where something new stands: the id it follows, the section or shelf it goes into, and whether at its top.

    Dropped, the place is told; pressed, it is after what is selected.
    """
    if "after" in given:
        after, into = given.get("after", ""), given.get("section", "")
        return after, into, not after
    sel = given.get("sel", "")
    if kind_of(sel) in ("field", "piece") and sel not in node.item_ids(body):
        return "", "", False
    return sel, "", False


def add(body: Body, given: Given) -> Made:
    """A field, piece, section, set of tabs or page from the palette."""
    kind, (after, into, _) = given.get("kind", ""), place_of(body, given)
    head, _, name = kind.partition(":")
    if kind in NEW:
        return NEW[kind](body, after, into)
    where = spot(body, given)
    return pieces.add(body, name, **where) if head == "piece" else form.add_field(body, kind, **where)


def spot(body: Body, given: Given) -> dict[str, Any]:
    """Where a new field or piece stands: after another one, or in a section, at its top or its end."""
    after, into, top = place_of(body, given)
    beside = after if kind_of(after) in ("field", "piece") else None
    section = None if beside else _section_for(body, after or into)
    return {"section": section, "after": beside, "position": 0 if top else None}


def _section_for(body: Body, wanted: str) -> str | None:
    """The section meant by a part: itself, or the last one in a page or tab; a bare key is a section's."""
    kind, key = kind_of(wanted), wanted.rpartition(":")[2]
    if kind in ("section", "field"):
        return key
    if kind in ("page", "tab", "tabs"):
        parts, at = tree.find(body, wanted)
        return str([section["key"] for _, section in walk([_bare(parts[at])])][-1])
    return None


def _bare(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """A tab as a page, so that its sections can be walked."""
    return {"key": part["key"], "blocks": part["sections"]} if "sections" in part else part


def _beside(body: Body, after: str, into: str) -> tuple[str | None, str | None]:
    """The part after which a new part stands, and else the page or tab it goes into."""
    wanted = after or into
    kind = kind_of(wanted)
    if kind == "piece" or (kind == "field" and wanted in node.item_ids(body)):
        return f"section:{layout.home_of(body, wanted)['key']}", None
    if kind == "field":
        return f"section:{wanted}", None
    return (wanted, None) if kind in ("section", "tabs") else (None, wanted or None)


def _add_section(body: Body, after: str, into: str) -> Made:
    beside, shelf = _beside(body, after, into)
    return _sectioned(body, beside, lambda key: layout.add_section(body, after=key, into=shelf))


def _add_columns(body: Body, after: str, into: str) -> Made:
    beside, shelf = _beside(body, after, into)
    return _sectioned(body, beside, lambda key: layout.add_columns(body, after=key, into=shelf))


def _sectioned(body: Body, beside: str | None, add_one: Callable[[str | None], Made]) -> Made:
    """A section after a section; after a set of tabs it comes at the end of what holds the set and is moved there."""
    if beside is None or beside.startswith("section:"):
        found = add_one(beside.rpartition(":")[2] if beside else None)
        return Made(found.body, f"section:{found.key}")
    found = add_one(None)
    return Made(tree.move(found.body, f"section:{found.key}", after=beside), f"section:{found.key}")


def _add_tabs(body: Body, after: str, into: str) -> Made:
    beside, shelf = _beside(body, after, into)
    return tree.add_tabs(body, after=beside, into=shelf)


def _add_page(body: Body, after: str, into: str) -> Made:
    beside, shelf = _beside(body, after, into)
    return tree.add_page(body, after=beside or shelf)


NEW: Mapping[str, Callable[[Body, str, str], Made]] = {
    "section": _add_section,
    "columns": _add_columns,
    "tabs": _add_tabs,
    "page": _add_page,
}


def move(body: Body, given: Given) -> Body:
    """By menu or key (`to`: a step, or the id of a section, page or tab), or dropped after something or at a top."""
    wanted, to, after, into = (given.get(name, "") for name in ("id", "to", "after", "section"))
    part = kind_of(wanted) in PARTS
    if kind_of(to) in ("page", "tab"):
        return tree.move(body, wanted, after=_last_of(body, to))
    if kind_of(to) == "section":
        return layout.move_item(body, wanted, section=to.rpartition(":")[2])
    if part:
        return tree.move(body, wanted, to=to or None, after=after or None, into=into)
    if to:
        return layout.move_item(body, wanted, to=to)
    if after:
        return layout.move_item(body, wanted, after=after)
    return layout.move_item(body, wanted, section=into or None, position=0)


def _last_of(body: Body, shelf: str) -> str:
    """What stands last on a page or in a tab."""
    found = dict(tree.shelves(body)).get(shelf)
    if not found:
        raise NotFound(Problem("to", "no_such_part", {"key": shelf}))
    return tree.part_id(found[-1])


def copy(body: Body, given: Given) -> Made:
    """A second one right after."""
    wanted = given.get("id", "")
    return pieces.duplicate(body, wanted) if kind_of(wanted) == "piece" else form.duplicate(body, wanted)


def remove(body: Body, given: Given, published: Mapping[str, Any] | None) -> Made:
    """Off the form; the neighbour takes the selection, so that several can go one after the other."""
    wanted = given.get("id", "")
    kind = kind_of(wanted)
    if kind == "section":
        return Made(layout.remove_section(body, wanted.rpartition(":")[2]), "")
    if kind in PARTS:
        return Made(tree.remove(body, wanted), "")
    gone = pieces.remove(body, wanted) if kind == "piece" else form.remove_field(body, wanted, published)
    return Made(gone, neighbour(node.item_ids(body), wanted))


def neighbour(ids: list[str], wanted: str) -> str:
    """What is selected after something has gone: what followed it, else what came before."""
    at, rest = ids.index(wanted) if wanted in ids else 0, [each for each in ids if each != wanted]
    return rest[min(at, len(rest) - 1)] if rest else ""


def part(body: Body, given: Given) -> Body:
    """What a page or tab is called, one more tab, how a section folds, how wide a piece is and what it says."""
    wanted, value = given.get("id", ""), given.get("value", "")
    name, _, lang = given.get("name", "").partition(".")
    if name == "fold":
        return layout.set_fold(body, wanted.rpartition(":")[2], value)
    if name == "width":
        return layout.set_span(body, wanted, int(value) if value.isdigit() else True)
    if name == "picture":
        return pieces.set_picture(body, wanted, name=value if value in PICTURES else "", file=given.get("file", ""))
    if name == "href":
        return pieces.set_way(body, wanted, href=value.strip())
    if name == "related":
        return pieces.set_related(body, wanted, value)
    if name == "way":
        target, _, field = value.partition("/")
        return pieces.set_way(body, wanted, form=target, field=field)
    if lang not in LANGUAGES:
        raise NotFound(Problem("name", "no_such_property", {"name": name}))
    if kind_of(wanted) == "piece":
        return pieces.say(body, wanted, name, {lang: value})
    return tree.rename(body, wanted, {lang: value})


def add_tab(body: Body, given: Given) -> Made:
    """One more tab in a set."""
    return tree.add_tab(body, given.get("id", ""))
