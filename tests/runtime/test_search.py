"""Search as people use it: what is found, what is not, and what it costs the writers."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from runtime.records import search
from runtime.storage.db import Database
from tests.shared import shared

FORM = 42
CUSTOMERS = {
    1: "苏州沐阳餐饮管理有限公司\x1f+8613806132288\x1fSEL-00012\x1finfo@muyang.example",
    2: "西安 长乐 百货\x1f+8613900001111\x1fSEL-00013",
    3: "O'Brien & 王\x1f100%_\"x\"\x1f3M中国",
    4: "ＡＢＣ贸易（上海）\x1f021-6688",
    5: "禾沐食品",
}


@pytest.fixture
def filled(database: Database) -> Iterator[Database]:
    """Five customers, not in the index yet."""
    with database.write() as conn:
        search.create_index(conn, FORM)
        search.put_new(conn, FORM, CUSTOMERS.items())
    yield database


def ask(database: Database, query: str) -> set[int]:
    with database.read() as conn:
        return set(search.find(conn, FORM, query).ids or ())


FINDS = [
    ("沐", {1, 5}), ("沐阳", {1}), ("2288", {1}), ("SEL-00", {1, 2}), ("sel-00012", {1}), ("info@", {1}),
    ("muyang", {1}), ("suzhoumuyang", {1}), ("MuYang", {1}), ("mu yang", {1}), ("muy", {1}),
    ("szmy", {1}), ("my", {1, 4}),
    ("uyangcan", set()), ("公司 苏州", {1}), ("公司 西安", set()), ("阳沐", set()), ("沐阳 2288 szmy", {1}),
    ("xian", {1, 2}), ("xa", {1, 2}), ("changle", {2}), ("cl", {2}), ("西安长", set()), ("西安 百", {2}),
    ("100%", {3}), ("%", {3}), ("_", {3}), ('"x"', {3}), ("o'b", {3}), ("&", {3}), ("*", set()), ("3m中国", {3}),
    ("3mzhongguo", {3}), ("abc", {4}), ("ａｂｃ", {4}), ("(上海)", {4}), ("021-66", {4}), ("hmsp", {5}),
    ("沐阳 OR 禾沐", set()), ("NOT", set()), ("\ud800", set()), ("\x00", set()), ("   ", set()),
]


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("large", [False, True])
def test_what_is_found(filled: Database, monkeypatch: pytest.MonkeyPatch, indexed: bool, large: bool) -> None:
    if large:
        monkeypatch.setattr(search, "SLICE", 0)
    if indexed:
        with filled.write() as conn:
            assert search.catch_up(conn, FORM) == len(CUSTOMERS)
            assert search.catch_up(conn, FORM) == 0
    assert {query: ask(filled, query) for query, _ in FINDS} == dict(FINDS)


def test_nothing_asked_finds_everything(filled: Database) -> None:
    with filled.read() as conn:
        found = search.find(conn, FORM, " \u3000 ")
        assert not found.many
        assert str(found.matches(sa.column("id"))) == "true"


def test_changed_and_gone(filled: Database) -> None:
    with filled.write() as conn:
        search.catch_up(conn, FORM)
        search.put(conn, FORM, [(5, "禾木食品"), (1, CUSTOMERS[1])])
        search.take_out(conn, FORM, [2, 77])
        assert search.behind(conn, FORM) == 2
    assert ask(filled, "禾沐") == set() and ask(filled, "hemu") == {5} and ask(filled, "西安") == set()
    with filled.write() as conn:
        search.put(conn, FORM, [(2, CUSTOMERS[2])])
        assert search.catch_up(conn, FORM, 2) == 2 and search.catch_up(conn, FORM) == 1
    assert ask(filled, "禾木") == {5} and ask(filled, "西安") == {2}


def test_prose_is_searched_by_its_words_only(database: Database) -> None:
    with database.write() as conn:
        search.create_index(conn, FORM)
        search.put(conn, FORM, [(1, "长" * 5000 + "尾")])
        search.catch_up(conn, FORM)
    assert ask(database, "长尾") == {1} and ask(database, "长" * 150) == {1} and ask(database, "chang") == set()


def numbered(count: int) -> list[tuple[int, str]]:
    return [(n, f"{'上海' if n % 3 else '遵义'}第{n}公司\x1fC-{n:05}") for n in range(1, count + 1)]


def test_a_list_is_filled_in_its_own_order(database: Database) -> None:
    """Rare words come as ids; common ones are met on the way, or gathered where the order hides them."""
    records = sa.Table("list_of_records", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
                       sa.Column("place", sa.Integer, index=True))
    rows = numbered(12_000)
    with database.write() as conn:
        records.create(conn)
        search.create_index(conn, FORM)
        search.put_new(conn, FORM, rows)
        conn.execute(records.insert(), [{"id": key, "place": (0 if "上海" in text else 1)} for key, text in rows])
        while search.catch_up(conn, FORM, 4_000) and search.behind(conn, FORM, 9_999) > 3_000:
            pass
    ordered = sa.select(records.c.id).order_by(records.c.place, records.c.id)
    with database.read() as conn:
        for query in ("公司", "遵义", "zunyi 公司", "第119", "C-0119 gs", "第77公司"):
            found = search.find(conn, FORM, query)
            assert found.many == (query in ("公司", "遵义", "zunyi 公司"))
            words = search.words_of(query.replace("zunyi", "遵义").replace("gs", "公司"))
            hits = [key for key, text in rows if all(word in search.fold(text) for word in words)]
            hits.sort(key=lambda key: (key % 3 == 0, key))
            assert search.first(conn, found, ordered, 50) == hits[:50]
            assert search.count(conn, found, sa.select(records.c.id), 20_000) == len(hits)
            assert search.count(conn, found, sa.select(records.c.id).where(records.c.id > 3), 10) == min(10, len(hits))
            count = sa.select(sa.func.count()).select_from(records)
            assert conn.execute(count.where(found.matches(records.c.id))).scalar_one() == len(hits)
            assert conn.execute(count.where(found.within(records.c.id))).scalar_one() == len(hits)


def test_gathers_when_the_order_hides_what_was_found(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LOOK", 100)
    test_a_list_is_filled_in_its_own_order(database)


def test_real_names(database: Database) -> None:
    names = shared("data/cn/names/company_short_names_2000.txt").read_text("utf-8").split()
    with database.write() as conn:
        search.create_index(conn, FORM)
        search.put_new(conn, FORM, enumerate(names))
        while search.catch_up(conn, FORM):
            pass
    for word in ("阿", "波斯", "集团"):
        assert ask(database, word) == {key for key, name in enumerate(names) if word in search.fold(name)}


def test_a_change_during_indexing_is_never_lost(postgres_database: Database) -> None:
    """The indexer takes a row, a person changes it meanwhile: afterwards the new text is found, or still fresh."""
    with postgres_database.write() as conn:
        search.create_index(conn, FORM)
        search.put_new(conn, FORM, [(n, f"旧名{n}") for n in range(200)])
    errors: list[BaseException] = []

    def change() -> None:
        try:
            for n in range(200):
                with postgres_database.write() as conn:
                    search.put(conn, FORM, [(n, f"新名{n}")])
        except BaseException as error:  # the test itself reports it
            errors.append(error)

    thread = threading.Thread(target=change)
    thread.start()
    while thread.is_alive():
        with postgres_database.write() as conn:
            search.catch_up(conn, FORM, 7)
    thread.join()
    with postgres_database.write() as conn:
        while search.catch_up(conn, FORM):
            pass
        assert not errors
        search_all = search.Found(FORM, "postgresql", ("新名",), ("新名",))
        assert len(set(conn.execute(search_all.gathered()).scalars())) == 200
