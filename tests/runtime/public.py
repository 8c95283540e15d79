"""A form with a public side for tests, and how strangers fill it in."""

from __future__ import annotations

import copy
import html
import re
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from runtime.records import public_links
from runtime.records.public_links import Link
from runtime.storage import live as snapshots
from runtime.web import limits
from tests import crm
from tests.crm import CUSTOMER, words
from tests.web import Person, Site

ASKED = ["name", "kind", "since"]
SLIP = re.compile(r'name="slip" value="([^"]*)"')
NAMES = {"name": "沐阳小馆", "kind": "enterprise", "since": "2026-01-05"}


def customer(**public: Any) -> dict[str, Any]:
    """The customer form of tests.crm with some of its fields open to everybody."""
    made = copy.deepcopy(CUSTOMER)
    made["x-fenzu"]["public"] = {"enabled": True, "title": words("留个联系方式", "Leave your details"), "fields": ASKED, **public}
    return made


class Door:
    """One form's link on a site."""

    def __init__(self, site: Site, body: dict[str, Any] | None = None) -> None:
        self.site = site
        limits.forgive()
        bodies = [(kind, body or customer()) if part is CUSTOMER else (kind, part) for kind, part in crm.BODIES]
        self.crm = crm.made(site.database, site.actor(), bodies)
        self.renew()

    @property
    def app_id(self) -> int:
        with self.site.database.read() as conn:
            return snapshots.load(conn, self.crm.key).id

    @property
    def link(self) -> Link:
        with self.site.database.read() as conn:
            found = public_links.of_form(conn, self.app_id, "customer")
        assert found is not None
        return found

    @property
    def url(self) -> str:
        return f"/f/{self.link.token}/"

    def renew(self) -> None:
        app = self.app_id
        with self.site.database.write() as conn:
            public_links.renew(conn, app, "customer")

    def protect(self, password: str) -> None:
        app = self.app_id
        with self.site.database.write() as conn:
            public_links.set_password(conn, app, "customer", password)

    def slip(self, visitor: Person, query: str = "") -> str:
        """What a page of the form carries."""
        page = visitor.text(self.url + query)
        found = SLIP.search(page)
        assert found, page
        return html.unescape(found[1])

    def fill(self, visitor: Person, query: str = "", slip: str = "", **values: Any) -> TestResponse:
        """See the page and send it."""
        return visitor.client.post(self.url + query, data={"slip": slip or self.slip(visitor, query), **values})

    def stored(self) -> list[dict[str, Any]]:
        """Every record of the form, as its table has it."""
        with self.site.database.read() as conn:
            table = self.crm.app(conn).form("customer").tables
            rows = conn.execute(sa.select(table.main).order_by(table.main.c.id)).mappings().all()
            return [{key: row[name] for key, name in table.names.items() if name in row} for row in rows]
