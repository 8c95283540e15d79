"""No query per row: what a page, a chunk or a bulk act asks of the database does not grow with its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.commands import create, remove
from runtime.exchange import exporter
from runtime.records import entry
from runtime.records.queries import Query
from tests.crm import Crm, running
from tests.web import Site

FEW, MANY = 4, 40
MOST = 40  # statements of any one page


@pytest.fixture
def crm(site: Site) -> Crm:
    """The small system inside a running application."""
    return running(site)


@contextmanager
def counted(site: Site) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    for engine in (site.database.reader, site.database.writer):
        sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in (site.database.reader, site.database.writer):
        sa.event.remove(engine, "before_cursor_execute", note)


def fill(site: Site, crm: Crm, number: int) -> None:
    """Customers of several people, each with tags and an order; the first with as many orders as there are customers."""
    owners = [site.actor().id, site.actor("member").id, site.actor("builder").id]
    ids = crm.add_many("customer", [
        {"name": f"客户{n}", "kind": "enterprise" if n % 2 else "person", "size": n * 10, "since": "2026-11-01", "tags": ["gold", "new"][: n % 3],
         "owner": owners[n % 3], "vip": n % 2 == 0} for n in range(number)])
    crm.add_many("order", [{"number": f"A{n}", "customer": i, "amount": 700, "on": "2026-11-20"} for n, i in enumerate(ids)])
    crm.add_many("order", [{"number": f"B{n}", "customer": 1, "amount": 1, "on": "2026-11-20"} for n in range(number)])


def asked(site: Site, crm: Crm, ask: Callable[[], object]) -> tuple[list[str], list[str]]:
    """The statements of the same question over few records and over many; the first asking fills the caches."""
    fill(site, crm, FEW)
    ask()
    with counted(site) as few:
        ask()
    fill(site, crm, MANY)
    ask()
    with counted(site) as many:
        ask()
    return few, many


def told(few: list[str], many: list[str]) -> str:
    """The statements that the larger question asked more of."""
    more = list(many)
    for statement in few:
        if statement in more:
            more.remove(statement)
    return f"{len(few)} statements for few rows, {len(many)} for many; more of:\n" + "\n".join(sorted(set(more)))


@pytest.mark.parametrize("url", ["customer/", "order/", "customer/1", "customer/1/history", "customer/counts", "customer/?q=客户", "customer/export",
                                 "customer/find/records?q=客户"])
def test_a_page(site: Site, crm: Crm, url: str) -> None:
    boss = site.person()
    few, many = asked(site, crm, lambda: boss.text(f"/a/{crm.key}/{url}"))
    assert len(many) <= len(few) + 2 and len(many) <= MOST, told(few, many)


def test_the_recycle_bin(site: Site, crm: Crm) -> None:
    boss = site.person()

    def ask() -> None:
        with crm.database.read() as conn:
            left = sorted(crm.list(conn, None, "order"))[1:]
        crm.drop("order", *left)
        boss.text(f"/a/{crm.key}/order/bin")

    few, many = asked(site, crm, ask)
    assert len(many) <= len(few) + 2, told(few, many)


def test_an_export(site: Site, crm: Crm) -> None:
    def ask() -> None:
        with site.database.write() as conn:
            params = exporter.params(crm.app(conn), "order", ["number", "customer", "amount"], Query(), "csv")
            exporter.ask(conn, site.actor(), crm.app(conn), params)
        assert site.jobs()

    few, many = asked(site, crm, ask)
    assert len(many) <= len(few) + 2, told(few, many)


@pytest.mark.parametrize("form", ["customer", "order"])
def test_storing_and_removing_many(site: Site, crm: Crm, form: str) -> None:
    """Both go on to the groups, the codes, the history and the index."""
    owner = site.actor("member").id
    rows = {"customer": lambda n: {"name": f"新{n}", "kind": "person", "tags": ["gold"], "owner": owner},
            "order": lambda n: {"number": f"N{n}", "customer": n % 3 + 1, "amount": 5, "on": "2026-11-20"}}
    crm.add_many("customer", [{"name": f"旧{n}"} for n in range(3)])

    def store(number: int) -> list[str]:
        with counted(site) as seen, crm.act() as act:
            entries = [entry.read(act.app.form(form).form, rows[form](n), act.names) for n in range(number)]
            ids = [saved.id for saved in create.create_many(act, form, entries)]
        with counted(site) as removing, crm.act() as act:
            remove.remove(act, form, ids)
        return seen + removing

    store(3)
    few, many = store(3), store(MANY)
    assert len(many) <= len(few) + 2, told(few, many)
