"""What the designer shows of a form's layout: its tiles, the panel of a part, where things can go, what was redrawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from builder.edits import logic
from builder.web.layout_gestures import kind_of
from runtime.definitions.form import Form
from runtime.definitions.layout import PICTURES, Item, Layout, Page, Section, Tab, walk
from runtime.storage.live import LiveApp
from runtime.words import Words, read

TILES = (
    ("section", "layout-rows", Words("分区", "Section")),
    ("columns", "columns-3", Words("分栏", "Columns")),
    ("tabs", "layout-navbar", Words("页签", "Tabs")),
    ("page", "page-break", Words("分页", "Page")),
    ("piece:text", "typography", Words("说明文字", "Text")),
    ("piece:picture", "photo", Words("图片", "Picture")),
    ("piece:related", "list-details", Words("关联列表", "Linked records")),
    ("piece:button", "hand-click", Words("按钮", "Button")),
    ("piece:divider", "separator-horizontal", Words("分隔线", "Divider")),
)
NAMES = {kind.removeprefix("piece:"): (icon, label) for kind, icon, label in TILES} | {
    "tab": ("layout-navbar", Words("页签", "Tab"))
}
LIST = Words("{name}（{form}里的「{link}」）", "{name} (“{link}” of {form})")
DRAWN = {
    "welcome": Words("欢迎", "Welcome"),
    "people": Words("伙伴", "People"),
    "shop": Words("店铺", "Shop"),
    "delivery": Words("送货", "Delivery"),
    "calendar": Words("日历", "Calendar"),
    "thanks": Words("感谢", "Thanks"),
}


def called(lang: str) -> dict[str, str]:
    """What each kind of part is called."""
    return {kind: label.say(lang) for kind, (_, label) in NAMES.items()}


class Way(NamedTuple):
    """A place to which something can be moved by menu."""

    to: str
    label: str


def parts(layout: Layout) -> dict[str, Any]:
    """Everything of a layout that can be selected besides fields, by its id."""
    found: dict[str, Any] = {}
    for page in layout.pages:
        if page.key:
            found[f"page:{page.key}"] = page
        for block in page.blocks:
            if block.tabs:
                found[f"tabs:{block.key}"] = block
            found |= {f"tab:{tab.key}": tab for tab in block.tabs}
    for section in layout.sections:
        found[f"section:{section.key}"] = section
        found |= {item.id: item for item in section.content if item.kind}
    return found


def panel(form: Form, app: LiveApp, sel: str, lang: str) -> dict[str, Any]:
    """What the property panel shows of a page, a tab, a set of tabs, a section or a piece."""
    thing, kind = parts(form.layout)[sel], kind_of(sel)
    shown = thing.kind if isinstance(thing, Item) else kind
    icon, name = NAMES[shown]
    made = {"part": kind, "thing": thing, "shown": shown, "icon": icon, "called": name.say(lang)}
    if isinstance(thing, Section):
        return {**made, "section": thing, "alone": len(form.sections) == 1}
    if isinstance(thing, Item):
        made["columns"] = home_of(form.layout, sel).columns
        made["drawn"] = [(each, DRAWN[each].say(lang)) for each in PICTURES]
        made["doors"] = list(_doors(form, app, lang))
        made["lists"] = list(listed(form, app, lang))
        made["widths"] = widths(made["columns"], lang)
    return made


def widths(columns: int, lang: str) -> list[tuple[str, str]]:
    """How wide a thing may be in a section of so many columns."""
    names = (Words("一栏", "One"), Words("两栏", "Two"), Words("三栏", "Three"), Words("四栏", "Four"))
    whole = Words("整行", "Row")
    return [(str(n), (whole if n == columns else names[n - 1]).say(lang)) for n in range(1, columns + 1)]


def _doors(form: Form, app: LiveApp, lang: str) -> Iterator[tuple[str, str]]:
    """New records that a button can open: of every form with a link that points here."""
    for key, live in app.forms.items():
        for link in live.form.pointing.values():
            if link.far == form.key and not link.retired:
                name, by = read(live.form.label, lang), read(link.label, lang)
                yield (
                    f"{key}/{link.key}",
                    Words("新建「{a}」，填好「{b}」", "New {a}, with “{b}” filled in").say(lang).format(a=name, b=by),
                )


def listed(form: Form, app: LiveApp, lang: str) -> Iterator[tuple[str, str]]:
    """The linked records that a list can show, by the key they have on this side."""
    for key, inverse in app.inverses.get(form.key, {}).items():
        there = app.forms[inverse.form].form
        name, by = read(inverse.field.settings.get("inverse_label"), lang) or read(there.label, lang), read(inverse.field.label, lang)
        yield key, LIST.say(lang, name=name, form=read(there.label, lang), link=by)


def home_of(layout: Layout, item: str) -> Section:
    """The section in which a field or a piece stands."""
    return next(section for section in layout.sections if any(each.id == item for each in section.content))


def ways(form: Form, sel: str, lang: str) -> dict[str, Any]:
    """Where what is selected can go by menu: other sections for a field or piece, pages and tabs for a section."""
    kind = kind_of(sel)
    steps = kind not in ("",)
    if kind in ("field", "piece"):
        home = home_of(form.layout, sel).key
        to = [
            Way(f"section:{each.key}", _name(each, at, lang))
            for at, each in enumerate(form.sections)
            if each.key != home
        ]
    elif kind in ("section", "tabs"):
        to = [
            Way(name, label)
            for name, label in _shelves(form.layout, lang)
            if kind == "section" or name.startswith("page:")
        ]
    else:
        to = []
    return {"steps": steps, "to": to}


def _name(section: Section, at: int, lang: str) -> str:
    return read(section.label, lang) or Words("第 {n} 个分区", "Section {n}").say(lang).format(n=at + 1)


def _shelves(layout: Layout, lang: str) -> Iterator[tuple[str, str]]:
    for page in layout.pages:
        if page.key:
            yield f"page:{page.key}", read(page.label, lang)
        for block in page.blocks:
            yield from ((f"tab:{tab.key}", read(tab.label, lang)) for tab in block.tabs)


def open_tabs(layout: Layout, sel: str) -> set[str]:
    """In each set of tabs the one that is shown: where the selection stands, else the first."""
    found = set()
    for page in layout.pages:
        for block in page.blocks:
            if block.tabs:
                found.add(next((tab.key for tab in block.tabs if _holds(tab, sel)), block.tabs[0].key))
    return found


def _holds(tab: Tab | Page, sel: str) -> bool:
    inside = {f"section:{section.key}" for section in tab.sections} if isinstance(tab, Tab) else set()
    items = {item.id for section in tab.sections for item in section.content} if isinstance(tab, Tab) else set()
    return sel == f"tab:{tab.key}" or sel in inside | items


def changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str] | None:
    """The keys of the sections that look different, "" for the head of the form; None when the paper as a whole does."""
    was, now = old["x-fenzu"], new["x-fenzu"]
    if _frame(was["layout"]) != _frame(now["layout"]):
        return None
    before = {section["key"]: section for _, section in walk(was["layout"])}
    needed = set(old.get("required", ())) ^ set(new.get("required", ()))
    badges = logic.conditional(old) ^ logic.conditional(new)
    found = badges | ({""} if _head(old) != _head(new) else set())
    for _, section in walk(now["layout"]):
        fields = [item["field"] for item in section["items"] if "field" in item]
        other = any(key in needed or key in badges or old["properties"].get(key) != new["properties"].get(key) for key in fields)
        if other or before.get(section["key"]) != section:
            found.add(section["key"])
    return found


def _head(body: Mapping[str, Any]) -> Any:
    """What stands over the form: its name, and what it says about filling it in."""
    return body["x-fenzu"]["label"], body["x-fenzu"].get("help"), bool(body.get("required"))


def _frame(part: Any) -> Any:
    """Everything of a layout but what stands in its sections."""
    if isinstance(part, Mapping):
        return part["key"] if "items" in part else {name: _frame(each) for name, each in part.items()}
    return [_frame(each) for each in part] if isinstance(part, list) else part
