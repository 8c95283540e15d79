"""How a form is laid out: pages, tabs and sections, and in the sections fields and the pieces that only look.

In the document the layout is a list of sections, tabs and sections, or pages; as it is read there is always one page at
least, so that whoever draws a form walks the same tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Node = Mapping[str, Any]
Label = Mapping[str, str]
ROOT = "x-fenzu.layout"
# The other layouts of a form: for adding quickly, for phones, for strangers. What is not there looks like the full one.
OTHERS = "x-fenzu.layouts"
QUICK, PHONE, PUBLIC = NAMES = ("quick", "phone", "public")
PIECES = ("text", "picture", "divider", "button", "related")
COLUMNS = (1, 2, 3, 4)
# Pictures that are there without anybody uploading one: static/pictures/<name>.svg.
PICTURES = ("welcome", "people", "shop", "delivery", "calendar", "thanks")


@dataclass(frozen=True)
class Item:
    """One thing in a section: a field by its key, or a piece; `node` is what the document says about it."""

    field: str | None
    kind: str
    node: Node
    span: int
    path: str

    @property
    def id(self) -> str:
        """What names it on a page: a field by its key, a piece with a prefix that no key has."""
        return item_id(self.node)


@dataclass(frozen=True)
class Section:
    """One block of the layout: its heading, how many columns, and what stands in it; `fold` is open, closed or ""."""

    key: str
    label: Label
    columns: int
    content: tuple[Item, ...]
    fold: str = ""

    @property
    def items(self) -> tuple[Node, ...]:
        """The fields in it, as the document places them."""
        return tuple(item.node for item in self.content if item.field)

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys of the fields in it."""
        return tuple(item.field for item in self.content if item.field)


@dataclass(frozen=True)
class Tab:
    """One leaf of a set of tabs."""

    key: str
    label: Label
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Block:
    """What a page is made of: a section, or a set of tabs."""

    key: str
    section: Section | None = None
    tabs: tuple[Tab, ...] = ()

    def sections(self) -> Iterator[Section]:
        """The sections in it, in order."""
        if self.section:
            yield self.section
        for tab in self.tabs:
            yield from tab.sections


@dataclass(frozen=True)
class Page:
    """One step of filling a form in; a form without pages has one without a key."""

    key: str
    label: Label
    blocks: tuple[Block, ...]

    def sections(self) -> Iterator[Section]:
        """The sections on it, in order."""
        for block in self.blocks:
            yield from block.sections()

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys of the fields on it."""
        return tuple(key for section in self.sections() for key in section.fields)


@dataclass(frozen=True)
class Layout:
    """The whole of it."""

    pages: tuple[Page, ...]

    @property
    def paged(self) -> bool:
        """Whether the form is filled in step by step."""
        return bool(self.pages[0].key)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in order, wherever they stand."""
        return tuple(section for page in self.pages for section in page.sections())

    def pieces(self, kind: str) -> Iterator[Item]:
        """All pieces of a kind: text, picture, divider, button, related."""
        return (item for section in self.sections for item in section.content if item.kind == kind)

    def page(self, key: str) -> Page | None:
        """A page by its key."""
        return next((page for page in self.pages if page.key == key), None)


def item_id(node: Node) -> str:
    """What names an item of a section: `mobile`, `piece:note`."""
    return str(node["field"]) if "field" in node else f"piece:{node['key']}"


def read(parts: Sequence[Node], root: str = ROOT) -> Layout:
    """The layout of a document that has been checked."""
    if any("blocks" in part for part in parts):
        return Layout(tuple(_page(part, f"{root}[{at}]") for at, part in enumerate(parts)))
    return Layout((Page("", {}, tuple(_block(part, f"{root}[{at}]") for at, part in enumerate(parts))),))


def _page(part: Node, path: str) -> Page:
    blocks = tuple(_block(each, f"{path}.blocks[{at}]") for at, each in enumerate(part.get("blocks", ())))
    return Page(part["key"], part.get("label", {}), blocks)


def _block(part: Node, path: str) -> Block:
    if "tabs" not in part:
        return Block(part["key"], section=_section(part, path))
    return Block(part["key"], tabs=tuple(_tab(each, f"{path}.tabs[{at}]") for at, each in enumerate(part["tabs"])))


def _tab(part: Node, path: str) -> Tab:
    sections = tuple(_section(each, f"{path}.sections[{at}]") for at, each in enumerate(part["sections"]))
    return Tab(part["key"], part.get("label", {}), sections)


def _section(part: Node, path: str) -> Section:
    columns = part.get("columns", 2)
    items = tuple(_item(each, columns, f"{path}.items[{at}]") for at, each in enumerate(part.get("items", ())))
    return Section(part["key"], part.get("label", {}), columns, items, part.get("fold", ""))


def _item(part: Node, columns: int, path: str) -> Item:
    kind = next((name for name in PIECES if name in part), "")
    # Words, a picture and a line have the whole width unless the document says otherwise.
    span = part.get("span", columns if kind in ("divider", "text", "picture", "related") else 1)
    return Item(part.get("field"), kind, part, min(span, columns), path)


def every(ui: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """The full layout and the others as the document has them, each with its path."""
    yield ROOT, ui["layout"]
    for name, parts in ui.get("layouts", {}).items():
        yield f"{OTHERS}.{name}", parts


def walk(parts: Sequence[Any], path: str = ROOT) -> Iterator[tuple[str, Any]]:
    """Every section of a layout as the document has it, with its path."""
    for at, part in enumerate(parts):
        here = f"{path}[{at}]"
        if "blocks" in part:
            yield from walk(part["blocks"], f"{here}.blocks")
        elif "tabs" in part:
            for number, tab in enumerate(part["tabs"]):
                yield from walk(tab["sections"], f"{here}.tabs[{number}].sections")
        else:
            yield here, part
