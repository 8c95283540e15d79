"""What publishing tells of the existing records: counted as they are, with samples, and with few statements."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from builder import apps
from builder.edits import form, made, properties
from builder.publish import apply as publish
from runtime.commands import create, remove
from runtime.records import entry
from runtime.records.act import acting
from runtime.storage.live import Live
from tests.builder.bodies import leaf

ROWS = [
    {"name": "甲", "memo": "A-1", "size": "5", "lines": [{"what": "x", "price": "5"}]},
    {"name": "乙", "memo": "b", "size": "50", "lines": [{"what": "y"}, {"what": "z", "price": "900"}]},
    {"name": "丙", "memo": "A-1", "size": "500"},
    {"name": "丁"},
    {"name": "bin", "memo": "b", "size": "500", "lines": [{"what": "z", "price": "900"}]},
]


@pytest.fixture
def body():
    found = form.new({"zh": "客户", "en": "Customer"})
    found = form.add_field(found, "text", key="memo", label={"zh": "备注", "en": "Memo"}).body
    found = form.add_field(found, "number", key="size", label={"zh": "规模", "en": "Size"}).body
    found = form.add_field(found, "rows", key="lines", label={"zh": "明细", "en": "Lines"}).body
    inside = {"what": made_of("text", "品名"), "price": made_of("number", "单价")}
    found["properties"]["lines"]["items"]["properties"] = inside
    found["properties"]["lines"]["x-fenzu"]["order"] = list(inside)
    return found


def made_of(kind, label):
    blank = form.add_field(form.new({"zh": "x", "en": "x"}), kind, key="f", label={"zh": label}).body
    return blank["properties"]["f"]


@pytest.fixture
def app(database, boss, body):
    with database.write() as conn:
        found = apps.create(conn, {"en": "Shop"})
        publish.publish_body(conn, found.id, "form", body, None)
    with acting(database, Live(), found.key, boss) as act:
        live = act.app.form("customer").form
        create.create_many(act, "customer", [entry.read(live, one, act.names) for one in ROWS])
        remove.remove(act, "customer", [5])
    return found


def lines(database, app, body, most=None):
    """By act and field: how many records, and the samples."""
    asked = []
    with database.read() as conn:
        sa.event.listen(conn, "before_cursor_execute", lambda *given: asked.append(given[2]))
        felt = publish.preview(conn, app.id, "form", body)
    about = [statement for statement in asked if "r_1" in statement and "SELECT" in statement.upper()]
    assert len(about) <= 2 * len(felt.impact.lines) + 2, "\n".join(about)
    return felt, {(line.change.act, line.change.field): (line.count, [title for _, title in line.samples]) for line in felt.impact.lines}


def changed(body, edit):
    new = made.copy(body)
    edit(new["properties"], new)
    return new


def test_each_line_counts_live_records_and_names_a_few(database, app, body):
    def tighten(fields, new):
        fields["memo"]["pattern"] = "^A-[0-9]$"
        fields["size"]["maximum"] = 100
        fields["lines"]["items"]["properties"]["price"]["maximum"] = 100
        fields["lines"]["items"]["required"] = ["price"]
        new["required"] = [*new.get("required", []), "size"]

    felt, told = lines(database, app, changed(body, tighten))
    assert told["limit_tightened", "memo"] == (1, ["乙"])
    assert told["limit_tightened", "size"] == (1, ["丙"])
    assert told["limit_tightened", "lines.price"] == (1, ["乙"])
    assert told["required_on", "lines.price"] == (1, ["乙"])
    assert told["required_on", "size"] == (1, ["丁"])
    assert (felt.impact.total, felt.impact.touched) == (4, 3) and felt.possible


def test_logic_that_refuses_counts_the_records_it_would_refuse(database, app, body):
    def refuse(_fields, new):
        new["x-fenzu"]["logic"] = [{"key": "big", "when": {"combinator": "and", "rules": [leaf("size", ">", 40)]},
                                    "then": [{"refuse": {"zh": "太大了", "en": "Too big"}}]}]

    felt, told = lines(database, app, changed(body, refuse))
    assert told["logic_refuses", None] == (2, ["乙", "丙"])
    line = next(line for line in felt.impact.lines if line.change.act == "logic_refuses")
    assert "太大了" in line.change.title.zh and line.change.severity == "attention"
    with database.write() as conn:
        publish.publish_body(conn, app.id, "form", changed(body, refuse), None)
    _, told = lines(database, app, changed(changed(body, refuse), lambda fields, _: fields["size"]["x-fenzu"].update(help={"zh": "x"})))
    assert not any(act == "logic_refuses" for act, _ in told)


def test_converted_values_count_once_however_often_they_are_named(database, app, body):
    def convert(fields, new):
        fields["memo"] = {**made_of("number", "备注")}
        new["required"] = [*new.get("required", []), "memo"]

    felt, told = lines(database, app, changed(body, convert))
    assert felt.rehearsed["memo"].fail == 3 and told["required_on", "memo"] == (1, ["丁"])
    assert felt.impact.touched == 4  # three that cannot be read, and the one that is blank


def test_values_that_repeat_stop_it_with_samples(database, app, body):
    felt, told = lines(database, app, properties.set_property(body, "memo", "unique", "block"))
    assert not felt.possible and told["unique_on", "memo"][0] == 2
    assert felt.impact.lines[0].examples == (("A-1", 2),)


def test_a_rule_that_reads_what_is_not_published_yet_counts_nobody(database, app, body):
    def refuse(_fields, new):
        new["properties"]["neu"] = made_of("number", "新")
        new["x-fenzu"]["logic"] = [{"key": "big", "when": {"combinator": "and", "rules": [leaf("neu", ">", 40)]},
                                    "then": [{"refuse": {"zh": "太大了", "en": "Too big"}}]}]

    _, told = lines(database, app, changed(body, refuse))
    assert told["logic_refuses", None] == (None, [])
