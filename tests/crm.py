"""A small customer system for tests: customers with every kind of field that rules read, their orders, three groupings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from builder import apps
from builder.publish.apply import publish_set
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.commands import change, create, remove
from runtime.groups import generations, work
from runtime.records import entry
from runtime.records.act import Act, acting
from runtime.records.queries import Query, Reader
from runtime.storage import live as snapshots
from runtime.storage.db import Database
from runtime.storage.live import Live, LiveApp

if TYPE_CHECKING:
    from tests.web import Site

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
Rule = Mapping[str, Any]


def words(zh: str, en: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en or zh}


def field(kind: str, label: str, schema: Mapping[str, Any], **ui: Any) -> dict[str, Any]:
    """One property of a form."""
    return {**schema, "x-fenzu": {"type": kind, "label": words(label), **ui}}


def options(*keys: str) -> list[dict[str, Any]]:
    return [{"const": key, "x-fenzu": {"label": words(key)}} for key in keys]


def form(key: str, title: str, properties: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    """A form with everything in one section."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "x-fenzu": {"kind": "form", "format": 1, "key": key, "label": words(key), "title_field": title,
                    "layout": [{"key": "main", "label": words("main"), "columns": 2, "items": [{"field": k} for k in properties]}]},
        "properties": dict(properties), "required": list(required), "unevaluatedProperties": False,
    }


TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
NUMBER = {"type": "number"}
CUSTOMER = form("customer", "name", {
    "name": field("text", "客户名称", TEXT),
    "code": field("code", "客户编码", {"type": "string", "readOnly": True}),
    "kind": field("choice", "客户类型", {"oneOf": options("enterprise", "person", "agent")}),
    "size": field("number", "规模", NUMBER),
    "since": field("date", "首次合作", {"type": "string", "format": "date"}),
    "vip": field("yes_no", "重点", {"type": "boolean"}),
    "tags": field("tags", "标签", {"type": "array", "uniqueItems": True, "maxItems": 50, "items": {"type": "string", "minLength": 1}}),
    "owner": field("person", "负责人", {"type": "integer", "minimum": 1}),
}, ["name"])
ORDER = form("order", "number", {
    "number": field("text", "订单号", TEXT),
    "customer": field("link", "客户", {"type": "integer", "minimum": 1}, form="customer", inverse="orders", inverse_label=words("订单")),
    "amount": field("money", "金额", NUMBER),
    "on": field("date", "日期", {"type": "string", "format": "date"}),
}, ["number"])
TAGS = {"kind": "vocabulary", "format": 1, "key": "mark", "label": words("标记"), "tags": [
    {"key": key, "label": words(key)} for key in ("gold", "slow", "new")]}
RECENT = {"combinator": "and", "rules": [{"field": "on", "operator": "inLast", "value": {"n": 90, "unit": "day"}}]}


def one(leaf: Rule) -> Rule:
    """A rule of one condition."""
    return {"combinator": "and", "rules": [leaf]}


def group(key: str, rule: Rule | None = None, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": words(key), **({"rule": rule} if rule else {}), **more}


def grouping(key: str, groups: Sequence[Rule], *, mode: str = "exclusive", fallback: str | None = None, form: str = "customer") -> dict[str, Any]:
    return {"kind": "grouping", "format": 1, "key": key, "form": form, "label": words(key), "mode": mode, "groups": list(groups),
            **({"fallback": fallback} if fallback else {})}


LEVEL = grouping("level", [
    group("high", one({"field": "orders", "agg": {"fn": "sum", "of": "amount", "where": RECENT}, "operator": ">=", "value": 1000}), prefix="H"),
    group("mid", {"combinator": "or", "rules": [{"field": "size", "operator": ">", "value": 50},
                                                {"field": "tags", "operator": "hasAnyOf", "value": ["gold"]}]}, prefix="M"),
    group("low", prefix="L")], fallback="low")
TYPE = grouping("type", [group("e", one({"field": "kind", "operator": "=", "value": "enterprise"}), prefix="E"),
                         group("p", one({"field": "kind", "operator": "in", "value": ["person", "agent"]}), prefix="P")])
NEED = grouping("need", [
    group("fresh", one({"field": "since", "operator": "inLast", "value": {"n": 30, "unit": "day"}})),
    group("core", {"combinator": "and", "rules": [{"field": "$group", "operator": "in", "value": ["level/high"]},
                                                  {"field": "vip", "operator": "=", "value": True}]}),
    group("unnamed", one({"field": "tags", "operator": "hasNoneOf", "value": ["gold", "slow"]}))], mode="overlapping")
CODE = {"kind": "code", "format": 1, "key": "customer_code", "form": "customer", "field": "code", "label": words("编码"),
        "segments": [{"group": "level"}, {"group": "type", "none": "X"}, {"text": "-"}, {"serial": {"width": 4, "start": 1}}]}
BODIES = [("vocabulary", TAGS), ("form", CUSTOMER), ("form", ORDER), ("grouping", LEVEL), ("grouping", TYPE), ("grouping", NEED), ("code", CODE)]


@dataclass
class Crm:
    """One app over one database, and short ways to use it."""

    database: Database
    live: Live
    boss: Actor
    key: str
    as_of: AsOf

    def act(self, by: Actor | None = None, cause: str = "edit") -> AbstractContextManager[Act]:
        return acting(self.database, self.live, self.key, by or self.boss, cause=cause, as_of=self.as_of)

    def add(self, form: str, **values: Any) -> int:
        """One new record; raises what the command raises."""
        with self.act() as act:
            return create.create(act, form, entry.read(act.app.form(form).form, values, act.names)).id

    def add_many(self, form: str, rows: Sequence[Rule]) -> list[int]:
        with self.act(cause="import") as act:
            entries = [entry.read(act.app.form(form).form, row, act.names) for row in rows]
            return [saved.id for saved in create.create_many(act, form, entries)]

    def set(self, form: str, record: int, **values: Any) -> None:
        with self.act() as act:
            change.change(act, form, record, entry.read(act.app.form(form).form, values, act.names, whole=False), version=None)

    def drop(self, form: str, *ids: int) -> None:
        with self.act() as act:
            remove.remove(act, form, ids)

    def restore(self, form: str, *ids: int) -> None:
        with self.act() as act:
            remove.restore(act, form, ids)

    def app(self, conn: Connection) -> LiveApp:
        return self.live.app(conn, self.key)

    def reader(self, conn: Connection, form: str = "customer", by: Actor | None = None) -> Reader:
        app = self.app(conn)
        return Reader(conn, app, app.form(form), by or self.boss, self.as_of)

    def list(self, conn: Connection, rule: Rule | None, form: str = "customer") -> set[int]:
        """The ids a list with this filter shows."""
        return {record.id for page in self.reader(conn, form).stream(Query(rule)) for record in page}

    def later(self, **span: float) -> None:
        self.as_of = AsOf(self.as_of.at + timedelta(**span), self.as_of.zone)

    def publish(self, *bodies: tuple[str, Rule]) -> None:
        """Publish definitions; groupings are rebuilt at once."""
        with self.database.write() as conn:
            app_id = snapshots.load(conn, self.key).id
            outcome = publish_set(conn, app_id, list(bodies), self.boss.by, "")
            rebuild = list(dict.fromkeys(key for item in outcome for key in item.groupings_to_rebuild))
            if rebuild:
                work.publish(conn, self.key, rebuild, self.as_of.zone.key, self.boss.by, self.as_of)


def made(database: Database, boss: Actor, bodies: Sequence[tuple[str, Rule]] = BODIES) -> Crm:
    """The system, empty and ready."""
    with database.write() as conn:
        app = apps.create(conn, words("客户管理", "Customers"))
        publish_set(conn, app.id, list(bodies), boss.by, "")
        keys = [body["key"] for kind, body in bodies if kind == "grouping"]
        as_of = AsOf(NOW, ZoneInfo("Asia/Shanghai"))
        started = generations.start(conn, snapshots.load(conn, app.key), keys, as_of)
        generations.flip(conn, snapshots.load(conn, app.key), started)
    return Crm(database, Live(), boss, app.key, as_of)


def running(site: Site, bodies: Sequence[tuple[str, Rule]] = BODIES, *more: tuple[str, Rule]) -> Crm:
    """The same inside a running application, as its pages and as commands see it; `more` is published on top of it."""
    found = made(site.database, site.actor(), bodies)
    found.live = site.fenzu.live
    if more:
        with site.database.write() as conn:
            publish_set(conn, found.app(conn).id, list(more), site.actor().by)
    return found
