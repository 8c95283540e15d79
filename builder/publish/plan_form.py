"""What changes for the records of a form: fields, options, limits, what is required and what may not repeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.publish import plan_logic, plan_rows, plan_types
from builder.publish.change import ATTENTION, LOSES, Change, listed, named
from builder.publish.plan_layout import LOOKS, plan_layout
from builder.publish.plan_pool import plan_pool
from builder.publish.plan_public import plan_public
from runtime.definitions.form import Field, Form
from runtime.definitions.link_only import only_of
from runtime.words import Words

# A larger value of these lets fewer values through; a smaller value of those does.
FLOORS, CEILINGS = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")
# Settings that say how a stored value is read; they stay as they were first published.
FIXED = ("form",)
KEPT = Words("已有记录不受影响", "Existing records stay as they are")
ADDED = Words("「{f}」多了{names}", "“{f}” has new choices: {names}")
ASKED = Words("已有记录不变，下次编辑时按新规则来", "Existing records stay; the new rules hold at their next edit")
STAYED = Words("已有记录保持原来的选择", "Existing records keep their choice")
NOT_OFFERED = Words("选了它的记录保持不变，以后不能再选", "Records that have it keep it; it can no longer be chosen")


def plan_form(before: Form, after: Form) -> list[Change]:
    """All changes between two versions of one form."""
    found = [change for key, item in after.fields.items() for change in _field(before.fields.get(key), item)]
    found += [
        Change(
            "field_gone",
            f"properties.{key}",
            named(Words("「{f}」不见了", "“{f}” is missing"), f=item.label),
            Words("发布过的字段只能停用", "A published field can only be retired"),
            LOSES,
            key,
        )
        for key, item in before.fields.items()
        if key not in after.fields
    ]
    return [*found, *plan_rows.inside(before, after, _field), *_whole(before, after)]


def _field(old: Field | None, new: Field) -> Iterator[Change]:
    key, path, label = new.key, f"properties.{new.key}", new.label
    if old is None:
        if not new.retired:
            yield Change(
                "field_added",
                path,
                named(Words("新加字段「{f}」", "New field “{f}”"), f=label),
                _new_note(new),
                field=key,
                values={"counted": True} if new.type.counted else {},
            )
        return
    if (old.node, old.required) == (new.node, new.required):
        return
    if old.type.name != new.type.name:
        yield plan_types.retyped(old, new)
        yield from _required(old, new)
        return
    if new.retired != old.retired:
        yield _retired(new)
    if new.retired:
        return
    if old.label != new.label:
        title = named(Words("「{a}」改名为「{b}」", "“{a}” is now “{b}”"), a=old.label, b=new.label)
        yield Change(
            "field_renamed", path, title, Words("内容都在，规则和视图照常", "Contents, rules and views stay"), field=key
        )
    yield from _required(old, new)
    yield from _unique(old, new)
    yield from _limits(old, new)
    yield from _options(old, new)
    yield from _rest(old, new)


def _new_note(new: Field) -> Words:
    if new.type.counted:
        return Words("已有记录会按建立的先后补上编号", "Existing records get their numbers in the order they were made")
    if new.type.computed:
        return Words("已有记录马上能看到结果", "Existing records show its results at once")
    if new.required:
        return Words(
            "已有记录先空着，下次有人编辑时会要求补上", "Existing records stay blank until someone next edits them"
        )
    return Words("已有记录先空着，不强制补", "Existing records stay blank; nobody has to fill them in")


def _retired(new: Field) -> Change:
    path = f"properties.{new.key}"
    if new.retired:
        title = named(Words("停用字段「{f}」", "“{f}” is retired"), f=new.label)
        note = Words("填过的内容会留着，随时可以恢复", "What was filled in is kept and can be brought back")
        return Change("field_retired", path, title, note, LOSES, new.key)
    title = named(Words("恢复字段「{f}」", "“{f}” is back"), f=new.label)
    return Change(
        "field_back",
        path,
        title,
        Words("以前填过的内容一起回来", "What was filled in before is back, too"),
        field=new.key,
    )


def _required(old: Field, new: Field) -> Iterator[Change]:
    path = f"properties.{new.key}"
    if new.required and not old.required:
        title = named(Words("「{f}」改成必须填", "“{f}” is now required"), f=new.label)
        note = Words("没填的平时不受影响，下次有人编辑时会要求补上", "Blank ones stay until someone next edits them")
        yield Change("required_on", path, title, note, ATTENTION, new.key)
    elif old.required and not new.required:
        title = named(Words("「{f}」改成可以不填", "“{f}” may now be left blank"), f=new.label)
        yield Change("required_off", path, title, KEPT, field=new.key)


def _unique(old: Field, new: Field) -> Iterator[Change]:
    if old.unique == new.unique:
        return
    path, values = f"properties.{new.key}.x-fenzu.unique", {"unique": new.unique}
    if new.unique == "block":
        title = named(Words("「{f}」改成不能重复", "“{f}” may no longer repeat"), f=new.label)
        note = Words("有重复的要先处理好，才能发布", "Repeated values must be sorted out before this can be published")
        yield Change("unique_on", path, title, note, ATTENTION, new.key, values=values)
    elif new.unique:
        title = named(Words("「{f}」重复时提醒", "“{f}” now warns about repeated values"), f=new.label)
        yield Change(
            "unique_on",
            path,
            title,
            Words("只提醒，不拦", "It warns and does not stop anyone"),
            ATTENTION,
            new.key,
            values=values,
        )
    else:
        title = named(Words("「{f}」改成可以重复", "“{f}” may repeat again"), f=new.label)
        yield Change("unique_off", path, title, KEPT, field=new.key)


def _limits(old: Field, new: Field) -> Iterator[Change]:
    """One change per limit that lets fewer values through, one for all that were loosened."""
    loosened = False
    for name in (*FLOORS, *CEILINGS, "pattern"):
        was, now = old.node.get(name), new.node.get(name)
        if was == now:
            continue
        if now is None or (name != "pattern" and was is not None and ((now < was) == (name in FLOORS))):
            loosened = True
            continue
        title = named(Words("「{f}」的要求更严了", "“{f}” allows less than before"), f=new.label)
        note = Words(
            "不合新要求的照常能看，下次编辑时要改",
            "Records outside the limit can be read and must be changed at the next edit",
        )
        yield Change(
            "limit_tightened",
            f"properties.{new.key}.{name}",
            title,
            note,
            ATTENTION,
            new.key,
            values={"limit": name, "to": now},
        )
    if loosened:
        title = named(Words("「{f}」的要求放宽了", "“{f}” allows more than before"), f=new.label)
        yield Change("limit_loosened", f"properties.{new.key}", title, KEPT, field=new.key)


def _options(old: Field, new: Field) -> Iterator[Change]:
    """New options as one change, every other difference as one each."""
    before = {option["const"]: option for option in old.options}
    after = {option["const"]: option for option in new.options}
    path = f"properties.{new.key}.oneOf"
    added = [option["label"] for key, option in after.items() if key not in before]
    if added:
        title = named(ADDED, f=new.label, names=listed(added))
        yield Change("options_added", path, title, STAYED, field=new.key)
    for key in before.keys() - after.keys():
        title = named(Words("「{f}」少了「{o}」", "“{f}” lacks “{o}”"), f=new.label, o=before[key]["label"])
        note = Words("发布过的选项只能停用", "A published choice can only be retired")
        yield Change("option_gone", path, title, note, LOSES, new.key, key)
    for key, option in after.items():
        if key in before:
            yield from _option(new, before[key], option, path)


def _option(field: Field, was: Mapping[str, Any], now: Mapping[str, Any], path: str) -> Iterator[Change]:
    """One option that both versions have."""
    labels = {"f": field.label, "a": was["label"], "o": now["label"]}
    if now["retired"] and not was["retired"]:
        title = named(Words("「{f}」停用选项「{o}」", "“{f}” no longer offers “{o}”"), **labels)
        yield Change("option_retired", path, title, NOT_OFFERED, ATTENTION, field.key, now["const"])
    elif was["retired"] and not now["retired"]:
        title = named(Words("「{f}」恢复选项「{o}」", "“{f}” offers “{o}” again"), **labels)
        yield Change("option_back", path, title, KEPT, field=field.key, option=now["const"])
    elif now["label"] != was["label"]:
        title = named(Words("「{f}」的选项「{a}」改名为「{o}」", "“{f}”: “{a}” is now “{o}”"), **labels)
        note = Words("选了它的记录跟着改名", "Records that have it follow")
        yield Change("option_renamed", path, title, note, field=field.key, option=now["const"])


def _rest(old: Field, new: Field) -> Iterator[Change]:
    """Everything that no other change of this field has named, as one change."""
    yield from plan_types.decimals(old, new)
    for name in () if new.type.computed else FIXED:
        was, now = old.settings.get(name), new.settings.get(name)
        if was != now and was not in (None, ""):
            title = named(Words("「{f}」的存法变了", "“{f}” would be stored in another way"), f=new.label)
            note = Words("发布过的字段暂时不能这样改", "A published field cannot be changed like this yet")
            yield Change(
                "setting_fixed",
                f"properties.{new.key}.x-fenzu.{name}",
                title,
                note,
                LOSES,
                new.key,
                values={"name": name},
            )
    if new.type.computed and old.settings != new.settings:
        title = named(Words("「{f}」的算法变了", "“{f}” is worked out in another way"), f=new.label)
        note = Words("已有记录马上按新算法显示，用到它的分组会重新算", "Existing records show the new results at once; groups that use it follow")
        yield Change("computed_changed", f"properties.{new.key}", title, note, ATTENTION, new.key)
        return
    if (only_of(old) or {}) != (only_of(new) or {}):
        title = named(Words("「{f}」能选的记录变了", "“{f}” offers other records"), f=new.label)
        note = Words("已经选好的留着，重新选时按新的范围", "What is chosen already stays; whoever chooses anew gets the new ones")
        yield Change("offers_changed", f"properties.{new.key}.x-fenzu.only", title, note, ATTENTION, new.key)
    both = _offered(old) & _offered(new)
    if _looks(old, both) != _looks(new, both):
        title = named(
            Words("「{f}」改了说明、默认值或显示方式", "“{f}” has another hint, default or look"), f=new.label
        )
        yield Change("field_changed", f"properties.{new.key}", title, LOOKS, field=new.key)


def _offered(field: Field) -> set[str]:
    return {option["const"] for option in field.options if not option["retired"]}


def _looks(field: Field, both: set[str]) -> list[Any]:
    """What is left of a field: its facts, and the order and colours of the options that both versions offer."""
    ui = {name: value for name, value in field.ui.items() if name not in (*FIXED, "only", "decimals", "label", "unique", "retired")}
    offered = [option for option in field.options if option["const"] in both and not option["retired"]]
    return [ui, [(option["const"], option["color"]) for option in offered]]


def _whole(before: Form, after: Form) -> Iterator[Change]:
    was, now = before.body["x-fenzu"], after.body["x-fenzu"]
    if before.title_field != after.title_field and after.title_field in after.fields:
        title = named(
            Words("标题改用「{f}」", "Records are now recognised by “{f}”"), f=after.fields[after.title_field].label
        )
        yield Change("title_changed", "x-fenzu.title_field", title, LOOKS, field=after.title_field)
    if was.get("logic", []) != now.get("logic", []):
        yield Change("logic_changed", "x-fenzu.logic", Words("改了联动规则", "The form’s logic is different"), ASKED)
        yield from plan_logic.refusals(before.logic, after.logic)
    yield from plan_public(was.get("public", {}), now.get("public", {}))
    yield from plan_pool(was.get("pool", {}), now.get("pool", {}))
    if any(was.get(name) != now.get(name) for name in ("label", "help", "unit", "icon")):
        yield Change(
            "form_changed",
            "x-fenzu",
            Words("改了表单的名称、说明或图标", "The form has another name, hint or icon"),
            LOOKS,
        )
    yield from plan_layout(was, now, before, after)
