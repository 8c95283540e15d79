"""Whose turn it is where records are given to people by a step of a workflow."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from runtime.storage.naming import METADATA, Binary, Id

# `last` was given the latest record, `loads` how many each had when they were counted and what they were given since.
turn = Table(
    "turn", METADATA,
    Column("workflow_id", Id, primary_key=True, autoincrement=False),
    Column("step", Binary, primary_key=True),
    Column("last", Id),
    Column("loads", Text, nullable=False, default="{}"),
    Column("counted", Binary, nullable=False, default=""),
)
