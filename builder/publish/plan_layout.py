"""What is different in how a form is laid out, as one line that names it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from builder.publish.change import Change, listed, named
from runtime.definitions.form import Form
from runtime.definitions.layout import NAMES, OTHERS, PHONE, PUBLIC, QUICK, Item, Layout
from runtime.words import Words

Body = Mapping[str, Any]
LOOKS = Words("只影响怎么显示", "Only changes how it looks")
CALLED = {
    QUICK: Words("快速新建", "quick add"),
    PHONE: Words("手机", "phone"),
    PUBLIC: Words("公开表单", "public form"),
}
PIECES = {
    "text": Words("说明文字", "text"),
    "picture": Words("图片", "picture"),
    "divider": Words("分隔线", "divider"),
    "button": Words("按钮", "button"),
    "related": Words("关联列表", "list of linked records"),
}


def plan_layout(old: Body, new: Body, before: Form, after: Form) -> Iterator[Change]:
    """One change for the whole layout, one for each of the others; where a new field stands is told with the field."""
    yield from _others(old.get("layouts", {}), new.get("layouts", {}))
    if _arrangement(old["layout"], after.live_fields) == _arrangement(new["layout"], before.live_fields):
        return
    told = [
        *_pages(before.layout, after.layout),
        *_sections(before.layout, after.layout),
        *_pieces(before.layout, after.layout),
    ]
    title = Words("调整了排版", "The layout is different")
    if told:
        title = Words(
            f"{title.zh}：{'，'.join(each.zh for each in told)}", f"{title.en}: {', '.join(each.en for each in told)}"
        )
    yield Change("layout_changed", "x-fenzu.layout", title, LOOKS)


def _others(old: Body, new: Body) -> Iterator[Change]:
    """Layouts for adding quickly, for phones and for strangers that came, went or are different."""
    for name in NAMES:
        if old.get(name) == new.get(name):
            continue
        if name not in old:
            said = Words("「{what}」有了单独的排版", "A layout of its own for {what}")
        elif name not in new:
            said = Words("「{what}」和完整的排版一样了", "The layout for {what} is the full one again")
        else:
            said = Words("调整了「{what}」的排版", "The layout for {what} is different")
        title = Words(said.zh.format(what=CALLED[name].zh), said.en.format(what=CALLED[name].en))
        yield Change("layout_changed", f"{OTHERS}.{name}", title, LOOKS)


def _arrangement(parts: Any, shown: Collection[str]) -> Any:
    """The layout without the fields that only one side shows, so that adding a field is not a second change."""
    if isinstance(parts, Mapping):
        return {name: _arrangement(part, shown) for name, part in parts.items()}
    if isinstance(parts, list):
        return [
            _arrangement(part, shown)
            for part in parts
            if "field" not in part or part["field"] in shown or "label" in part
        ]
    return parts


def _pages(old: Layout, new: Layout) -> Iterator[Words]:
    was, now = (len(each.pages) if each.paged else 1 for each in (old, new))
    if was != now:
        yield named(Words("分成 {n} 页", "{n} pages"), n=now) if now > 1 else Words("不再分页", "no pages any more")
    tabs = [sum(len(block.tabs) for page in each.pages for block in page.blocks) for each in (old, new)]
    if tabs[0] != tabs[1]:
        yield named(Words("{n} 个页签", "{n} tabs"), n=tabs[1]) if tabs[1] else Words("不再用页签", "no tabs any more")


def _sections(old: Layout, new: Layout) -> Iterator[Words]:
    before, after = ({part.key: part for part in each.sections} for each in (old, new))
    added = [part.label for key, part in after.items() if key not in before and part.label]
    gone = [part.label for key, part in before.items() if key not in after and part.label]
    if added:
        yield named(Words("新加分区{names}", "new section {names}"), names=listed(added))
    if gone:
        yield named(Words("去掉分区{names}", "section {names} is gone"), names=listed(gone))


def _pieces(old: Layout, new: Layout) -> Iterator[Words]:
    """Pieces that came, went, or say something else; where they stand is part of the arrangement."""
    before, after = (
        {item.id: item for section in each.sections for item in section.content if item.kind} for each in (old, new)
    )
    for label, found in (
        (Words("新加{what}", "a new {what}"), [after[key] for key in after.keys() - before.keys()]),
        (Words("去掉{what}", "one {what} less"), [before[key] for key in before.keys() - after.keys()]),
        (Words("改了{what}", "another {what}"), [each for key, each in after.items() if _other(before.get(key), each)]),
    ):
        for kind in dict.fromkeys(item.kind for item in sorted(found, key=lambda item: item.path)):
            yield Words(label.zh.format(what=PIECES[kind].zh), label.en.format(what=PIECES[kind].en))


def _other(was: Item | None, now: Item) -> bool:
    return was is not None and was.node.get(was.kind) != now.node.get(now.kind)
