"""A form of customers in two groups with a cadence each, and one in which talks are written down, for tests."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa

from runtime.accounts import settings
from runtime.records import cadences
from runtime.storage import system_tables as tables
from runtime.workflows import cadence
from tests.crm import CUSTOMER, TEXT, Crm, field, form, group, grouping, one, options, words

MOMENT = {"type": "string", "format": "date-time"}
TALK = form("talk", "about", {
    "about": field("text", "聊什么", TEXT),
    "customer": field("link", "客户", {"type": "integer", "minimum": 1}, form="customer", inverse="talks", inverse_label=words("跟进")),
    "at": field("datetime", "什么时候", MOMENT), "way": field("choice", "怎么联系", {"oneOf": options("call", "visit", "message")}),
    "who": field("person", "谁", {"type": "integer", "minimum": 1}),
}, ["about", "customer", "at"])


def every(n: int, unit: str = "day", most: int = 20) -> dict[str, Any]:
    return {"cadence": {"every": {"n": n, "unit": unit}, "who": "owner", "most": most}}


def types(**cadence_of: Any) -> tuple[str, dict[str, Any]]:
    """The grouping by kind: enterprises, people, and agents without a cadence."""
    groups = [group(key, one({"field": "kind", "operator": "=", "value": kind}), **cadence_of.get(key, {}))
              for key, kind in (("e", "enterprise"), ("p", "person"), ("a", "agent"))]
    return "grouping", grouping("type", groups)


WEEKLY = types(e=every(1, "week"), p=every(10))
SHOP = form("customer", "name", {key: node for key, node in CUSTOMER["properties"].items() if key in ("name", "kind", "owner")}, ["name"])
FORMS = [("form", SHOP), ("form", TALK)]


def strike(crm: Crm, pause: Any = lambda: None) -> int:
    return cadence.strike(crm.database, crm.live, crm.as_of, pause)


def afresh(crm: Crm) -> None:
    """Let the next strike go through everybody, as the first of a day does."""
    with crm.database.write() as conn:
        settings.put(conn, cadence.STATE.format(app=crm.app(conn).id), "")


def rows(crm: Crm) -> dict[tuple[str, int], tuple[int, str]]:
    """What is stored: by group and record the owner and the moment that counts."""
    with crm.database.read() as conn:
        names = {number: item.group.key for item in cadences.of(crm.app(conn)) for number in [item.number]}
        return {(names[row.group_id], row.record_id): (row.owner, row.base) for row in conn.execute(sa.select(tables.cadence))}


def tasks(crm: Crm, *states: str) -> Counter[tuple[int, int]]:
    """How many tasks in these states there are, by record and person."""
    t = tables.task
    with crm.database.read() as conn:
        found = conn.execute(sa.select(t.c.record_id, t.c.person).where(t.c.state.in_(states or ("open",))))
        return Counter((row[0], row[1]) for row in found)
