"""Indexes that hold all a sum over linked records reads, so that it never opens the records themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy import Connection, Index

from runtime.storage.record_tables import COVER, RecordTables

# A wider index costs each save more than it spares a sum.
WIDEST = 6
# A range of days is what sums are mostly limited to, so it stands next to the link.
FIRST = ("date", "datetime")
# What is short; texts stay where they are.
SHORT = (*FIRST, "number", "choice", "boolean", "person", "link", "time", "tree", "file")

# By table and link column: what each of its indexes holds.
Known = Mapping[tuple[str, str], tuple[frozenset[str], ...]]
_NAME = re.compile(rf"{COVER}(?P<table>r_\d+)_(?P<link>f_\d+)(?P<held>(?:_f_\d+)*)_live")
_THERE = sa.text("SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE :like").bindparams(like=f"{COVER}%")


def index_of(made: RecordTables, link: str, fields: Collection[str]) -> Index:
    """The index over a link and what sums read behind it, as far as that is short."""
    known = [(key, made.form.fields[key].type.kind) for key in sorted(fields) if key in made.names and key != link]
    held = [key for key, kind in sorted(known, key=lambda one: one[1] not in FIRST) if kind in SHORT][:WIDEST]
    name = "_".join([f"{COVER}{made.main.name}", made.names[link], *(made.names[key] for key in held), "live"])
    # SQLite takes an index for the whole answer only where it holds what says that a record is live, too.
    deleted = made.main.c.deleted_at
    there = deleted.is_(None)
    return Index(name, *(made.column(key) for key in (link, *held)), deleted, sqlite_where=there, postgresql_where=there)


def known(conn: Connection) -> Known:
    """What each index that is there holds besides the number of its row, by table and link column. Only SQLite has to be told."""
    if conn.dialect.name != "sqlite":
        return {}
    found: dict[tuple[str, str], tuple[frozenset[str], ...]] = {}
    for name in conn.execute(_THERE).scalars():
        made = _NAME.fullmatch(name)
        if made is not None:
            held = frozenset({made["link"], *re.findall(r"f_\d+", made["held"]), "deleted_at"})
            found[made["table"], made["link"]] = (*found.get((made["table"], made["link"]), ()), held)
    return found


def ensure(conn: Connection, made: RecordTables, wanted: Mapping[str, Collection[str]]) -> None:
    """Make the indexes of a form's links (`wanted`: by link field, the fields read behind it) and let go of others."""
    found = {str(item["name"]) for item in sa.inspect(conn).get_indexes(made.main.name)}
    asked = {str(index.name): index for index in (index_of(made, link, fields) for link, fields in wanted.items())}
    for name in sorted(name for name in found - asked.keys() if name.startswith(COVER)):
        conn.exec_driver_sql(f"DROP INDEX {conn.dialect.identifier_preparer.quote(name)}")
    for name in sorted(asked.keys() - found):
        asked[name].create(conn)
