"""The world a field type needs in a test: names of a few people, records, tags and files, and a bound field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from runtime.fields.base import FieldType
from runtime.words import fill, read

PEOPLE = {7: "林晓雨", 8: "Ada"}
RECORDS = {12: "苏州沐阳餐饮", 13: "Muyang"}
TAGS = {"chain": "连锁门店", "cold_chain": "关注冷链", "both": "A、B"}
DEPARTMENTS = [
    {"key": "east", "label": {"zh": "华东区", "en": "East"}, "level": 0},
    {"key": "shanghai", "label": {"zh": "上海组", "en": "Shanghai"}, "level": 1},
    {"key": "first", "label": {"zh": "一组", "en": "Team 1"}, "level": 2},
    {"key": "north", "label": {"zh": "华北区", "en": "North"}, "level": 0},
    {"key": "beijing", "label": {"zh": "北京组", "en": "Beijing"}, "level": 1},
    {"key": "other_first", "label": {"zh": "一组", "en": "Team 1"}, "level": 2},
]
FILES = {
    "a1": {"id": "a1", "name": "合同.pdf", "size": 1200},
    "b2": {"id": "b2", "name": "a, <b>、c.xlsx", "size": 3},
}


@dataclass
class SampleNames:
    """A small world that answers as the real one does: by id, by key, or by a text that fits exactly once."""

    lang: str = "zh"
    zone: str = "Asia/Shanghai"
    me: int | None = 7

    def person(self, user_id: int) -> str:
        return PEOPLE.get(user_id, "")

    def find_person(self, text: str) -> int | None:
        return next((i for i, name in PEOPLE.items() if text in (name, f"{name}@example.com", "lin@example.com")), None)

    def record(self, form: str, record_id: int) -> str:
        return RECORDS.get(record_id, "")

    def find_record(self, form: str, text: str) -> int | None:
        return next((i for i, name in RECORDS.items() if name == text), None)

    def tag(self, key: str) -> str:
        return TAGS.get(key, key)

    def find_tag(self, text: str, vocabularies: Sequence[str]) -> str | None:
        return text if text in TAGS else next((key for key, label in TAGS.items() if label == text), None)

    def departments(self) -> Sequence[Mapping[str, Any]]:
        return DEPARTMENTS

    def my_department(self) -> str | None:
        return "shanghai"

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        return FILES.get(file_id)


@dataclass
class Bound:
    """What the templates of a field see: the field, its value and what is wrong with it."""

    typed: Any
    value: Any
    shown: str
    options: list[dict[str, Any]]
    settings: Mapping[str, Any]
    lang: str
    key: str = "kind"
    id: str = "f-kind"
    name: str = "kind"
    label: str = "客户类型"
    required: bool = False
    readonly: bool = False
    error: str = ""
    help: str = ""
    placeholder: str = ""
    search_url: str = "/search"
    extra: dict[str, Any] = field(default_factory=dict)


def bind(kind: FieldType, value: Any, lang: str, **more: Any) -> Bound:
    """A field of this type with default settings, holding a value."""
    names = SampleNames(lang)
    settings = {key: spec["default"] for key, spec in kind.settings.items()}
    given = settings.get("options") or (
        [{"const": key, "label": label} for key, label in TAGS.items()] if kind.many else []
    )
    options = [{**option, "label": read(option["label"], lang)} for option in given]
    return Bound(
        kind.typed(value, settings, names), value, kind.show(value, settings, names), options, settings, lang, **more
    )


def draw(kind: FieldType, macro: str, bound: Bound) -> str:
    """One macro of the type's template, drawn as a page would draw it."""
    folder = Path(__file__).resolve().parents[2] / "templates"
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined,
                             extensions=["jinja2.ext.do"])
    env.globals["t"] = lambda zh, en, **values: fill(zh if bound.lang == "zh" else en, bound.lang, values)
    page = f"{{% from '{kind.template}' import {macro} with context %}}{{{{ {macro}(f) }}}}"
    return env.from_string(page).render(f=bound)
