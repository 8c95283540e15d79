"""Notices: told once, counted, marked as seen, forgotten; and the bell that shows them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runtime import clock
from runtime.accounts import notices, people
from runtime.accounts.actor import Actor
from runtime.messages import CODES
from runtime.storage.db import Database
from runtime.words import Words
from tests.web import Site


@pytest.fixture(autouse=True)
def sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CODES, "notice_tried", Words("「{what}」停了，{n} 位", "“{what}” stopped, {n} customer|“{what}” stopped, {n} customers"))


def told(database: Database, who: int, **params: object) -> None:
    with database.write() as conn:
        notices.tell(conn, [who], "tried", params or {"what": Words("等级", "Level"), "n": 3}, "/a/b")


def test_a_notice_is_told_once_until_it_is_seen(database: Database, boss: Actor) -> None:
    told(database, boss.id)
    told(database, boss.id)
    with database.write() as conn:
        (one,) = notices.newest(conn, boss.id)
        assert one.new and notices.unseen(conn, boss.id) == 1
        assert (one.sentence("zh"), one.sentence("en")) == ("「等级」停了，3 位", "“Level” stopped, 3 customers")
        notices.see(conn, boss.id, one.id)
        assert notices.unseen(conn, boss.id) == 0 and not notices.newest(conn, boss.id)[0].new
    told(database, boss.id)
    with database.read() as conn:
        assert notices.unseen(conn, boss.id) == 1 and len(notices.newest(conn, boss.id)) == 2


def test_the_newest_fifty_are_listed_and_what_came_while_looking_stays_new(database: Database, boss: Actor) -> None:
    for number in range(60):
        told(database, boss.id, what=str(number), n=number)
    with database.write() as conn:
        found = notices.newest(conn, boss.id)
        assert len(found) == notices.NEWEST and found[0].params["n"] == 59
        notices.see(conn, boss.id, found[1].id)
        assert notices.unseen(conn, boss.id) == 1


def test_old_notices_are_swept(database: Database, boss: Actor) -> None:
    told(database, boss.id)
    with database.write() as conn:
        assert notices.sweep(conn, clock.now()) == 0
        assert notices.sweep(conn, clock.now() + timedelta(days=91)) == 1 and notices.newest(conn, boss.id) == []


def test_a_broken_definition_concerns_builders_and_who_made_it(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        made = {role: people.add(conn, boss, role, role, role, "zh") for role in ("builder", "member")}
        assert notices.builders(conn) == [boss.id, made["builder"]]
        assert notices.builders(conn, made["member"], None, 999) == sorted([boss.id, *made.values()])


def test_a_code_without_a_sentence_is_not_told(database: Database, boss: Actor) -> None:
    with database.write() as conn, pytest.raises(KeyError):
        notices.tell(conn, [boss.id], "nothing_such", {}, "/")


@pytest.mark.parametrize(("n", "said"), [(1, "put right 1 place in"), (1200, "put right 1,200 places in")])
def test_one_place_is_told_as_one(database: Database, boss: Actor, n: int, said: str) -> None:
    with database.write() as conn:
        notices.tell(conn, [boss.id], "groups_drifted", {"grouping": Words("等级", "Level"), "n": n}, "/")
        assert said in notices.newest(conn, boss.id)[0].sentence("en")


def test_the_bell_counts_shows_and_grows_quiet(site: Site) -> None:
    boss = site.person("administrator")
    assert boss.actor
    told(site.database, boss.actor.id)
    other = site.person("member")
    assert "fz-cnt" in boss.htmx("get", "/notices/count").text and "fz-cnt" not in other.htmx("get", "/notices/count").text
    shown = boss.htmx("post", "/notices/").text
    assert "「等级」停了，3 位" in shown and 'class="new"' in shown and 'hx-swap-oob="true"' in shown
    assert "fz-cnt" not in boss.htmx("get", "/notices/count").text and 'class="new"' not in boss.get("/notices/").text
    assert "没有消息" in other.get("/notices/").text


def test_the_bell_is_for_those_who_are_signed_in(site: Site) -> None:
    assert site.visitor().get("/notices/count").status_code in (302, 303, 401)
