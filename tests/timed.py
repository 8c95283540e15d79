"""Workflows that begin by the clock, for tests: a form with dates, one timed workflow, strokes at the test's own moment."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import clock
from tests.crm import TEXT, field, form, made
from tests.flows import Flows, flow, step

DATE, MOMENT = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
PERSON = form("customer", "name", {"name": field("text", "名称", TEXT), "born": field("date", "生日", DATE), "visit": field("datetime", "来访", MOMENT),
                                   "size": field("number", "规模", {"type": "number"}), "vip": field("yes_no", "重点", {"type": "boolean"})}, ["name"])
ZONES = ("Asia/Shanghai", "America/New_York")
NOTE = step("a", "stop")  # runs on a schedule may be about no record
Due = Counter[tuple[int | None, str]]


def begun(database: Database, boss: Actor, trigger: dict[str, Any], at: datetime, zone: str) -> Flows:
    crm = made(database, boss, [("form", PERSON)])
    crm.as_of = AsOf(at, ZoneInfo(zone))
    f = Flows(crm)
    publish(f, trigger)
    return f


def publish(f: Flows, trigger: dict[str, Any], key: str = "timed") -> None:
    """Publish at the test's own moment, and let the clock see it."""
    f.crm.publish(flow(key, trigger, NOTE))
    with f.crm.database.write() as conn:
        conn.execute(sa.update(tables.definition_version).values(at=f.crm.as_of.at.strftime("%Y-%m-%dT%H:%M:%SZ")))
    strike(f)


def strike(f: Flows) -> int:
    return clock.strike(f.crm.database, f.crm.live, f.crm.as_of)


def seen(f: Flows) -> Due:
    """Every run there is: its record and its moment."""
    return Counter((run.record, run.detail["due"]) for run in f.runs())


class Killed(Exception):
    """The process died between two parts of a stroke."""
