"""What a person does on the tag page: each gesture edits one category, at once, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from builder.edits import vocabulary
from builder.edits.made import Body, Made
from builder.publish import apply as publishing
from runtime.errors import Invalid, NotFound, Problem
from runtime.records.act import Act
from runtime.words import LANGUAGES, Words

Given = MultiDict[str, str]
UNDO = "definition"


class Gesture(NamedTuple):
    """`edit` gets the body, what was sent, the tag keys of the whole app and the language; `told` is the toast."""

    edit: Callable[[Body, Given, Collection[str], str], Body | Made]
    told: Words


def _texts(given: Given) -> dict[str, str]:
    """The languages that were sent: `zh` and `en`."""
    return {lang: given[lang] for lang in LANGUAGES if lang in given}


def _add(body: Body, given: Given, taken: Collection[str], lang: str) -> Body:
    if not given.get("lines", "").strip():
        raise Invalid(Problem("lines", "name_needed"))
    own = {tag["key"] for tag in body["tags"]}
    return vocabulary.add_lines(body, given["lines"], lang, set(taken) - own)


def _name(body: Body, given: Given, _taken: Collection[str], _lang: str) -> Body:
    return vocabulary.rename_tag(body, given.get("id", ""), _texts(given))


def _color(body: Body, given: Given, _taken: Collection[str], _lang: str) -> Body:
    return vocabulary.recolour_tag(body, given.get("id", ""), given.get("color") or None)


def _move(body: Body, given: Given, _taken: Collection[str], _lang: str) -> Body:
    key = given.get("id", "")
    if given.get("after"):
        return vocabulary.move_tag(body, key, after=given["after"])
    return vocabulary.move_tag(body, key, to=given.get("to") or "top")


def _retire(body: Body, given: Given, _taken: Collection[str], _lang: str) -> Body:
    return vocabulary.retire_tag(body, given.get("id", ""))


def _back(body: Body, given: Given, _taken: Collection[str], _lang: str) -> Body:
    return vocabulary.bring_back_tag(body, given.get("id", ""))


def _category(body: Body, given: Given, _taken: Collection[str], _lang: str) -> Body:
    """The category's own name and colour, sent together."""
    renamed = vocabulary.rename(body, _texts(given))
    return vocabulary.set_property(renamed, "color", given.get("color") or body.get("color"))


def _switch(body: Body, given: Given, _taken: Collection[str], _lang: str) -> Body:
    name = given.get("name", "")
    if name not in ("single", "ask"):
        raise NotFound(Problem("name", "no_such_property", {"name": name}))
    return vocabulary.set_property(body, name, given.get("on") == "1")


GESTURES: Mapping[str, Gesture] = {
    "add": Gesture(_add, Words("加好了", "Added")),
    "name": Gesture(_name, Words("已改名，用到它的地方都跟着改了", "Renamed everywhere it is used")),
    "color": Gesture(_color, Words("换了颜色", "Colour changed")),
    "move": Gesture(_move, Words("顺序改好了", "Moved")),
    "retire": Gesture(
        _retire, Words("以后不再提供，已经打上的不变", "No longer offered; customers that have it keep it")
    ),
    "back": Gesture(_back, Words("又可以用了", "In use again")),
    "category": Gesture(_category, Words("分类改好了", "Category changed")),
    "switch": Gesture(_switch, Words("改好了，马上生效", "Changed, in effect now")),
}


def gesture(name: str) -> Gesture:
    """A gesture by name; raises NotFound."""
    if name not in GESTURES:
        raise NotFound(Problem("act", "no_such_gesture", {"name": name[:40]}))
    return GESTURES[name]


def take_back(act: Act, params: Mapping[str, Any]) -> None:
    """Publish the version again that stood before an edit."""
    publishing.roll_back(act.conn, act.app.id, params["kind"], params["key"], params["version"], act.by.by)


UNDOS = {UNDO: take_back}
