"""What a person would write by hand, for the figures about grouping: plain SQL on the same tables, keys and indexes."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from benchmarks.world import World


class Hand:
    """The tables' and columns' names, and the statements over them."""

    def __init__(self, made: World, conn: sqlite3.Connection) -> None:
        app = made.app
        customers, orders, plain = (app.form(key).tables for key in ("customer", "order", "plain"))
        self.conn, self.today = conn, made.as_of.today
        self.main, self.plain, self.orders, self.members = (
            customers.main.name, plain.main.name, orders.main.name, customers.members.name)
        self.f, self.o = customers.names, orders.names

    def ago(self, days: int) -> str:
        day: date = self.today - timedelta(days=days)
        return day.isoformat()

    def one(self, statement: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self.conn.execute(statement).fetchone()
        return row

    def scan(self, conditions: list[str]) -> int:
        """One look at every customer: how many fulfil all conditions."""
        return int(self.one(f"SELECT count(*) FROM {self.main} NOT INDEXED WHERE deleted_at IS NULL AND {' AND '.join(conditions)}")[0])

    def five(self) -> list[str]:
        f = self.f
        return [
            f"{f['kind']} IN ('enterprise', 'wholesale')",
            f"({f['region']} BETWEEN '320000' AND '329999' OR {f['region']} BETWEEN '330000' AND '339999')",
            f"{f['credit']} >= 10000000", f"{f['since']} >= '2020-01-01'", f"{f['active']} = 1"]

    def ten(self) -> list[str]:
        f = self.f
        return [
            f"{f['active']} = 1", f"{f['kind']} IN ('enterprise', 'wholesale', 'retail')", f"{f['credit']} >= 5000000",
            f"{f['since']} >= '2016-01-01'", f"({f['region']} IS NULL OR {f['region']} <> '110000')",
            f"instr({f['name']}_k, '茶业') = 0", f"{f['since']} < '{self.ago(30)}'", f"{f['credit']} < 99000000",
            f"{f['phone']} IS NOT NULL", f"{f['visited']} IS NOT NULL"]

    def sums(self, days: int = 90) -> str:
        """The grouped sum over the orders of the last days."""
        o = self.o
        return (f"SELECT {o['customer']} AS who, sum({o['amount']}) AS spent FROM {self.orders} WHERE deleted_at IS NULL "
                f"AND {o['ordered_on']} BETWEEN '{self.ago(days)}' AND '{self.ago(0)}' GROUP BY 1")

    def spenders(self, least: int) -> int:
        """How many customers spent so much."""
        return int(self.one(f"SELECT count(*) FROM {self.main} c JOIN ({self.sums()}) s ON s.who = c.id "
                            f"WHERE c.deleted_at IS NULL AND s.spent >= {least}")[0])

    def regroup(self, limit: int) -> None:
        """The exclusive grouping by what was spent, into the keyed table of members."""
        self.conn.execute(f"""INSERT INTO {self.members} (generation, group_id, record_id)
            SELECT 9000000, CASE WHEN s.spent >= {limit} THEN 1 WHEN s.spent >= 1000000 THEN 2 WHEN s.spent > 0 THEN 3 ELSE 4 END, c.id
            FROM {self.main} c LEFT JOIN ({self.sums()}) s ON s.who = c.id WHERE c.deleted_at IS NULL""")

    def forget(self) -> None:
        self.conn.execute(f"DELETE FROM {self.members} WHERE generation = 9000000")

    def page(self) -> list[Any]:
        """The newest fifty of the plain twin."""
        return self.conn.execute(f"SELECT * FROM {self.plain} WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 50").fetchall()

    def pay(self, order: int, amount: int) -> None:
        """An order's amount, kept at once."""
        self.conn.execute(f"UPDATE {self.orders} SET {self.o['amount']} = ?, version = version + 1 WHERE id = ?", (amount, order))
