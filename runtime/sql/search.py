"""Search where the databases differ: the table of searchable texts, its index of short tokens, and their questions.

`s_<form>` holds one row per record, `text` (folded values) and `spelled` (their pinyin); it decides what is found.
`s_<form>_x` only proposes: FTS5 on SQLite, a tsvector with GIN on PostgreSQL. It may know too much, never too little:
rows that are not in it yet are `fresh` and are looked at one by one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select
from sqlalchemy.dialects import postgresql, sqlite

from runtime.sql.lists import among
from runtime.sql.types import BinaryText

# FTS5 splits what it is given at spaces only; every other visible character belongs to a token.
_PUNCTUATION = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum())
_WRITTEN = ("id", "text", "spelled")
_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Token(NamedTuple):
    """A piece to look up; with `open` every token that begins so will do."""

    text: str
    open: bool


# All of the outer, any of the middle, all of the inner: words, their spellings, the tokens of one spelling.
Asked = Sequence[Sequence[Sequence[Token]]]


@lru_cache(maxsize=1000)
def texts(form_id: int) -> sa.Table:
    """The table of searchable texts of one form."""
    name = f"s_{form_id}"
    table = sa.Table(
        name, sa.MetaData(),
        sa.Column("id", _Id, primary_key=True, autoincrement=False),
        sa.Column("fresh", sa.Boolean, nullable=False),
        sa.Column("text", BinaryText, nullable=False),
        sa.Column("spelled", BinaryText, nullable=False),
    )
    fresh = table.c.fresh.is_(True)
    sa.Index(f"ix_{name}_fresh", table.c.id, sqlite_where=fresh, postgresql_where=fresh)
    return table


@lru_cache(maxsize=1000)
def tokens(form_id: int) -> sa.Table:
    """The token index of one form as PostgreSQL keeps it; SQLite's is made by `_create_fts`."""
    name = f"s_{form_id}_x"
    return sa.Table(
        name, sa.MetaData(),
        sa.Column("id", _Id, primary_key=True, autoincrement=False),
        sa.Column("tokens", postgresql.TSVECTOR, nullable=False),
        sa.Index(f"ix_{name}", "tokens", postgresql_using="gin"),
    )


def kind_of(conn: Connection) -> str:
    """Which database it is, as the questions below want to know it."""
    return conn.dialect.name


def create(conn: Connection, form_id: int) -> None:
    """Make both tables where they are missing."""
    texts(form_id).create(conn, checkfirst=True)
    if conn.dialect.name == "sqlite":
        _create_fts(conn, form_id)
    else:
        tokens(form_id).create(conn, checkfirst=True)


def _create_fts(conn: Connection, form_id: int) -> None:
    """No content, no positions, no sizes: the index holds nothing but which token is in which record."""
    marks = _PUNCTUATION.replace("'", "''''").replace('"', '""')
    conn.exec_driver_sql(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS s_{form_id}_x USING fts5(tokens, content='', detail=none, columnsize=0, "
        f"tokenize=\"ascii tokenchars '{marks}'\")"
    )


def drop(conn: Connection, form_id: int) -> None:
    """Take both tables away."""
    conn.exec_driver_sql(f"DROP TABLE IF EXISTS s_{form_id}_x")
    texts(form_id).drop(conn, checkfirst=True)


@lru_cache(maxsize=2000)
def _write(form_id: int, dialect: str, new: bool) -> sa.Executable:
    """The writing statement, built once; replacing a row makes it fresh again, which on PostgreSQL also locks it.

    PostgreSQL takes all rows of a call in one statement, SQLite takes them one by one at less cost.
    """
    table = texts(form_id)
    insert: Any = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    if dialect == "sqlite":
        insert = insert.values(fresh=sa.true(), **{name: sa.bindparam(name) for name in _WRITTEN})
    else:
        types: dict[str, Any] = {"id": sa.BigInteger, "text": sa.Text, "spelled": sa.Text}
        arrays: list[Any] = [sa.cast(sa.bindparam(name), postgresql.ARRAY(types[name])) for name in _WRITTEN]
        rows = sa.func.unnest(*arrays).table_valued(*_WRITTEN).render_derived()
        insert = insert.from_select([*_WRITTEN, "fresh"], sa.select(*(rows.c[name] for name in _WRITTEN), sa.true()))
    if new:
        return cast(sa.Executable, insert)
    changed = {name: insert.excluded[name] for name in ("fresh", "text", "spelled")}
    return cast(sa.Executable, insert.on_conflict_do_update(index_elements=["id"], set_=changed))


def write(conn: Connection, form_id: int, rows: Sequence[Mapping[str, Any]], new: bool) -> None:
    """Store texts (`id`, `text`, `spelled`); `new` promises that none of the records is there already."""
    if not rows:
        return
    dialect = conn.dialect.name
    values: Any = rows if dialect == "sqlite" else {name: [row[name] for row in rows] for name in _WRITTEN}
    conn.execute(_write(form_id, dialect, new), values)


def remove(conn: Connection, form_id: int, ids: Iterable[int]) -> None:
    """Forget records. FTS5 keeps their tokens, which harms nobody: without a text a record is never found."""
    wanted = list(ids)
    tables = [texts(form_id)] if conn.dialect.name == "sqlite" else [texts(form_id), tokens(form_id)]
    for table in tables:
        conn.execute(sa.delete(table).where(among(table.c.id, wanted)))


def take_fresh(conn: Connection, form_id: int, limit: int) -> Sequence[sa.Row[Any]]:
    """The oldest fresh rows (`id`, `text`, `spelled`), no longer fresh; rows that are just being written stay so."""
    table = texts(form_id)
    some = sa.select(table.c.id).where(table.c.fresh.is_(True)).order_by(table.c.id).limit(limit)
    change = sa.update(table).where(table.c.id.in_(some.with_for_update(skip_locked=True).scalar_subquery()))
    taken = conn.execute(change.values(fresh=False).returning(table.c.id, table.c.text, table.c.spelled)).all()
    return sorted(taken, key=lambda row: row.id)


def index(conn: Connection, form_id: int, rows: Sequence[tuple[int, set[str]]]) -> None:
    """Add records with their tokens, in the order of their ids. FTS5 adds to what it knew of a record before."""
    if not rows:
        return
    if conn.dialect.name == "sqlite":
        statement: Any = sa.text(f"INSERT INTO s_{form_id}_x(rowid, tokens) VALUES (:id, :tokens)")
        conn.execute(statement, [{"id": key, "tokens": " ".join(found)} for key, found in rows])
        return
    table = tokens(form_id)
    vector = sa.func.array_to_tsvector(sa.cast(sa.bindparam("found"), postgresql.ARRAY(sa.Text)))
    statement = postgresql.insert(table).values(id=sa.bindparam("key"), tokens=vector)
    statement = statement.on_conflict_do_update(index_elements=["id"], set_={"tokens": statement.excluded.tokens})
    conn.execute(statement, [{"key": key, "found": list(found)} for key, found in rows])


def all_with(form_id: int, test: ColumnElement[bool]) -> Select[Any]:
    """The ids of all rows that pass, by reading every text."""
    return sa.select(texts(form_id).c.id).where(test)


def proposed_with(form_id: int, asked: Asked, test: ColumnElement[bool], dialect: str) -> sa.CompoundSelect[Any]:
    """Ids that pass, among those the index proposes and the fresh ones."""
    table = texts(form_id)
    fresh = sa.select(table.c.id).where(table.c.fresh.is_(True), test)
    index, key, match = (_in_fts if dialect == "sqlite" else _in_vectors)(form_id, asked)
    indexed = sa.select(table.c.id).select_from(index.join(table, table.c.id == key))
    return sa.union_all(fresh, indexed.where(match, table.c.fresh.is_not(True), test))


def _in_fts(form_id: int, asked: Asked) -> tuple[sa.FromClause, ColumnElement[int], ColumnElement[bool]]:
    fts = sa.table(f"s_{form_id}_x", sa.column("rowid", sa.Integer))
    match = sa.literal_column(fts.name).op("MATCH", is_comparison=True)
    return fts, fts.c.rowid, match(_phrase(asked, " AND ", " OR ", _fts_token))


def _in_vectors(form_id: int, asked: Asked) -> tuple[sa.FromClause, ColumnElement[int], ColumnElement[bool]]:
    vectors = tokens(form_id)
    query = sa.cast(sa.literal(_phrase(asked, " & ", " | ", _ts_token)), postgresql.TSQUERY)
    return vectors, vectors.c.id, vectors.c.tokens.op("@@", is_comparison=True)(query)


def count_fresh(form_id: int, up_to: int) -> Select[Any]:
    """How many rows the index does not know, counted up to a bound."""
    table = texts(form_id)
    some = sa.select(table.c.id).where(table.c.fresh.is_(True)).limit(up_to).subquery()
    return sa.select(sa.func.count()).select_from(some)


def _phrase(asked: Asked, both: str, either: str, token: Any) -> str:
    def spelling(pieces: Sequence[Token]) -> str:
        return "(" + both.join(token(piece) for piece in pieces) + ")"

    return both.join("(" + either.join(map(spelling, spellings)) + ")" for spellings in asked)


def _fts_token(token: Token) -> str:
    return '"' + token.text.replace('"', '""') + '"' + ("*" if token.open else "")


def _ts_token(token: Token) -> str:
    quoted = token.text.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'" + (":*" if token.open else "")


def contains(column: ColumnElement[str], part: str, dialect: str) -> ColumnElement[bool]:
    """A plain substring test without wildcards."""
    position = sa.func.instr if dialect == "sqlite" else sa.func.strpos
    return position(column, part) > 0


def spelled_so(column: ColumnElement[str], letters: str, dialect: str) -> ColumnElement[bool]:
    """Letters and digits (a-z, 0-9) from the capital that begins a syllable, in either case after it."""
    rest = "".join(f"[{c}{c.upper()}]" if c.isalpha() else c for c in letters[1:])
    if dialect == "sqlite":
        return column.op("GLOB", is_comparison=True)(f"*{letters[0].upper()}{rest}*")
    return column.op("~", is_comparison=True)(letters[0].upper() + rest)


def slices_with(
    form_id: int, tests: Sequence[ColumnElement[bool]], starts: Sequence[int], wide: int, dialect: str
) -> Select[Any]:
    """For each test in how many of the slices (from these ids on, so many ids wide) some row passes it."""
    key, begin = texts(form_id).c.id, _numbers(starts, dialect)
    within = sa.and_(key >= begin.c.begin, key < begin.c.begin + wide)
    some = [sa.select(key).where(within, test).correlate(begin).exists() for test in tests]
    return sa.select(*(sa.func.sum(sa.case((one, 1), else_=0)) for one in some)).select_from(begin)


def _numbers(values: Sequence[int], dialect: str) -> sa.Subquery:
    """Numbers as rows of one column, `begin`, bound as one parameter."""
    bound = sa.literal(json.dumps(list(values)))
    if dialect == "sqlite":
        found: Any = sa.func.json_each(bound).table_valued("value").c.value
    else:
        found = sa.func.jsonb_array_elements_text(sa.cast(bound, postgresql.JSONB)).table_valued("value").c.value
    return sa.select(sa.cast(found, sa.BigInteger).label("begin")).subquery()


def ends(form_id: int) -> Select[Any]:
    """The first and the last id; asked apart, because SQLite answers both at once only by reading everything."""
    key = texts(form_id).c.id
    return sa.select(sa.select(sa.func.min(key)).scalar_subquery(), sa.select(sa.func.max(key)).scalar_subquery())
