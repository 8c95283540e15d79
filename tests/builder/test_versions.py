"""Plans, roll-back, definitions published together or at once, and apps that come and go."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from builder import apps, drafts
from builder.edits import form, grouping, options, properties, vocabulary
from builder.publish import apply as publish
from builder.publish.plan import plan
from runtime.definitions.form import Form
from runtime.errors import Conflict, Invalid
from runtime.storage import live, system_tables, versions
from tests.builder.bodies import codes, customer, habits, kinds, leaf, order, rule
from tests.builder.test_publish import WHAT, acts, app, fill

__all__ = ["app"]


def test_a_plan_names_every_change_once():
    old = properties.set_required(customer(), "kind", True)
    new = form.remove_field(form.add_field(old, "email").body, "phone", old)
    new = properties.set_required(properties.set_required(new, "kind", False), "budget", True)
    new = properties.set_property(new, "budget", "maximum", 100)
    new = options.remove_option(options.add_option(new, "kind", {"en": "Wholesale"}).body, "kind", "agent", old)
    new = properties.set_unique(form.rename(new, "name", {"en": "Company"}), "name", "block")
    assert sorted(acts(plan("form", old, new))) == sorted(
        [
            "field_renamed",
            "unique_on",
            "required_off",
            "options_added",
            "option_retired",
            "required_on",
            "limit_tightened",
            "field_added",
            "field_retired",
        ]
    )
    assert acts(plan("form", new, old))[:1] and plan("form", old, old) == []
    assert sorted(acts(plan("form", new, form.bring_back(new, "phone")))) == ["field_back"]
    severities = {change.act: change.severity for change in plan("form", old, new)}
    assert (severities["field_added"], severities["required_on"], severities["field_retired"]) == (
        "safe",
        "attention",
        "loses",
    )


def test_a_plan_of_a_grouping():
    old = kinds()
    new = grouping.add_group(grouping.rename_group(old, "person", {"zh": "个人"}), {"en": "Farm"}).body
    new = grouping.set_rule(new, "farm", rule(leaf("kind", "=", "agent")))
    new = grouping.set_prefix(grouping.recolour(new, "enterprise", "mo"), "enterprise", "Q")
    new = grouping.move_group(new, "person", to="top")
    assert sorted(acts(plan("grouping", old, new))) == sorted(
        ["group_renamed", "group_added", "group_recoloured", "prefix_changed", "order_changed"]
    )
    gone = grouping.set_mode(grouping.remove_group(old, "other"), "overlapping")
    assert sorted(acts(plan("grouping", old, gone))) == ["fallback_changed", "group_removed", "mode_changed"]


def test_rolling_back_keeps_what_came_since(database, app):
    with database.write() as conn:
        body = options.add_option(form.add_field(customer(), "email").body, "kind", {"en": "Wholesale"}).body
        publish.publish_body(conn, app.id, "form", body, None)
        outcome = publish.roll_back(conn, app.id, "form", "customer", 1, None)
        after = Form(outcome.published.body)
        assert outcome.published.version == 3 and after.fields["email"].retired
        assert [option["const"] for option in after.fields["kind"].options if option["retired"]] == ["wholesale"]
        assert set(after.live_fields) == set(customer()["properties"])
        drafts.apply(conn, app.id, "form", "customer", 0, lambda b: form.add_field(b, "date"), WHAT, None)
        with pytest.raises(Conflict):
            publish.roll_back(conn, app.id, "form", "customer", 2, None)


def test_tags_change_at_once(database, app):
    with database.write() as conn:
        outcome, key = publish.edit_now(
            conn, app.id, "vocabulary", "habit", lambda b: vocabulary.add_tag(b, {"zh": "夜宵"}), None
        )
        assert key == "ye_xiao" and outcome.published.version == 2
        same, _none = publish.edit_now(conn, app.id, "vocabulary", "habit", lambda b: b, None, version=2)
        assert same.published.version == 2
        with pytest.raises(Conflict):
            publish.edit_now(conn, app.id, "vocabulary", "habit", lambda b: b, None, version=1)


def test_a_draft_of_an_older_version_is_not_published_over_a_newer_one(database, app):
    with database.write() as conn:
        drafts.apply(conn, app.id, "form", "customer", 0, lambda b: form.add_field(b, "date"), WHAT, None)
        publish.publish_body(conn, app.id, "form", form.add_field(customer(), "email").body, None)
        with pytest.raises(Conflict):
            publish.apply(conn, app.id, "form", "customer", None)


def test_definitions_that_need_each_other_are_published_as_one(database):
    with database.write() as conn:
        made = apps.create(conn, {"en": "Both"})
        child = properties.set_link(
            form.add_field(customer(), "link", key="last_order").body, "last_order", "order", ()
        )
        with pytest.raises(Invalid):
            publish.publish_body(conn, made.id, "form", child, None)
        bodies = [
            ("code", codes()),
            ("grouping", kinds()),
            ("form", child),
            ("form", order()),
            ("vocabulary", habits()),
        ]
        revision = versions.advance(conn, made.id)
        outcomes = publish.publish_set(conn, made.id, bodies, None)
        assert [outcome.published.key for outcome in outcomes] == ["code", "type", "customer", "order", "habit"]
        assert live.load(conn, made.key).revision == revision + 1
        with pytest.raises(Invalid) as wrong:
            publish.publish_set(conn, made.id, [("code", codes() | {"field": "name"}), ("form", child)], None)
        assert wrong.value.problems[0].path == "code/code.field"


def test_removing_an_app_leaves_nothing(database):
    with database.write() as conn:
        before = set(sa.inspect(conn).get_table_names())
        made = apps.create_blank(conn, {"zh": "客户管理"}, None)
        assert made.key == "ke_hu_guan_li"
        assert apps.create(conn, {"zh": "客户管理"}).key == "ke_hu_guan_li_2"
        assert apps.rename(conn, made.id, {"en": "CRM"}).body["label"] == {"zh": "客户管理", "en": "CRM"}
        fill(conn, made, {"name": "A"})
        apps.start_form(conn, made.id, {"en": "Draft"}, None)
        apps.remove(conn, made.id)
        assert set(sa.inspect(conn).get_table_names()) == before
        for table in (
            system_tables.definition,
            system_tables.definition_version,
            system_tables.draft,
            system_tables.draft_step,
            system_tables.column_map,
        ):
            assert conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
