"""A department of the organisation: whose customer it is, who looks after it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields import trees
from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, cell_text, short, written
from runtime.fold import full_pinyin, initials
from runtime.sql.types import BinaryText
from runtime.words import Words

ME = "$me"
# The organisation's tree, as the storage keeps it: every department with each one above it, and who belongs where.
LINE = sa.table("department_line", sa.column("above", BinaryText), sa.column("department", BinaryText))
PERSON = sa.table("department_person", sa.column("person", sa.BigInteger), sa.column("department", BinaryText))


class Department(FieldType):
    """The value is the department's key, which stays when it is renamed or moved; typed as a path or the end of one."""

    name = "department"
    label = Words("部门", "Department")
    icon = "sitemap"
    shelf = "customer"
    kind = "tree"
    template = "fields/department.html"
    shared = True
    public = False
    settings = properties(mine=setting("boolean", False, "新记录先填自己的部门", "Start with one’s own department"))
    samples = ("华东区/上海组", "华东区", "East / Shanghai", "shanghai", "北京组", ME)
    nonsense = ("没有这个部门", "华东区/北京组", "一组", 1, True, ["east"])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if typed == ME:
            return names.my_department()
        found = trees.find(names.departments(), written(typed, "no_such_department"))
        if not found:
            raise Refused("no_such_department", text=short(typed))
        if len(found) > 1:
            places = ("、" if names.lang == "zh" else "; ").join(node.label(names.lang) for node in found[:3])
            raise Refused("option_unclear", text=short(typed), places=places)
        return found[0].key

    def begins(self, settings: Settings) -> Value:
        return ME if self.setting(settings, "mine") else None

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str) or not value.replace("_", "a").isalnum():
            raise Refused("no_such_department", text=short(value))
        return value

    def below(self, value: Value, settings: Settings) -> sa.Select[Any]:
        return sa.select(LINE.c.department).where(LINE.c.above == value)

    def mine(self, me: sa.ColumnElement[Any]) -> sa.Select[Any]:
        own = LINE.join(PERSON, PERSON.c.department == LINE.c.above)
        return sa.select(LINE.c.department).select_from(own).where(PERSON.c.person == me)

    def choices(self, settings: Settings, names: Names) -> list[dict[str, Any]]:
        return [
            {"const": node.key, "label": node.label(names.lang), "color": None, "retired": False, "words": _sounds(node)}
            for node in trees.nodes(names.departments()).values()
        ]

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        node = trees.nodes(names.departments()).get(value) if value is not None else None
        return node.label(names.lang) if node else value or ""

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return value or ""

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        rows = names.departments()
        path = self.show(value, settings, names).replace(" / ", "/")
        # Two may be called the same in one language; then only the key says which.
        return (path if [node.key for node in trees.find(rows, path)] == [value] else value) or None

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)


def _sounds(node: trees.Node) -> str:
    """How a department's names sound, so that letters find it."""
    names = [text for text in node.path[-1]["label"].values()]
    return " ".join(dict.fromkeys(sound(name) for name in names for sound in (full_pinyin, initials)))
