"""Rule previews in this process, beside the same counts written by hand."""

from __future__ import annotations

import sqlite3

from benchmarks import definitions
from benchmarks.figures import Figure, beside, best
from benchmarks.long_work import by_hand
from benchmarks.world import World
from runtime.groups import funnel
from runtime.records.queries import Query, Reader


def written(world: World) -> tuple[str, list[str]]:
    """The table and the five conditions as a person would write them in SQL."""
    live = world.app.form("customer")
    f = live.tables.names
    return live.tables.main.name, [
        f"{f['kind']} IN ('enterprise', 'wholesale')",
        f"({f['region']} BETWEEN '320000' AND '329999' OR {f['region']} BETWEEN '330000' AND '339999')",
        f"{f['credit']} >= 10000000",
        f"{f['since']} >= '2020-01-01'",
        f"{f['active']} = 1",
    ]


def count_by_hand(conn: sqlite3.Connection, table: str, conditions: list[str]) -> int:
    return int(
        conn.execute(
            f"SELECT count(*) FROM {table} WHERE deleted_at IS NULL AND {' AND '.join(conditions)}"
        ).fetchone()[0]
    )


def sums_by_hand(conn: sqlite3.Connection, table: str, conditions: list[str]) -> list[int]:
    sums = [f"sum({condition})" for condition in (*conditions, " AND ".join(conditions))]
    return list(conn.execute(f"SELECT {', '.join(sums)} FROM {table} WHERE deleted_at IS NULL").fetchone())


def figures(world: World) -> list[Figure]:
    hand, (table, conditions) = by_hand(world.file), written(world)
    rule, as_of = definitions.five(), world.as_of
    with world.database.read() as conn:
        app = world.app
        live = app.form("customer")

        def count() -> int:
            return Reader(conn, app, live, world.boss, as_of).count(Query(rule), None)[0]

        def fits() -> int:
            return funnel.funnel(conn, app, live, rule, as_of).total

        expected = count_by_hand(hand, table, conditions)
        assert count() == expected == fits()
        counted = best(lambda: count_by_hand(hand, table, conditions), 7)
        summed = best(lambda: sums_by_hand(hand, table, conditions), 7)
        made = [
            beside("rule of five conditions, its count", best(count, 7), counted, 1.3),
            beside("the same as a funnel: each condition alone and what remains", best(fits, 7), summed, 1.3),
        ]
    hand.close()
    return made
