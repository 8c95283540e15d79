"""What a condition can be about, found by ordinary words in both languages and in pinyin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from builder.web import rules_pick_more
from builder.web.rules_scope import Scope
from builder.web.rules_values import SPAN, moment_of, preferred
from runtime.definitions.form import Field
from runtime.fold import fold, full_pinyin, initials
from runtime.records.targets import SYSTEM
from runtime.rules.describe import sentence
from runtime.rules.operators import OPERATORS, OPERATORS_OF
from runtime.rules.wording import inside
from runtime.storage.live import LiveForm
from runtime.words import LANGUAGES, Words, read

MOST = 60
Text = dict[str, str]
AGO = Words("多久没有新的{name}", "How long since the last {name}")
SINCE = Words("距离{name}多久", "How long since {name}")
HOW_MANY = Words("{name}数量", "Number of {name}")
TOTAL = Words("{name}的{field}合计", "Total {field} of {name}")
SPENT = "how much spent spending 花了多少 消费"
HAS = Words("有没有这样的{name}：按{field}", "Has {name} by {field}")
OF = Words("{name}的{field}", "{field} of {name}")
TAGGED = Words("带有标签「{name}」", "Has the tag “{name}”")
IN = Words("在分组「{name}」里", "Is in the group “{name}”")
CHOSEN = Words("{field}是{name}", "{field} is {name}")
SAMPLES: dict[str, Any] = {"number": 100, "text": "…"}


@dataclass(frozen=True)
class Choice:
    """One thing to choose: what it is called, its shelf, and the condition it begins with."""

    label: Text
    shelf: str
    leaf: dict[str, Any]
    icon: str
    common: bool = False
    only_found: bool = False
    also: str = ""  # what people call it besides

    @property
    def json(self) -> str:
        return json.dumps(self.leaf, ensure_ascii=False)

    def fits(self, wanted: str) -> bool:
        """Whether the words, or all their signs, are in the name: in either language, in pinyin or as initials."""
        names = [fold(text) for text in self.label.values()]
        spoken = [full_pinyin(self.label.get("zh", "")), initials(self.label.get("zh", ""))]
        if any(wanted in text for text in (*names, *spoken, self.also)):
            return True
        parts = wanted.split() if wanted.isascii() else list(wanted.replace(" ", ""))
        return len(parts) > 1 and any(all(part in text for part in parts) for text in names)


def shelves(scope: Scope) -> list[tuple[str, str, str]]:
    """The shelves as (key, label, icon)."""
    lang, form = scope.lang, scope.live.form
    found = [("common", Words("常用", "Common").say(lang), "star"), ("own", read(form.label, lang), form.icon)]
    for key, inverse in _inverses(scope):
        found.append((f"@{key}", scope.related_label(key), inverse[0].form.icon))
    if next(rules_pick_more.happened(scope, Choice, _named), None):
        found.append(("past", Words("最近发生的", "What happened").say(lang), "history"))
    found += [(f">{key}", read(link.label, lang), "link") for key, link in form.links.items() if not link.retired]
    if any("vocabularies" in item.type.settings for item in form.live_fields.values()):
        found.append(("tags", Words("标签", "Tags").say(lang), "tags"))
    if scope.app.groupings_of(scope.live.key):
        found.append(("groups", Words("别的分组", "Other groups").say(lang), "category"))
    return found


def found(scope: Scope, shelf: str, words: str, but: str = "") -> list[Choice]:
    """What stands on a shelf, or what fits the words wherever it stands; `but` leaves out a grouping's own groups."""
    every = [one for one in choices(scope) if not (but and one.leaf.get("field") == "$group" and _own(one, but))]
    wanted = fold(words)
    if wanted:
        return sorted((one for one in every if one.fits(wanted)), key=lambda one: one.only_found)[:MOST]
    if shelf == "common":
        return [one for one in every if one.common][:12]
    return [one for one in every if one.shelf == shelf and (not one.only_found or shelf in ("tags", "groups", "past"))][:MOST]


def _own(choice: Choice, grouping: str) -> bool:
    value = choice.leaf.get("value")
    value = value.get("groups") if isinstance(value, dict) else value
    return isinstance(value, list) and str(value[0]).startswith(f"{grouping}/")


def example(scope: Scope, choice: Choice) -> str:
    """The condition as a sentence, with a value standing in where it has none yet."""
    leaf = dict(choice.leaf)
    far = scope.far(str(leaf["field"])) if "match" in leaf else None
    if far is not None and not leaf["value"]["rules"] and (inner := next(own_fields(far), None)) is not None:
        ready = {**inner.leaf, "value": inner.leaf.get("value", SAMPLES.get(far.value_kind(inner.leaf) or ""))}
        leaf["value"] = {**leaf["value"], "rules": [ready]}
    if leaf.get("value") is None:
        leaf["value"] = SAMPLES.get(scope.value_kind(leaf) or "")
    return sentence({"combinator": "and", "rules": [leaf]}, scope.words, scope.lang)


def choices(scope: Scope) -> Iterator[Choice]:
    """Everything a condition can be about, the nearest first."""
    yield from own_fields(scope)
    yield from _related(scope)
    yield from _linked(scope)
    yield from _tags(scope)
    yield from _groups(scope)
    yield from rules_pick_more.happened(scope, Choice, _named)


def own_fields(scope: Scope) -> Iterator[Choice]:
    """Conditions on the form’s own fields, and on what the system keeps of a record."""
    shown: dict[str, int] = {}
    for key, item in scope.live.form.live_fields.items():
        kind = item.type.kind
        shown[kind] = shown.get(kind, 0) + 1
        common = shown[kind] <= 2 and kind in ("choice", "tree", "many", "number", "person", "people")
        if kind == "date" or kind == "datetime":
            yield Choice(
                _named(SINCE, name=item.label),
                "own",
                {"field": key, "operator": "olderThan", "value": dict(SPAN)},
                "clock",
                shown[kind] <= 2,
            )
        yield Choice(_text(item.label), "own", _leaf(key, kind), item.type.icon, common)
        for option in item.options:
            name = _named(CHOSEN, field=item.label, name=option["label"])
            value = {"operator": "hasAnyOf" if item.type.many else "in", "value": [option["const"]]}
            yield Choice(name, "own", {"field": key, **value}, item.type.icon, only_found=True)
    for key, (_, kind, label) in SYSTEM.items():
        if key != "$id":
            yield Choice(label._asdict(), "own", _leaf(key, kind), "clock")


def _related(scope: Scope) -> Iterator[Choice]:
    """Counts, sums and the last date of the records that link here."""
    for at, (key, inverse) in enumerate(_inverses(scope)):
        far = scope.far(key)
        if far is None:
            continue
        mine = scope.live.form.fields.get(key) is inverse[1]
        name = _text(inverse[1].label if mine else inverse[1].settings.get("inverse_label") or far.live.form.label)
        moment, shelf, icon = moment_of(far), f"@{key}", far.live.form.icon
        recent = {"field": moment, "operator": "inLast", "value": {"n": 90, "unit": "day"}}
        since = {"where": {"combinator": "and", "rules": [recent]}} if moment else {}
        if moment:
            last = {"field": key, "agg": {"fn": "max", "of": moment}, "operator": "olderThan", "value": dict(SPAN)}
            yield Choice(_named(AGO, name=name), shelf, last, "clock", at < 2)
        many = {"field": key, "agg": {"fn": "count", **since}, "operator": ">=", "value": 1}
        yield Choice(_named(HOW_MANY, name=name), shelf, many, icon, at < 2)
        yield from _fields_of(scope, far, key, name, since, first=at == 0)
        yield from rules_pick_more.matches(far, key, name, Choice, _named)


def _fields_of(scope: Scope, far: Scope, key: str, name: Text, since: dict[str, Any], first: bool) -> Iterator[Choice]:
    """Sums of the numbers of related records; whether there are any with a certain value of another field."""
    moment = moment_of(far)
    for of, item in far.live.form.live_fields.items():
        said = {"name": name, "field": item.label}
        if item.type.kind == "number":
            total = {"field": key, "agg": {"fn": "sum", "of": of, **since}, "operator": ">="}
            yield Choice(_named(TOTAL, **said), f"@{key}", total, item.type.icon, first, also=SPENT)
        elif item.form != scope.live.key and item.type.kind not in ("file", "rows") and not item.type.readonly and of != moment:
            where = {"combinator": "and", "rules": [_leaf(of, item.type.kind)]}
            some = {"field": key, "agg": {"fn": "count", "where": where}, "operator": ">=", "value": 1}
            yield Choice(_named(HAS, **said), f"@{key}", some, item.type.icon)


def _inverses(scope: Scope) -> list[tuple[str, tuple[LiveForm, Field]]]:
    """What links here, and sub-forms: those with amounts first, which rules are about most; links to itself last.

    Conditions on related records go no further than those.
    """
    if scope.inner:
        return []
    several = [key for key, link in scope.live.form.pointing.items() if link.type.many]
    keys = [*scope.app.inverses.get(scope.live.key, {}), *scope.live.rows, *several]
    live = scope.live.form.live_fields
    found = [(key, one) for key in keys if (one := scope.inverse(key)) and (key in live or (key not in scope.live.rows and key not in several))]

    def rank(one: tuple[str, tuple[LiveForm, Field]]) -> tuple[bool, bool]:
        form = one[1][0].form
        return form.key == scope.live.key, not any(item.type.kind == "number" for item in form.live_fields.values())

    return sorted(found, key=rank)


def _linked(scope: Scope) -> Iterator[Choice]:
    for key, link in scope.live.form.links.items():
        target = scope.app.forms.get(link.form or "")
        if link.retired or target is None:
            continue
        for name, item in target.form.live_fields.items():
            if not item.type.many:
                yield Choice(
                    _named(OF, name=link.label, field=item.label),
                    f">{key}",
                    _leaf(f"{key}.{name}", item.type.kind),
                    item.type.icon,
                )


def _tags(scope: Scope) -> Iterator[Choice]:
    for key, item in scope.live.form.live_fields.items():
        if "vocabularies" in item.type.settings:
            for tag in rules_pick_more.tags(scope, item):
                leaf = {"field": key, "operator": "hasAnyOf", "value": [tag.key]}
                yield Choice(_named(TAGGED, name=tag.label), "tags", leaf, "tag", only_found=True)


def _groups(scope: Scope) -> Iterator[Choice]:
    for item in scope.app.groupings_of(scope.live.key):
        for group in item.newest.groups.values():
            name = {lang: f"{read(item.newest.label, lang)} · {read(group.label, lang)}" for lang in LANGUAGES}
            leaf = {"field": "$group", "operator": "in", "value": [f"{item.key}/{group.key}"]}
            yield Choice(_named(IN, name=name), "groups", leaf, "category", only_found=True)


def _leaf(name: str, kind: str) -> dict[str, Any]:
    """A condition to begin with: the comparison people mean most often, without a value yet."""
    operators = OPERATORS_OF[kind]
    operator = "inLast" if "inLast" in operators else preferred(operators)
    leaf: dict[str, Any] = {"field": name, "operator": operator}
    if OPERATORS[operator].takes == "span":
        leaf["value"] = dict(SPAN)
    return leaf | ({"value": True} if kind == "boolean" else {})


def _text(label: Any) -> Text:
    return {lang: read(label, lang) for lang in LANGUAGES}


def _named(words: Words, **labels: Any) -> Text:
    """A text with names in it; in English they stand inside a sentence, in small letters, but where it begins with one."""
    made = {
        lang: fill.format(**{name: inside(read(label, lang), lang) for name, label in labels.items()})
        for lang, fill in words._asdict().items()
    }
    return {lang: text[:1].upper() + text[1:] for lang, text in made.items()}
