"""Laws of customer codes: unique over all that ever were, taken back as they were given, and slips are noticed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import assume, given
from hypothesis import strategies as st

from runtime.accounts.actor import Actor
from runtime.commands import code_jobs, code_rehearsal, fill_codes, recode
from runtime.errors import Conflict
from runtime.groups import check_digit, code_audit, code_pace, code_register, generations
from runtime.groups.code_audit import Filter
from runtime.groups.code_reading import mistyped
from runtime.groups.code_register import Wanted
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.records import history, known
from runtime.records.names import RecordNames
from runtime.records.queries import Query
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.conftest import database_url
from tests.crm import BODIES, CODE, LEVEL, Crm, made
from tests.shared import ROOT

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CHECKED = {**CODE, "segments": [{"group": "type", "none": "X"}, {"date": "YYMM"}, {"serial": {"width": 3, "start": 1}}, {"check": "mod37_2"}]}


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    return made(database, boss)


def code_now(crm: Crm) -> dict[int, str | None]:
    with crm.database.read() as conn:
        live = crm.app(conn).form("customer")
        return {row[0]: row[1] for row in conn.execute(sa.select(live.tables.main.c.id, live.tables.column("code")))}


def state(crm: Crm) -> dict[str, Any]:
    """Everything about codes that people see: who has which, and what was once whose (not what was taken back)."""
    with crm.database.read() as conn:
        live, c, past = crm.app(conn).form("customer"), tables.code, tables.code_past
        gone = conn.execute(sa.select(past.c.code, past.c.shown, past.c.until, past.c.by).where(past.c.freed.is_(False)))
        now = conn.execute(sa.select(c.c.code, c.c.record_id, c.c.at).where(c.c.current, c.c.form_id == live.id))
        return {"codes": code_now(crm), "past": set(map(tuple, gone)), "register": set(map(tuple, now))}


def run(crm: Crm, kind: str, **params: Any) -> queue.Row:
    with crm.database.write() as conn:
        number = queue.put(conn, kind, {"app": crm.key, "form": "customer", **params}, by=crm.boss.id, app_id=crm.app(conn).id)
    Runner(crm.database, {**fill_codes.kinds(crm.live), **code_jobs.kinds(crm.live)}, rest=0).drain()
    with crm.database.read() as conn:
        row = queue.get(conn, number)
    assert row.state == "done", row
    return row


def bare(crm: Crm, count: int = 6) -> list[int]:
    """Customers stored before the form had a code."""
    ids = crm.add_many("customer", [{"name": f"n{n}", "kind": ("enterprise", "person", None)[n % 3]} for n in range(count)])
    with crm.database.write() as conn:
        live = crm.app(conn).form("customer")
        conn.execute(live.tables.main.update().values({name: None for name in (live.tables.names["code"], live.tables.names["code"] + "_k")}))
        conn.execute(tables.code.delete())
        conn.execute(tables.counter.delete())
    return ids


def test_the_standards_own_example() -> None:
    assert check_digit.sign("G123489654321") == "Y" and check_digit.holds("g1234-8965.4321/y")


@given(st.text(SIGNS, min_size=1, max_size=24), st.data())
def test_every_wrong_sign_and_every_swap_of_neighbours_is_noticed(text: str, data: st.DataObject) -> None:
    whole = text + check_digit.sign(text)
    assert check_digit.holds(whole)
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from(SIGNS))
    assume(other != whole[at])
    assert not check_digit.holds(whole[:at] + other + whole[at + 1 :])
    at = data.draw(st.integers(0, len(whole) - 2))
    assume(whole[at] != whole[at + 1])
    assert not check_digit.holds(whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :])


def test_codes_with_a_check_sign_are_never_given_without_a_printable_one(database: Database, boss: Actor) -> None:
    crm = made(database, boss, [*BODIES[:-1], ("code", CHECKED)])
    crm.add_many("customer", [{"name": f"n{n}", "kind": "enterprise"} for n in range(1200)])
    found = list(code_now(crm).values())
    assert len(set(found)) == 1200 and all(text and check_digit.holds(text) and "*" not in text for text in found)
    assert max(len(text or "") for text in found) > len("E2611") + 3 + 1  # the width ran out and grew
    with crm.database.read() as conn:
        app, text = crm.app(conn), str(found[5])
        assert not mistyped(app, "customer", text) and not mistyped(app, "customer", "华东食品") and not mistyped(app, "customer", "7")
        for at in range(len(text)):
            wrong = text[:at] + ("7" if text[at] != "7" else "8") + text[at + 1 :]
            assert mistyped(app, "customer", wrong.lower())


def test_a_back_fill_goes_by_age_and_taking_it_back_leaves_nothing_but_what_is_reserved(crm: Crm) -> None:
    ids = bare(crm)
    before = state(crm)
    first = run(crm, fill_codes.KIND)
    given = code_now(crm)
    assert [text[-4:] for text in map(str, (given[i] for i in ids))] == [f"{n:04}" for n in range(1, 7)]
    assert run(crm, code_jobs.BACK, batch=first.id).value["done"] == len(ids)
    assert state(crm) == before
    with crm.database.read() as conn:
        live = crm.app(conn).form("customer")
        lines = [line.changes["$code"] for line in history.of_record(conn, live.id, ids[0]) if "$code" in line.changes]
        assert [given[ids[0]], None] in lines and [None, given[ids[0]]] in lines
    newer = crm.add("customer", name="later", kind="enterprise")
    run(crm, fill_codes.KIND)
    after = code_now(crm)
    assert {i: after[i] for i in ids} == {i: given[i] for i in ids}  # each again its own, and never another's
    assert after[newer] not in given.values()


def test_recoding_and_its_undo_are_nothing(crm: Crm) -> None:
    ids = crm.add_many("customer", [{"name": f"n{n}", "kind": "enterprise"} for n in range(5)])
    before = state(crm)
    for i in ids[:3]:
        crm.set("customer", i, kind="person")
    assert state(crm) == before  # nothing moves by itself
    assert run(crm, code_jobs.AUDIT).value == {"done": 3, "left": 2}
    with crm.database.read() as conn:
        app, live = crm.app(conn), crm.app(conn).form("customer")
        found = code_audit.lines(conn, app, live, Filter(), 0, 10)
        assert [line.record for line in found] == ids[:3] and {line.differs for line in found} == {code_audit.bit(1)}
        assert code_audit.count(conn, app, live, Filter(code_audit.bit(0))) == 0
        assert code_audit.count(conn, app, live, Filter(code_audit.bit(1), "type/p")) == 3
        assert code_audit.by_part(conn, app, live, app.codes["customer_code"]) == {code_audit.bit(1): 3}
    done = run(crm, code_jobs.RECODE, differs=0, group="")
    assert done.value == {"done": 3, "left": 0}
    after = code_now(crm)
    for i in ids[:3]:
        old, new = str(before["codes"][i]), str(after[i])
        assert new == old.replace("LE-", "LP-")  # one count for all: the number stays
        with crm.database.read() as conn:
            live = crm.app(conn).form("customer")
            assert known.by_key(conn, live, "code", [old.casefold(), new.casefold()]) == {old.casefold(): {i}, new.casefold(): {i}}
            assert [record.id for record in crm.reader(conn).page(Query(search=old)).records] == [i]
    crm.set("customer", ids[0], name="renamed")
    with crm.database.read() as conn:
        assert [record.id for record in crm.reader(conn).page(Query(search=str(before["codes"][ids[0]]))).records] == [ids[0]]
    assert run(crm, code_jobs.BACK, batch=done.id).value["done"] == 3
    assert state(crm) == before
    assert run(crm, code_jobs.BACK, batch=done.id).value["done"] == 0  # once is enough


def test_a_rehearsal_promises_what_the_back_fill_does(database: Database, boss: Actor) -> None:
    crm = made(database, boss, [*BODIES[:-1], ("code", CHECKED)])
    ids = bare(crm, 8)
    with crm.database.read() as conn:
        live = crm.app(conn).form("customer")
        told = code_rehearsal.rehearse(conn, crm.app(conn), live, crm.as_of)
        assert code_pace.of(conn, live, crm.app(conn).groupings["level"], crm.as_of)[:2] == (0, 8)
    run(crm, fill_codes.KIND)
    given = code_now(crm)
    assert (told.waiting, told.would, told.cannot, told.whole) == (8, 8, 0, True)
    assert told.samples == [(i, given[i]) for i in ids[: len(told.samples)]]


def test_the_register_is_looked_through_by_state_and_by_letters_wherever_they_stand(database: Database, boss: Actor) -> None:
    """Prefixes of several lengths move what stands behind them; the filter finds it all the same."""
    level = {**LEVEL, "groups": [{**each, "prefix": letters} for each, letters in zip(LEVEL["groups"], ("HIGH", "M", "LO"), strict=True)]}
    bodies = [(kind, level if body["key"] == "level" else body) if kind == "grouping" else (kind, body) for kind, body in BODIES]
    crm = made(database, boss, bodies)
    ids = crm.add_many("customer", [{"name": f"n{n}", "kind": ("enterprise", "person")[n % 2], "size": n * 10} for n in range(12)])
    crm.set("customer", ids[0], kind="person")
    with crm.act() as act:
        swaps = recode.recode(act, "customer", ids)
        recode.recode(act, "customer", ids)
    with crm.act() as act:
        recode.take_back(act, "customer", {ids[0]: swaps[ids[0]]})
    now = code_now(crm)
    with crm.database.read() as conn:
        app, live = crm.app(conn), crm.app(conn).form("customer")

        def found(**wanted: Any) -> list[str]:
            seen, after = [], ""
            while page := code_register.page(conn, app, live, sa.true(), Wanted(**wanted), after, 5):
                seen += [row.shown for row in page]
                after = page[-1].code
            return seen

        current = sorted(map(str, now.values()), key=str.casefold)
        assert found(state="used") == current and found(state="freed") == [swaps[ids[0]][1]] and found(state="former") == []
        assert found(letters={1: "E"}, state="used") == [text for text in current if text.split("-")[0].endswith("E")]
        assert found(letters={0: "M", 1: "P"}) == [text for text in current if text.startswith("MP")]
        assert found(prefix="lo") == [text for text in found() if text.startswith("LO")] != []
        names = RecordNames(conn, app, "zh", "Asia/Shanghai")
        assert [names.find_record("customer", str(text)) for text in swaps[ids[0]]] == [ids[0], ids[0]]


def test_whoever_comes_back_gets_the_old_code_again(crm: Crm) -> None:
    record = crm.add("customer", name="a", kind="enterprise")
    first = code_now(crm)[record]
    for kind in ("person", "enterprise"):
        crm.set("customer", record, kind=kind)
        with crm.act() as act:
            recode.recode(act, "customer", [record])
    assert code_now(crm)[record] == first


def test_with_a_count_for_each_beginning_the_number_is_drawn_anew(database: Database, boss: Actor) -> None:
    each = {**CODE, "segments": [{"group": "type", "none": "X"}, {"serial": {"width": 3, "scope": "prefix"}}]}
    crm = made(database, boss, [*BODIES[:-1], ("code", each)])
    ids = crm.add_many("customer", [{"name": "a", "kind": "enterprise"}, {"name": "b", "kind": "person"}])
    crm.set("customer", ids[0], kind="person")
    with crm.act() as act:
        assert recode.recode(act, "customer", ids) == {ids[0]: ("E001", "P002")}


def test_a_new_pattern_keeps_the_number(crm: Crm) -> None:
    record = crm.add("customer", name="a", kind="enterprise")
    crm.publish(("code", {**CODE, "segments": [{"text": "KH/"}, {"group": "level"}, {"group": "type", "none": "X"}, {"serial": {"width": 5}}]}))
    assert run(crm, code_jobs.AUDIT).value["done"] == 1
    with crm.act() as act:
        assert recode.recode(act, "customer", [record])[record] == ("LE-0001", "KH/LE00001")


def test_while_a_grouping_is_frozen_no_code_is_given_or_changed(crm: Crm) -> None:
    ids = bare(crm, 2)
    with crm.database.write() as conn:
        generations.freeze(conn, crm.app(conn), "level", "broken")
    run(crm, fill_codes.KIND)
    assert set(code_now(crm).values()) == {None}
    with pytest.raises(Conflict), crm.act() as act:
        recode.recode(act, "customer", ids)


def test_many_writers_share_no_code_past_or_present(crm: Crm) -> None:
    """Customers are made, moved and given new codes by several people at once: no code has two owners, ever."""
    ids = crm.add_many("customer", [{"name": f"n{n}", "kind": ("enterprise", "person")[n % 2]} for n in range(24)])
    wrong: list[BaseException] = []

    def work(n: int) -> None:
        try:
            for turn in range(4):
                mine = ids[n::4]
                for i in mine[:3]:
                    crm.set("customer", i, kind=("person", "enterprise")[(turn + n) % 2])
                with crm.act() as act:
                    recode.recode(act, "customer", ids)
                crm.add("customer", name=f"new{n}-{turn}", kind="agent")
        except BaseException as problem:
            wrong.append(problem)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]
    with crm.database.read() as conn:
        c = tables.code
        present = conn.execute(sa.select(c.c.record_id).where(c.c.current)).scalars().all()
        register = {row.code: row.record_id for row in conn.execute(sa.select(c.c.code, c.c.record_id))}
    now = code_now(crm)
    assert len(present) == len(set(present)) == len(now) == 24 + 16
    assert all(register[str(text).casefold()] == i for i, text in now.items())


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX signal")
def test_a_back_fill_that_is_killed_goes_on_and_doubles_nothing(crm: Crm) -> None:
    ids = bare(crm, 900)
    with crm.database.write() as conn:
        number = queue.put(conn, fill_codes.KIND, {"app": crm.key, "form": "customer"}, by=crm.boss.id)
    for _ in range(2):
        child = subprocess.Popen([sys.executable, "-m", "tests.laws.code_child", database_url(crm.database)], cwd=ROOT, stdout=subprocess.PIPE)
        assert child.stdout is not None and child.stdout.readline()
        time.sleep(0.15)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    runner = Runner(crm.database, fill_codes.kinds(crm.live), rest=0)
    with crm.database.write() as conn:
        conn.execute(tables.job.update().where(tables.job.c.state == "running").values(state="waiting", owner=None, lease=None))
    runner.drain()
    given = code_now(crm)
    assert [str(given[i])[-4:] for i in ids] == [f"{n:04}" for n in range(1, 901)]  # in order, no gap and none twice
    with crm.database.read() as conn:
        assert queue.get(conn, number).value == {"given": 900}
        b = tables.code_batch
        assert conn.execute(sa.select(sa.func.count()).select_from(b).where(b.c.batch == number)).scalar_one() == 900
