"""Workflows that comments begin: heard in the act itself and only where one listens, by whom they mention, with their words in texts."""

from __future__ import annotations

from typing import Any

import pytest

from builder.publish import check
from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.commands import comments
from runtime.definitions.workflow import Workflow
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import past, trial
from tests.crm import made
from tests.flows import Flows, flow, step

TELL = step("a", "notify", who=[{"person": 1}], text={"zh": "{$commenter}：{$comment}", "en": "{$commenter}: {$comment}"})


def begun(database: Database, boss: Actor, *flows: tuple[str, dict[str, Any]]) -> Flows:
    crm = made(database, boss)
    crm.publish(*flows)
    return Flows(crm)


def say(f: Flows, record: int, text: str) -> int:
    with f.crm.act() as act:
        return comments.write(act, "customer", record, text)


def events(f: Flows) -> list[str]:
    return [kind for (kind,) in f.all(tables.event, "kind")]


def test_only_what_is_waited_for_is_written_down(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("m", {"type": "mentioned"}, TELL))
    record = f.crm.add("customer", name="a")
    say(f, record, "没提到谁")
    assert events(f) == []
    say(f, record, "@boss")
    assert events(f) == ["mentioned"]
    with pytest.raises(RuntimeError), f.crm.act() as act:
        comments.write(act, "customer", record, "@boss 第二次")
        raise RuntimeError("the act is taken back")
    assert events(f) == ["mentioned"] and f.work() == 1


def test_a_new_mention_in_an_edit_counts_and_an_edit_is_no_comment(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("m", {"type": "mentioned"}, TELL), flow("c", {"type": "commented"}, TELL))
    with database.write() as conn:
        people.add(conn, boss, "zhou", "周子航", "builder", "zh")
    record = f.crm.add("customer", name="a")
    number = say(f, record, "@boss")
    f.work()
    for text in ("@boss 改一个字", "@boss @周子航"):
        with f.crm.act() as act:
            comments.change(act, "customer", record, number, text)
        f.work()
    assert [len(f.runs(key)) for key in ("m", "c")] == [2, 1]


@pytest.mark.parametrize(("whom", "hit"), [({"person": 1}, True), ({"person": 2}, False), ({"role": "administrator"}, True), ({"role": "builder"}, False),
                                           ({"starter": True}, True), ({"field": "owner"}, False)])
def test_whom_it_mentions(database: Database, boss: Actor, whom: dict[str, Any], hit: bool) -> None:
    f = begun(database, boss, flow("m", {"type": "mentioned", "whom": [whom]}, TELL))
    say(f, f.crm.add("customer", name="a"), "@王敏 看一下")
    f.work()
    assert len(f.runs()) == hit


def test_a_record_that_went_meanwhile_begins_nothing(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("m", {"type": "mentioned", "whom": [{"field": "owner"}]}, TELL))
    record = f.crm.add("customer", name="a", owner=boss.id)
    say(f, record, "@boss")
    f.crm.drop("customer", record)
    f.work()
    assert f.runs() == [] and f.all(tables.workflow, "failures", order=("workflow_id",)) in ([], [(0,)])


def test_a_comment_that_is_deleted_before_has_no_words(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("c", {"type": "commented"}, step("w", "wait", **{"for": {"n": 1, "unit": "hour"}}), step("a", "set_fields", set=[{"field": "name", "text": {"zh": "<{$comment}>"}}])))
    record = f.crm.add("customer", name="a")
    number = say(f, record, "删掉的话")
    f.work()
    with f.crm.act() as act:
        comments.remove(act, "customer", record, number)
    f.crm.later(hours=2)
    f.work()
    assert f.value("customer", record, "name") == "<>"


def test_a_test_run_takes_the_newest_comment(database: Database, boss: Actor) -> None:
    f = begun(database, boss)
    record = f.crm.add("customer", name="a")
    say(f, record, "最新的话")
    _, body = flow("c", {"type": "commented"}, step("a", "set_fields", set=[{"field": "name", "text": {"zh": "{$comment}"}}]))
    tried = trial.attempt(database, f.crm.live, f.crm.key, boss, Workflow(body), record, as_of=f.crm.as_of)
    assert tried.ended and "最新的话" in str([line.changes for line in tried.path]) and f.value("customer", record, "name") == "a"


@pytest.mark.parametrize(("trigger", "wrong"), [("commented", []), ("mentioned", []), ("created", [("steps[0]", "comment_untold"), ("steps[0]", "comment_untold")])])
def test_only_comments_give_the_words_of_one(sqlite_database: Database, sqlite_boss: Actor, trigger: str, wrong: list[tuple[str, str]]) -> None:
    f = begun(sqlite_database, sqlite_boss)
    with sqlite_database.read() as conn:
        whole = f.crm.app(conn).whole
    kind, body = flow("c", {"type": trigger}, TELL)
    assert [(one.path, one.code) for one in check.problems([check.Part(kind, "c", body)], whole)] == wrong


def test_the_past_is_told_by_the_comments_that_are_there(database: Database, boss: Actor) -> None:
    triggers: dict[str, dict[str, Any]] = {"c": {"type": "commented"}, "m": {"type": "mentioned"}, "o": {"type": "mentioned", "whom": [{"field": "owner"}]}}
    f = begun(database, boss, *(flow(key, trigger, TELL) for key, trigger in triggers.items()))
    mine, other = f.crm.add("customer", name="a", owner=boss.id), f.crm.add("customer", name="b")
    for record, text in ((mine, "一句"), (mine, "@boss"), (other, "@boss"), (other, "两句")):
        say(f, record, text)
        f.work()
        f.crm.later(hours=1)
    for key, trigger in triggers.items():
        _, body = flow("drawn", trigger, TELL)
        with database.read() as conn:
            told = past.of(conn, f.crm.app(conn), boss, Workflow(body), f.crm.as_of)
        assert told.runs == len(f.runs(key)) > 0
