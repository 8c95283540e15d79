"""A broken rule freezes its grouping and those that read it, tells its owners once, and nobody moves until it is mended."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from builder.publish.apply import publish_set
from builder.publish.effect import into_effect
from runtime.accounts import notices
from runtime.accounts.actor import Actor
from runtime.groups import frozen, work
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.storage.db import Database
from runtime.storage.live import Live
from tests.crm import LEVEL, Crm, group, made, one
from tests.laws.test_membership import stored


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    return made(database, boss)


def damage(crm: Crm, rule: Any) -> None:
    """What publishing refuses happens all the same: the stored document of `level` is another one."""
    body = {**LEVEL, "groups": [group("high", rule, prefix="H"), *LEVEL["groups"][1:]]}
    v = tables.definition_version
    with crm.database.write() as conn:
        item = crm.app(conn).groupings["level"]
        conn.execute(v.update().where(v.c.definition_id == item.id, v.c.version == item.version).values(body=json.dumps(body)))
        versions.advance(conn, crm.app(conn).id)


def states(crm: Crm) -> dict[str, str]:
    with crm.database.read() as conn:
        return {key: item.state for key, item in crm.app(conn).groupings.items()}


def told(crm: Crm) -> list[str]:
    with crm.database.read() as conn:
        return [item.code for item in notices.newest(conn, crm.boss.id)]


def mend(crm: Crm) -> None:
    with crm.database.write() as conn:
        number = queue.put(conn, "mend", {})
    Runner(crm.database, {**work.kinds(Live()), **frozen.kinds(Live())}, rest=0).drain()
    with crm.database.read() as conn:
        assert queue.get(conn, number).state == "done"


BROKEN = one({"field": "no_such_field", "operator": "=", "value": 1})


def test_a_save_over_a_broken_rule_is_kept_and_the_grouping_stands_still(crm: Crm) -> None:
    first = crm.add("customer", name="first", size=90, kind="person")
    before = stored(crm)["level"]
    damage(crm, BROKEN)
    second = crm.add("customer", name="second", size=90, kind="enterprise")
    crm.set("customer", first, size=1)
    crm.add("customer", name="third", size=90)
    assert stored(crm)["level"] == before  # neither emptied nor filled
    assert second in stored(crm)["type"]["e"]  # what does not read it goes on
    assert states(crm) == {"level": "frozen", "need": "frozen", "type": "ready"}
    assert told(crm) == ["grouping_frozen"]
    with crm.database.read() as conn:
        sentence = notices.newest(conn, crm.boss.id)[0].sentence("zh")
        assert "level" in sentence and "no_such_field" in sentence and "改好规则" in sentence


def test_publishing_a_whole_rule_brings_it_and_its_readers_back(crm: Crm) -> None:
    big = crm.add("customer", name="big", size=90)
    damage(crm, BROKEN)
    crm.set("customer", big, size=1)
    with crm.database.write() as conn:
        app = crm.app(conn)
        done = publish_set(conn, app.id, [("grouping", LEVEL)], crm.boss.id)
        into_effect(conn, app.key, done, "Asia/Shanghai", crm.boss.id)
    assert set(states(crm).values()) == {"ready"} and big in stored(crm)["level"]["low"]
    crm.set("customer", big, size=90)
    assert big in stored(crm)["level"]["mid"]
    assert told(crm)[0] == "grouping_alive"


def test_the_hourly_look_finds_what_nobody_met_and_wakes_what_is_whole_again(crm: Crm) -> None:
    big = crm.add("customer", name="big", size=90)
    damage(crm, BROKEN)
    mend(crm)
    mend(crm)
    assert states(crm)["level"] == "frozen" and told(crm) == ["grouping_frozen"]
    damage(crm, LEVEL["groups"][0]["rule"])
    mend(crm)
    assert set(states(crm).values()) == {"ready"} and big in stored(crm)["level"]["mid"]
    assert sorted(told(crm)) == ["grouping_alive", "grouping_alive", "grouping_frozen"]


def test_other_groupings_are_published_while_one_stands_still(crm: Crm) -> None:
    damage(crm, BROKEN)
    crm.add("customer", name="big", size=90)
    with crm.database.write() as conn:
        app = crm.app(conn)
        body = {**app.groupings["type"].newest.body, "groups": list(reversed(app.groupings["type"].newest.body["groups"]))}
        done = publish_set(conn, app.id, [("grouping", body)], crm.boss.id)
        into_effect(conn, app.key, done, "Asia/Shanghai", crm.boss.id)
        d = tables.diary
        assert conn.execute(sa.select(d.c.id).where(d.c.cause == "rule")).first() is None
    assert states(crm) == {"level": "frozen", "need": "frozen", "type": "ready"}
