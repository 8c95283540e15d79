"""What two people did to the same thing, in sentences: the thing, what they made of it, what I made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from builder.merge.forms import Body, Clash, Merged
from builder.merge.three import GONE, Path, at, gone, same
from builder.merge.unfolded import IN, PLACE
from builder.publish.change import named
from builder.publish.plan_layout import PIECES
from runtime.fields import FIELD_TYPES
from runtime.words import LANGUAGES, Words

MOST = 4
FORM = Words("整张表单", "The whole form")
KINDS = {
    "page": Words("分页「{name}」", "Page “{name}”"),
    "tab": Words("页签「{name}」", "Tab “{name}”"),
    "tabs": Words("一组页签", "A set of tabs"),
    "section": Words("分区「{name}」", "Section “{name}”"),
}
PARTS = {
    "label": Words("名称", "name"), "help": Words("说明", "hint"), "placeholder": Words("提示文字", "placeholder"),
    "short": Words("简称", "short name"), "required": Words("必须填", "required"), "unique": Words("不能重复", "repeats"),
    "default": Words("默认值", "default"), "type": Words("字段类型", "type of field"), "span": Words("宽度", "width"),
    IN: Words("位置", "place"), PLACE: Words("位置", "place"), "columns": Words("栏数", "columns"), "fold": Words("折叠", "folding"),
    "title_field": Words("标题字段", "title field"), "unit": Words("量词", "what records are called"), "icon": Words("图标", "icon"),
    "position": Words("排列顺序", "place in the order"), "logic": Words("联动规则", "logic rule"), "public": Words("公开表单", "public form"),
    "color": Words("颜色", "colour"), "hidden": Words("藏起来时的做法", "what is kept while hidden"), "when": Words("条件", "condition"),
    "then": Words("条件成立时的做法", "what then happens"), "else": Words("条件不成立时的做法", "what happens otherwise"),
    "minimum": Words("最小值", "least value"), "maximum": Words("最大值", "largest value"), "minLength": Words("最少字数", "fewest characters"),
    "maxLength": Words("最多字数", "most characters"), "pattern": Words("格式", "pattern"), "minItems": Words("最少几项", "fewest entries"),
    "maxItems": Words("最多几项", "most entries"), "text": PIECES["text"], "picture": PIECES["picture"], "button": PIECES["button"],
    "fields": Words("要填的字段", "fields asked for"), "formula": Words("公式", "formula"), "layouts": Words("单独的排版", "layout of its own"),
}  # fmt: skip
REMOVED, ADDED, RETIRED = Words("去掉了", "Removed it"), Words("加上了", "Added it"), Words("停用了", "Retired it")
CLEARED, CHANGED, LEFT = Words("清空了", "Cleared it"), Words("改了", "Changed it"), Words("没动", "Left it as it was")
ON, OFF = Words("打开了", "Switched it on"), Words("关掉了", "Switched it off")
BECAME, MOVED = Words("改成「{v}」", "Changed it to “{v}”"), Words("移到「{v}」", "Moved it to “{v}”")
ONE_OF = Words("{part}：{did}", "{part}: {did}")
OF = Words("{thing}的{part}", "{thing}: {part}")
FIELD, OPTION = Words("「{name}」", "“{name}”"), Words("{thing}的选项「{name}」", "{thing}: choice “{name}”")
SPOKEN = {"zh": Words("（中文）", " (Chinese)"), "en": Words("（英文）", " (English)")}
MORE = Words("还有 {n} 处", "and {n} more")


class Told(NamedTuple):
    """One clash for people: the thing, and in sentences what each side did to it."""

    key: str
    title: Words
    mine: tuple[Words, ...]
    theirs: tuple[Words, ...]


def told(merged: Merged) -> list[Told]:
    """All clashes of a merge, in the order they were found."""
    return [_told(clash, merged) for clash in merged.clashes]


def _told(clash: Clash, merged: Merged) -> Told:
    base, mine, theirs = merged.sides
    names = _names(clash.mine, base, mine), _names(clash.theirs, base, theirs)
    both = clash.mine == clash.theirs
    title = names[0][0] if both else _joined(list(dict.fromkeys([*names[0], *names[1]])))
    return Told(clash.key, title, _did(clash.mine, base, mine, both), _did(clash.theirs, base, theirs, both))


def _names(paths: tuple[Path, ...], base: Body, side: Body) -> list[Words]:
    """What things were called when both began, or are where they are new."""
    return [name(path, base if at(base, path[:4] if path[:1] == ("layouts",) else path[:2]) is not GONE else side) for path in paths]


def _joined(names: list[Words]) -> Words:
    return Words("、".join(each.zh for each in names), ", ".join(each.en for each in names))


def name(path: Path, side: Body) -> Words:
    """What a path of a form laid flat is called; `side` is one that has the thing, or had it."""
    if not path:
        return FORM
    if path[0] == "layouts":
        return _part(path, side)
    if path[0] != "properties":
        rest = [each for each in path[1:] if each in PARTS] or [path[-1]]
        return _with_lang(PARTS.get(rest[-1], Words(rest[-1], rest[-1])), path)
    thing, rest_of = _thing(path, side)
    if not rest_of:
        return thing
    return named(OF, thing=thing._asdict(), part=_with_lang(part(rest_of, at(side, path[:2])), path)._asdict())


def _thing(path: Path, side: Body) -> tuple[Words, Path]:
    """The field, column or choice at a path, and what of it is meant."""
    found, rest, thing = at(side, path[:2]), path[2:], named(FIELD, name=_label(at(side, path[:2]), path[1]))
    if rest[:2] == ("items", "properties") and len(rest) > 2:
        found, rest = at(found, rest[:3]), rest[3:]
        thing = named(FIELD, name=_label(found, path[4]))
    rest = rest[1:] if rest[:1] == ("items",) else rest
    if rest[:1] == ("oneOf",) and len(rest) > 1:
        option = at(at(found, ("items",)) if found is not GONE and "oneOf" not in found else found, rest[:2])
        return named(OPTION, thing=thing._asdict(), name=_label(option, rest[1])), rest[2:]
    return thing, rest


def _label(thing: Any, key: str) -> Mapping[str, str]:
    found = at(thing, ("x-fenzu", "label")) if thing is not GONE else GONE
    return found if isinstance(found, Mapping) and found else {"zh": key}


def part(rest: Path, node: Any) -> Words:
    """What a property of a field is called."""
    kind = at(node, ("x-fenzu", "type")) if node is not GONE else GONE
    settings = FIELD_TYPES[kind].settings if kind in FIELD_TYPES else {}
    for each in rest:
        if each in PARTS:
            return PARTS[each]
        if "x-label" in settings.get(each, ()):
            return Words(*(settings[each]["x-label"].get(lang, each) for lang in LANGUAGES))
    return Words("设置", "settings")


def _part(path: Path, side: Body) -> Words:
    """A part of the layout, or a property of it."""
    if len(path) < 4:
        return PARTS["layouts"]
    node, (kind, _, key) = at(side, path[:4]), path[3].partition(":")
    label = node.get("label") if isinstance(node, Mapping) else None
    thing = named(KINDS[kind], name=label or {"zh": key}) if kind in KINDS else _piece(node)
    if len(path) == 4:
        return thing
    return named(OF, thing=thing._asdict(), part=_with_lang(part(path[4:], GONE), path)._asdict())


def _piece(node: Any) -> Words:
    found = next((each for each in PIECES if isinstance(node, Mapping) and each in node), "text")
    return PIECES[found]


def _with_lang(words: Words, path: Path) -> Words:
    spoken = SPOKEN.get(path[-1])
    return Words(words.zh + spoken.zh, words.en + spoken.en) if spoken else words


def _did(paths: tuple[Path, ...], base: Body, side: Body, short: bool) -> tuple[Words, ...]:
    """What one side did to some things; where the title says the thing already, without it."""
    found: list[Words] = []
    for path in paths:
        for said in _one(path, at(base, path), at(side, path), side):
            found.append(said if short else named(ONE_OF, part=_names((path,), base, side)[0]._asdict(), did=said._asdict()))
    rest = len(found) - MOST
    return (*found[:MOST], named(MORE, n=rest)) if rest > 0 else tuple(found)


def _one(path: Path, was: Any, now: Any, side: Body) -> Iterator[Words]:
    thing = len(path) > 1 and path[-2] in ("properties", "parts", "oneOf", "logic")
    if same(was, now) or not path:
        yield LEFT if same(was, now) else CHANGED
    elif now is GONE:
        yield REMOVED if thing else CLEARED
    elif thing and gone(now) and not gone(was):
        yield RETIRED
    elif thing and was is GONE:
        yield ADDED
    elif isinstance(was, Mapping) and isinstance(now, Mapping):
        for rest, value in _leaves(was, now):
            what = _with_lang(part(rest, now if path[0] == "properties" else GONE), rest)
            yield named(ONE_OF, part=what._asdict(), did=_became(value, (*path, *rest), side)._asdict())
    else:
        yield _became(now, path, side)


def _leaves(was: Mapping[str, Any], now: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key in dict.fromkeys([*now, *was]):
        old, new = was.get(key, GONE), now.get(key, GONE)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _leaves(old, new, (*path, key))
        elif not same(old, new):
            yield (*path, key), new


def _became(value: Any, path: Path, side: Body) -> Words:
    """What somebody made of one property."""
    if value is GONE:
        return CLEARED
    if isinstance(value, bool):
        return ON if value else OFF
    if path[-1] == IN and isinstance(value, str):
        return named(MOVED, v=_label_of_part(value, path, side))
    if path[-1] == "title_field":
        return named(BECAME, v=_label(at(side, ("properties", str(value))), str(value)))
    if path[-1] == "default" and isinstance(value, str):
        return named(BECAME, v=_label(_option(side, path[1], value), value))
    if isinstance(value, (str, int, float)):
        return named(BECAME, v=str(value)[:80].replace("{", "(").replace("}", ")"))
    return CHANGED


def _option(side: Body, field: str, const: str) -> Any:
    return at(side, ("properties", field, "oneOf", const))


def _label_of_part(home: str, path: Path, side: Body) -> Mapping[str, str]:
    layout = path[1] if path[0] == "layouts" else ""
    node = at(side, ("layouts", layout, "parts", home))
    found = node.get("label") if isinstance(node, Mapping) else None
    return found or {"zh": "另一个分区", "en": "another section"}
