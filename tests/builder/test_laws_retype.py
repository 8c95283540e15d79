"""Whatever a form has been through, type changes too, it is stored as if its last version had been its first."""

from __future__ import annotations

import random

import pytest

from builder import apps
from builder.edits import retyping
from builder.publish import apply as publish
from runtime.commands import rows
from runtime.definitions.form import Form
from runtime.errors import FenzuError
from runtime.records import load
from runtime.records.act import acting
from runtime.storage import live as snapshots
from runtime.storage import record_tables, versions
from runtime.storage.live import Live
from tests.builder.bodies import customer
from tests.builder.test_laws import _linked, full_gesture

NAMES = ["甲", "0045", "12.5%", "2025-02-18", "企业客户"]


def step(body, published, seed):
    """A gesture on the form, every third time one that makes a field another kind of field."""
    pick = random.Random(seed)
    if pick.random() > 0.35:
        return full_gesture(body, published, seed)
    key = pick.choice(list(Form(body).live_fields))
    ways = retyping.ways(body, key, published)
    try:
        return retyping.retype(body, key, pick.choice(ways).name, published) if ways else body
    except FenzuError:
        return body


def columns(conn, app):
    """What a form's values are stored in, by field, without the numbers that say when a field came."""
    item = versions.find(conn, app.id, "form", "customer")
    tables = record_tables.build(item.id, Form(item.body), record_tables.numbers_of(conn, item.id))
    present = {column["name"] for column in record_tables.sa.inspect(conn).get_columns(tables.main.name)}
    own = {column.name: str(column.type) for column in tables.main.columns}
    assert own.keys() <= present
    return {key: sorted(kind for column, kind in own.items() if f"{column}_".startswith(f"{name}_"))
            for key, name in tables.names.items()} | {key: str(table.c.value.type) for key, table in tables.many.items()}


def held(conn, app):
    """All values of all records by field."""
    found = snapshots.load(conn, app.key).form("customer")
    ids = range(1, len(NAMES) + 1)
    return {key: [record.values.get(key) for record in load.records(conn, found, list(ids)).values()] for key in found.form.fields}


@pytest.mark.parametrize("seed", range(12))
def test_published_step_by_step_is_stored_as_installed_at_once(database, boss, seed):
    pick = random.Random(seed)
    with database.write() as conn:
        steps, once = apps.create(conn, {"en": "Steps"}), apps.create(conn, {"en": "Once"})
        first = body = published = _linked(customer())
        publish.publish_body(conn, steps.id, "form", body, None)
    with acting(database, Live(), steps.key, boss) as act:
        rows.insert(act, act.app.form("customer"), range(1, len(NAMES) + 1), [{"name": name} for name in NAMES])
    changed = set()
    with database.write() as conn:
        start = held(conn, steps)
        for _ in range(6):
            for _ in range(3):
                body = step(body, published, pick.randrange(2**32))
            body = _linked(body)
            publish.publish_body(conn, steps.id, "form", body, None)
            changed |= {key for key, item in Form(body).fields.items() if key in published["properties"]
                        and item.type.name != published["properties"][key]["x-fenzu"]["type"]}
            published = body
        publish.publish_body(conn, once.id, "form", body, None)
        assert columns(conn, steps) == columns(conn, once)
        publish.publish_body(conn, steps.id, "form", _back(first, body), None)
        now = held(conn, steps)
        assert {key: now[key] for key in start} == start
        assert seed > 3 or changed


def _back(first, now):
    """The first version as it can be published again."""
    return publish.restored("form", first, now)
