"""What became of codes: those no longer in use, what a back-fill or a re-coding gave, and those that no longer match."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table, Text

from runtime.storage.naming import METADATA, Binary, Id

# A code that is not its record's code any more: as it was written, since when, who ended it. `freed` is one that was
# taken back; it stays its record's all the same and is never given to another.
code_past = Table(
    "code_past", METADATA,
    Column("form_id", Id, primary_key=True, autoincrement=False),
    Column("code", Binary, primary_key=True),
    Column("shown", Text, nullable=False),
    Column("until", Binary, nullable=False),
    Column("by", Id),
    Column("freed", Boolean, nullable=False),
)
# What one run gave to whom, and the code it took the place of, so that the run can be taken back.
code_batch = Table(
    "code_batch", METADATA,
    Column("batch", Id, primary_key=True, autoincrement=False),
    Column("record_id", Id, primary_key=True, autoincrement=False),
    Column("form_id", Id, nullable=False),
    Column("code", Text, nullable=False),
    Column("was", Text),
)
# What the last audit found: the code a record would get now ("" where none can be made) and which parts differ, as bits.
code_audit = Table(
    "code_audit", METADATA,
    Column("form_id", Id, primary_key=True, autoincrement=False),
    Column("record_id", Id, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("would", Text, nullable=False),
    Column("differs", Integer, nullable=False),
)
