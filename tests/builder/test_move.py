"""The values of one field moved to another: rehearsed as it then happens, and taken back without touching anything else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from builder import apps
from builder.edits import form, properties
from builder.publish import apply as publish
from runtime.commands import change, create, move
from runtime.errors import NotFound
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.messages import say
from runtime.records import entry, load
from runtime.records.act import acting
from runtime.records.names import RecordNames
from runtime.storage import live as snapshots
from runtime.storage import retypes
from runtime.storage.live import Live

TYPED = [("12", ""), ("约 30 人", ""), ("0045", ""), ("", ""), ("7", "9"), ("99999", ""), ("12", "")]
MOVED = [12, None, 45, None, 9, None, 12]


@pytest.fixture
def app(database, boss):
    """A text field that was taken off, and a number up to 1,000 beside it."""
    body = form.new({"zh": "客户", "en": "Customer"})
    body = form.add_field(body, "text", key="old", label={"zh": "人数", "en": "Old"}).body
    body = form.add_field(body, "number", key="size", label={"zh": "规模", "en": "Size"}).body
    body = properties.set_property(body, "size", "maximum", 1000)
    with database.write() as conn:
        made = apps.create(conn, {"en": "Shop"})
        publish.publish_body(conn, made.id, "form", body, None)
    with acting(database, Live(), made.key, boss) as act:
        live = act.app.form("customer").form
        rows = [{"name": f"n{i}", "old": old, "size": size} for i, (old, size) in enumerate(TYPED)]
        create.create_many(act, "customer", [entry.read(live, one, act.names) for one in rows])
    with database.write() as conn:
        publish.publish_body(conn, made.id, "form", form.remove_field(body, "old", body), None)
    return made


def sizes(database, app):
    with database.read() as conn:
        live = snapshots.load(conn, app.key).form("customer")
        ids = list(conn.execute(sa.select(live.tables.main.c.id)).scalars())
        return [record.values["size"] for record in load.records(conn, live, sorted(ids)).values()]


def ask(database, boss, app, kind, **more):
    with database.write() as conn:
        params = {"app": app.key, "form": "customer", "from": "old", "to": "size", "line": retypes.last_line(conn), **more}
        number = queue.put(conn, kind, params, by=boss.id, app_id=app.id)
    assert Runner(database, move.kinds(Live()), rest=0).drain() == 1
    with database.read() as conn:
        return queue.get(conn, number)


def test_what_is_rehearsed_is_what_happens_and_can_be_taken_back(database, boss, app):
    with database.read() as conn:
        found = snapshots.load(conn, app.key)
        live, names = found.form("customer"), RecordNames(conn, found, "zh", "Asia/Shanghai")
        assert [item.key for item in move.takers(live, "old")] == ["size", "name"]
        told = move.rehearse(conn, live, "old", "size", names)
    assert (told.fit, told.change, told.fail, told.taken) == (2, 1, 2, 1)
    assert told.changed == [("0045", "45")] and [said for said, _ in told.failed] == ["约 30 人", "99999"]
    assert all(say(problem, lang) for _, problem in told.failed for lang in ("zh", "en"))
    done = ask(database, boss, app, move.MOVE)
    assert (done.value, sizes(database, app)) == ({"done": told.moved, "left": 0}, MOVED)
    with acting(database, Live(), app.key, boss) as act:
        live = act.app.form("customer")
        change.change(act, "customer", 3, entry.read(live.form, {"size": "50"}, act.names, whole=False), version=None)
    back = ask(database, boss, app, move.BACK, batch=done.id, line=done.params["line"])
    assert back.value == {"done": 2, "left": 0}
    assert sizes(database, app) == [None, None, 50, None, 9, None, None]
    with database.read() as conn:
        live = snapshots.load(conn, app.key).form("customer")
        assert [r.values["old"] for r in load.records(conn, live, range(1, 8)).values()] == [old or None for old, _ in TYPED]


def test_one_record_that_refuses_stops_no_other(database, boss, app):
    with database.write() as conn:
        body = properties.set_property(snapshots.load(conn, app.key).form("customer").form.body, "size", "unique", "block")
        publish.publish_body(conn, app.id, "form", body, None)
    done = ask(database, boss, app, move.MOVE)
    assert done.value == {"done": 2, "left": 1}  # 12 is there twice: the second one stays
    assert sizes(database, app) == [12, None, 45, None, 9, None, None]


def test_only_fields_that_can_hold_the_values_are_offered(database, app):
    with database.read() as conn:
        found = snapshots.load(conn, app.key)
        names = RecordNames(conn, found, "zh", "Asia/Shanghai")
        for to in ("old", "gone"):
            with pytest.raises(NotFound):
                move.rehearse(conn, found.form("customer"), "old", to, names)
