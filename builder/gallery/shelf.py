"""What the gallery says about a template: its art, its counts, a sample code; all from its own documents."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, NamedTuple

from builder.gallery.catalogue import Template, all_templates
from runtime.clock import AsOf
from runtime.definitions.others import Code, Tag
from runtime.fold import fold, full_pinyin, initials
from runtime.groups.codes import DATE_FORMS
from runtime.words import LANGUAGES, read

# How far the bars of a card's art reach, in percent: a few in the first group, most in the last.
BARS = (34, 62, 88)


class Card(NamedTuple):
    """One template on the shelf; `bars` are `(prefix, colour, percent)`."""

    template: Template
    bars: list[tuple[str, str, int]]
    forms: int
    groupings: int
    tags: int


def cards(search: str, industry: str, lang: str) -> list[Card]:
    """The templates that the search words and the chosen industry leave."""
    words = fold(search).split()
    found = [item for item in all_templates() if not industry or industry_of(item, lang) == industry]
    return [card(item) for item in found if all(word in _text(item) for word in words)]


def card(template: Template) -> Card:
    """A template with what its card shows: the bars of its cover, how many forms, groupings and tags."""
    groups = list(template.cover.top) if template.cover else []
    bars = [(group.prefix, group.color, width) for group, width in zip(groups, BARS, strict=False)]
    return Card(template, bars, len(template.forms), len(template.groupings), len(tags_of(template)))


def industries(lang: str) -> list[str]:
    """The trades there are templates for, each once."""
    return list(dict.fromkeys(industry_of(item, lang) for item in all_templates()))


def industry_of(template: Template, lang: str) -> str:
    """The trade a template is made for, in words."""
    return read(template.app["industry"], lang)


def tags_of(template: Template) -> list[Tag]:
    """Every tag, the first of each category before the second of any."""
    rows = zip_longest(*(list(vocabulary.tags.values()) for vocabulary in template.vocabularies))
    return [tag for row in rows for tag in row if tag]


def code_parts(template: Template, as_of: AsOf) -> tuple[list[dict[str, str]], str]:
    """What a first customer's code looks like: the coloured parts and the plain rest."""
    if not template.parts["code"]:
        return [], ""
    made = [_part(template, segment, as_of) for segment in Code(template.parts["code"][0]).segments]
    colored = [part for part in made if part["color"]]
    return colored, "".join(part["text"] for part in made if not part["color"]).lstrip("-")


def _part(template: Template, segment: dict[str, Any], as_of: AsOf) -> dict[str, str]:
    if "group" in segment:
        grouping = next(item for item in template.groupings if item.key == segment["group"])
        group = next((item for item in reversed(grouping.top) if item.prefix), None)
        return {
            "text": group.prefix if group else segment.get("none", ""),
            "color": group.color if group else "mo",
            "title": "",
        }
    if "serial" in segment:
        text = str(segment["serial"].get("start", 1)).zfill(segment["serial"]["width"])
    elif "check" in segment:
        text = ""
    elif "date" in segment:
        text = as_of.today.strftime(DATE_FORMS[segment["date"]])
    else:
        text = segment["text"] if "text" in segment else next(iter(segment["map"].values()), segment.get("none", ""))
    return {"text": text, "color": "", "title": ""}


def _text(template: Template) -> str:
    """Everything a search looks in: both languages, and the name as it is typed in pinyin."""
    labels = [template.app["label"], template.app["summary"], template.app["industry"]]
    labels += [item.label for part in (template.forms, template.groupings, template.vocabularies) for item in part]
    name = read(template.app["label"], "zh")
    return fold(
        " ".join([*(label.get(lang, "") for label in labels for lang in LANGUAGES), full_pinyin(name), initials(name)])
    )
