"""Every text of a definition that people read, found by its shape ({"zh", "en"}), so that new kinds of nodes are in by themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from builder.edits import made
from builder.edits.made import Body
from runtime.errors import Invalid, NotFound, Problem
from runtime.words import LANGUAGES

# What names an item of a list, so that its address holds when the list is put in another order.
NAMES = ("key", "const", "field", "value")
LAYOUT = "x-fenzu.layout"


class Text(NamedTuple):
    """One text: its address (`properties.kind.oneOf[agent].x-fenzu.label`), and the field or section it belongs to.

    `owner` is a field's key, `section:<key>`, or "" for the form itself; `option` is the key of the choice it names, be
    it one of a list or of a tree.
    """

    id: str
    words: Mapping[str, str]
    owner: str
    name: str
    option: str = ""

    def lacks(self, lang: str) -> bool:
        """Whether there is nothing to read in a language."""
        return not self.words.get(lang, "").strip()


def texts(body: Mapping[str, Any]) -> list[Text]:
    """All texts of a form, each field's where it stands in the layout; those of retired fields are left out."""
    return [Text(id, holder[name], owner, name, option) for id, holder, name, owner, option in _places(body)]


def missing(body: Mapping[str, Any]) -> dict[str, int]:
    """How many texts lack each language."""
    return lacking(texts(body))


def lacking(found: Sequence[Text]) -> dict[str, int]:
    """How many of these texts lack each language."""
    return {lang: sum(text.lacks(lang) for text in found) for lang in LANGUAGES}


def set_text(body: Mapping[str, Any], id: str, given: Mapping[str, str]) -> Body:
    """Change a text in one language or both; the last language of a text is never taken away."""
    return set_many(body, {id: given})


def set_many(body: Mapping[str, Any], given: Mapping[str, Mapping[str, str]]) -> Body:
    """Change many texts at once, by address; raises NotFound for an address that is none."""
    new_body = made.copy(body)
    places = {id: (holder, name) for id, holder, name, _owner, _option in _places(new_body)}
    for id, words in given.items():
        if id not in places:
            raise NotFound(Problem(id, "no_such_part", {"key": id[:80]}))
        holder, name = places[id]
        changed = made.text(holder[name], words)
        if not changed:
            raise Invalid(Problem(id, "last_language"))
        holder[name] = changed
    return new_body


Place = tuple[str, Body, str, str, str]


def _places(body: Mapping[str, Any]) -> list[Place]:
    """The form's own texts, then the layout with the fields that stand in it, then whatever else there is."""
    ui, found = body["x-fenzu"], _Places(body["properties"])
    found.inside({name: part for name, part in ui.items() if name not in ("layout", "logic")}, ui, "x-fenzu", "", "")
    found.items(ui.get("layout", []), LAYOUT, "", "")
    for key in body["properties"]:
        found.field(key)
    found.items(ui.get("logic", []), "x-fenzu.logic", "", "")
    return found.made


class _Places:
    """The texts below one part after another, put down as they are met."""

    def __init__(self, fields: Mapping[str, Body]) -> None:
        self.fields, self.made = fields, list[Place]()
        self.left = {key for key, found in fields.items() if not found["x-fenzu"].get("retired")}

    def field(self, key: str) -> None:
        """A field's own texts, then those inside it: its choices, the fields of its rows; each field once."""
        if key not in self.left:
            return
        self.left.remove(key)
        found, path = self.fields[key], f"properties.{key}"
        self.inside(found["x-fenzu"], found["x-fenzu"], f"{path}.x-fenzu", key, "")
        self.inside({name: part for name, part in found.items() if name != "x-fenzu"}, found, path, key, "")

    def inside(self, parts: Mapping[str, Any], holder: Body, path: str, owner: str, option: str) -> None:
        """What lies in an object under its names; an item of the layout brings the field that it places."""
        if isinstance(parts.get("field"), str) and path.startswith(f"{LAYOUT}["):
            self.field(parts["field"])
        for name, part in parts.items():
            if isinstance(part, list):
                if name != "default":
                    self.items(part, f"{path}.{name}", owner, option)
            elif isinstance(part, dict):
                if is_text(part):
                    self.made.append((f"{path}.{name}", holder, name, owner, option))
                elif name != "default":
                    self.inside(part, part, f"{path}.{name}", owner, option)

    def items(self, part: list[Any], path: str, owner: str, option: str) -> None:
        """What lies in a list, each item under a name that lasts; a section of the layout owns what is in it."""
        for name, item in zip(_names(part), part, strict=True):
            at = f"{path}[{name}]"
            if isinstance(item, list):
                self.items(item, at, owner, option)
            elif isinstance(item, dict):
                own = f"section:{item['key']}" if "items" in item and at.startswith(f"{LAYOUT}[") else owner
                called = item.get("const", item.get("key") if at.startswith("properties.") else None)
                self.inside(item, item, at, own, option if called is None else str(called))


def _names(part: list[Any]) -> list[str]:
    """What the items of a list are called: by their key where no other item has the same, else by their number."""
    keys = [[(name, item[name]) for name in NAMES if isinstance(item.get(name), str)] if isinstance(item, dict) else [] for item in part]
    often = Counter(pair for each in keys for pair in each)
    return [next((pair[1] for pair in each if often[pair] == 1), str(number)) for number, each in enumerate(keys)]


def is_text(part: Any) -> bool:
    """Whether a part of a document is a text in our languages."""
    return (
        isinstance(part, dict)
        and bool(part)
        and part.keys() <= set(LANGUAGES)
        and all(isinstance(words, str) for words in part.values())
    )

