"""Installing a template: its documents in one transaction, then its sample records form by form, resumable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import Connection

from builder import apps
from builder.gallery.catalogue import PARTS, Template
from builder.publish.apply import publish_body
from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.commands import change, create
from runtime.groups import generations
from runtime.records import entry
from runtime.records.act import Act, acting
from runtime.storage import live as snapshots
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live

Refs = dict[str, dict[str, int]]
CHUNK = 100


def define(conn: Connection, template: Template, by: Actor) -> apps.App:
    """Publish every document of a template as a new app; its groupings are ready, since there is nobody to divide yet."""
    app = apps.create(conn, template.app["label"], icon=template.app.get("icon", "users"), color=template.app.get("color"))
    a = tables.app
    conn.execute(a.update().where(a.c.id == app.id).values(
        template=template.key, template_version=str(template.app["version"]), state="installing"))
    for kind, _ in PARTS:
        for body in template.parts[kind]:
            publish_body(conn, app.id, kind, body, by.by, "template")
    now = AsOf(clock.now(), ZoneInfo(by.zone))
    keys = generations.start(conn, snapshots.load(conn, app.key), [g.key for g in template.groupings], now)
    generations.flip(conn, snapshots.load(conn, app.key), keys)
    return app


def fill(database: Database, live: Live, template: Template, app: str, lang: str, by: Actor, form: str, refs: Refs) -> dict[str, int]:
    """Store the sample records of one form in one transaction; gives their numbers by the names the file gives them."""
    with acting(database, live, app, by, cause="template") as act:
        made: dict[str, int] = {}
        later: list[tuple[str, dict[str, str]]] = []
        rows = list(template.rows(lang, form))
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            entries = [_entry(act, form, row, {**refs, form: made}, later) for row in part]
            saved = create.create_many(act, form, entries)
            made |= {row["_ref"]: item.id for row, item in zip(part, saved, strict=True)}
        for ref, links in later:
            values = {key: made[target] for key, target in links.items() if target in made}
            known = entry.read(act.app.form(form).form, values, act.names, whole=False)
            change.change(act, form, made[ref], known, version=None)
        return made


def _entry(act: Act, form: str, row: Mapping[str, str], refs: Refs, later: list[tuple[str, dict[str, str]]]) -> entry.Entry:
    """One row of the file as an entry; a link to a later row of the same form waits until all are stored."""
    fields = act.app.form(form).form.fields
    typed: dict[str, Any] = {}
    waiting: dict[str, str] = {}
    for key, cell in row.items():
        if key == "_ref" or not cell:
            continue
        target = fields[key].form
        if target == form and cell not in refs[form]:
            waiting[key] = cell
        elif target is not None:
            typed[key] = refs[target][cell]
        else:
            typed[key] = _value(act, cell)
    if waiting:
        later.append((row["_ref"], waiting))
    return entry.read(act.app.form(form).form, typed, act.names)


def _value(act: Act, cell: str) -> Any:
    """A cell's own spellings: `$me` is who installs, `@-12 14:30` is twelve days ago at half past two, `|` parts several."""
    if cell == "$me":
        return act.by.id
    if cell.startswith("@"):
        days, _, time = cell[1:].partition(" ")
        day = act.as_of.today + timedelta(days=int(days))
        return f"{day.isoformat()}T{time}" if time else day.isoformat()
    return cell.split("|") if "|" in cell else cell


def finish(conn: Connection, app_id: int, sample: Mapping[str, Any]) -> None:
    """The app is ready; what came as sample data is remembered, so that it can be cleared apart."""
    a = tables.app
    conn.execute(a.update().where(a.c.id == app_id).values(state="ready", sample=json.dumps(sample)))


def sample_of(conn: Connection, app_id: int) -> dict[str, list[int]]:
    """The sample records of an app that have not been cleared, by form."""
    found = conn.execute(sa.select(tables.app.c.sample).where(tables.app.c.id == app_id)).scalar()
    return json.loads(found) if found else {}
