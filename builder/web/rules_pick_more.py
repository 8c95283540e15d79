"""More that a condition can be about: related records that fit conditions of their own, and what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from builder.web.rules_scope import Scope
from builder.web.rules_values import SPAN
from runtime.definitions.form import Field
from runtime.definitions.others import Tag
from runtime.words import LANGUAGES, Words, read

Make = Callable[..., Any]
Named = Callable[..., dict[str, str]]
# By mode: its words, and from how many on where it counts.
FITTING: tuple[tuple[dict[str, Any], Words], ...] = (
    ({"mode": "some"}, Words("有过符合条件的{name}", "Has some {name} that fit …")),
    ({"mode": "none"}, Words("没有符合条件的{name}", "Has no {name} that fit …")),
    ({"mode": "all"}, Words("所有{name}都符合条件", "All {name} fit …")),
    ({"mode": "atLeast", "threshold": 2}, Words("至少有几条{name}符合条件", "At least so many {name} fit …")),
)
EVER = Words("有过「{option}」的{name}（{field}）", "Has {name} with {field} {option}")
EVERY = Words("所有{name}的{field}都是「{option}」", "All {name} have {field} {option}")
CHANGED = Words("{field}最近变过", "{field} changed recently")
TAGGED = Words("最近刚打上标签「{name}」", "Recently given the tag “{name}”")
ENTERED = Words("最近刚进入分组「{name}」", "Recently entered the group “{name}”")


def matches(far: Scope, key: str, name: dict[str, str], made: Make, named: Named) -> Iterator[Any]:
    """Conditions that some, none or all of the related records fulfil: to be filled in, and ready for each of their options."""
    icon = far.live.form.icon
    for how, words in FITTING:
        yield made(named(words, name=name), f"@{key}", _match(key, how), icon)
    for of, item in far.live.form.live_fields.items():
        for option in item.options if item.type.kind in ("choice", "many") and not item.type.readonly else ():
            said = {"name": name, "field": item.label, "option": option["label"]}
            leaf = {"field": of, "operator": "hasAnyOf" if item.type.many else "in", "value": [option["const"]]}
            for mode, words in (("some", EVER), ("all", EVERY)):
                yield made(named(words, **said), f"@{key}", _match(key, {"mode": mode}, leaf), icon, only_found=True)


def _match(key: str, how: dict[str, Any], *leaves: dict[str, Any]) -> dict[str, Any]:
    return {"field": key, "operator": "=", "match": dict(how), "value": {"combinator": "and", "rules": list(leaves)}}


def happened(scope: Scope, made: Make, named: Named) -> Iterator[Any]:
    """Fields that changed, tags that were put on and groups that were entered in the last days."""
    fields = [(key, item, asked) for key, item in scope.live.form.live_fields.items() if (asked := scope.happens(key))]
    for key, item, _asked in fields:
        yield made(named(CHANGED, field=item.label), "past", {"field": key, "operator": "changed", "value": dict(SPAN)}, "history")
    for grouping in scope.app.groupings_of(scope.live.key):
        for group in grouping.newest.groups.values():
            label = {lang: f"{read(grouping.newest.label, lang)} · {read(group.label, lang)}" for lang in LANGUAGES}
            value = {**SPAN, "groups": [f"{grouping.key}/{group.key}"]}
            yield made(named(ENTERED, name=label), "past", {"field": "$group", "operator": "enteredInLast", "value": value}, "category", only_found=True)
    for key, item, asked in fields:
        for tag in tags(scope, item) if "taggedInLast" in asked else ():
            value = {**SPAN, "tags": [tag.key]}
            yield made(named(TAGGED, name=tag.label), "past", {"field": key, "operator": "taggedInLast", "value": value}, "tag", only_found=True)


def tags(scope: Scope, item: Field) -> Iterator[Tag]:
    """The tags that a field of tags offers."""
    wanted = item.settings.get("vocabularies") or list(scope.app.vocabularies)
    return (tag for tag in scope.app.tags.values() if tag.vocabulary in wanted and not tag.retired)
