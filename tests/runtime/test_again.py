"""A save that PostgreSQL breaks up, because somebody held the customer and wanted the order, is done again by itself."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import sqlalchemy as sa

from runtime.config import Config
from runtime.storage.db import Database
from tests.conftest import database_url
from tests.crm import running
from tests.web import SECRET, Site, visible, whole_app


def test_two_who_wait_for_each_other_both_save(postgres_database: Database, tmp_path: Path) -> None:
    with whole_app(Config(tmp_path, database_url(postgres_database), SECRET, testing=True)) as site:
        site.set_up()
        crossed(site, postgres_database)


def crossed(site: Site, database: Database) -> None:
    crm = running(site)
    customer = crm.add("customer", name="a")
    order = crm.add("order", number="o", customer=customer, amount=10)
    with crm.database.read() as conn:
        found = crm.app(conn)
        customers, orders = (found.form(key).tables.main for key in ("customer", "order"))
    held, wanted = threading.Event(), threading.Event()

    def other() -> None:
        """Holds the customer, and then wants the order: the other way round than the save of an order."""
        with database.write() as conn:
            conn.execute(sa.select(customers.c.id).where(customers.c.id == customer).with_for_update())
            held.set()
            wanted.wait(10)
            time.sleep(0.4)  # the save of the order waits by now; it looks for a circle first, and finds it
            conn.execute(sa.select(orders.c.id).where(orders.c.id == order).with_for_update())

    thread = threading.Thread(target=other)
    thread.start()
    held.wait(10)
    wanted.set()
    answer = site.person().post(f"/a/{crm.key}/order/{order}", {"number": "o", "customer": str(customer), "amount": "700", "version": "1"})
    thread.join()
    assert answer.status_code in (204, 302, 303), visible(answer.get_data(as_text=True))[-300:]
    with crm.database.read() as conn:
        assert crm.reader(conn, "order").one(order).values["amount"] == 700
