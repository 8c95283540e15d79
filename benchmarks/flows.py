"""Workflows: 10,000 events with three steps beside somebody who saves, what one step costs the engine, and a desk of 100,000 tasks."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import definitions, world
from benchmarks.client import Server, spread
from benchmarks.figures import Cost, Figure, beside, measured
from benchmarks.long_work import by_hand
from benchmarks.over_http import Saving, signed_in
from benchmarks.world import World, say
from builder.publish.apply import publish_set
from runtime import clock
from runtime.records import events
from runtime.records.act import acting
from runtime.storage import system_tables as tables
from runtime.workflows import engine, inbox

Body = dict[str, Any]
LOOK = 0.05
IDLE, RUNS = 50, 100  # steps that touch nothing, and how many runs of them
TOGETHER = 50  # records to a transaction by hand
# Limits in seconds.
ALL, SAVE, STEP, DESK = 60.0, 0.050, 0.001, 0.020


def figures(folder: Path, count: int, tasks: int) -> list[Figure]:
    made = world.build(folder / "instance", count)
    publish(made, welcome(), idle())
    hand = by_hand(made.copied(folder / "bare.db"))
    with Server("benchmarks.served", str(made.config.instance), "{port}") as server:
        with Saving(made, server) as saving:
            taken = measured(lambda: answered(made, count), server.cpu)
        say(f"{count:,} events are answered")
        told = logged(made)
        found = [Figure(f"{count:,} events, three steps each, while people save", taken.seconds, None, ALL * count / 10_000, absolute=True),
                 Figure("saves beside it, p95", saving.p95, None, SAVE, absolute=True)]
        found.append(beside("the processor's part, beside the same rows by hand", Cost(taken.cpu, taken.cpu), _by_hand(made, hand, count, told)))
        found += [stepping(made), *desk(made, server, tasks)]
    hand.close()
    made.database.close()
    return found


def publish(made: World, *bodies: Body) -> None:
    with made.database.write() as conn:
        publish_set(conn, made.app.id, [("workflow", body) for body in bodies], made.boss.by)


def _flow(key: str, trigger: Body, steps: list[Body]) -> Body:
    return {"kind": "workflow", "format": 1, "key": key, "form": "customer", "label": definitions.said(key), "trigger": trigger, "steps": steps}


def welcome() -> Body:
    """A branch by a rule, a field that is set, somebody told what to do."""
    rich = definitions.every(definitions.leaf("credit", ">=", 0))
    note = {"key": "note", "type": "set_fields", "set": [{"field": "note", "text": definitions.said("{name}, {kind}")}]}
    todo = {"key": "todo", "type": "todo", "who": [{"role": "administrator"}], "title": definitions.said("{name}")}
    ways = [{"key": "rich", "label": definitions.said("rich"), "when": rich, "steps": [note]}, {"key": "rest", "label": definitions.said("rest"), "steps": []}]
    return _flow("welcome", {"type": "restored"}, [{"key": "sort", "type": "branch", "branches": ways}, todo])


def idle() -> Body:
    """Steps that read and write nothing: what is left is the engine."""
    steps = [{"key": f"s{n}", "type": "branch", "branches": [{"key": "x", "label": definitions.said("x"), "steps": []}]} for n in range(IDLE)]
    return _flow("idle", {"type": "button"}, steps)


def answered(made: World, count: int) -> None:
    """Let something happen to so many customers, in batches, and wait until the server's workflows have done all their steps."""
    app = made.app
    live = app.form("customer")
    with made.database.read() as conn:
        ids = list(conn.execute(sa.select(live.tables.main.c.id).order_by(live.tables.main.c.id).limit(count)).scalars())
    with acting(made.database, made.live, made.key, made.boss) as act:
        events.note(act, live, "restored", ids)
    r, item = tables.run, app.workflows["welcome"]
    ended = sa.select(sa.func.count()).where(r.c.workflow_id == item.id, r.c.state != "open")
    while True:
        with made.database.read() as conn:
            if conn.execute(ended).scalar_one() >= count:
                return
        time.sleep(LOOK)


def logged(made: World) -> int:
    """How many runs ended well; anything else would make the figures worthless."""
    r, item = tables.run, made.app.workflows["welcome"]
    with made.database.read() as conn:
        states: dict[str, int] = dict(conn.execute(sa.select(r.c.state, sa.func.count()).where(r.c.workflow_id == item.id).group_by(r.c.state)).tuples().all())
        lines: int = conn.execute(sa.select(sa.func.count()).select_from(tables.run_line)).scalar_one()
    if set(states) != {"done"}:
        raise RuntimeError(f"the runs ended as {states}")
    return lines // max(1, states["done"])


def _by_hand(made: World, conn: sqlite3.Connection, count: int, lines: int) -> Cost:
    """The same rows without an engine: the record and its history, the run, its log and the task."""
    live = made.app.form("customer")
    main, names = live.tables.main.name, live.tables.names
    at, detail = clock.text(clock.now()), json.dumps({"note": [None, "x"]})

    def one(record: int) -> None:
        run = conn.execute("INSERT INTO run (app_id, workflow_id, version, form, record_id, state, depth, detail, why, at) VALUES (1, 9, 1, 'customer', ?, 'open', 0, '{}', '', ?)", (record, at)).lastrowid
        name = conn.execute(f"SELECT {names['name']} FROM {main} WHERE id = ? AND deleted_at IS NULL AND {names['credit']} >= 0", (record,)).fetchone()
        if name:
            conn.execute(f"UPDATE {main} SET {names['note']} = ?, version = version + 1, updated_at = ? WHERE id = ?", (name[0], at, record))
            conn.execute("INSERT INTO history (form_id, record_id, at, act, cause, changes) VALUES (?, ?, ?, 'change', 'workflow', ?)", (live.id, record, at, detail))
        conn.execute("INSERT INTO task (app_id, run_id, step, form, record_id, person, kind, state, title, turn, opinion, at) VALUES (1, ?, 'todo', 'customer', ?, 1, 'todo', 'open', 'x', 0, '', ?)", (run, record, at))
        conn.executemany("INSERT INTO run_line (run_id, step, code, params, at) VALUES (?, 'x', 'x', '{}', ?)", [(run, at)] * lines)
        conn.execute("UPDATE run SET state = 'done', ended_at = ? WHERE id = ?", (at, run))

    def everything() -> None:
        for begin in range(1, count + 1, TOGETHER):
            conn.execute("BEGIN IMMEDIATE")
            for record in range(begin, min(begin + TOGETHER, count + 1)):
                one(record)
            conn.execute("COMMIT")

    return measured(everything)


def stepping(made: World) -> Figure:
    """Runs of steps that touch nothing, in this process."""
    with acting(made.database, made.live, made.key, made.boss) as act:
        for record in range(1, RUNS + 1):
            inbox.start(act, act.app.workflows["idle"], "customer", record, by=None, depth=0, detail={})
    done, begun = 0, time.process_time()
    while some := engine.turn(made.database, made.live):
        done += some
    return Figure("the engine's processor time for one step", (time.process_time() - begun) / max(1, done), None, STEP, absolute=True)


def desk(made: World, server: Server, tasks: int) -> list[Figure]:
    """Somebody with so many open tasks opens the page of today."""
    page = signed_in(server)
    few = usual(lambda: page.get("/today"))
    at = clock.text(clock.now())
    row = {"app_id": made.app.id, "form": "customer", "person": made.boss.id, "kind": "todo", "state": "open", "at": at}
    with made.database.write() as conn:
        for part in world.parts(range(tasks), 10_000):
            conn.execute(sa.insert(tables.task), [{**row, "record_id": 1 + n % 1_000, "title": f'"{n}"', "due": f"2026-{1 + n % 12:02d}-{1 + n % 28:02d}T09:00:00Z"} for n in part])
    return [Figure(f"the page of today with {tasks:,} open tasks, beside few", usual(lambda: page.get("/today")), few, DESK, absolute=True)]


def usual(what: Callable[[], Any], times: int = 40) -> float:
    """The median of some, after a few to warm up."""
    taken = []
    for _ in range(times + 5):
        begun = time.perf_counter()
        what()
        taken.append(time.perf_counter() - begun)
    return spread(taken[5:])[0]
