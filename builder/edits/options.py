"""Gestures on a field's list of options. An option's key never changes once it is published; its label may."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder.edits import made, node
from builder.edits.made import Body, Made, Text
from runtime.definitions.form import options_of
from runtime.errors import Conflict, Invalid, Problem
from runtime.words import LANGUAGES

Option = dict[str, Any]
BORN = re.compile(r"(选项|Option) \d+")
Published = Mapping[str, Any] | None


def options(body: Mapping[str, Any], key: str) -> list[Option]:
    """A field's options as `{const, label, color, retired}`; raises Invalid when its type has none."""
    found = node.find(body, key)
    if "options" not in node.type_of(found).settings:
        raise Invalid(Problem(f"properties.{key}", "field_without_options", {"field": found["x-fenzu"]["label"]}))
    return options_of(found)


def add_option(
    body: Mapping[str, Any], key: str, label: Text | None = None, *, after: str | None = None, color: str | None = None
) -> Made:
    """A new option with the next unused colour, before the retired ones."""
    listed = options(body, key)
    keys = [option["const"] for option in listed]
    number = len(listed) + 1
    name = made.label(None, label) if label else {"zh": f"选项 {number}", "en": f"Option {number}"}
    option = _new(listed, name, color)
    if after is None:
        at = next((i for i, other in enumerate(listed) if other["retired"]), len(listed))
    else:
        at = made.slot(keys, after=after, path=f"properties.{key}.oneOf")
    listed.insert(at, option)
    return Made(_with(body, key, listed), option["const"])


def rename_option(body: Mapping[str, Any], key: str, const: str, label: Text) -> Body:
    """Change what people call an option; a name it was born with goes in the other language."""

    def change(option: Option) -> None:
        kept = {lang: words for lang, words in option["label"].items() if lang in label or not BORN.fullmatch(words)}
        option["label"] = made.label(kept, label)

    return _change(body, key, const, change)


def recolour_option(body: Mapping[str, Any], key: str, const: str, color: str | None) -> Body:
    """Give an option another colour, or none."""
    return _change(body, key, const, lambda option: option.update(color=color))


def move_option(
    body: Mapping[str, Any],
    key: str,
    const: str,
    *,
    before: str | None = None,
    after: str | None = None,
    to: str | None = None,
) -> Body:
    """Another place in the list."""
    listed = options(body, key)
    return _with(body, key, made.rearranged(listed, const, before=before, after=after, to=to, name="const"))


def remove_option(body: Mapping[str, Any], key: str, const: str, published: Published) -> Body:
    """No longer offer an option: gone if it never was published, else retired, and records that have it keep it."""
    listed = options(body, key)
    at = made.position_of([option["const"] for option in listed], const, f"properties.{key}.oneOf")
    if const in published_options(published, key):
        listed[at]["retired"] = True
    else:
        del listed[at]
    _keep_one(body, key, listed)
    new_body = _with(body, key, listed)
    _drop_default(new_body, key, {option["const"] for option in listed if not option["retired"]})
    return new_body


def bring_back_option(body: Mapping[str, Any], key: str, const: str) -> Body:
    """Offer a retired option again."""
    return _change(body, key, const, lambda option: option.update(retired=False))


def set_lines(body: Mapping[str, Any], key: str, typed: str, lang: str, published: Published) -> Body:
    """The whole list as lines in one language: known names keep their key, missing ones go, new ones are added."""
    listed = options(body, key)
    kept: list[Option] = []
    for line in made.lines_of(typed):
        same = next((option for option in listed if option not in kept and _called(option, line, lang)), None)
        if same is None:
            kept.append(_new([*listed, *kept], made.label(None, {lang: line}), None))
        else:
            same["retired"] = False
            kept.append(same)
    before = published_options(published, key)
    gone = [option | {"retired": True} for option in listed if option not in kept and option["const"] in before]
    listed = [*kept, *gone]
    _keep_one(body, key, listed)
    new_body = _with(body, key, listed)
    _drop_default(new_body, key, {option["const"] for option in kept})
    return new_body


def use_set(body: Mapping[str, Any], key: str, given: Sequence[Option], published: Published) -> Body:
    """A ready list of choices in place of the present one: what is there under the same key or name stays as it is."""
    listed = options(body, key)
    kept: list[Option] = []
    for option in given:
        same = next((each for each in listed if each not in kept and _like(each, option)), None)
        taken = {each["const"] for each in [*listed, *kept]}
        new = {"color": None, "retired": False, **option, "const": made.free(option["const"], taken)}
        kept.append({**same, "retired": False} if same else new)
    keys = {option["const"] for option in kept}
    before = published_options(published, key)
    gone = [option | {"retired": True} for option in listed if option["const"] in before - keys]
    new_body = _with(body, key, [*kept, *gone])
    _drop_default(new_body, key, keys)
    return new_body


def _like(old: Option, new: Option) -> bool:
    """Whether two choices are one: the same key, or a name in common."""
    names = {words.casefold() for words in new["label"].values()}
    return bool(old["const"] == new["const"] or names & {words.casefold() for words in old["label"].values()})


def published_options(published: Published, key: str) -> set[str]:
    """The keys of a field's options that are published."""
    if published is None or key not in published["properties"]:
        return set()
    return {option["const"] for option in options_of(published["properties"][key])}


def _new(listed: list[Option], label: Text, color: str | None) -> Option:
    keys = {option["const"] for option in listed}
    const = made.propose(label, keys, "option")
    used = [option["color"] for option in listed if option["color"]]
    return {"const": const, "label": dict(label), "color": color or made.next_color(used), "retired": False}


def _called(option: Option, line: str, lang: str) -> bool:
    """Whether a line names an option; in the language of the lines first, else by its key or in any language."""
    label = option["label"]
    names = {label[lang]} if label.get(lang) else {label[other] for other in LANGUAGES if label.get(other)}
    return line.casefold() in {name.casefold() for name in names}


def _with(body: Mapping[str, Any], key: str, listed: list[Option]) -> Body:
    new_body = made.copy(body)
    new_body["properties"][key] = node.remake(node.find(body, key), {"options": listed})
    return new_body


def _change(body: Mapping[str, Any], key: str, const: str, change: Callable[[Option], None]) -> Body:
    listed = options(body, key)
    change(listed[made.position_of([option["const"] for option in listed], const, f"properties.{key}.oneOf")])
    return _with(body, key, listed)


def _keep_one(body: Mapping[str, Any], key: str, listed: list[Option]) -> None:
    if all(option["retired"] for option in listed):
        raise Conflict(
            Problem(f"properties.{key}.oneOf", "last_option", {"field": node.find(body, key)["x-fenzu"]["label"]})
        )


def _drop_default(body: Body, key: str, offered: set[str]) -> None:
    """A default that is no longer offered is no default."""
    ui = node.find(body, key)["x-fenzu"]
    default = ui.get("default")
    wanted = default if isinstance(default, list) else [default]
    if default is not None and not set(wanted) <= offered:
        del ui["default"]
