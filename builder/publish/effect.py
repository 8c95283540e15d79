"""What has just been published takes effect: groupings follow, at once or by a job, loudly or without a word."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from builder.publish.apply import Outcome
from runtime.groups import frozen, generations, work
from runtime.storage import live as snapshots


def into_effect(conn: Connection, app: str, made: Sequence[Outcome], zone: str, by: int | None, *, silent: bool = False) -> int | None:
    """Regroup where people change place; where nobody does, the live build carries on under the new version.

    Gives the job's number if it takes one. Called in the transaction that published.
    """
    rebuild = list(dict.fromkeys(key for one in made for key in one.groupings_to_rebuild))
    unmoved = [key for one in made for key in one.groupings_unmoved if key not in rebuild]
    if unmoved:
        generations.adopt(conn, snapshots.load(conn, app), unmoved)
    job = None
    if rebuild:
        frozen.tell_alive(conn, snapshots.load(conn, app), rebuild)
        job = work.publish(conn, app, rebuild, zone, by, cause=work.SILENT if silent else work.BY_RULE)
    frozen.thaw(conn, app)
    return job
