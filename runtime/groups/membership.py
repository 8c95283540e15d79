"""Membership kept right on write: only the groupings whose rules read what changed, inside the writing transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from runtime.errors import FenzuError
from runtime.groups import movers, plans
from runtime.groups.questions import Question
from runtime.records import events
from runtime.records.act import Act
from runtime.sql.bulk import insert_rows
from runtime.sql.lists import among
from runtime.storage import live as snapshots
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm

CHUNK = 500
DIARY = ("form_id", "record_id", "grouping_id", "group_id", "joined", "at", "cause", "by")


class Move(NamedTuple):
    """One record changing its place in one grouping: group numbers left and joined (0 is none)."""

    record: int
    grouping: str
    left: int
    joined: int


Moves = list[Move]
Changed = frozenset[str] | None


def refresh(act: Act, live: LiveForm, ids: Sequence[int], changed: Changed, *, fresh: bool = False,
            only: frozenset[str] | None = None) -> Moves:
    """Ask the groupings that read any of the `changed` fields (None: all of them) about these records.

    Gives the moves people see; builds that wait for their flip are kept right as well, without a word. `fresh` says that
    the records were inserted by this very act and so cannot be members of anything or pinned yet; `only` names the
    groupings to ask, to which those that read a group somebody left or joined come as always.
    """
    moves: Moves = []
    try:
        _go_through(act, live, ids, changed, fresh, only, moves)
    except FenzuError:
        from runtime.groups import frozen  # late: it is needed when a rule is broken, and builds anew with this file

        if not frozen.freeze(act.conn, act.app):
            raise
        act.app = snapshots.load(act.conn, act.app.key)
        _go_through(act, live, ids, changed, False, only, moves)
    act.moves += moves
    return moves


def _go_through(act: Act, live: LiveForm, ids: Sequence[int], changed: Changed, fresh: bool, only: frozenset[str] | None,
                moves: Moves) -> None:
    """Layer by layer, so that a grouping is asked after those it reads; what moved is added to `moves`."""
    plan = plans.plan_of(act.app, live.key)
    if changed is not None:
        changed |= plans.graph_of(act.app).touched(live.key, changed)
    moved: set[str] = {move.grouping for move in moves}
    for layer in plan.layers:
        asked = [key for key in layer if (plan.concerns(key, changed) if only is None else key in only) or plan.reads_groups(key, moved)]
        if asked:
            found = _ask(act, live, tuple(asked), ids, fresh)
            moves += found
            moved |= {move.grouping for move in found} | set(act.stirred)


def _ask(act: Act, live: LiveForm, groupings: tuple[str, ...], ids: Sequence[int], fresh: bool) -> Moves:
    pinned = not fresh and _any_pins(act, live, ids)
    statement, asked = plans.statement(act.app, live, groupings, pinned=pinned, fresh=fresh, dialect=act.conn.dialect)
    passed = _passed(act, groupings)
    moves: Moves = []
    for start in range(0, len(ids), CHUNK):
        part = json.dumps(list(ids[start : start + CHUNK]))
        rows = statement.run(act.conn, as_of=act.as_of, at=act.at, ids=part)
        moves += _store(act, live, asked, rows, fresh, passed)
    for key in groupings if passed else ():
        _find_movers(act, live, key, ids, passed)
    return moves


def _find_movers(act: Act, live: LiveForm, key: str, ids: Sequence[int], passed: Mapping[int, int]) -> None:
    """Who of these will move at the flip, told anew: the build had passed them before this act."""
    item = act.app.groupings[key]
    if item.building is not None:
        met = [i for i in ids if i <= passed[item.building.id]]
        if met:
            movers.find_again(act.conn, live, item, met)


def _passed(act: Act, groupings: Sequence[str]) -> dict[int, int]:
    """How far each build has come; beyond that it will meet the records itself and must find nothing there."""
    builds = [item.building.id for key in groupings if (item := act.app.groupings[key]).building]
    if not builds:
        return {}
    gen = tables.generation
    rows = act.conn.execute(sa.select(gen.c.id, gen.c.built_to).where(gen.c.id.in_(builds)))
    return {row.id: row.built_to for row in rows}


def _any_pins(act: Act, live: LiveForm, ids: Sequence[int]) -> bool:
    p = tables.pin
    query = sa.select(sa.literal(1)).where(p.c.form_id == live.id)
    if len(ids) == 1:
        query = query.where(p.c.record_id == ids[0])
    return act.conn.execute(query.limit(1)).first() is not None


def _store(act: Act, live: LiveForm, asked: Sequence[Question], rows: Iterable[Sequence[Any]], fresh: bool,
           passed: Mapping[int, int]) -> Moves:
    """Write what differs from what is stored, and the diary of what people see."""
    shown = {item.live.id for item in act.app.groupings.values() if item.live}
    gone, come, moves = [], [], []
    for row in rows:
        record = row[0]
        for at, question in enumerate(asked):
            new, old = (row[1 + at], None) if fresh else (row[1 + 2 * at], row[2 + 2 * at])
            if new == old or record > passed.get(question.generation, record):
                continue
            if old is not None:
                gone.append((question.generation, old, record))
            if new is not None:
                come.append((question.generation, new, record))
            if question.generation in shown:
                moves.append(Move(record, question.grouping, old or 0, new or 0))
            else:
                act.stirred.append(question.grouping)
    write_members(act.conn, live, gone, come)
    _diary(act, live, moves)
    return moves


def write_members(conn: sa.Connection, live: LiveForm, gone: Sequence[tuple[int, int, int]],
                  come: Sequence[tuple[int, int, int]]) -> None:
    """Take rows `(generation, group, record)` out of the membership table and put rows in."""
    g = live.tables.members
    if gone:
        same = (g.c.generation == sa.bindparam("b"), g.c.group_id == sa.bindparam("g"), g.c.record_id == sa.bindparam("r"))
        conn.execute(g.delete().where(*same), [{"b": build, "g": group, "r": record} for build, group, record in gone])
    insert_rows(conn, g, ("generation", "group_id", "record_id"), come)


def _diary(act: Act, live: LiveForm, moves: Sequence[Move]) -> None:
    rows = []
    for move in moves:
        grouping = act.app.groupings[move.grouping].id
        for group, joined in ((move.left, False), (move.joined, True)):
            if group:
                rows.append((live.id, move.record, grouping, group, joined, act.at, act.cause, act.by.by))
    insert_rows(act.conn, tables.diary, DIARY, rows)
    events.moved(act, live, moves)


def groups_joined(act: Act, moves: Iterable[Move]) -> dict[int, dict[str, str]]:
    """By record and grouping, the top-level group that was joined; nested groups do not count for codes."""
    keys = {item.key: {number: key for key, number in item.ids.items()} for item in act.app.groupings.values()}
    found: dict[int, dict[str, str]] = {}
    for move in moves:
        if move.joined:
            key = keys[move.grouping][move.joined]
            if act.app.groupings[move.grouping].grouping.groups[key].parent is None:
                found.setdefault(move.record, {})[move.grouping] = key
    return found


def groups_of(conn: sa.Connection, app: LiveApp, live: LiveForm, ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
    """The groups records are in now: by record, by grouping, the group keys in the grouping's order."""
    builds = {item.live.id: item for item in app.groupings_of(live.key) if item.live}
    if not ids or not builds:
        return {}
    g = live.tables.members
    rows = conn.execute(sa.select(g.c.record_id, g.c.generation, g.c.group_id).where(
        among(g.c.record_id, list(ids)), g.c.generation.in_(sorted(builds))))
    found: dict[int, dict[str, list[str]]] = {}
    names = {build: {number: key for key, number in item.ids.items()} for build, item in builds.items()}
    for row in rows:
        item = builds[row[1]]
        key = names[row[1]].get(row[2])
        if key in item.grouping.groups:
            found.setdefault(row[0], {}).setdefault(item.key, []).append(key)
    for by_grouping in found.values():
        for key, groups in by_grouping.items():
            rank = {name: at for at, name in enumerate(app.groupings[key].grouping.groups)}
            groups.sort(key=lambda name: rank[name])
    return found
