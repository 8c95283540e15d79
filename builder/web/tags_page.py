"""What the tag page shows: categories with their sizes, tags with customers and uses, one tag in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from builder.publish.impact import option_counts
from builder.published import published
from builder.web import start
from runtime import words
from runtime.definitions.others import Tag, Vocabulary
from runtime.definitions.parts import COLORS
from runtime.definitions.uses import Use, uses_of
from runtime.definitions.whole import Whole
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.words import Words

RETIRED = "-"
KINDS = {
    "grouping": Words("{n} 个分组", "{n} group|{n} groups"),
    "view": Words("{n} 个视图", "{n} view|{n} views"),
    "role": Words("{n} 个角色", "{n} role|{n} roles"),
}
KIND_NAMES = {
    "grouping": ("category", Words("分组规则", "Group rule")),
    "view": ("table", Words("视图", "View")),
    "role": ("shield", Words("角色", "Role")),
}


def made(conn: Connection, found: LiveApp, asked: Mapping[str, str]) -> dict[str, Any]:
    """Everything below the bar; `c` names the category, `tag` the tag in the panel."""
    listed, number, whole = categories(found), counts(conn, found), published(conn, found.id)
    chosen, key = asked.get("c", ""), asked.get("tag", "")
    vocabulary = found.vocabularies.get(chosen) or (listed[0] if listed and chosen != RETIRED else None)
    retired = [tag for tag in found.tags.values() if tag.retired]
    own = retired if vocabulary is None else [tag for tag in vocabulary.tags.values() if not tag.retired]
    tag = found.tags.get(key)
    return {
        "categories": [(item, sum(not tag.retired for tag in item.tags.values())) for item in listed],
        "c": vocabulary.key if vocabulary else RETIRED if retired else "",
        "vocabulary": vocabulary,
        "retired": len(retired),
        "rows": [row(whole, item, number) for item in own],
        "most": max(number.values(), default=0),
        "tag": tag,
        "tag_count": number.get(key, 0) if tag else 0,
        "tag_body": _body(found, tag) if tag else {},
        "places": places(found, whole, tag) if tag else [],
        "colors": COLORS,
        "empty": vocabulary is not None and not any(number.get(item) for item in vocabulary.tags),
    }


def categories(found: LiveApp) -> list[Vocabulary]:
    """The app's categories in the order people gave them."""
    return sorted(found.vocabularies.values(), key=lambda item: item.position)


def counts(conn: Connection, found: LiveApp) -> Counter[str]:
    """How many records have each tag, over all forms that hold tags."""
    number: Counter[str] = Counter()
    for live in found.forms.values():
        for key, item in live.form.live_fields.items():
            if "vocabularies" in item.type.settings:
                number.update(option_counts(conn, live.tables, key))
    return number


def row(whole: Whole, tag: Tag, number: Mapping[str, int]) -> dict[str, Any]:
    """One line of the table."""
    found: Counter[str] = Counter()
    for kind, _key, _where in {(use.kind, use.key, use.where.zh) for use in _uses(whole, tag)}:
        found[kind] += 1
    lang = here.actor().lang
    said = [KINDS[kind].say(lang, n=n) for kind, n in found.items() if kind in KINDS]
    return {
        "tag": tag,
        "label": words.read(tag.label, lang),
        "count": number.get(tag.key, 0),
        "used": "、".join(said) if lang == "zh" else ", ".join(said),
    }


def places(app: LiveApp, whole: Whole, tag: Tag) -> list[dict[str, str]]:
    """Every place that uses a tag, each once, as the panel lists them."""
    lang = here.actor().lang
    found: dict[str, dict[str, str]] = {}
    for use in _uses(whole, tag):
        icon, kind = KIND_NAMES.get(use.kind, ("file", Words("其他", "Other")))
        found.setdefault(
            use.where.zh,
            {"icon": icon, "kind": kind.say(lang), "where": use.where.say(lang), "href": start.address_of(app, use)},
        )
    return list(found.values())


def _uses(whole: Whole, tag: Tag) -> list[Use]:
    return uses_of(whole, "vocabulary", tag.vocabulary, tag=tag.key)


def _body(found: LiveApp, tag: Tag) -> Mapping[str, Any]:
    """The tag as its category's document has it; without a colour of its own it takes its category's."""
    return next(node for node in found.vocabularies[tag.vocabulary].body["tags"] if node["key"] == tag.key)
