"""What changes in a grouping: its groups, their order and rules, and whether membership must be worked out anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.publish.change import ATTENTION, LOSES, Change, named
from runtime.definitions.grouping import Group, Grouping
from runtime.words import Words

Body = Mapping[str, Any]
MOVES = Words("发布后会重新分一遍", "Everyone is grouped anew after publishing")
LOOKS = Words("只影响怎么显示", "Only changes how it looks")
CODES = Words("已经给出的编码不会变", "Codes already given stay")


def plan_grouping(old: Body, new: Body) -> list[Change]:
    """All changes between two bodies of one grouping."""
    before, after = Grouping(old), Grouping(new)
    found = [change for group in after.groups.values() for change in _group(before.groups.get(group.key), group)]
    for key, group in before.groups.items():
        if key not in after.groups:
            note = Words("组里的客户会重新分，手动固定的一起解除", "Its members are grouped anew; pins into it end")
            title = named(Words("去掉分组「{g}」", "Group “{g}” is gone"), g=group.label)
            found.append(Change("group_removed", group.path, title, note, LOSES, group=key))
    return [*found, *_levels(before, after), *_whole(old, new)]


def moves_members(old: Body | None, new: Body) -> bool:
    """Whether a new version can put anybody into another group."""
    return old is None or _meaning(Grouping(old)) != _meaning(Grouping(new))


def _meaning(grouping: Grouping) -> list[Any]:
    """What decides who is in which group, without names, colours and prefixes."""
    levels = [
        (s.parent, s.mode, s.fallback, s.keys if s.mode == "exclusive" else tuple(sorted(s.keys)))
        for s in grouping.levels
    ]
    rules = sorted((key, group.parent or "", group.rule) for key, group in grouping.groups.items())
    return [grouping.form, sorted(levels, key=str), rules]


def _group(old: Group | None, new: Group) -> Iterator[Change]:
    labels = {"g": new.label}
    if old is None:
        yield Change(
            "group_added",
            new.path,
            named(Words("新加分组「{g}」", "New group “{g}”"), **labels),
            MOVES,
            ATTENTION,
            group=new.key,
        )
        return
    if old.label != new.label:
        title = named(Words("「{a}」改名为「{g}」", "“{a}” is now “{g}”"), a=old.label, **labels)
        yield Change("group_renamed", new.path, title, Words("成员不变", "Its members stay"), group=new.key)
    if old.color != new.color:
        yield Change(
            "group_recoloured",
            new.path,
            named(Words("「{g}」换了颜色", "“{g}” has another colour"), **labels),
            LOOKS,
            group=new.key,
        )
    if old.prefix != new.prefix:
        title = named(
            Words("「{g}」的编码前缀改成 {p}", "The code prefix of “{g}” is now {p}"), p=new.prefix or "—", **labels
        )
        yield Change("prefix_changed", f"{new.path}.prefix", title, CODES, ATTENTION, group=new.key)
    if old.rule != new.rule:
        title = named(Words("改了「{g}」的规则", "The rule of “{g}” is different"), **labels)
        yield Change("rule_changed", f"{new.path}.rule", title, MOVES, ATTENTION, group=new.key)
    if old.cadence != new.cadence:
        title = named(Words("改了「{g}」多久联系一次", "How often “{g}” is contacted is different"), **labels)
        note = Words("到了日子没联系的，会提醒负责人", "Owners are reminded of those not contacted in time") if new.cadence else Words("不再提醒", "Nobody is reminded any more")
        yield Change("cadence_changed", f"{new.path}.cadence", title, note, group=new.key)
    if old.parent != new.parent:
        title = named(Words("「{g}」换了上级分组", "“{g}” stands in another group"), **labels)
        yield Change("group_moved", new.path, title, MOVES, ATTENTION, group=new.key)


def _levels(before: Grouping, after: Grouping) -> Iterator[Change]:
    old = {level.parent: level for level in before.levels}
    for level in after.levels:
        was = old.get(level.parent)
        if was is None:
            continue
        path = after.groups[level.parent].path if level.parent else "groups"
        if was.mode != level.mode:
            title = (
                Words("改成只进一个组", "Each is now in one group only")
                if level.mode == "exclusive"
                else Words("改成可进多个组", "Each may now be in several groups")
            )
            yield Change("mode_changed", f"{path}.mode", title, MOVES, ATTENTION, group=level.parent)
        if was.fallback != level.fallback:
            yield Change(
                "fallback_changed",
                f"{path}.fallback",
                _fallback_title(after, level.fallback),
                MOVES,
                ATTENTION,
                group=level.fallback,
            )
        both = set(was.keys) & set(level.keys)
        if [key for key in was.keys if key in both] != [key for key in level.keys if key in both]:
            ordered = level.mode == "exclusive"
            yield Change(
                "order_changed",
                path,
                Words("调整了分组的顺序", "The groups have another order"),
                MOVES if ordered else LOOKS,
                ATTENTION if ordered else "safe",
                group=level.parent,
            )


def _fallback_title(after: Grouping, key: str | None) -> Words:
    if key is None or key not in after.groups:
        return Words("不再有兜底的分组", "There is no group for the rest any more")
    return named(Words("都不符合的进「{g}」", "Whoever fits no group goes to “{g}”"), g=after.groups[key].label)


def _whole(old: Body, new: Body) -> Iterator[Change]:
    if old["form"] != new["form"]:
        yield Change("form_changed", "form", Words("换了表单", "It groups another form"), MOVES, LOSES)
    if any(old.get(name) != new.get(name) for name in ("label", "help", "position")):
        yield Change(
            "grouping_changed",
            "",
            Words("改了方案的名称、说明或位置", "The grouping has another name, explanation or place"),
            LOOKS,
        )
    if _details(old) != _details(new):
        yield Change(
            "details_changed",
            "groups",
            Words("改了分组的说明或测试客户", "Explanations or test records of groups are different"),
            LOOKS,
        )


def _details(node: Body) -> dict[str, Any]:
    """Explanations and examples by group."""
    found: dict[str, Any] = {}
    for group in node.get("groups", ()):
        found |= {group["key"]: [group.get("help"), group.get("examples")]} | _details(group)
    return {key: value for key, value in found.items() if value != [None, None]}
