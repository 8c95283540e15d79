"""Publishing: a list of what changes with counts, everything wrong named, and nothing that is published is lost."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from builder import apps, drafts
from builder.edits import form, grouping, options, properties
from builder.publish import apply as publish
from builder.publish.impact import option_counts
from runtime.definitions.form import Form
from runtime.errors import Conflict, Invalid
from runtime.messages import say
from runtime.storage import live, record_tables, versions
from runtime.words import Words
from tests.builder.bodies import codes, customer, habits, kinds, leaf, order, rule

WHAT = Words("加字段", "Add a field")


@pytest.fixture
def app(database):
    with database.write() as conn:
        made = apps.create(conn, {"zh": "客户管理", "en": "CRM"})
        for kind, body in (
            ("vocabulary", habits()),
            ("form", customer()),
            ("form", order()),
            ("grouping", kinds()),
            ("code", codes()),
        ):
            publish.publish_body(conn, made.id, kind, body, None)
    return made


def fill(conn, app, *rows):
    """Put records into the customer form without the ceremony of the commands."""
    item = versions.find(conn, app.id, "form", "customer")
    tables = record_tables.build(item.id, Form(item.body), record_tables.numbers_of(conn, item.id))
    for number, row in enumerate(rows, 1):
        values = {
            "version": 1,
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "def_version": 1,
        }
        for key, value in row.items():
            field = tables.form.fields[key]
            if field.type.many:
                conn.execute(tables.many[key].insert(), [{"record_id": number, "value": one} for one in value])
            else:
                values |= field.type.store(tables.names[key], value, field.settings)
        conn.execute(tables.main.insert().values(**values))


def acts(changes):
    return [change.act for change in changes]


def preview(conn, app, body, kind="form"):
    return publish.preview(conn, app.id, kind, body)


def test_the_app_that_is_published_can_be_read(database, app):
    with database.read() as conn:
        found = live.load(conn, app.key)
    assert set(found.forms) == {"customer", "order"} and found.code_of("customer")
    assert set(found.groupings["type"].ids) == {"enterprise", "person", "other"}


def test_impact_counts_the_records_behind_each_change(database, app):
    with database.write() as conn:
        fill(
            conn,
            app,
            {"name": "A", "phone": "+8613800000001", "kind": "agent", "budget": 50},
            {"name": "B", "phone": "+8613800000001", "kind": "person", "budget": 500},
            {"name": "C", "tags": ["loyal"]},
        )
        body = properties.set_property(properties.set_required(customer(), "kind", True), "budget", "maximum", 100)
        body = options.remove_option(body, "kind", "agent", customer())
        body = form.remove_field(properties.set_unique(body, "phone", "warn"), "tags", customer())
        found = preview(conn, app, form.add_field(body, "email").body)
        counts = {line.change.act: line.count for line in found.impact.lines}
        assert counts == {
            "required_on": 1,
            "limit_tightened": 1,
            "option_retired": 1,
            "unique_on": 2,
            "field_retired": 1,
            "field_added": None,
        }
        item = versions.find(conn, app.id, "form", "customer")
        tables = record_tables.build(item.id, Form(item.body), record_tables.numbers_of(conn, item.id))
        assert option_counts(conn, tables, "kind") == {"agent": 1, "person": 1}
        assert option_counts(conn, tables, "tags") == {"loyal": 1}
        assert (found.impact.total, found.impact.touched, found.possible, found.version) == (3, 3, True, 2)


def test_values_that_repeat_block_a_block(database, app):
    with database.write() as conn:
        fill(conn, app, {"name": "Same"}, {"name": " same"}, {"name": "other"})
        body = properties.set_unique(customer(), "name", "block")
        found = preview(conn, app, body)
        assert not found.possible and found.impact.lines[0].examples[0][1] == 2
        assert "2" in say(found.problems[0], "en") and say(found.problems[0], "zh")
        with pytest.raises(Invalid):
            publish.publish_body(conn, app.id, "form", body, None)
        assert versions.find(conn, app.id, "form", "customer").version == 1


def test_a_draft_is_published_with_its_note_and_ends(database, app):
    with database.write() as conn:
        revision = versions.advance(conn, app.id)
        draft = drafts.apply(conn, app.id, "form", "customer", 0, lambda b: form.add_field(b, "email"), WHAT, 7)
        with pytest.raises(Conflict):
            publish.apply(conn, app.id, "form", "customer", 7, revision=draft.revision - 1)
        outcome = publish.apply(conn, app.id, "form", "customer", 7, "加了邮箱", draft.revision)
        assert outcome.published.version == 2 and acts(outcome.changes) == ["field_added"]
        assert drafts.unpublished(conn, app.id) == []
        assert versions.versions(conn, outcome.published.id)[0].note == "加了邮箱"
        found = live.load(conn, app.key)
        assert found.revision == revision + 1
        assert conn.execute(sa.select(found.form("customer").tables.column("email"))).all() == []
        with pytest.raises(Conflict):
            publish.apply(conn, app.id, "form", "customer", 7)


def test_a_form_change_that_breaks_a_rule_names_the_group(database, app):
    with database.write() as conn:
        other = grouping.add_group(
            grouping.new("customer", {"zh": "金额", "en": "Money"}), {"zh": "大单", "en": "Big"}
        ).body
        big = {"field": "orders", "agg": {"fn": "sum", "of": "amount"}, "operator": ">", "value": 5}
        publish.publish_body(conn, app.id, "grouping", grouping.set_rule(other, "big", rule(big)), None)
        body = form.remove_field(order(), "amount", order())
        found = preview(conn, app, body)
        assert [problem.code for problem in found.problems] == ["breaks_dependant"]
        assert "大单" in say(found.problems[0], "zh") and "Big" in say(found.problems[0], "en")
        with pytest.raises(Conflict):
            publish.remove(conn, app.id, "form", "order")
        with pytest.raises(Conflict):
            publish.remove(conn, app.id, "grouping", "type")
        publish.remove(conn, app.id, "code", "code")
        publish.remove(conn, app.id, "grouping", "type")


def test_what_is_published_stays(database, app):
    with database.write() as conn:

        def codes_of(kind, body):
            return {problem.code for problem in preview(conn, app, body, kind).problems}

        body = form.remove_field(customer(), "budget", None)
        assert codes_of("form", body) == {"published_field_gone"}
        assert codes_of("form", form.add_field(body, "person", key="budget").body) == {"type_fixed"}
        assert codes_of("form", form.add_field(body, "text", key="budget").body) == set()
        assert codes_of("form", properties.set_property(customer(), "budget", "decimals", 0)) == set()
        assert codes_of("form", options.remove_option(customer(), "kind", "agent", None)) == {"published_option_gone"}
        assert codes_of("vocabulary", habits() | {"tags": habits()["tags"][:1]}) == {"published_tag_gone"}
        assert codes_of("grouping", {"kind": "grouping"}) == {"bad_shape"}


def test_publishing_a_grouping_says_what_must_be_worked_out_anew(database, app):
    with database.write() as conn:
        other = grouping.add_group(grouping.new("customer", {"en": "Level"}), {"en": "High"}).body
        reading = grouping.set_rule(other, "high", rule(leaf("$group", "in", ["type/person"])))
        assert publish.publish_body(conn, app.id, "grouping", reading, None).groupings_to_rebuild == ("level",)
        looks = grouping.recolour(kinds(), "person", "mo")
        assert publish.publish_body(conn, app.id, "grouping", looks, None).groupings_unmoved == ("type",)
        body, _key = grouping.add_group(grouping.set_prefix(looks, "person", "Q"), {"en": "Farm"})
        body = grouping.set_prefix(grouping.set_rule(body, "farm", rule(leaf("kind", "=", "agent"))), "farm", "F")
        assert publish.publish_body(conn, app.id, "grouping", body, None).groupings_to_rebuild == ("type", "level")
        ids = live.load(conn, app.key).groupings["type"].ids
        gone = publish.publish_body(conn, app.id, "grouping", grouping.remove_group(body, "farm"), None)
        assert "group_removed" in acts(gone.changes)
        publish.publish_body(conn, app.id, "grouping", body, None)
        assert live.load(conn, app.key).groupings["type"].ids == ids
