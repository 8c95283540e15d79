"""XLSForm workbooks come in as far as they go, what stays behind is named by its cell, and our forms go out as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from builder.carry import arrive, xlsform_out, xlsform_rules
from builder.edits import node
from runtime.definitions import form_check
from runtime.errors import Invalid
from tests.builder.bodies import customer
from tests.builder.test_carry import FORMS, types
from tests.shared import shared


def books() -> list[Path]:
    return sorted(path for path in shared("data/suites/xlsform_pyxform").iterdir() if path.suffix in (".xls", ".xlsx"))


def test_the_open_examples_of_xlsform_come_in() -> None:
    taken, refused = {}, {}
    for path in books():
        try:
            taken[path.name] = arrive.take(path, path.name, set())
        except Invalid as problem:
            refused[path.name] = problem.problems[0]
    assert len(taken) + len(refused) == 44
    assert len(taken) >= 39, refused
    for name, problem in refused.items():
        assert problem.params["cell"] and "!" in problem.params["cell"], name
    for name, made in taken.items():
        assert form_check.check(made.body) == [], name
        assert all("!" in problem.path for problem in made.notes), name
    spec = taken["xlsform_spec_test.xlsx"]
    label = spec.body["properties"]["address"]["x-fenzu"]["label"]
    assert label == {"zh": "您好", "en": "Enter an address"}


SURVEY = [
    ["begin_group", "who", "Who", "谁", "", "", ""],
    ["text", "full_name", "Name", "姓名", "yes", "", ""],
    ["integer", "age", "Age", "年龄", "", "", ". >= 0 and . <= 120"],
    ["select_one sex", "sex", "Sex", "性别", "", "", ""],
    ["text", "school", "School", "学校", "", "${age} < 18 and ${sex} = 'f'", ""],
    ["end_group", "", "", "", "", "", ""],
    ["text", "odd", "Odd", "怪", "", "count(${age}) > today()", ""],
    ["begin_repeat", "child", "Child", "孩子", "", "", ""],
    ["text", "child_name", "Name", "名字", "", "", ""],
    ["end_repeat", "", "", "", "", "", ""],
]


def xlsform(tmp_path: Path, survey: list[list[str]], choices: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "survey"
    page.append(["type", "name", "label::English (en)", "label::中文 (zh)", "required", "relevant", "constraint", "appearance"])
    for row in survey:
        page.append(row)
    other = book.create_sheet("choices")
    other.append(["list_name", "name", "label::English (en)", "label::中文 (zh)"])
    for row in choices:
        other.append(row)
    book.save(tmp_path / "form.xlsx")
    return tmp_path / "form.xlsx"


def test_a_workbook_brings_sections_limits_conditions_and_rows(tmp_path: Path) -> None:
    path = xlsform(tmp_path, SURVEY, [["sex", "f", "Female", "女"], ["sex", "m", "Male", "男"]])
    taken = arrive.take(path, path.name, set())
    body = taken.body
    assert body["x-fenzu"]["layout"][0]["label"] == {"zh": "谁", "en": "Who"}
    assert (body["properties"]["age"]["minimum"], body["properties"]["age"]["maximum"]) == (0, 120)
    assert body["required"] == ["full_name"]
    assert body["x-fenzu"]["logic"] == [{
        "key": "show_school", "then": [{"show": "school"}],
        "when": {"combinator": "and", "rules": [
            {"field": "age", "operator": "<", "value": 18}, {"field": "sex", "operator": "=", "value": "f"}]}}]  # fmt: skip
    assert types(taken)["child"] == "rows"
    assert [(problem.path, problem.code) for problem in taken.notes] == [("survey!F8", "xlsform_relevant")]
    assert taken.places["sex"] == "survey!B5"


def test_a_workbook_that_cannot_be_read_names_the_cell(tmp_path: Path) -> None:
    path = xlsform(tmp_path, [["select_one nowhere", "a", "A", "", "", "", ""]], [["sex", "f", "F", ""]])
    with pytest.raises(Invalid) as refused:
        arrive.take(path, path.name, set())
    assert refused.value.problems[0].path == "survey!A2"


@pytest.mark.parametrize("text", ["", "(" * 3000, "${a} = 'x' and ${b} = 'y' or ${c} = 'z'", "${nobody} = 1", "not(${a})", "${age} = 'x'"])
def test_conditions_that_are_not_simple_are_left(text: str) -> None:
    fields = customer()["properties"]
    assert xlsform_rules.relevant(text, fields, {"a": "name", "b": "name", "c": "name", "age": "budget"}) is None


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_our_forms_go_out_as_xlsform_and_come_back_as_far_as_it_goes(path: Path, tmp_path: Path) -> None:
    body = json.loads(path.read_text("utf-8"))
    out = tmp_path / "out.xlsx"
    xlsform_out.write(out, body)
    back = arrive.take(out, "out.xlsx", set())
    left_out = {field for field, _why in _left(body)}
    fields = {key for key, each in body["properties"].items() if not each["x-fenzu"].get("retired")}
    assert fields - left_out <= back.body["properties"].keys()
    for key in fields - left_out:
        assert back.body["properties"][key]["x-fenzu"]["label"] == body["properties"][key]["x-fenzu"]["label"]
        if node.settings_of(body["properties"][key]).get("options"):
            was = [option["const"] for option in node.settings_of(body["properties"][key])["options"] if not option["retired"]]
            assert [option["const"] for option in node.settings_of(back.body["properties"][key])["options"]] == was


def _left(body: dict[str, Any]) -> list[tuple[str, str]]:
    writer = xlsform_out.Writer(body)
    writer.sheets()
    return writer.notes


def test_places_and_signatures_keep_their_kind(tmp_path: Path) -> None:
    survey = [["geopoint", "shop", "Shop", "门店", "", "", ""], ["image", "ink", "Sign", "签名", "", "", "", "signature"], ["image", "front", "Front", "门头", "", "", "", ""]]
    made = arrive.take(xlsform(tmp_path, survey, []), "visits.xlsx", set())
    out = tmp_path / "out.xlsx"
    xlsform_out.write(out, made.body)
    for taken in (made, arrive.take(out, "out.xlsx", set())):
        assert {"shop": "location", "ink": "signature", "front": "image"}.items() <= types(taken).items()
