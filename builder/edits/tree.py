"""Gestures on what holds sections: pages, sets of tabs, tabs. Each part of a layout has an id, such as `page:first`.

Nothing here touches a field; a part that is taken away leaves what stood in it, and an empty part goes by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.edits import made, node
from builder.edits.made import Body, Made, Text
from runtime.definitions.layout import ROOT
from runtime.errors import Invalid, NotFound, Problem

Part = dict[str, Any]
Parts = list[Part]
KINDS = {"blocks": "page", "tabs": "tabs", "sections": "tab", "items": "section"}
PAGE = {"zh": "第 {n} 页", "en": "Page {n}"}
TAB = {"zh": "页签 {n}", "en": "Tab {n}"}


def part_kind(part: Mapping[str, Any]) -> str:
    """Page, tabs, tab or section, by what is in it."""
    return next(kind for inner, kind in KINDS.items() if inner in part)


def part_id(part: Mapping[str, Any]) -> str:
    """`page:first`, `tabs:more`, `tab:left`, `section:basic`."""
    return f"{part_kind(part)}:{part['key']}"


def shelves(body: Body) -> Iterator[tuple[str, Parts]]:
    """Every list that holds sections, with the id of the page or tab it is; a form without pages is ""."""
    top = node.tree_of(body)
    tops = [(part_id(part), part["blocks"]) for part in top] if paged(body) else [("", top)]
    for name, parts in tops:
        yield name, parts
        for part in parts:
            yield from ((part_id(tab), tab["sections"]) for tab in part.get("tabs", ()))


def paged(body: Mapping[str, Any]) -> bool:
    """Whether the form has pages."""
    return any("blocks" in part for part in body["x-fenzu"]["layout"])


def find(body: Body, wanted: str) -> tuple[Parts, int]:
    """The list in which a part stands, and where; raises NotFound."""
    lists = [parts for _, parts in shelves(body)]
    lists += [part["tabs"] for parts in lists for part in parts if "tabs" in part] + [node.tree_of(body)]
    for parts in lists:
        for at, part in enumerate(parts):
            if part_id(part) == wanted:
                return parts, at
    raise NotFound(Problem(ROOT, "no_such_part", {"key": wanted.partition(":")[2]}))


def holder(body: Body, wanted: str) -> str:
    """The id of the page or tab in which a section stands, "" for the form itself."""
    parts, _ = find(body, wanted)
    return next((name for name, each in shelves(body) if each is parts), "")


def insert(body: Body, part: Part, after: str | None, into: str | None = None) -> None:
    """Put a section or a set of tabs after another part, or at the end of a page, a tab or the form."""
    tabs = "tabs" in part
    if after:
        parts, at = find(body, after)
        if part_kind(parts[at]) in ("page", "tab"):  # after its heading: at the top of what is in it
            return _first(body, part, after)
        if tabs and (home := _set_around(body, parts)):
            parts, at = find(body, home)
        parts.insert(at + 1, part)
        return None
    names = dict(shelves(body))
    found = names.get(into or "")
    if found is None or (tabs and (into or "").startswith("tab:")):
        found = [parts for name, parts in names.items() if not name.startswith("tab:")][-1]
    found.append(part)
    return None


def _set_around(body: Body, parts: Parts) -> str | None:
    """The set of tabs of which a list is one tab."""
    for _, blocks in shelves(body):
        for block in blocks:
            if any(tab["sections"] is parts for tab in block.get("tabs", ())):
                return part_id(block)
    return None


def add_tabs(body: Mapping[str, Any], *, after: str | None = None, into: str | None = None) -> Made:
    """A set of two tabs with a section each."""
    new_body = made.copy(body)
    part: Part = {"key": made.free("tabs", keys(new_body, "tabs")), "tabs": []}
    for _ in range(2):
        part["tabs"].append(_tab(new_body, part))
    insert(new_body, part, after, into)
    return Made(new_body, part_id(part["tabs"][0]))


def add_tab(body: Mapping[str, Any], wanted: str) -> Made:
    """One more tab at the end of a set, which is named itself or by one of its tabs."""
    new_body = made.copy(body)
    parts, at = find(new_body, wanted)
    home = parts[at] if "tabs" in parts[at] else {"tabs": parts}
    if part_kind(parts[at]) not in ("tabs", "tab"):
        raise Invalid(Problem("tabs", "no_such_part", {"key": wanted}))
    home["tabs"].append(_tab(new_body, home))
    return Made(new_body, part_id(home["tabs"][-1]))


def _tab(body: Body, home: Part) -> Part:
    taken = keys(body, "tab") | {tab["key"] for tab in home["tabs"]}
    inside = {section["key"] for tab in home["tabs"] for section in tab["sections"]}
    label = {lang: words.format(n=len(home["tabs"]) + 1) for lang, words in TAB.items()}
    return {"key": made.free("tab", taken), "label": label, "sections": [blank(body, inside)]}


def blank(body: Body, taken: set[str] | None = None, columns: int = 2) -> Part:
    """An empty section without a heading."""
    key = made.free("section", keys(body, "section") | (taken or set()))
    return {"key": key, "columns": columns, "items": []}


def add_page(body: Mapping[str, Any], *, after: str | None = None) -> Made:
    """A page that begins after a part: what followed it there goes along; the first time the rest becomes page one."""
    new_body = made.copy(body)
    if not paged(new_body):
        new_body["x-fenzu"]["layout"] = [_page(new_body, node.tree_of(new_body))]
    top = node.tree_of(new_body)
    at, rest = _split(new_body, after) if after else (len(top) - 1, [])
    page = _page(new_body, rest or [blank(new_body)])
    top.insert(at + 1, page)
    return Made(new_body, part_id(page))


def _split(body: Body, after: str) -> tuple[int, Parts]:
    """Take what follows a part off its page; with it the number of that page."""
    for at, page in enumerate(node.tree_of(body)):
        if part_id(page) == after:
            return at, []
        for number, block in enumerate(page["blocks"]):
            inside = [part_id(each) for tab in block.get("tabs", ()) for each in (tab, *tab["sections"])]
            if after in (part_id(block), *inside):
                rest = page["blocks"][number + 1 :]
                del page["blocks"][number + 1 :]
                return at, rest
    raise NotFound(Problem(ROOT, "no_such_part", {"key": after.partition(":")[2]}))


def _page(body: Body, blocks: Parts) -> Part:
    taken = keys(body, "page")
    label = {lang: words.format(n=len(taken) + 1) for lang, words in PAGE.items()}
    return {"key": made.free("page", taken), "label": label, "blocks": blocks}


def rename(body: Mapping[str, Any], wanted: str, label: Text) -> Body:
    """What a page or a tab is called."""
    new_body = made.copy(body)
    parts, at = find(new_body, wanted)
    if part_kind(parts[at]) not in ("page", "tab"):
        raise Invalid(Problem("label", "no_such_property", {"name": "label"}))
    parts[at]["label"] = made.label(parts[at]["label"], label)
    return new_body


def move(
    body: Mapping[str, Any], wanted: str, *, to: str | None = None, after: str | None = None, into: str | None = None
) -> Body:
    """Another place for a part with everything in it: a step, after another part, or into a page or tab (`into`)."""
    new_body = made.copy(body)
    parts, at = find(new_body, wanted)
    if to is not None:
        _step(new_body, parts, at, to)
    elif part_kind(parts[at]) in ("page", "tab"):
        _among(parts, at, after)
    elif after != wanted:
        part = parts.pop(at)
        if after:
            insert(new_body, part, after)
        else:
            _first(new_body, part, into)
    return tidy(new_body)


def _among(parts: Parts, at: int, after: str | None) -> None:
    """A page among the pages, a tab among the tabs of its set: after another one, or first."""
    ids = [part_id(part) for part in parts]
    if after and after not in ids:
        raise Invalid(Problem("after", "no_such_part", {"key": after}))
    if after != ids[at]:
        part = parts.pop(at)
        rest = [part_id(each) for each in parts]
        parts.insert(rest.index(after) + 1 if after else 0, part)


def _first(body: Body, part: Part, into: str | None) -> None:
    """Dropped at the top of a page or a tab."""
    found = dict(shelves(body)).get(into or "")
    if found is None:
        raise NotFound(Problem(ROOT, "no_such_part", {"key": into or ""}))
    if "tabs" in part and (home := _set_around(body, found)):
        return insert(body, part, home)
    found.insert(0, part)
    return None


def _step(body: Body, parts: Parts, at: int, to: str) -> None:
    """One place up or down, out of a tab or on to the next page at the border; top and bottom are those of its list."""
    number = next((n for n, (_, each) in enumerate(shelves(body)) if each is parts), None)
    beyond = at == (0 if to == "up" else len(parts) - 1)
    if number is None or to not in ("up", "down") or not beyond:
        parts.insert(made.shifted(at, to, len(parts)), parts.pop(at))
        return
    if home := _set_around(body, parts):
        around, place = find(body, home)
        around.insert(place + (to == "down"), parts.pop(at))
        return
    tops = [each for name, each in shelves(body) if not name.startswith("tab:")]
    other = next(n for n, each in enumerate(tops) if each is parts) + (1 if to == "down" else -1)
    if 0 <= other < len(tops):
        tops[other].insert(0 if to == "down" else len(tops[other]), parts.pop(at))


def remove(body: Mapping[str, Any], wanted: str) -> Body:
    """Take a page, a set of tabs or a tab away; the sections in it stay where it was."""
    new_body = made.copy(body)
    parts, at = find(new_body, wanted)
    part = parts.pop(at)
    if "tabs" in part:
        parts[at:at] = [section for tab in part["tabs"] for section in tab["sections"]]
        return new_body
    inner = "blocks" if "blocks" in part else "sections"
    if inner not in part:
        raise Invalid(Problem(ROOT, "no_such_part", {"key": wanted}))
    if not parts:
        return _alone(new_body, wanted, part[inner])
    beside = parts[max(0, at - 1)][inner]
    beside[(len(beside) if at else 0) : len(beside) if at else 0] = part[inner]
    return tidy(new_body)


def _alone(body: Body, wanted: str, inside: Parts) -> Body:
    """The last page or tab goes with what it was a page or tab of."""
    if wanted.startswith("page:"):
        body["x-fenzu"]["layout"] = inside
        return body
    for _, parts in list(shelves(body)):
        for at, part in enumerate(parts):
            if part.get("tabs") == []:
                parts[at : at + 1] = inside
                return body
    return body


def tidy(body: Body) -> Body:
    """Leave out tabs, sets of tabs and pages with nothing in them; one page alone is none."""
    for _, parts in list(shelves(body)):
        for part in parts:
            if "tabs" in part:
                part["tabs"] = [tab for tab in part["tabs"] if tab["sections"]]
        parts[:] = [part for part in parts if part.get("tabs") != []]
    if paged(body):
        pages = [page for page in node.tree_of(body) if page["blocks"]]
        body["x-fenzu"]["layout"] = pages if len(pages) > 1 else pages[0]["blocks"]
    return body


def keys(body: Body, kind: str) -> set[str]:
    """The keys that parts of a kind have already: page, tabs, tab or section."""
    found = [part for _, parts in shelves(body) for part in parts]
    found += [tab for part in found for tab in part.get("tabs", ())] + node.tree_of(body)
    return {part["key"] for part in found if part_id(part).startswith(f"{kind}:")}
