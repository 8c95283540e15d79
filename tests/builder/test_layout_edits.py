"""Pages, tabs, sections and pieces under a person's hands: what goes where, and what stays when something goes."""

from __future__ import annotations

from typing import Any

import pytest

from builder.edits import form, layout, node, pieces, tree
from builder.publish.plan import plan
from builder.web.designer_layout import changed
from runtime.definitions import form_check
from runtime.errors import Conflict, Invalid, NotFound
from tests.builder.bodies import customer


@pytest.fixture
def body() -> dict[str, Any]:
    """Customers with a second section."""
    return layout.add_section(customer(), {"zh": "其他", "en": "Other"}).body


def shape(body: dict[str, Any]) -> list[str]:
    """Every shelf with what stands on it."""
    return [f"{name}>{','.join(tree.part_id(part) for part in parts)}" for name, parts in tree.shelves(body)]


def test_the_first_page_takes_what_was_there_and_the_last_one_alone_is_none(body: dict[str, Any]) -> None:
    paged = tree.add_page(body, after="section:basic")
    assert paged.key == "page:page_2"
    assert shape(paged.body) == ["page:page>section:basic", "page:page_2>section:other"]
    third = tree.add_page(paged.body, after="page:page_2").body
    assert shape(third)[2] == "page:page_3>section:section"
    assert tree.remove(tree.remove(third, "page:page_3"), "page:page_2")["x-fenzu"]["layout"] != []
    assert form_check.check(third) == []


def test_removing_pages_one_by_one_leaves_the_sections_as_they_were(body: dict[str, Any]) -> None:
    paged = tree.add_page(body, after="section:basic").body
    assert tree.remove(paged, "page:page_2") == body
    assert tree.remove(paged, "page:page") == body


def test_tabs_hold_sections_and_hand_them_back(body: dict[str, Any]) -> None:
    made = tree.add_tabs(body, after="section:basic")
    assert shape(made.body) == [">section:basic,tabs:tabs,section:other", "tab:tab>section:section", "tab:tab_2>section:section_2"]
    inside = tree.move(made.body, "section:other", after="section:section")
    assert shape(inside)[1] == "tab:tab>section:section,section:other"
    without = tree.remove(inside, "tabs:tabs")
    assert shape(without) == [">section:basic,section:section,section:other,section:section_2"]
    one = tree.remove(inside, "tab:tab_2")
    assert shape(one)[1] == "tab:tab>section:section,section:other,section:section_2"
    with pytest.raises(NotFound):
        tree.add_tab(inside, "tabs:none")


def test_an_arrow_takes_a_section_out_of_a_tab_and_over_to_the_next_page(body: dict[str, Any]) -> None:
    tabs = tree.add_tabs(body, after="section:basic").body
    out = tree.move(tabs, "section:section", to="up")
    assert shape(out) == [">section:basic,section:section,tabs:tabs,section:other", "tab:tab_2>section:section_2"]
    paged = tree.add_page(layout.add_columns(body, after="basic").body, after="section:section").body
    assert shape(tree.move(paged, "section:section", to="down")) == ["page:page>section:basic", "page:page_2>section:section,section:other"]


def test_tabs_do_not_go_into_tabs(body: dict[str, Any]) -> None:
    two = tree.add_tabs(tree.add_tabs(body).body).body
    moved = tree.move(two, "tabs:tabs_2", after="section:section")
    assert [name for name, _ in tree.shelves(moved)] == ["", "tab:tab", "tab:tab_2", "tab:tab_3", "tab:tab_4"]
    assert form_check.check(moved) == []


def test_columns_keep_whole_rows_whole_and_nothing_is_wider_than_the_row(body: dict[str, Any]) -> None:
    first = node.live_keys(body)[0]
    wide = layout.set_columns(layout.set_span(body, first, True), "basic", 4)
    assert layout.home_of(wide, first)["items"][0]["span"] == 4
    three = layout.set_span(wide, first, 3)
    assert layout.set_columns(three, "basic", 2)["x-fenzu"]["layout"][0]["items"][0]["span"] == 2
    with pytest.raises(Invalid):
        layout.set_columns(body, "basic", 5)


def test_a_section_goes_and_its_fields_stay(body: dict[str, Any]) -> None:
    fields = node.live_keys(body)
    assert node.live_keys(layout.remove_section(body, "basic")) == fields
    with pytest.raises(Conflict):
        layout.remove_section(layout.remove_section(body, "basic"), "other")


def test_pieces_are_added_said_and_led_somewhere(body: dict[str, Any]) -> None:
    made = pieces.add(body, "button", after="name")
    assert [each.code for each in form_check.check(made.body)] == ["button_nowhere"]
    done = pieces.set_way(pieces.say(made.body, made.key, "label", {"zh": "官网"}), made.key, href="https://example.com")
    assert form_check.check(done) == []
    for bad in ("javascript:alert(1)", "example.com", "//example.com"):
        with pytest.raises(Invalid):
            pieces.set_way(done, made.key, href=bad)
    with pytest.raises(NotFound):
        pieces.remove(body, "name")
    assert form.remove_field(done, "phone", None)["x-fenzu"]["layout"] != []


def test_only_what_looks_different_is_drawn_again(body: dict[str, Any]) -> None:
    assert changed(body, body) == set()
    assert changed(body, form.set_form(body, "label", {"zh": "顾客"})) == {""}
    assert changed(body, form.rename(body, "phone", {"zh": "手机"})) == {"basic"}
    assert changed(body, layout.move_item(body, "phone", section="other")) == {"basic", "other"}
    assert changed(body, layout.set_fold(body, "other", "open")) == {"other"}
    assert changed(body, tree.add_page(body).body) is None
    assert changed(body, layout.remove_section(body, "other")) is None


def test_publishing_names_what_happened_to_the_layout(body: dict[str, Any]) -> None:
    new = tree.add_page(pieces.add(body, "text").body, after="section:basic").body
    titles = [each.title for each in plan("form", customer(), new)]
    assert [each.zh for each in titles] == ["调整了排版：分成 2 页，新加分区「其他」，新加说明文字"]
    assert titles[0].en == "The layout is different: 2 pages, new section “Other”, a new text"
