"""The tables every installation has: people, apps, definitions, jobs and the life of records."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from runtime.storage import pool_tables as pool_tables
from runtime.storage.absence_tables import absence as absence
from runtime.storage.cadence_tables import cadence as cadence
from runtime.storage.code_tables import code_audit as code_audit
from runtime.storage.code_tables import code_batch as code_batch
from runtime.storage.code_tables import code_past as code_past
from runtime.storage.comment_tables import comment as comment
from runtime.storage.file_tables import attachment as attachment
from runtime.storage.file_tables import picture as picture
from runtime.storage.file_tables import public_file as public_file
from runtime.storage.naming import METADATA, Binary, Id
from runtime.storage.notice_tables import notice as notice
from runtime.storage.public_tables import public_form as public_form
from runtime.storage.public_tables import public_sent as public_sent
from runtime.storage.scheduled_tables import scheduled as scheduled
from runtime.storage.sending_tables import hook as hook
from runtime.storage.sending_tables import secret as secret
from runtime.storage.stroke_tables import stroke as stroke
from runtime.storage.superior_tables import superior as superior
from runtime.storage.turn_tables import turn as turn
from runtime.storage.upkeep_tables import upkeep as upkeep
from runtime.storage.workflow_tables import event as event
from runtime.storage.workflow_tables import outgoing as outgoing
from runtime.storage.workflow_tables import place as place
from runtime.storage.workflow_tables import reminder as reminder
from runtime.storage.workflow_tables import run as run
from runtime.storage.workflow_tables import run_line as run_line
from runtime.storage.workflow_tables import task as task
from runtime.storage.workflow_tables import workflow as workflow


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


setting = Table("setting", METADATA, Column("key", Binary, primary_key=True), Column("value", Text, nullable=False))

person = Table(
    "person", METADATA, _id(),
    Column("login", Binary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("password", Text),
    Column("lang", Binary, nullable=False),
    Column("theme", Binary, nullable=False, default="light"),
    Column("role", Binary, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("epoch", Integer, nullable=False, default=1),
    Column("created_at", Binary, nullable=False),
    Column("seen_at", Binary),
    sqlite_autoincrement=True,
)
invitation = Table(
    "invitation", METADATA, _id(),
    Column("digest", Binary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Binary, nullable=False),
    Column("lang", Binary, nullable=False),
    Column("by", Id, nullable=False),
    Column("created_at", Binary, nullable=False),
    Column("expires_at", Binary, nullable=False),
    Column("used_at", Binary),
)
# The organisation's tree. `department_line` has a row for every department and each one above it, itself included, so that
# "in or under" is one look-up.
department = Table(
    "department", METADATA,
    Column("key", Binary, primary_key=True),
    Column("parent", Binary),
    Column("position", Integer, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
)
department_line = Table(
    "department_line", METADATA,
    Column("above", Binary, primary_key=True),
    Column("department", Binary, primary_key=True),
    sqlite_with_rowid=False,
)
department_person = Table(
    "department_person", METADATA,
    Column("person", Id, primary_key=True, autoincrement=False),
    Column("department", Binary, primary_key=True),
    Column("main", Boolean, nullable=False),
    Index("ix_department_person", "department"),
    sqlite_with_rowid=False,
)
token = Table(
    "token", METADATA, _id(),
    Column("person", Id, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("digest", Binary, nullable=False, unique=True),
    Column("hint", Binary, nullable=False),
    Column("created_at", Binary, nullable=False),
    Column("used_at", Binary),
    Column("ended_at", Binary),
)
audit = Table(
    "audit", METADATA, _id(),
    Column("at", Binary, nullable=False, index=True),
    Column("by", Id),
    Column("act", Binary, nullable=False),
    Column("subject", Text, nullable=False),
    Column("params", Text, nullable=False),
)
app = Table(
    "app", METADATA, _id(),
    Column("key", Binary, nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("template", Binary),
    Column("template_version", Binary),
    Column("revision", Integer, nullable=False, default=1),
    Column("state", Binary, nullable=False, default="ready"),
    Column("sample", Text),
    Column("created_at", Binary, nullable=False),
    Column("position", Integer, nullable=False, default=0),
    sqlite_autoincrement=True,
)
definition = Table(
    "definition", METADATA, _id(),
    Column("app_id", Id, nullable=False),
    Column("kind", Binary, nullable=False),
    Column("key", Binary, nullable=False),
    Column("version", Integer, nullable=False, default=0),
    Column("removed_at", Binary),
    UniqueConstraint("app_id", "kind", "key"),
    sqlite_autoincrement=True,
)
definition_version = Table(
    "definition_version", METADATA,
    Column("definition_id", Id, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("by", Id),
    Column("at", Binary, nullable=False),
)
draft = Table(
    "draft", METADATA, _id(),
    Column("app_id", Id, nullable=False),
    Column("kind", Binary, nullable=False),
    Column("key", Binary, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("top", Integer, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
    UniqueConstraint("app_id", "kind", "key"),
)
draft_step = Table(
    "draft_step", METADATA,
    Column("draft_id", Id, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
)
column_map = Table(
    "column_map", METADATA,
    Column("form_id", Id, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("field", Binary, nullable=False),
    Column("type", Binary, nullable=False),
    Column("current", Boolean, nullable=False),
)
retype = Table(
    "retype", METADATA, _id(),
    Column("form_id", Id, nullable=False, index=True),
    Column("field", Binary, nullable=False),
    Column("number", Integer, nullable=False),
    Column("node", Text, nullable=False),
    Column("since", Id, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
)
# Fields whose values were taken away for good.
purge = Table(
    "purge", METADATA, _id(),
    Column("form_id", Id, nullable=False, index=True),
    Column("field", Binary, nullable=False),
    Column("label", Text, nullable=False),
    Column("records", Id, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
)
history = Table(
    "history", METADATA, _id(),
    Column("form_id", Id, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("at", Binary, nullable=False),
    Column("by", Id),
    Column("act", Binary, nullable=False),
    Column("cause", Binary, nullable=False),
    Column("changes", Text, nullable=False),
    Column("batch", Id),
    Index("ix_history_record", "form_id", "record_id", "id"),
)
group_key = Table(
    "group_key", METADATA, _id(),
    Column("grouping_id", Id, nullable=False),
    Column("key", Binary, nullable=False),
    UniqueConstraint("grouping_id", "key"),
)
generation = Table(
    "generation", METADATA, _id(),
    Column("grouping_id", Id, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("state", Binary, nullable=False),
    Column("built_to", Id, nullable=False, default=0),
    Column("as_of", Binary, nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("at", Binary, nullable=False),
    sqlite_autoincrement=True,
)
# Who will change place when a build that is being made takes over.
mover = Table(
    "mover", METADATA,
    Column("generation", Id, primary_key=True, autoincrement=False),
    Column("record_id", Id, primary_key=True, autoincrement=False),
    Column("group_id", Id, primary_key=True, autoincrement=False),
    Column("joined", Boolean, nullable=False),
    sqlite_with_rowid=False,
)
pin = Table(
    "pin", METADATA, _id(),
    Column("form_id", Id, nullable=False),
    Column("grouping_id", Id, nullable=False),
    Column("group_id", Id, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("keep", Binary, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("until", Binary),
    Column("by", Id),
    Column("at", Binary, nullable=False),
    UniqueConstraint("group_id", "record_id"),
    Index("ix_pin_record", "form_id", "record_id"),
    Index("ix_pin_grouping", "grouping_id", "record_id"),
)
diary = Table(
    "diary", METADATA, _id(),
    Column("form_id", Id, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("grouping_id", Id, nullable=False),
    Column("group_id", Id, nullable=False),
    Column("joined", Boolean, nullable=False),
    Column("at", Binary, nullable=False),
    Column("cause", Binary, nullable=False),
    Column("by", Id),
    Index("ix_diary_record", "form_id", "record_id", "id"),
    Index("ix_diary_grouping", "grouping_id", "at"),
)
code = Table(
    "code", METADATA,
    Column("form_id", Id, primary_key=True, autoincrement=False),
    Column("code", Binary, primary_key=True),
    Column("record_id", Id, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("at", Binary, nullable=False),
    Index("ix_code_record", "form_id", "record_id"),
)
counter = Table(
    "counter", METADATA,
    Column("form_id", Id, primary_key=True, autoincrement=False),
    Column("scope", Binary, primary_key=True),
    Column("next", Id, nullable=False),
)
undo = Table(
    "undo", METADATA,
    Column("id", Binary, primary_key=True),
    Column("by", Id, nullable=False),
    Column("act", Binary, nullable=False),
    Column("params", Text, nullable=False),
    Column("until", Binary, nullable=False),
)
job = Table(
    "job", METADATA, _id(),
    Column("kind", Binary, nullable=False),
    Column("params", Text, nullable=False),
    Column("state", Binary, nullable=False),
    Column("progress", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("app_id", Id),
    Column("by", Id),
    Column("at", Binary, nullable=False),
    Column("run_at", Binary, nullable=False),
    Column("lease", Binary),
    Column("owner", Binary),
    Column("attempts", Integer, nullable=False, default=0),
    Column("cancel", Boolean, nullable=False, default=False),
    Column("ended_at", Binary),
    Index("ix_job_state", "state", "run_at"),
    sqlite_autoincrement=True,
)
