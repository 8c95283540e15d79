"""What publishing a draft would change, as a list; pure, from the published body and the draft's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from builder.publish.change import Change, named
from builder.publish.plan_form import plan_form
from builder.publish.plan_grouping import plan_grouping
from builder.publish.plan_workflow import plan_workflow
from runtime.definitions.form import Form
from runtime.words import Words

Body = Mapping[str, Any]
QUIET = {"kind", "format", "key"}
PARTS = {
    "label": Words("名称", "the name"),
    "help": Words("说明", "the explanation"),
    "color": Words("颜色", "the colour"),
    "columns": Words("显示的列", "the columns"),
    "sort": Words("排序", "the order"),
    "filter": Words("筛选", "the filter"),
    "segments": Words("编码的段", "the parts of the code"),
    "field": Words("放编码的字段", "the field that holds the code"),
    "form": Words("所属表单", "the form"),
    "tags": Words("标签", "the tags"),
    "can": Words("能做的事", "what may be done"),
    "rows": Words("能看的记录", "which records are seen"),
    "position": Words("排列顺序", "its place in the order"),
    "icon": Words("图标", "the icon"),
    "single": Words("每位客户只能有一个", "one per record"),
    "ask": Words("新建时询问", "asked on new records"),
    "retired": Words("停用", "whether it is retired"),
}
NEW = Words("新建「{name}」", "New: “{name}”")
CHANGED = Words("改了{part}", "Changed {part}")
DETAILS = Words("改了一些细节", "Changed some details")
OPENS = Words("发布以后就在侧边栏里，大家可以开始填", "Once published it is in the sidebar and can be filled in")
NOTHING = Words("已有记录不受影响", "Existing records stay as they are")
CODE_NOTE = Words(
    "已经给出的编码不会变，以后新建的按新规则编", "Codes already given stay; new records get theirs by the new rule"
)
OTHER = Change("details_changed", "", DETAILS, NOTHING)


def plan(kind: str, old: Body | None, new: Body) -> list[Change]:
    """Every change, in the order people read them; a definition that was never published is one change."""
    if kind == "form":
        return form_plan(Form(old) if old is not None else None, Form(new))
    if old is None:
        return _new(new["label"])
    compare = {"grouping": plan_grouping, "workflow": plan_workflow}.get(kind) or _plain_of(kind)
    return [] if old == new else compare(old, new) or [OTHER]


def form_plan(old: Form | None, new: Form) -> list[Change]:
    """The same of a form, where both versions are parsed already."""
    if old is None:
        return [Change("new", "", named(NEW, name=new.label), OPENS)]
    return [] if old.body == new.body else plan_form(old, new) or [OTHER]


def _new(label: Mapping[str, str]) -> list[Change]:
    return [Change("new", "", named(NEW, name=label), NOTHING)]


def _plain_of(kind: str) -> Callable[[Body, Body], list[Change]]:
    """A change per top property, for kinds that no record depends on."""

    def plain(old: Body, new: Body) -> list[Change]:
        found = []
        for name in dict.fromkeys([*old, *new]):
            if name not in QUIET and old.get(name) != new.get(name):
                part = PARTS.get(name, Words(name, name))
                note = CODE_NOTE if kind == "code" and name == "segments" else NOTHING
                found.append(Change("changed", name, named(CHANGED, part=part._asdict()), note))
        return found

    return plain
