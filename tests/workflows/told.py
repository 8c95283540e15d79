"""Holds what the engine did in a story against the oracle: no step lost, none done twice, every run where it should be."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from runtime.storage import system_tables as tables
from tests.workflows.drawn import Told
from tests.workflows.oracle import Result, results

# What a step says once each time it is done; a step that only decides says it with the branch it takes.
ONCE = ("fields_set", "branch", "branch_none", "parallel")


def steps_done(told: Told) -> dict[int, Counter[str]]:
    """For each run how often each of its steps was done."""
    t = tables.run_line
    begins: dict[int, Counter[str]] = {}
    with told.crm.database.read() as conn:
        for run_id, step, code in conn.execute(sa.select(t.c.run_id, t.c.step, t.c.code).order_by(t.c.id)):
            if code in ONCE:
                begins.setdefault(run_id, Counter())[step] += 1
    return begins


def compare(told: Told, hour: int, start_of: dict[int, int]) -> None:
    """Every run of the story so far, beside what the oracle says of it at an hour. `start_of` are the hours in which runs began."""
    done, numbers = steps_done(told), {record: number for number, record in told.ids.items()}
    with told.crm.database.read() as conn:
        names = {item.id: key for key, item in told.crm.app(conn).workflows.items()}
    expected = {(one.course.workflow, one.course.record, one.course.begins): one for one in results(told.story) if one.course.begins <= hour}
    found = {}
    for run in told.flows.runs():
        where = names[run.workflow_id], numbers[run.record or 0], start_of[run.id]
        assert where not in found, "a run began twice"
        found[where] = run
    assert found.keys() == expected.keys()
    for where, run in found.items():
        _one(told, expected[where], done.get(run.id, Counter()), run.state, hour)
    _words(told, done)


def _one(told: Told, result: Result, done: Counter[str], state: str, hour: int) -> None:
    about = f"seed {told.story.seed}, {result.course.workflow} for record {result.course.record} at hour {hour}"
    assert all(count == 1 for count in done.values()), f"{about}: done twice {done}"
    writes = {key for at, key, kind in result.course.visits if kind in ("set_fields", "branch", "parallel") and at <= hour}
    surely, perhaps = result.must & writes - result.failed.keys(), result.may & writes - result.failed.keys()
    assert surely <= done.keys() <= perhaps, f"{about}: {sorted(done)} instead of {sorted(surely)} … {sorted(perhaps)}"
    assert state == result.state(hour), about


def _words(told: Told, done: dict[int, Counter[str]]) -> None:
    """The record holds each word as often as the logs say that the step was done."""
    said: dict[int, Counter[str]] = {}
    writing = _writing(told)
    for run in told.flows.runs():
        mine = {key: count for key, count in done.get(run.id, Counter()).items() if key in writing}
        said.setdefault(run.record or 0, Counter()).update(mine)
    with told.crm.database.read() as conn:
        live = told.crm.app(conn).form("customer").tables
        rows = conn.execute(sa.select(live.main.c.id, live.main.c[live.names["log"]])).all()
    for record, text in rows:
        assert Counter(text.split()[1:]) == said.get(record, Counter()), f"seed {told.story.seed}, record {record}"


def _writing(told: Told) -> set[str]:
    """The keys of the steps that write into the log of a record."""
    found: set[str] = set()
    level = [node for _, body in told.story.flows for node in body["steps"]]
    while level:
        found |= {node["key"] for node in level if node["type"] == "set_fields"}
        level = [inner for node in level for branch in node.get("branches", ()) for inner in branch["steps"]]
    return found
