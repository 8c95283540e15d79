"""People, sign-in, tokens, invitations, settings and the audit log, on both databases."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, extract_parameters

from runtime.accounts import actor, audit, passwords, people, sessions, settings
from runtime.accounts.actor import Actor
from runtime.errors import Conflict, Denied, Invalid
from runtime.storage.db import Database
from runtime.storage.system_tables import person
from tests.conftest import set_up
from tests.once import REAL_HASHER
from tests.runtime.staff import add, codes


def test_the_first_administrator_is_made_once(database: Database) -> None:
    with database.read() as conn:
        assert not settings.read(conn).first_run_done
    boss = set_up(database, zone="Europe/Berlin", lang="en")
    with database.read() as conn:
        assert settings.read(conn) == settings.Settings("禾沐食品", "Europe/Berlin", "en", True)
        assert actor.load(conn, boss.id) == boss
    with pytest.raises(Conflict) as caught:
        set_up(database)
    assert codes(caught.value) == ["already_started"]


def test_set_up_says_all_that_is_wrong_and_keeps_nothing(database: Database) -> None:
    with pytest.raises(Invalid) as caught, database.write() as conn:
        people.first(conn, "a b", " ", "short", settings.Settings("", "Mars/Base", "fr"))
    assert set(codes(caught.value)) == {
        "organisation_name", "no_such_zone", "no_such_language", "password_short", "login_bad", "person_name"
    }
    with database.read() as conn:
        assert people.everyone(conn) == []


def test_a_login_is_one_whatever_its_case_and_width(database: Database, boss: Actor) -> None:
    li = add(database, boss, " Ｌi.Lei@Example.COM ")
    with database.read() as conn:
        assert people.get(conn, li.id).login == "li.lei@example.com"
        assert sessions.recognise(conn, "LI.LEI@EXAMPLE.COM", "long enough") is not None
    with pytest.raises(Invalid) as caught:
        add(database, boss, "li.lei@example.com")
    assert codes(caught.value) == ["login_taken"]


def test_a_wrong_password_an_unknown_login_and_a_leaver_look_alike(database: Database, boss: Actor) -> None:
    li = add(database, boss)
    with database.write() as conn:
        people.deactivate(conn, boss, li.id)
    with database.read() as conn:
        for login, password in (("boss", "wrong horse"), ("nobody", "x"), ("li", "long enough"), ("boss", "")):
            assert sessions.recognise(conn, login, password) is None


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[PasswordHasher]:
    """What the program itself keeps passwords with, in place of the cheap one of tests."""
    passwords._nobody.cache_clear()
    monkeypatch.setattr(passwords, "HASHER", REAL_HASHER)
    yield REAL_HASHER
    passwords._nobody.cache_clear()


def test_passwords_cost_who_guesses_them(real_passwords: PasswordHasher) -> None:
    kept = extract_parameters(passwords.digest("long enough"))
    assert kept.memory_cost >= 19_456 and kept.time_cost >= 2, "less than OWASP asks of argon2id"


def test_an_unknown_login_costs_the_same_work(real_passwords: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: one digest is compared, made with the same settings as a real one."""
    stored, compared = passwords.digest("long enough"), []

    def verify(self: PasswordHasher, digest: str, given: str) -> bool:
        compared.append(extract_parameters(digest))
        return genuine(self, digest, given)

    genuine = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", verify)
    assert not passwords.matches(None, "something else") and not passwords.matches(stored, "something else")
    assert compared == [extract_parameters(stored)] * 2


def test_a_weak_digest_is_renewed_at_sign_in(database: Database, boss: Actor, real_passwords: PasswordHasher) -> None:
    with database.write() as conn:
        weak = PasswordHasher(time_cost=1, memory_cost=1024).hash("correct horse")
        conn.execute(sa.update(person).where(person.c.id == boss.id).values(password=weak))
    with database.read() as conn:
        found = sessions.recognise(conn, "boss", "correct horse")
    assert found is not None and found.digest
    with database.write() as conn:
        sessions.begin(conn, found)
    with database.read() as conn:
        found = sessions.recognise(conn, "boss", "correct horse")
        assert found is not None and found.digest is None
        assert people.get(conn, boss.id).seen_at


def test_a_new_epoch_ends_every_session(database: Database, boss: Actor) -> None:
    with database.read() as conn:
        mine = sessions.recognise(conn, "boss", "correct horse")
        assert mine is not None and sessions.resume(conn, mine.person_id, mine.epoch) == boss
    with database.write() as conn:
        epoch = sessions.end_all(conn, boss, boss.id)
    with database.read() as conn:
        assert sessions.resume(conn, boss.id, mine.epoch) is None
        assert sessions.resume(conn, boss.id, epoch) == boss
    with pytest.raises(Invalid) as caught, database.write() as conn:
        people.set_password(conn, boss, boss.id, "another horse", current="not it")
    assert codes(caught.value) == ["password_wrong"]
    with database.write() as conn:
        newer = people.set_password(conn, boss, boss.id, "another horse", current="correct horse")
    with database.read() as conn:
        assert sessions.resume(conn, boss.id, epoch) is None and sessions.resume(conn, boss.id, newer) == boss


def test_members_change_only_their_own_looks(database: Database, boss: Actor) -> None:
    li = add(database, boss)
    with database.write() as conn:
        changed = people.change(conn, li, li.id, {"name": " 李小雷 ", "lang": "en", "theme": "dark", "email": ""})
        assert (changed.name, changed.lang, changed.theme, changed.email) == ("李小雷", "en", "dark", None)
    for who, changes in ((boss.id, {"name": "x"}), (li.id, {"role": "administrator"}), (li.id, {"login": "other"})):
        with pytest.raises(Denied), database.write() as conn:
            people.change(conn, li, who, changes)
    wrong = {"role": "king", "theme": "pink", "lang": "fr", "email": "no", "login": "boss"}
    with pytest.raises(Invalid) as caught, database.write() as conn:
        people.change(conn, boss, li.id, wrong)
    assert set(codes(caught.value)) == {
        "no_such_role", "no_such_theme", "no_such_language", "person_email", "login_taken"
    }
    for act in ("deactivate", "reactivate"):
        with pytest.raises(Denied), database.write() as conn:
            getattr(people, act)(conn, li, boss.id)


@pytest.mark.parametrize("role", ["administrator", "builder", "member", "system", "unknown"])
def test_roles_nest(role: str) -> None:
    someone = Actor(1, "x", role, "zh", "UTC")
    may = [someone.may(act) for act in ("administer", "build", "use")]
    assert may == sorted(may) and not someone.may("fly")
    assert may == {"administrator": [True] * 3, "builder": [False, True, True], "member": [False, False, True],
                   "system": [True] * 3, "unknown": [False] * 3}[role]


def test_the_last_administrator_stays(database: Database, boss: Actor) -> None:
    for act in (lambda conn: people.deactivate(conn, boss, boss.id),
                lambda conn: people.change(conn, boss, boss.id, {"role": "member"})):
        with pytest.raises(Conflict) as caught, database.write() as conn:
            act(conn)
        assert codes(caught.value) == ["last_administrator"]
    second = add(database, boss, "second", "administrator")
    with database.write() as conn:
        people.deactivate(conn, second, boss.id)
    with pytest.raises(Conflict), database.write() as conn:
        people.deactivate(conn, second, second.id)
    with database.write() as conn:
        people.reactivate(conn, second, boss.id)
        assert [one.active for one in people.everyone(conn)] == [True, True]


def test_two_administrators_cannot_remove_each_other(database: Database, boss: Actor) -> None:
    second = add(database, boss, "second", "administrator")
    barrier, refused = threading.Barrier(2), []

    def remove(by: Actor, whom: Actor) -> None:
        barrier.wait()
        try:
            with database.write() as conn:
                people.deactivate(conn, by, whom.id)
                time.sleep(0.1)
        except Conflict:
            refused.append(whom.id)

    threads = [threading.Thread(target=remove, args=pair) for pair in ((boss, second), (second, boss))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as conn:
        left = [one.id for one in people.everyone(conn, active_only=True)]
    assert left == refused and len(left) == 1


def test_settings_change_together_or_not_at_all(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        settings.save(conn, {"zone": "America/New_York"})
        assert settings.read(conn).zone == "America/New_York" and settings.read(conn).organisation == "禾沐食品"
        assert actor.system(conn) == Actor(0, "Fenzu", "system", "zh", "America/New_York")
        assert actor.for_job(conn, None) == actor.system(conn)
    for zone in ("../../etc/passwd", "", "Nowhere", "/etc/localtime"):
        with pytest.raises(Invalid), database.write() as conn:
            settings.save(conn, {"organisation": "新名字", "zone": zone})
    with database.read() as conn:
        assert settings.read(conn).organisation == "禾沐食品"


def test_the_audit_log_pages_backwards_and_speaks_both_languages(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        for number in range(7):
            audit.note(conn, boss, "token_made", f"t{number}")
        audit.note(conn, None, "something_new", "x")
    seen: list[audit.Entry] = []
    with database.read() as conn:
        while lines := audit.page(conn, before=seen[-1].id if seen else None, limit=3):
            seen += lines
        assert [line.subject for line in audit.page(conn, act="token_made", limit=2)] == ["t6", "t5"]
        assert all(line.by == boss.id for line in audit.page(conn, by=boss.id))
    assert [line.id for line in seen] == sorted({line.id for line in seen}, reverse=True)
    assert seen[0].sentence("en") == "something_new x" and seen[0].name == ""
    assert (seen[1].sentence("zh"), seen[1].sentence("en")) == ("新建了密钥「t6」", "Made the token “t6”")
    assert seen[1].name == "王敏"
    with database.write() as conn:
        people.add(conn, boss, "li", "李雷", "builder", "zh")
        assert audit.page(conn, limit=1)[0].sentence("zh") == "添加了 李雷，角色 搭建者"
