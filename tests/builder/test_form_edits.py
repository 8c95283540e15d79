"""Gestures on a form: each gives a form without problems, and keys that are published stay."""

from __future__ import annotations

import pytest

from builder.edits import form, layout, node, options, properties, settle
from builder.edits.made import slug
from runtime.definitions import form_check
from runtime.definitions.form import Form
from runtime.errors import Conflict, Invalid, NotFound
from runtime.fields import FIELD_TYPES
from tests.builder.bodies import customer


def fields(body):
    return node.live_keys(body)


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_every_type_can_be_added_and_its_node_draws_up_to_itself(kind):
    body, key = form.add_field(customer(), kind, after="name")
    assert fields(body)[1] == key
    assert form_check.check(body) == []
    assert node.remake(body["properties"][key], {}) == body["properties"][key]
    assert set(body["properties"][key]["x-fenzu"]["label"]) == {"zh", "en"}


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_every_setting_of_every_type_keeps_its_value(kind):
    body, key = form.add_field(customer(), kind)
    for name, spec in FIELD_TYPES[kind].settings.items():
        if spec.get("default") is not None and name != "options":
            changed = properties.set_property(body, key, name, spec["default"])
            assert Form(changed).fields[key].settings.get(name, spec["default"]) in (
                spec["default"],
                max(1, spec["default"] or 0) if isinstance(spec["default"], int) else spec["default"],
            )


@pytest.mark.parametrize(
    "text, key",
    [
        ("Customer name", "customer_name"),
        ("客户名称", "ke_hu_ming_cheng"),
        ("2024 年 sales", "nian_sales"),
        ("ＶＩＰ", "vip"),
        ("Größe", "grosse"),
        ("!!", ""),
        ("x" * 60, "x" * 40),
    ],
)
def test_keys_are_made_from_labels(text, key):
    assert slug(text) == key


def test_two_fields_of_a_type_have_two_names_and_keys():
    body = form.add_field(form.add_field(customer(), "text").body, "text").body
    assert "text" in body["properties"] and "text_2" in body["properties"]
    assert body["properties"]["text_2"]["x-fenzu"]["label"] == {"zh": "单行文字 2", "en": "Text 2"}


def test_a_new_name_drives_the_types_name_out_of_the_other_language():
    body = form.rename(form.add_field(customer(), "text").body, "text", {"zh": "传真"})
    assert body["properties"]["text"]["x-fenzu"]["label"] == {"zh": "传真"}
    assert form.rename(body, "text", {"en": "Fax"})["properties"]["text"]["x-fenzu"]["label"] == {
        "zh": "传真",
        "en": "Fax",
    }
    with pytest.raises(Invalid):
        form.rename(body, "text", {"zh": "  "})


def test_removing_a_draft_field_is_final_and_removing_a_published_one_retires_it():
    published = customer()
    draft = form.add_field(published, "text").body
    assert "text" not in form.remove_field(draft, "text", published)["properties"]
    draft = form.remove_field(properties.set_required(draft, "phone", True), "phone", published)
    assert draft["properties"]["phone"]["x-fenzu"]["retired"] and "phone" not in draft["required"]
    assert "phone" not in fields(draft) and form_check.check(draft) == []
    back = form.bring_back(draft, "phone", after="name")
    assert fields(back)[1] == "phone" and form_check.check(back) == []


def test_when_the_title_goes_another_field_takes_over_and_the_last_one_stays():
    body = form.new({"zh": "客户"})
    with pytest.raises(Conflict):
        form.remove_field(body, "name", None)
    body = form.add_field(form.add_field(body, "money").body, "email").body
    assert form.remove_field(body, "name", None)["x-fenzu"]["title_field"] == "email"


def test_a_copy_stands_after_its_original_and_is_not_unique():
    body = properties.set_unique(customer(), "phone", "block")
    body, key = form.duplicate(body, "phone")
    assert fields(body).index(key) == fields(body).index("phone") + 1
    assert "unique" not in body["properties"][key]["x-fenzu"]


def test_fields_move_beside_each_other_by_steps_and_over_the_borders_of_sections():
    body, second = layout.add_section(customer(), {"zh": "更多"})
    body = layout.move_item(body, "phone", section=second)
    assert fields(body)[-1] == "phone"
    body = layout.move_item(body, "phone", to="up")
    assert layout.section_of(body, second)["items"] == []
    assert layout.section_of(layout.move_item(body, "phone", to="down"), second)["items"] == [{"field": "phone"}]
    assert fields(layout.move_item(body, "phone", before="name"))[0] == "phone"
    assert fields(layout.move_item(body, "phone", to="top"))[0] == "phone"
    assert layout.move_item(body, "phone", after="phone") == body
    with pytest.raises(NotFound):
        layout.move_item(body, "phone", section="nowhere")


def test_a_section_goes_but_its_fields_stay():
    body, second = layout.add_section(customer(), {"zh": "更多"})
    body = layout.move_item(body, "phone", section=second)
    body = layout.remove_section(layout.set_columns(body, second, 1), second)
    assert fields(body)[-1] == "phone"
    with pytest.raises(Conflict):
        layout.remove_section(body, "basic")
    assert fields(layout.remove_section(layout.add_section(body).body, "basic"))[0] == "name"


def test_limits_go_into_the_schema_and_out_again():
    body = properties.set_property(customer(), "budget", "maximum", 500)
    assert body["properties"]["budget"]["maximum"] == 500
    assert "maximum" not in properties.set_property(body, "budget", "maximum", None)["properties"]["budget"]
    with pytest.raises(Invalid):
        properties.set_property(body, "budget", "decimals", "many")
    with pytest.raises(Invalid):
        properties.set_property(body, "budget", "colour", "red")


def test_what_a_field_cannot_be():
    with pytest.raises(Invalid):
        properties.set_property(customer(), "code", "required", True)
    with pytest.raises(Invalid):
        properties.set_property(customer(), "tags", "unique", "block")
    with pytest.raises(Invalid):
        form.set_title(customer(), "tags")


def test_options_have_keys_that_stay():
    published = customer()
    body, key = options.add_option(published, "kind", {"zh": "批发客户"})
    assert key == "pi_fa_ke_hu"
    body = options.rename_option(body, "kind", "agent", {"en": "Broker"})
    body = options.move_option(body, "kind", "agent", to="top")
    body = options.recolour_option(body, "kind", "agent", "zi")
    first = options.options(body, "kind")[0]
    assert (first["const"], first["label"]["en"], first["color"]) == ("agent", "Broker", "zi")
    body = options.remove_option(options.remove_option(body, "kind", "agent", published), "kind", key, published)
    assert [(option["const"], option["retired"]) for option in options.options(body, "kind")] == [
        ("agent", True),
        ("enterprise", False),
        ("person", False),
    ]
    assert not options.options(options.bring_back_option(body, "kind", "agent"), "kind")[0]["retired"]
    with pytest.raises(Invalid):
        options.options(body, "phone")


def test_options_as_lines_keep_known_ones_and_retire_missing_ones():
    published = customer()
    body = properties.set_property(published, "kind", "default", "agent")
    body = options.set_lines(body, "kind", "Retail\n\n person \nRetail", "en", published)
    assert [(option["const"], option["retired"]) for option in options.options(body, "kind")] == [
        ("retail", False),
        ("person", False),
        ("enterprise", True),
        ("agent", True),
    ]
    assert "default" not in body["properties"]["kind"]["x-fenzu"]
    assert form_check.check(body) == []
    with pytest.raises(Conflict):
        options.set_lines(body, "kind", " \n", "en", published)


def test_new_options_and_groups_take_the_next_unused_colour():
    body = customer()
    for number in range(20):
        body = options.add_option(body, "kind", {"en": f"Kind {number}"}).body
    colors = [option["color"] for option in options.options(body, "kind")]
    assert len(set(colors[:12])) == 12 and max(colors.count(color) for color in colors) == 2


def test_the_form_itself():
    body = form.set_form(customer(), "label", {"zh": "客户档案"})
    body = form.set_form(form.set_form(body, "icon", "users"), "help", {"zh": "新客户请先查重"})
    body = form.set_form(body, "unit", {"en": ""})
    assert body["x-fenzu"]["label"] == {"zh": "客户档案", "en": "Customer"} and body["x-fenzu"]["unit"] == {
        "zh": "位客户"
    }
    assert form_check.check(form.set_title(body, "phone")) == []


def test_keys_follow_names_until_they_are_published():
    published = form.add_field(customer(), "text").body
    body = form.add_field(form.add_field(published, "choice", after="name").body, "text").body
    body = properties.set_property(
        options.rename_option(body, "choice", "option_1", {"zh": "线上"}), "choice", "default", "option_1"
    )
    body = form.rename(form.rename(body, "text", {"zh": "传真"}), "choice", {"zh": "渠道"})
    body = form.set_title(properties.set_required(body, "choice", True), "choice")
    after = settle.settle(body, published)
    assert node.live_keys(after)[1] == "qu_dao" == after["x-fenzu"]["title_field"] and "qu_dao" in after["required"]
    assert [option["const"] for option in options.options(after, "qu_dao")] == ["xian_shang", "option_2"]
    assert after["properties"]["qu_dao"]["x-fenzu"]["default"] == "xian_shang"
    assert {"text", "text_2"} <= after["properties"].keys() and form_check.check(after) == []
    assert settle.settle(after, published) == after
    with pytest.raises(Invalid):
        settle.rekey(body, "text", "fax", published)
    with pytest.raises(Conflict):
        settle.rekey(body, "choice", "name", published)
    with pytest.raises(Invalid):
        settle.rekey(body, "choice", "Fax!", published)
