"""What a person does in the form designer: each gesture's name, what it does to the body, and what undo calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from builder import option_library, shelf
from builder.edits import form, kept, layout, options, retyping
from builder.edits.made import Body, Made, Text
from builder.publish.change import named
from builder.web import designer_settings as settings
from builder.web import layout_gestures as parts
from builder.web import layouts_acts, logic_gestures
from builder.web import rows_gestures as inside
from runtime.errors import NotFound, Problem
from runtime.storage.live import LiveApp
from runtime.words import LANGUAGES, Words

Given = MultiDict[str, str]
SECTION, KEPT = "section", "kept"
# Gestures that only put something in: two people's are two things, whatever they are called.
ADDING = frozenset({"add", "copy", "tab", "row-add", "option-add"})


@dataclass(frozen=True)
class Board:
    """What a gesture may need besides the body: the app, the form's published body, the person's language and names."""

    app: LiveApp
    key: str
    published: Mapping[str, Any] | None
    lang: str
    names: Any
    shelf: Mapping[str, Any]


Act = Callable[[Body, Given, Board], "Body | Made"]


class Gesture(NamedTuple):
    """`said` is the step's name in undo, with `{f}` for the field; `typing` keeps the panel as it stands."""

    act: Act
    said: Words
    typing: bool = False


def _add(body: Body, given: Given, board: Board) -> Made:
    """A new field or part; `kept:<key>` is one that somebody put aside."""
    head, _, key = given.get("kind", "").partition(":")
    if head != KEPT:
        return parts.add(body, given)
    return kept.drop(shelf.find(board.shelf, shelf.PARTS, key), lambda kind: parts.add(body, _with(given, "kind", kind)))


def _with(given: Given, name: str, value: str) -> Given:
    """What was sent, with another value of one name."""
    changed: Given = MultiDict(given)
    changed[name] = value
    return changed


def _move(body: Body, given: Given, _board: Board) -> Body:
    return parts.move(body, given)


def _copy(body: Body, given: Given, _board: Board) -> Made:
    return parts.copy(body, given)


def _remove(body: Body, given: Given, board: Board) -> Made:
    return parts.remove(body, given, board.published)


def _part(body: Body, given: Given, _board: Board) -> Body:
    return parts.part(body, given)


def _tab(body: Body, given: Given, _board: Board) -> Made:
    return parts.add_tab(body, given)


def _back(body: Body, given: Given, _board: Board) -> Made:
    return Made(form.bring_back(body, given.get("id", "")), given.get("id", ""))


def _texts(given: Given) -> tuple[str, Text]:
    """A property's name and its new text in one language: `label.zh` is (`label`, {"zh": …})."""
    name, _, lang = given.get("name", "").partition(".")
    if lang not in LANGUAGES:
        raise NotFound(Problem("name", "no_such_property", {"name": name}))
    return name, {lang: given.get("value", "")}


def _set(body: Body, given: Given, board: Board) -> Body:
    return settings.put(body, given, board.app, board.names)


def _set_form(body: Body, given: Given, _board: Board) -> Body:
    name = given.get("name", "")
    if name == "title":
        return form.set_title(body, given.get("value", ""))
    if name == "icon":
        return form.set_form(body, name, given.get("value", ""))
    return form.set_form(body, *_texts(given))


def _section(body: Body, given: Given, _board: Board) -> Body:
    """A section's heading, columns or place."""
    key, name = given.get("id", ""), given.get("name", "")
    if name == "columns":
        return layout.set_columns(body, key, int(given.get("value", "2") or 2))
    if name == "to":
        return layout.move_section(body, key, to=given.get("value", ""))
    return layout.rename_section(body, key, _texts(given)[1])


def _section_away(body: Body, given: Given, _board: Board) -> Made:
    return Made(layout.remove_section(body, given.get("id", "")), "")


def _option_add(body: Body, given: Given, _board: Board) -> Body:
    return options.add_option(body, given.get("id", "")).body


def _option_name(body: Body, given: Given, _board: Board) -> Body:
    return options.rename_option(body, given.get("id", ""), given.get("option", ""), _texts(given)[1])


def _option_color(body: Body, given: Given, _board: Board) -> Body:
    return options.recolour_option(body, given.get("id", ""), given.get("option", ""), given.get("value") or None)


def _option_move(body: Body, given: Given, _board: Board) -> Body:
    """By menu (`to`), or dropped after another one; the list says which field it belongs to in its `section`."""
    if given.get("to"):
        return options.move_option(body, given.get("id", ""), given.get("option", ""), to=given["to"])
    field, option = given.get("section", ""), given.get("id", "")
    if given.get("after"):
        return options.move_option(body, field, option, after=given["after"])
    return options.move_option(body, field, option, to="top")


def _option_remove(body: Body, given: Given, board: Board) -> Body:
    return options.remove_option(body, given.get("id", ""), given.get("option", ""), board.published)


def _option_back(body: Body, given: Given, _board: Board) -> Body:
    return options.bring_back_option(body, given.get("id", ""), given.get("option", ""))


def _option_set(body: Body, given: Given, board: Board) -> Body:
    """A ready list of choices, ours or `own:<key>` from the app's shelf."""
    own, _, key = given.get("value", "").rpartition(":")
    if own:
        listed = shelf.find(board.shelf, shelf.OPTIONS, key)["options"]
    elif (ready := option_library.find(key)) is not None:
        listed = ready.options()
    else:
        raise NotFound(Problem("value", "no_such_part", {"key": key[:40]}))
    return options.use_set(body, given.get("id", ""), listed, board.published)


def _option_lines(body: Body, given: Given, board: Board) -> Body:
    return options.set_lines(body, given.get("id", ""), given.get("lines", ""), board.lang, board.published)


def _layout_add(body: Body, given: Given, _board: Board) -> Body:
    return layouts_acts.add(body, given)


def _layout_drop(body: Body, given: Given, _board: Board) -> Body:
    return layouts_acts.drop(body, given)


def _row_add(body: Body, given: Given, _board: Board) -> Body | Made:
    return inside.add(body, given)


def _row_move(body: Body, given: Given, _board: Board) -> Body:
    """A column dropped after another one, or at the front."""
    after = given.get("after", "")
    return layout.move_item(body, given.get("id", ""), after=after or None, to=None if after else "top")


def _row_total(body: Body, given: Given, _board: Board) -> Body:
    return inside.total(body, given)


def _retype(body: Body, given: Given, board: Board) -> Body:
    return retyping.retype(body, given.get("id", ""), given.get("to", ""), board.published)


GESTURES: Mapping[str, Gesture] = {
    "add": Gesture(_add, Words("加了字段", "Added a field")),
    "move": Gesture(_move, Words("移动「{f}」", "Moved “{f}”")),
    "copy": Gesture(_copy, Words("复制「{f}」", "Copied “{f}”")),
    "remove": Gesture(_remove, Words("去掉「{f}」", "Removed “{f}”")),
    "back": Gesture(_back, Words("恢复「{f}」", "Brought back “{f}”")),
    "set": Gesture(_set, Words("改「{f}」", "Changed “{f}”")),
    "retype": Gesture(_retype, Words("「{f}」换了类型", "“{f}” has another type")),
    "type": Gesture(_set, Words("改「{f}」", "Changed “{f}”"), typing=True),
    "form": Gesture(_set_form, Words("改表单设置", "Changed the form")),
    "form-type": Gesture(_set_form, Words("改表单设置", "Changed the form"), typing=True),
    "section": Gesture(_section, Words("改分区", "Changed a section")),
    "section-type": Gesture(_section, Words("改分区名称", "Renamed a section"), typing=True),
    "part": Gesture(_part, Words("改排版", "Changed the layout")),
    "part-type": Gesture(_part, Words("改排版里的文字", "Changed words in the layout"), typing=True),
    "tab": Gesture(_tab, Words("加了页签", "Added a tab")),
    "section-away": Gesture(_section_away, Words("去掉分区", "Removed a section")),
    layouts_acts.ADD: Gesture(_layout_add, Words("加了一种排版", "Added a layout")),
    layouts_acts.DROP: Gesture(_layout_drop, Words("排版改回和完整的一样", "The full layout again")),
    "row-add": Gesture(_row_add, Words("给「{f}」加了一列", "Added a column to “{f}”")),
    "row-move": Gesture(_row_move, Words("移动「{f}」", "Moved “{f}”")),
    "row-total": Gesture(_row_total, Words("改「{f}」的合计", "Changed the totals of “{f}”")),
    "show-when": Gesture(logic_gestures.show_when, Words("改「{f}」的显示条件", "Changed when “{f}” is shown")),
    "hidden": Gesture(logic_gestures.hidden, Words("改「{f}」藏起来时的做法", "Changed what “{f}” keeps while hidden")),
    "option-add": Gesture(_option_add, Words("给「{f}」加选项", "Added a choice to “{f}”")),
    "option-name": Gesture(_option_name, Words("改「{f}」的选项", "Renamed a choice of “{f}”"), typing=True),
    "option-color": Gesture(_option_color, Words("改「{f}」的选项颜色", "Changed a colour of “{f}”")),
    "option-move": Gesture(_option_move, Words("调整选项顺序", "Moved a choice")),
    "option-remove": Gesture(_option_remove, Words("去掉「{f}」的选项", "Removed a choice of “{f}”")),
    "option-back": Gesture(_option_back, Words("恢复「{f}」的选项", "Brought back a choice of “{f}”")),
    "option-set": Gesture(_option_set, Words("给「{f}」换一套选项", "Used a ready list for “{f}”")),
    "option-lines": Gesture(_option_lines, Words("批量改「{f}」的选项", "Edited the choices of “{f}”")),
}


def gesture(name: str) -> Gesture:
    """A gesture by name; raises NotFound."""
    if name not in GESTURES:
        raise NotFound(Problem("act", "no_such_gesture", {"name": name[:40]}))
    return GESTURES[name]


def done(found: Gesture, body: Body, given: Given, board: Board) -> Body | Made:
    """A gesture on the layout shown, or inside the rows of a sub-form where it names a column of one."""

    def act(shown: Body) -> Body | Made:
        return inside.done(lambda part, own, old: found.act(part, own, replace(board, published=old)), shown, given, board.published)

    return layouts_acts.done(act, body, given)


def said(found: Gesture, body: Mapping[str, Any], given: Given) -> Words:
    """The step's name with the field's."""
    owner, _dot, inner = given.get("id", "").partition(".")
    item = body["properties"].get(owner)
    item = item["items"]["properties"].get(inner) if item and inner and "items" in item else item
    return named(found.said, f=item["x-fenzu"]["label"] if item else "")


def same(given: Given) -> str | None:
    """What makes typing on one step: the same property of the same thing."""
    act = given.get("act", "")
    if act not in GESTURES or not GESTURES[act].typing:
        return None
    return f"{act}:{given.get('id', '')}:{given.get('option', '')}:{given.get('name', '')}"
