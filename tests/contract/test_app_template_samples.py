"""The sample data of every app template: the same story in both languages, and every cell fits its field."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from runtime.fields.base import Refused
from tests.contract.ready_made import KEYS, Node, Template, leaves, read, rules_of
from tests.shared import shared

LANGUAGES = ("zh", "en")
# Kinds of answers whose values are the same whoever reads them; only words may differ between the two samples.
WORDED = {"text", "long_text"}
DAY = re.compile(r"@(-?\d+)(?: (\d{2}:\d{2}))?")
OUTER = {"710000", "810000", "820000"}


class Nobody:
    """Names that know only what a template itself holds: its records by `_ref`, its tags by key."""

    lang, zone, me = "zh", "Asia/Shanghai", 7

    def __init__(self, template: Template, lang: str) -> None:
        self.template = template
        self.refs = {form: [row["_ref"] for row in template.rows(lang, form)] for form in template.forms}

    def person(self, user_id: int) -> str:
        return str(user_id)

    def find_person(self, text: str) -> int | None:
        return 1 if text == "$me" else None

    def record(self, form: str, record_id: int) -> str:
        return self.refs[form][record_id - 1]

    def find_record(self, form: str, text: str) -> int | None:
        return self.refs[form].index(text) + 1 if text in self.refs[form] else None

    def tag(self, key: str) -> str:
        return key

    def find_tag(self, text: str, vocabularies: Any) -> str | None:
        groups = self.template.tags
        return text if any(text in groups[name] for name in vocabularies or groups) else None

    def departments(self) -> list[Any]:
        return []

    def my_department(self) -> None:
        return None

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        return None


@pytest.fixture(params=KEYS)
def template(request: pytest.FixtureRequest) -> Template:
    return read(request.param)


def test_samples_tell_one_story_in_two_languages(template: Template) -> None:
    for form in template.forms.values():
        zh, en = (template.rows(lang, form.key) for lang in LANGUAGES)
        assert len({row["_ref"] for row in zh}) == len(zh) == len(en) > 0
        assert list(zh[0]) == list(en[0]) and set(zh[0]) - {"_ref"} <= set(form.fields)
        for one, other in zip(zh, en, strict=True):
            for column, value in one.items():
                if column == "_ref" or form.fields[column].type.name not in WORDED:
                    assert value == other[column], (form.key, one["_ref"], column)
                assert bool(value) is bool(other[column])
                assert not re.search("[\u4e00-\u9fff]", other[column]), (form.key, one["_ref"], column)


def typed(cell: str) -> str:
    """A sample's cell as a person would type it on the day of installing."""
    found = DAY.fullmatch(cell)
    if not found:
        return cell
    day = date(2026, 2, 28) + timedelta(days=int(found[1]))
    return f"{day} {found[2]}" if found[2] else str(day)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_samples_fit_their_fields(template: Template, lang: str) -> None:
    names = Nobody(template, lang)
    for form in template.forms.values():
        for row in template.rows(lang, form.key):
            values: Node = {}
            for column, cell in row.items():
                if column == "_ref" or not cell:
                    continue
                item = form.fields[column]
                given = cell.split("|") if item.type.many else typed(cell)
                try:
                    values[column] = item.type.parse(given, item.settings, names)
                except Refused as refused:
                    pytest.fail(f"{template.key}/{lang}/{form.key} {row['_ref']} {column} {cell!r}: {refused}")
            needed = {name for name, item in form.fields.items() if item.required}
            assert needed <= values.keys(), row["_ref"]
            plain = json.loads(json.dumps(values, default=float))
            assert [error.message for error in form.checker.iter_errors(plain)] == [], row["_ref"]


def test_unique_answers_are_unique_in_the_samples(template: Template) -> None:
    for form in template.forms.values():
        for name, item in form.fields.items():
            if item.unique:
                given = [row[name] for row in template.rows("zh", form.key) if row[name]]
                assert len(given) == len(set(given)), f"{form.key}.{name}"


def test_places_are_on_the_map(template: Template) -> None:
    with shared("data/cn/division/areas.csv").open(encoding="utf-8", newline="") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    known |= {f"{code[:2]}0000" for code in known} | {f"{code[:4]}00" for code in known} | OUTER
    for form in template.forms.values():
        for name in (name for name, item in form.fields.items() if item.type.kind == "tree"):
            assert {row[name] for row in template.rows("zh", form.key) if row[name]} <= known
    for where, form_key, rule in rules_of(template):
        for leaf, _ in leaves(rule, form_key, template):
            if leaf["operator"] == "under":
                assert set(leaf["value"]) <= known, where


def test_nobody_real_is_written_to(template: Template) -> None:
    for form in template.forms.values():
        for name, item in form.fields.items():
            if item.type.name == "email":
                assert all(row[name].endswith("@example.com") for row in template.rows("zh", form.key) if row[name])
