"""How far the clock of workflows has come."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from runtime.storage.naming import METADATA, Binary, Id

# One row for each workflow that begins by the clock, changed in the transaction that begins its runs. Who was due at or
# before `at` has been begun; `until` is the end of a stroke under way, `after` the last record it has come to and `begun`
# how many runs it began. `seen` is the furthest moment the clock ever showed: up to there a run may be there already.
stroke = Table(
    "stroke", METADATA,
    Column("workflow_id", Id, primary_key=True, autoincrement=False),
    Column("trigger", Text, nullable=False),
    Column("zone", Binary, nullable=False),
    Column("at", Binary, nullable=False),
    Column("seen", Binary, nullable=False),
    Column("until", Binary),
    Column("after", Id, nullable=False, default=0),
    Column("begun", Integer, nullable=False, default=0),
)
