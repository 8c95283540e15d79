"""A link's count, its pages that were sent and its signatures, on every database."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from runtime import clock
from runtime.accounts.actor import Actor, visitor
from runtime.commands import receive
from runtime.records import entry, public_links
from runtime.records.public_links import Link
from runtime.storage import live as snapshots
from runtime.storage.db import Database
from tests import crm
from tests.crm import CUSTOMER
from tests.runtime.public import NAMES, customer


@pytest.fixture
def system(database: Database, boss: Actor) -> crm.Crm:
    made = crm.made(database, boss, [(kind, customer(quota=2)) if part is CUSTOMER else (kind, part) for kind, part in crm.BODIES])
    with database.write() as conn:
        public_links.renew(conn, snapshots.load(conn, made.key).id, "customer")
    return made


def link_of(system: crm.Crm) -> Link:
    with system.database.read() as conn:
        found = public_links.of_form(conn, snapshots.load(conn, system.key).id, "customer")
        assert found is not None and public_links.by_token(conn, found.token) == found
    return found


def take(system: crm.Crm, nonce: str) -> None:
    link = link_of(system)
    with system.act(visitor("Asia/Shanghai", "zh"), receive.CAUSE) as act:
        receive.receive(act, link, entry.read(act.app.form("customer").form, NAMES, act.names), nonce)


def test_counted_and_taken_once(system: crm.Crm) -> None:
    take(system, "a")
    with pytest.raises(receive.Again):
        take(system, "a")
    assert link_of(system).received == 1
    take(system, "b")
    with pytest.raises(receive.Closed):
        take(system, "c")
    assert link_of(system).received == 2


def test_a_link_that_was_replaced_takes_nothing(system: crm.Crm) -> None:
    old = link_of(system)
    with system.database.write() as conn:
        public_links.renew(conn, snapshots.load(conn, system.key).id, "customer")
    with pytest.raises(receive.Closed), system.act(visitor("Asia/Shanghai", "zh"), receive.CAUSE) as act:
        receive.receive(act, old, entry.read(act.app.form("customer").form, NAMES, act.names), "d")
    assert link_of(system).received == 0


def test_a_signature_holds_for_its_pairs_only(system: crm.Crm) -> None:
    link, now = link_of(system), clock.now()
    given = dict(parse_qsl(public_links.signed(link, {"name": "沐 & 阳=1", "since": "2026-01-01"}, now + timedelta(days=1))))
    assert public_links.holds(link, given, now) and public_links.holds(link, dict(reversed(list(given.items()))), now)
    assert not public_links.holds(link, given, now + timedelta(days=2))
    for name in given:
        assert not public_links.holds(link, {**given, name: given[name] + "1"}, now)
        assert not public_links.holds(link, {key: value for key, value in given.items() if key != name}, now)
    assert not public_links.holds(link, {**given, "kind": "person"}, now)
    assert not public_links.holds(link, {**given, public_links.EXPIRES: "٣"}, now)
