"""Tokens and invitations: secrets that are shown once, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts import invitations, people, token_cache, tokens
from runtime.accounts.actor import Actor
from runtime.errors import Denied, Invalid, NotFound
from runtime.storage.db import Database
from runtime.storage.system_tables import token
from tests.runtime.staff import add, codes


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    token_cache.clear()


def test_a_token_speaks_for_its_maker_until_it_is_ended(database: Database, boss: Actor) -> None:
    li = add(database, boss)
    with database.write() as conn:
        made, secret = tokens.create(conn, li, " 报表 ")
    assert secret.startswith("fz_") and made.hint == secret[:8] and made.name == "报表"
    with database.read() as conn:
        stored = conn.execute(sa.select(token)).one()
        assert secret not in str(stored)
        bearer = tokens.find(conn, secret)
        assert bearer is not None and bearer.actor == li
        assert tokens.find(conn, secret + "x") is None and tokens.find(conn, "other") is None
        assert [one.id for one in tokens.of_person(conn, li.id)] == [made.id]
    with pytest.raises(NotFound), database.write() as conn:
        tokens.revoke(conn, Actor(99, "x", "builder", "zh", "UTC"), made.id)
    with database.write() as conn:
        tokens.revoke(conn, boss, made.id)
    with database.read() as conn:
        assert tokens.find(conn, secret) is None and tokens.of_person(conn, li.id) == []


def test_the_second_look_at_a_token_costs_no_query(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        _, secret = tokens.create(conn, boss, "one")
    with database.read() as conn:
        first = tokens.find(conn, secret)
        seen: list[str] = []
        sa.event.listen(conn, "before_cursor_execute", lambda *given: seen.append(given[2]))
        assert tokens.find(conn, secret) == first and seen == []


def test_last_use_is_written_at_most_once_a_minute(database: Database, boss: Actor) -> None:
    at = clock.now()
    with database.write() as conn:
        _, secret = tokens.create(conn, boss, "one")
        bearer = tokens.find(conn, secret)
        assert bearer is not None and tokens.due(bearer, at)
        tokens.touch(conn, secret, bearer, at)
        bearer = tokens.find(conn, secret)
        assert bearer is not None and not tokens.due(bearer, at + timedelta(seconds=59))
        assert tokens.due(bearer, at + timedelta(seconds=60))
        assert tokens.of_person(conn, boss.id)[0].used_at == clock.text(at)


def test_a_leaver_and_a_new_role_count_at_once(database: Database, boss: Actor) -> None:
    li = add(database, boss, "li", "builder")
    with database.write() as conn:
        _, secret = tokens.create(conn, li, "one")
    with database.read() as conn:
        assert tokens.find(conn, secret)
    with database.write() as conn:
        people.change(conn, boss, li.id, {"role": "member"})
        with database.read() as other:  # another request, before the change is kept, must not put the old role back
            tokens.find(other, secret)
    with database.read() as conn:
        found = tokens.find(conn, secret)
        assert found is not None and found.actor.role == "member"
    with database.write() as conn:
        people.deactivate(conn, boss, li.id)
    with database.read() as conn:
        assert tokens.find(conn, secret) is None


def test_an_invitation_works_once_for_seven_days(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        made, secret = invitations.create(conn, boss, "韩梅梅", "builder", "zh")
    late = clock.now() + timedelta(days=7)
    with database.write() as conn:
        assert invitations.find(conn, secret) == made and invitations.waiting(conn) == [made]
        for wrong, at in ((secret, late), (secret + "x", None)):
            with pytest.raises(NotFound) as caught:
                invitations.find(conn, wrong, at)
            assert codes(caught.value) == ["invitation_ended"]
    with pytest.raises(Invalid), database.write() as conn:
        invitations.accept(conn, secret, "boss", "long enough")  # the login is taken: the link still works
    with database.write() as conn:
        han = people.get(conn, invitations.accept(conn, secret, "han", "long enough"))
        assert (han.name, han.role, han.lang) == ("韩梅梅", "builder", "zh")
    with pytest.raises(NotFound), database.write() as conn:
        invitations.accept(conn, secret, "again", "long enough")
    with database.write() as conn:
        other, secret = invitations.create(conn, boss, "x", "member", "en")
        invitations.take_back(conn, boss, other.id)
        assert invitations.waiting(conn) == []
        with pytest.raises(NotFound):
            invitations.find(conn, secret)
    with pytest.raises(Denied), database.write() as conn:
        invitations.create(conn, Actor(han.id, "h", "builder", "zh", "UTC"), "x", "member", "en")
