"""The layout of a form: what it may look like, how it is read, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.definitions import form_check
from runtime.definitions.form import Form


def form(layout: list[Any]) -> dict[str, Any]:
    """A form of three fields with this layout."""
    node = {"type": "string", "x-fenzu": {"type": "text", "label": {"zh": "字段"}}}
    return {
        "type": "object",
        "x-fenzu": {"kind": "form", "format": 1, "key": "f", "label": {"en": "F"}, "title_field": "a", "layout": layout},
        "properties": {key: dict(node) for key in ("a", "b", "c")},
        "unevaluatedProperties": False,
    }


def section(key: str, *fields: Any, **more: Any) -> dict[str, Any]:
    items = [field if isinstance(field, dict) else {"field": field} for field in fields]
    return {"key": key, "items": items, **more}


TEXT = {"key": "t", "text": {"zh": "先查重", "en": "Look first"}}
PAGED = [
    {"key": "one", "label": {"zh": "第一页"}, "blocks": [section("s1", "a", TEXT, columns=4)]},
    {
        "key": "two",
        "label": {"zh": "第二页"},
        "blocks": [
            section("s2", "b"),
            {"key": "set", "tabs": [{"key": "left", "label": {"zh": "左"}, "sections": [section("s3", "c")]}]},
        ],
    },
]


def codes(layout: list[Any]) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in form_check.check(form(layout))]


def test_a_list_of_sections_is_one_page_as_before() -> None:
    read = Form(form([section("s1", "a", {"field": "b", "span": 2}), section("s2", "c", columns=1)]))
    assert [part.key for part in read.sections] == ["s1", "s2"]
    assert read.sections[0].items == ({"field": "a"}, {"field": "b", "span": 2})
    assert len(read.layout.pages) == 1
    assert not read.layout.paged


def test_pages_and_tabs_are_walked_in_order_and_pieces_are_not_fields() -> None:
    assert codes(PAGED) == []
    read = Form(form(PAGED))
    assert read.layout.paged
    assert [part.key for part in read.sections] == ["s1", "s2", "s3"]
    assert [page.fields for page in read.layout.pages] == [("a",), ("b", "c")]
    assert read.sections[0].items == ({"field": "a"},)
    assert [(item.id, item.span) for item in read.sections[0].content] == [("a", 1), ("piece:t", 4)]
    assert read.sections[2].content[0].path == "x-fenzu.layout[1].blocks[1].tabs[0].sections[0].items[0]"
    assert form_check.check(form([])) != []


def test_a_width_beyond_the_columns_is_the_whole_row() -> None:
    assert Form(form([section("s", {"field": "a", "span": 4}, "b", "c", columns=2)])).sections[0].content[0].span == 2


@pytest.mark.parametrize(
    ("layout", "code"),
    [
        ([*PAGED[:1], section("x", "b", "c")], "pages_mixed"),
        ([section("s", "a", "b"), section("s", "c")], "section_twice"),
        ([section("s", "a", "b", "c", TEXT, TEXT)], "part_twice"),
        ([section("s", "a", "b", "c", {"key": "p", "picture": {}})], "no_picture"),
        ([section("s", "a", "b", "c", {"key": "p", "button": {"label": {"zh": "去"}}})], "button_nowhere"),
        ([section("s", "a", "b", "c", {"key": "p", "button": {"label": {"zh": "去"}, "form": "x"}})], "button_nowhere"),
        ([section("s", "a", "a", "b", "c")], "placed_twice"),
        ([section("s", "a", "b", "c", "d")], "no_such_field"),
        ([section("s", "a", "b")], "not_placed"),
        ([section("s", "a", "b", "c", columns=5)], "bad_shape"),
        ([section("s", "a", "b", "c", {"text": {"zh": "没有标识"}})], "bad_shape"),
        ([section("s", "a", "b", "c", {**TEXT, "divider": True})], "bad_shape"),
        ([section("s", "a", "b", "c", {"key": "p", "button": {"label": {"zh": "去"}, "href": "javascript:1"}})], "bad_shape"),
        ([section("s", "a", "b", "c", {"key": "p", "picture": {"file": "../../etc/passwd"}})], "bad_shape"),
        ([{"key": "p", "label": {"zh": "页"}, "blocks": []}, section("s", "a", "b", "c")], "bad_shape"),
    ],
)
def test_what_is_wrong_has_a_code_and_a_path(layout: list[Any], code: str) -> None:
    found = codes(layout)
    assert [one for one, _ in found] == [code]
    assert found[0][1].startswith("x-fenzu.layout")
