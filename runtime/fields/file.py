"""Files: contracts, photos of the shop, scans."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, clean, short
from runtime.words import Words

LARGEST = 20 << 20
_MARKED = re.compile(r"<([^<>]+)>")


class File(FieldType):
    """The column holds how many files there are; the files themselves are rows of `attachment`."""

    name = "file"
    label = Words("附件", "Files")
    icon = "paperclip"
    shelf = "place"
    kind = "file"
    template = "fields/file.html"
    settings = properties(
        maxItems=setting("integer", 10, "最多几个文件", "Most files", minimum=1, maximum=50),
        accept=setting(
            "string", "", "允许的类型，比如 .pdf,.jpg", "Allowed kinds, for example .pdf,.jpg", maxLength=200
        ),
    )
    samples: ClassVar[tuple[Any, ...]] = ("a1", "a1,b2", ["a1", "b2"], [{"id": "b2"}])
    nonsense: ClassVar[tuple[Any, ...]] = ("zz", 5, ["zz"], [{"name": "a.pdf"}], [5], {"id": "a1"})

    def schema(self, settings: Settings) -> dict[str, Any]:
        kinds = {"id": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer", "minimum": 0}}
        item = {"type": "object", "required": ["id"], "properties": kinds}
        return {"type": "array", "minItems": 1, "maxItems": self.setting(settings, "maxItems"), "items": item}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, sa.Integer)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if isinstance(typed, str):
            typed = _MARKED.findall(typed) or [part for part in re.split(r"[,|\s]+", clean(typed)) if part]
        if not isinstance(typed, (list, tuple)):
            raise Refused("no_such_file", text=short(typed))
        files = {entry["id"]: entry for entry in (self._found(item, names) for item in typed if not blank(item))}
        if len(files) > self.setting(settings, "maxItems"):
            raise Refused("too_many_files", most=self.setting(settings, "maxItems"))
        return list(files.values()) or None

    def _found(self, item: Any, names: Names) -> dict[str, Any]:
        file_id = item.get("id") if isinstance(item, Mapping) else item
        known = names.file(file_id) if isinstance(file_id, str) else None
        if known is None:
            raise Refused("no_such_file", text=short(file_id))
        return {"id": known["id"], "name": known["name"], "size": known["size"]}

    def admit(self, name: str, mime: str | None, settings: Settings) -> None:
        """Whether a file may come in by its name; `mime` is the kind of picture its content is, or None. Raises Refused."""
        accept = [end.strip().lower() for end in self.setting(settings, "accept").split(",") if end.strip()]
        if accept and not name.lower().endswith(tuple(accept)):
            raise Refused("file_wrong_kind", name=name, accept=", ".join(accept))

    def largest(self, settings: Settings) -> int:
        """The most bytes a file may have."""
        return LARGEST

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: len(value) if value else None}

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused("not_a_number", text=short(value))
        return value

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        if isinstance(value, int):
            return Words("{n} 个文件", "{n} file|{n} files").say(names.lang, n=value)
        return ("、" if names.lang == "zh" else ", ").join(entry["name"] for entry in value or ())

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return [entry["id"] for entry in value or ()] if not isinstance(value, int) else []

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        entries = value if isinstance(value, list) else []
        return "、".join(f"{re.sub('[<>]', '_', entry['name'])} <{entry['id']}>" for entry in entries) or None
