"""Finding records by any part of their searchable values, by full pinyin or by initials.

A search is a few words; each must be found, in any order and in any value. Writing is cheap: the texts are stored at
once and are `fresh`; a job brings the index after them with `catch_up`, and until then fresh texts are read one by one.
Why it is built so, with figures: docs/decisions/002-search.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select

from runtime.fold import syllables
from runtime.sql import search as sql
from runtime.sql.lists import among
from runtime.sql.search import Token

SEPARATOR = "\x1f"
# From so many fresh records on, indexing is worth a job; fewer are read in a millisecond.
WORTH_INDEXING = 2_000
# Up to so many records are listed by id; of more, a list meets its page sooner by testing records in its own order.
FEW = 5_000
# Of so many records, in the order of the list, we first hope to fill a page with them.
LOOK = 10_000
LONGEST_QUERY = 200
# Names are searched by their pinyin; a page of prose is not.
LONGEST_NAME = 100
# The look at how common something is: so many slices of so many ids each, spread over the form.
SLICES, SLICE = 40, 100
# Something with a hit in so many slices is in one record of 200 or more, all over the form.
COMMON = 16
# How much of a value one token holds: from a letter or digit on, from another character on, from a syllable on.
LATIN, OTHER, SPELLED = 4, 3, 6

_FLAT = {code: " " for code in (*range(32), 127, 0x3000)} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}


def fold(text: str) -> str:
    """Text as it is searched: letter case and full width taken away, each character alone, so that parts stay parts."""
    return text.translate(_FLAT).casefold()


def create_index(conn: Connection, form_id: int) -> None:
    """Make the search tables of a form where they are missing."""
    sql.create(conn, form_id)


def drop_index(conn: Connection, form_id: int) -> None:
    """Take the search tables of a form away."""
    sql.drop(conn, form_id)


def put(conn: Connection, form_id: int, rows: Iterable[tuple[int, str]]) -> None:
    """Replace the searchable text of records: (id, shown values joined by SEPARATOR)."""
    sql.write(conn, form_id, [_row(key, text) for key, text in sorted(rows)], new=False)


def put_new(conn: Connection, form_id: int, rows: Iterable[tuple[int, str]]) -> None:
    """The same for records that were just inserted."""
    sql.write(conn, form_id, [_row(key, text) for key, text in rows], new=True)


def take_out(conn: Connection, form_id: int, ids: Iterable[int]) -> None:
    """Records that are no longer to be found; `put` brings them back."""
    sql.remove(conn, form_id, ids)


def behind(conn: Connection, form_id: int, up_to: int = WORTH_INDEXING) -> int:
    """How many records are not in the index yet, counted up to a bound."""
    return int(conn.execute(sql.count_fresh(form_id, up_to)).scalar_one())


def catch_up(conn: Connection, form_id: int, limit: int = 100) -> int:
    """Bring up to `limit` records into the index, some 6 ms of work; gives how many, 0 when none was left."""
    taken = sql.take_fresh(conn, form_id, limit)
    sql.index(conn, form_id, [(row.id, _tokens(row.text, row.spelled)) for row in taken])
    return len(taken)


def _row(key: int, text: str) -> dict[str, Any]:
    if text.isascii():
        return {"id": key, "text": fold(text), "spelled": ""}
    names = (v for v in text.split(SEPARATOR) if len(v) <= LONGEST_NAME and not v.isascii())
    return {"id": key, "text": fold(text), "spelled": " ".join(map(_spelled, names))}


def _spelled(value: str) -> str:
    """`沐阳` is `MuYang MY`: a capital where a syllable begins, and the initials; other scripts part the words."""
    pieces = [piece if piece.isascii() else " " for piece in syllables(value.translate(_FLAT))]
    return "".join([p.capitalize() for p in pieces]) + " " + "".join([p[0] for p in pieces]).upper()


def _tokens(text: str, spelled: str) -> set[str]:
    """What the index holds of a record: the beginning of the rest of each word, from each of its characters on."""
    found: set[str] = set()
    for word in text.split():
        if word.isascii():
            found.update([word[at : at + LATIN] for at in range(len(word))])
        else:
            found.update([word[at : at + (LATIN if char < "\x80" else OTHER)] for at, char in enumerate(word)])
    for word in spelled.split():
        lower = word.lower()
        found.update([lower[at : at + SPELLED] for at, char in enumerate(word) if char < "a"])
    return found


def words_of(query: str) -> tuple[str, ...]:
    """The folded words of what a person typed into the search box, each once, longest first."""
    sound = query[:LONGEST_QUERY].encode("utf-8", "replace").decode()
    return tuple(sorted(dict.fromkeys(fold(sound).split()), key=len, reverse=True))


def _spellable(word: str) -> bool:
    return word.isascii() and word.isalnum() and not word.isdigit()


def _asked(word: str) -> list[list[Token]]:
    """The tokens a record with this word must have: those of the word itself, or the one of its pinyin."""
    if _spellable(word) and len(word) <= LATIN:
        return [[Token(word, True)]]
    pieces, at = [], 0
    while at < len(word):
        wide = LATIN if word[at] < "\x80" else OTHER
        piece = word[at : at + wide]
        if len(piece) == wide or at == 0:
            pieces.append(Token(piece, len(piece) < wide))
        at += wide
    return [pieces, [Token(word[:SPELLED], len(word) < SPELLED)]] if _spellable(word) else [pieces]


def _test(form_id: int, word: str, dialect: str) -> ColumnElement[bool]:
    """Whether a row of the text table has the word; this alone decides."""
    columns = sql.texts(form_id).c
    plain = sql.contains(columns.text, word, dialect)
    return sa.or_(plain, sql.spelled_so(columns.spelled, word, dialect)) if _spellable(word) else plain


@dataclass(frozen=True)
class Found:
    """What a search found: a few `ids`, or None for many; `rare` are the words worth asking the index for."""

    form_id: int
    dialect: str
    words: tuple[str, ...]
    rare: tuple[str, ...] = ()
    ids: tuple[int, ...] | None = None

    @property
    def many(self) -> bool:
        """Whether so much was found that no ids are listed."""
        return bool(self.words) and self.ids is None

    def matches(self, record_id: ColumnElement[int]) -> ColumnElement[bool]:
        """The condition for a list, a count, an export: true of everything when nothing was asked."""
        if not self.words:
            return sa.true()
        if self.ids is not None:
            return among(record_id, self.ids) if self.ids else sa.false()
        return matches(self.form_id, self.words, self.dialect, record_id)

    def within(self, record_id: ColumnElement[int]) -> ColumnElement[bool]:
        """The same, but all that is found is gathered first: dear, yet it costs the same in every order."""
        return record_id.in_(self.gathered()) if self.many else self.matches(record_id)

    def gathered(self, limit: int | None = None) -> sa.CompoundSelect[Any]:
        """The ids as the index and the fresh texts give them."""
        asked, test = [_asked(word) for word in self.rare], _every(self.form_id, self.words, self.dialect)
        return sql.proposed_with(self.form_id, asked, test, self.dialect).limit(limit)


def _every(form_id: int, words: Sequence[str], dialect: str) -> ColumnElement[bool]:
    return sa.and_(*(_test(form_id, word, dialect) for word in words))


def matches(form_id: int, words: Sequence[str], dialect: str, record_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether one record has every word, found by its id; a scalar, so that no planner turns it into a join."""
    text = sa.select(_every(form_id, words, dialect)).where(sql.texts(form_id).c.id == record_id)
    return sa.func.coalesce(text.scalar_subquery(), sa.false())


def find(conn: Connection, form_id: int, query: str) -> Found:
    """Look up what a person typed; the answer holds for the transaction of `conn`."""
    dialect, words = sql.kind_of(conn), words_of(query)
    if not words:
        return Found(form_id, dialect, words)
    low, high = conn.execute(sql.ends(form_id)).one()
    if low is None or high - low < SLICES * SLICE:
        return Found(form_id, dialect, words, words, _ids(conn, sql.all_with(form_id, _every(form_id, words, dialect))))
    common, together = _common(conn, form_id, words, low, high)
    found = Found(form_id, dialect, words, tuple(word for word in words if word not in common) or words)
    ids = () if together else _ids(conn, found.gathered(FEW + 1))
    return found if together or len(ids) > FEW else replace(found, ids=ids)


def first(conn: Connection, found: Found, ordered: Select[tuple[int]], limit: int) -> list[int]:
    """The first ids of `ordered` (ids, filtered and sorted, not limited) that the search found.

    What is common fills a page soon, whatever the order. But many customers of one city stand together in a list by
    name: when the first LOOK of the order do not fill the page, everything found is gathered and sorted instead.
    """
    key = ordered.selected_columns[0]
    if found.many:
        look = ordered.limit(LOOK).subquery()
        ids = _ids(conn, sa.select(look.c[0]).where(found.matches(look.c[0])).limit(limit))
        if len(ids) == limit:
            return list(ids)
    return list(_ids(conn, ordered.where(found.within(key)).limit(limit)))


def count(conn: Connection, found: Found, chosen: Select[tuple[int]], most: int) -> int:
    """How many of `chosen` (ids, filtered, neither sorted nor limited) the search found, counted up to `most`.

    What the index proposes is met one by one and the counting stops early; nothing is gathered first.
    """
    key = chosen.selected_columns[0]
    if found.many:
        proposed = found.gathered().subquery()
        chosen = chosen.where(key == proposed.c.id)
    else:
        chosen = chosen.where(found.matches(key))
    return int(conn.execute(sa.select(sa.func.count()).select_from(chosen.limit(most).subquery())).scalar_one())


def _common(conn: Connection, form_id: int, words: Sequence[str], low: int, high: int) -> tuple[set[str], bool]:
    """Which words, and whether all of them together, are in many records and everywhere."""
    dialect = sql.kind_of(conn)
    starts = [low + (high - low - SLICE) * n // (SLICES - 1) for n in range(SLICES)]
    tests = [*(_test(form_id, word, dialect) for word in words), _every(form_id, words, dialect)]
    hits = conn.execute(sql.slices_with(form_id, tests if len(words) > 1 else tests[:1], starts, SLICE, dialect)).one()
    return {word for word, n in zip(words, hits, strict=False) if n >= COMMON}, hits[-1] >= COMMON


def _ids(conn: Connection, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> tuple[int, ...]:
    return tuple(conn.execute(statement).scalars())
