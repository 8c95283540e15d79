"""Laws of search: exactly the records that hold every word are found, on both databases, however far the index is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from runtime.fold import syllables
from runtime.records import search
from runtime.storage.db import Database

FORM = 41
# Few letters, so that words meet; among them everything a query language might take for its own.
ALPHABET = "ab12AＡ１ßİ沐阳公司 \u3000\u00a0-_%*'\"\\:^()[]?~.,;|&!@#+{}<>\U00020000の"
value = st.text(ALPHABET, max_size=9)
rows = st.dictionaries(st.integers(1, 30), st.lists(value, max_size=3).map(search.SEPARATOR.join), max_size=12)
query = st.text(ALPHABET, min_size=1, max_size=7)


@pytest.fixture
def looking_closely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small forms are simply read; here they take the way of the large ones."""
    monkeypatch.setattr(search, "SLICE", 0)


@pytest.fixture
def tables(database: Database) -> Iterator[Database]:
    """The database with one form's search tables."""
    with database.write() as conn:
        search.create_index(conn, FORM)
    yield database


def found(conn: sa.Connection, asked: str) -> set[int]:
    return set(search.find(conn, FORM, asked).ids or ())


def expected(texts: dict[int, str], asked: str) -> set[int]:
    """By brute force: every word is a part of some value (whitespace parts values too)."""
    words = search.fold(asked).split()
    return {key for key, text in texts.items() if words and all(word in search.fold(text) for word in words)}


@given(texts=rows, changed=rows, gone=st.sets(st.integers(1, 30)), asked=query,
       indexed=st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_exactly_the_records_with_every_word(
    tables: Database, looking_closely: None,
    texts: dict[int, str], changed: dict[int, str], gone: set[int], indexed: tuple[int, int], asked: str,
) -> None:
    with tables.write() as conn:
        search.drop_index(conn, FORM)
        search.create_index(conn, FORM)
        search.put_new(conn, FORM, texts.items())
        search.catch_up(conn, FORM, indexed[0])
        search.put(conn, FORM, changed.items())
        search.take_out(conn, FORM, gone)
        search.catch_up(conn, FORM, indexed[1])
        now = {key: text for key, text in (texts | changed).items() if key not in gone}
        plain = {key for key in found(conn, asked) if not spelled(now[key], asked)}
        assert plain == {key for key in expected(now, asked) if not spelled(now[key], asked)}
        assert found(conn, asked) >= expected(now, asked)
        assert found(conn, asked) == in_its_own_order(conn, now, asked)


def spelled(text: str, asked: str) -> bool:
    """Whether pinyin may be what finds this record, which the brute force knows nothing of."""
    letters = any(word.isascii() and word.isalnum() and not word.isdigit() for word in search.words_of(asked))
    return letters and not text.isascii()


def in_its_own_order(conn: sa.Connection, now: dict[int, str], asked: str) -> set[int]:
    """The same search tested record by record, as a list does it when very many are found."""
    records = sa.union_all(*(sa.select(sa.literal(key, sa.BigInteger).label("id")) for key in (*now, 99))).subquery()
    words = search.words_of(asked)
    if not words:
        return set()
    walked = search.matches(FORM, words, conn.dialect.name, records.c.id)
    return set(conn.execute(sa.select(records.c.id).where(walked)).scalars())


NAMES = st.text("苏州沐阳西安长沙上海吕a1 ", min_size=1, max_size=6)


@given(name=NAMES, data=st.data(), initials=st.booleans(), lag=st.booleans())
def test_every_run_of_characters_is_found_by_its_pinyin(
    tables: Database, looking_closely: None, name: str, data: st.DataObject, initials: bool, lag: bool,
) -> None:
    pieces = list(syllables(name))
    begin = data.draw(st.integers(0, len(pieces) - 1) if pieces else st.just(0))
    end = data.draw(st.integers(begin, len(pieces)))
    asked = "".join(piece[0] if initials else piece for piece in pieces[begin:end])
    if " " in asked or not asked:
        return
    with tables.write() as conn:
        search.put(conn, FORM, [(1, f"x{search.SEPARATOR}{name}"), (2, "无关")])
        if not lag:
            search.catch_up(conn, FORM)
        assert 1 in found(conn, asked)
        assert 1 in found(conn, asked.upper())
