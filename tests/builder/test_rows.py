"""The columns of a sub-form are edited by the gestures on fields, and undone with them."""

from __future__ import annotations

from typing import Any

import pytest

from builder.edits import form, layout, properties, rows, settle
from builder.edits.made import Body, Made
from builder.publish.plan import plan
from runtime.definitions import form_check
from runtime.errors import Conflict, Invalid


def made() -> tuple[Body, str]:
    body, key = form.add_field(form.new({"zh": "送货单", "en": "Delivery"}), "rows")
    return body, key


def do(body: Body, key: str, act: Any, published: Any = None) -> Any:
    return rows.inside(body, key, act, published)


def columns(body: Body, key: str) -> list[str]:
    return list(body["properties"][key]["x-fenzu"].get("order", ())) or list(body["properties"][key]["items"]["properties"])


def test_a_new_subform_is_whole_and_sound() -> None:
    body, key = made()
    assert form_check.check(body) == [] and key == "rows"
    assert body["x-fenzu"]["layout"][0]["items"][-1] == {"field": "rows", "span": 2}


def test_what_becomes_of_one_subform_never_reaches_the_next() -> None:
    """A body is JSON of its own: whoever changes it in place changes nothing that a new field begins with."""
    first, key = made()
    first["properties"][key]["items"]["properties"].clear()
    second, key = made()
    assert columns(second, key) == ["item", "quantity"]


def test_columns_are_added_named_moved_required_and_taken_away() -> None:
    body, key = made()
    added = rows.add(body, key, "money", after="item")
    assert isinstance(added, Made) and added.key == "rows.money"
    assert columns(added.body, key) == ["item", "money", "quantity"]
    named = do(added.body, key, lambda small, _: form.rename(small, "money", {"zh": "单价"}))
    needed = do(named, key, lambda small, _: properties.set_property(small, "money", "required", True))
    moved = do(needed, key, lambda small, _: layout.move_item(small, "money", to="top"))
    assert columns(moved, key) == ["money", "item", "quantity"] and moved["properties"][key]["items"]["required"] == ["money"]
    summed = rows.set_total(moved, key, "money", True)
    assert form_check.check(summed) == []
    gone = do(summed, key, lambda small, old: form.remove_field(small, "money", old))
    assert columns(gone, key) == ["item", "quantity"] and "totals" not in gone["properties"][key]["x-fenzu"]
    kept = do(summed, key, lambda small, old: form.remove_field(small, "money", old), summed)
    assert kept["properties"][key]["items"]["properties"]["money"]["x-fenzu"]["retired"] is True
    assert form_check.check(kept) == []


def test_the_last_column_stays_and_some_types_stay_outside() -> None:
    body, key = made()
    one = do(body, key, lambda small, old: form.remove_field(small, "quantity", old))
    with pytest.raises(Conflict) as refused:
        do(one, key, lambda small, old: form.remove_field(small, "item", old))
    assert refused.value.problems[0].code == "rows_no_columns"
    for kind in ("rows", "tags", "file", "code", "formula", "rollup", "nothing"):
        with pytest.raises(Invalid):
            rows.add(body, key, kind)


def test_keys_of_columns_last_once_they_have_names() -> None:
    body, key = made()
    body = rows.add(body, key, "money").body  # type: ignore[union-attr]
    body = do(body, key, lambda small, _: form.rename(small, "money", {"zh": "单价", "en": "Price"}))
    body = rows.set_total(body, key, "money", True)
    settled = settle.settle(form.rename(body, key, {"zh": "货品", "en": "Goods"}), None)
    found = settled["properties"]["goods"]
    assert set(found["items"]["properties"]) == {"item", "quantity", "price"} and found["x-fenzu"]["totals"] == ["price"]
    assert form_check.check(settled) == []


def test_publishing_says_what_changes_inside_the_rows() -> None:
    body, key = made()
    new = rows.add(body, key, "money").body  # type: ignore[union-attr]
    new = do(new, key, lambda small, _: properties.set_property(small, "item", "required", True))
    new = do(new, key, lambda small, old: form.remove_field(small, "quantity", old), body)
    told = {(change.act, change.field) for change in plan("form", body, new)}
    assert {("field_added", "rows.money"), ("required_on", "rows.item"), ("field_retired", "rows.quantity")} <= told
    assert any("明细表 · 名称" in change.title.zh for change in plan("form", body, new))


@pytest.mark.parametrize("items", [
    None, {}, {"type": "object"}, {"type": "object", "properties": {}}, {"type": "object", "properties": {"a": {}}},
    {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object"}, "x-fenzu": {"type": "rows", "label": {"zh": "a"}}}}},
    {"type": "object", "properties": {"a": {"type": "integer", "x-fenzu": {"type": "nothing", "label": {"zh": "a"}}}}},
    {"type": "object", "properties": {"Bad Key": {"type": "string", "x-fenzu": {"type": "text", "label": {"zh": "a"}}}}},
])
def test_rows_that_cannot_be_read_are_refused_by_their_shape(items: Any) -> None:
    body, key = made()
    body["properties"][key]["items"] = items
    assert form_check.check(body)
