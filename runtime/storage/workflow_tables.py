"""What workflows leave behind: events that wait, runs with their places, tasks of people, and what is to be sent."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from runtime.storage.naming import METADATA, Binary, Id


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


# Written by the act itself, gone in the transaction that began the runs: nothing is lost and nothing begins twice.
event = Table(
    "event", METADATA, _id(),
    Column("app_id", Id, nullable=False),
    Column("form", Binary, nullable=False),
    Column("kind", Binary, nullable=False),
    Column("detail", Text, nullable=False),
    Column("by", Id),
    Column("cause", Binary, nullable=False),
    Column("depth", Integer, nullable=False, default=0),
    Column("at", Binary, nullable=False),
    Index("ix_event_app", "app_id", "id"),
    sqlite_autoincrement=True,
)
# Whether a published workflow runs, and how many of its runs failed one after the other.
workflow = Table(
    "workflow", METADATA,
    Column("workflow_id", Id, primary_key=True, autoincrement=False),
    Column("on", Boolean, nullable=False, default=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("why", Text, nullable=False, default=""),
    Column("by", Id),
    Column("at", Binary, nullable=False),
)
# `state` is open, done, failed or stopped; `detail` is what the trigger saw.
run = Table(
    "run", METADATA, _id(),
    Column("app_id", Id, nullable=False),
    Column("workflow_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("form", Binary, nullable=False),
    Column("record_id", Id),
    Column("state", Binary, nullable=False),
    Column("depth", Integer, nullable=False, default=0),
    Column("by", Id),
    Column("detail", Text, nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("at", Binary, nullable=False),
    Column("ended_at", Binary),
    Index("ix_run_workflow", "workflow_id", "id"),
    Index("ix_run_state", "workflow_id", "state", "id"),
    Index("ix_run_record", "workflow_id", "record_id", "id"),
    sqlite_autoincrement=True,
)
# Where a run stands: one row for each branch that is under way. `due` is when the engine looks at it next, nothing for
# places that wait for people or for other places; `state` is ready, waiting, joining or failed.
place = Table(
    "place", METADATA, _id(),
    Column("app_id", Id, nullable=False),
    Column("run_id", Id, nullable=False, index=True),
    Column("parent", Id, index=True),
    Column("step", Binary, nullable=False),
    Column("state", Binary, nullable=False),
    Column("data", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due", Binary),
    Index("ix_place_due", "due", "id"),
    sqlite_autoincrement=True,
)
# What a run or another person asks of a person. `kind` is approve, fill, todo (about a record) or free (about none); `state` is open, waiting (not their turn yet), or how it
# ended: approved, refused, returned, filled, done, handed, late or gone. `stead` is the person who is away, where it lies with who stands in.
task = Table(
    "task", METADATA, _id(),
    Column("app_id", Id, nullable=False),
    Column("run_id", Id),
    Column("place_id", Id, index=True),
    Column("step", Binary, nullable=False, default=""),
    Column("form", Binary, nullable=False),
    Column("record_id", Id),
    Column("person", Id, nullable=False),
    Column("kind", Binary, nullable=False),
    Column("state", Binary, nullable=False),
    Column("title", Text, nullable=False),
    Column("turn", Integer, nullable=False, default=0),
    Column("stead", Id),
    Column("opinion", Text, nullable=False, default=""),
    Column("asked_by", Id),
    Column("at", Binary, nullable=False),
    Column("due", Binary),
    Column("ended_at", Binary),
    Column("ended_by", Id),
    Index("ix_task_person", "person", "state", "kind", "due", "id"),
    Index("ix_task_ended", "person", "ended_at", "id"),
    Index("ix_task_run", "run_id", "id"),
    Index("ix_task_record", "form", "record_id", "id"),
    sqlite_autoincrement=True,
)
# Tasks with a time of day whose people have yet to be reminded, each until its moment.
reminder = Table("reminder", METADATA, Column("task", Id, primary_key=True, autoincrement=False), Column("at", Binary, nullable=False), Index("ix_reminder_at", "at", "task"))
# The log of a run, in codes that have sentences.
run_line = Table(
    "run_line", METADATA, _id(),
    Column("run_id", Id, nullable=False),
    Column("step", Binary, nullable=False),
    Column("code", Binary, nullable=False),
    Column("params", Text, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
    Index("ix_run_line_run", "run_id", "id"),
    sqlite_autoincrement=True,
)
# What goes out of the house: mail and calls, sent after the transaction that decided them, each under its own key.
# `state` is waiting, sending (`due` is then when its sender is taken for dead), sent, failed or cancelled; `target` is whom
# people read that it goes to, without anything secret.
outgoing = Table(
    "outgoing", METADATA, _id(),
    Column("app_id", Id, nullable=False),
    Column("run_id", Id),
    Column("step", Binary, nullable=False, default=""),
    Column("kind", Binary, nullable=False),
    Column("target", Text, nullable=False, default=""),
    Column("key", Binary, nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("state", Binary, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("why", Text, nullable=False, default=""),
    Column("due", Binary),
    Column("at", Binary, nullable=False),
    Column("ended_at", Binary),
    Index("ix_outgoing_due", "state", "due", "id"),
    Index("ix_outgoing_run", "run_id", "id"),
    Index("ix_outgoing_app", "app_id", "id"),
    Index("ix_outgoing_state", "app_id", "state", "id"),
    sqlite_autoincrement=True,
)
