"""Every text of a definition that people read, found by its shape ({"zh", "en"}), so that new kinds of nodes are in by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from builder.edits import made
from builder.edits.made import Body
from runtime.errors import Invalid, NotFound, Problem
from runtime.words import LANGUAGES

# What names an item of a list, so that its address holds when the list is put in another order.
NAMES = ("key", "const", "field", "value")


@dataclass(frozen=True)
class Text:
    """One text: its address (`properties.kind.oneOf[agent].x-fenzu.label`), and the field or section it belongs to.

    `owner` is a field's key, `section:<key>`, or "" for the form itself; `option` is the key of the choice it names.
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
    found = texts(body)
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


def _places(body: Mapping[str, Any]) -> Iterator[Place]:
    """The form's own texts, then the layout with the fields that stand in it, then whatever else there is."""
    ui, fields = body["x-fenzu"], body["properties"]
    done: set[str] = set()
    own = {name: part for name, part in ui.items() if name not in ("layout", "logic")}
    yield from _own(own, ui)
    for found in _walk(ui.get("layout", []), "x-fenzu.layout", "", ""):
        if isinstance(found, str):
            if found in fields and found not in done:
                done.add(found)
                yield from _field(found, fields[found])
        else:
            yield found
    for key in fields:
        if key not in done and not fields[key]["x-fenzu"].get("retired"):
            yield from _field(key, fields[key])
    yield from _only_places(_walk(ui.get("logic", []), "x-fenzu.logic", "", ""))


def _own(own: Mapping[str, Any], ui: Body) -> Iterator[Place]:
    for name, part in own.items():
        if is_text(part):
            yield f"x-fenzu.{name}", ui, name, "", ""
        else:
            yield from _only_places(_walk(part, f"x-fenzu.{name}", "", ""))


def _field(key: str, found: Body) -> Iterator[Place]:
    """A field's own texts, then those inside it: its choices, the fields of its rows."""
    if found["x-fenzu"].get("retired"):
        return
    path = f"properties.{key}"
    yield from _only_places(_walk(found["x-fenzu"], f"{path}.x-fenzu", key, ""))
    yield from _only_places(_walk({k: v for k, v in found.items() if k != "x-fenzu"}, path, key, ""))


def _only_places(found: Iterator[Place | str]) -> Iterator[Place]:
    for each in found:
        if not isinstance(each, str):
            yield each


def _walk(part: Any, path: str, owner: str, option: str) -> Iterator[Place | str]:
    """Texts below a part; the key of a field that a layout item places comes as a plain string."""
    if isinstance(part, dict):
        if isinstance(part.get("field"), str) and path.startswith("x-fenzu.layout"):
            yield str(part["field"])
        for name, inner in part.items():
            if is_text(inner):
                yield f"{path}.{name}", part, name, owner, option
            elif isinstance(inner, (dict, list)) and name != "default":
                yield from _walk(inner, f"{path}.{name}", owner, option)
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            if isinstance(inner, (dict, list)):
                yield from _item(part, number, inner, path, owner, option)


def _item(part: list[Any], number: int, inner: Any, path: str, owner: str, option: str) -> Iterator[Place | str]:
    """One item of a list under a name that lasts; a keyed item of the layout owns what is in it."""
    called = _name(part, number)
    if path.partition("[")[0] == "x-fenzu.layout" and isinstance(inner, dict) and "items" in inner:
        owner = f"section:{inner['key']}"
    if isinstance(inner, dict) and "const" in inner:
        option = str(inner["const"])
    yield from _walk(inner, f"{path}[{called}]", owner, option)


def _name(part: list[Any], number: int) -> str:
    """What an item is called: its key where no other item has the same, else its number."""
    inner = part[number]
    for name in NAMES:
        if isinstance(inner, dict) and isinstance(inner.get(name), str):
            same = [each for each in part if isinstance(each, dict) and each.get(name) == inner[name]]
            if len(same) == 1:
                return str(inner[name])
    return str(number)


def is_text(part: Any) -> bool:
    """Whether a part of a document is a text in our languages."""
    return (
        isinstance(part, dict)
        and bool(part)
        and part.keys() <= set(LANGUAGES)
        and all(isinstance(words, str) for words in part.values())
    )

