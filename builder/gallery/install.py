"""Installing a template: its documents as one set, then its sample records form by form, resumable."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from builder import apps
from builder.edits.grouping import without_examples
from builder.edits.made import Text
from builder.gallery.catalogue import PARTS, Template
from builder.publish.apply import publish_set
from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.commands import change, create
from runtime.definitions.form import Field
from runtime.groups import generations
from runtime.records import apps as all_apps
from runtime.records import entry
from runtime.records.act import Act, acting
from runtime.storage import live as snapshots
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.words import Words
from runtime.workflows import todos

Refs = dict[str, dict[str, int]]
Keep = Callable[[Connection, dict[str, int]], None]
CHUNK = 100
INSTALLED = Words("装好模板，第 {version} 版", "Installed from the template, version {version}")


def define(conn: Connection, template: Template, by: Actor) -> apps.App:
    """Publish every document of a template as a new app; with nobody to divide yet, its groupings are ready."""
    look = template.app
    app = apps.create(conn, _name(conn, look["label"]), icon=look.get("icon", "users"), color=look.get("color"))
    a = tables.app
    conn.execute(
        a.update()
        .where(a.c.id == app.id)
        .values(template=template.key, template_version=str(look["version"]), state="installing")
    )
    bodies = [(kind, without_examples(body) if kind == "grouping" else body) for kind, _ in PARTS for body in template.parts[kind]]
    note = INSTALLED.say(by.lang, version=look["version"])
    publish_set(conn, app.id, bodies, by.by, note)
    now = AsOf(clock.now(), ZoneInfo(by.zone))
    keys = generations.start(conn, snapshots.load(conn, app.key), [g.key for g in template.groupings], now)
    generations.flip(conn, snapshots.load(conn, app.key), keys)
    return app


def _name(conn: Connection, label: Text) -> dict[str, str]:
    """The template's name, numbered where the installation already has an app of that name."""
    taken = {text for choice in all_apps.choices(conn) for text in choice.label.values()}
    number, name = 1, dict(label)
    while taken & set(name.values()):
        number += 1
        name = {lang: f"{text} {number}" for lang, text in label.items()}
    return name


def fill(
    database: Database,
    live: Live,
    template: Template,
    app: str,
    lang: str,
    by: Actor,
    form: str,
    refs: Refs,
    keep: Keep | None = None,
) -> dict[str, int]:
    """Store the sample records of one form in one transaction; gives their numbers by the names the file gives them.

    `keep` is called at the end of that transaction: what it notes and the records are stored both or not at all.
    """
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
            values = {key: [made[one] for one in target.split("|") if one in made] for key, target in links.items()}
            fields = act.app.form(form).form
            typed = {key: _pointed(fields.fields[key], ids) for key, ids in values.items() if ids}
            known = entry.read(fields, typed, act.names, whole=False)
            change.change(act, form, made[ref], known, version=None)
        if keep:
            keep(act.conn, made)
        return made


def _entry(
    act: Act, form: str, row: Mapping[str, str], refs: Refs, later: list[tuple[str, dict[str, str]]]
) -> entry.Entry:
    """One row of the file as an entry; a link to a later row of the same form waits until all are stored."""
    fields = act.app.form(form).form.fields
    typed: dict[str, Any] = {}
    waiting: dict[str, str] = {}
    for key, cell in row.items():
        if key == "_ref" or not cell:
            continue
        target = fields[key].far
        if target == form and any(one not in refs[form] for one in cell.split("|")):
            waiting[key] = cell
        elif target is not None:
            typed[key] = _pointed(fields[key], [refs[target][one] for one in cell.split("|")])
        else:
            typed[key] = _value(act, cell)
    if waiting:
        later.append((row["_ref"], waiting))
    return entry.read(act.app.form(form).form, typed, act.names)


def _pointed(link: Field, ids: list[int]) -> int | list[int]:
    """What a link holds: the record, or several of them."""
    return ids if link.type.many else ids[0]


def _value(act: Act, cell: str) -> Any:
    """A cell's own spellings: `$me` is who installs, `@-12 14:30` 12 days ago at half past two, `|` parts several."""
    if cell == "$me":
        return act.by.id
    if cell.startswith("@"):
        days, _, time = cell[1:].partition(" ")
        day = act.as_of.today + timedelta(days=int(days))
        return f"{day.isoformat()}T{time}" if time else day.isoformat()
    return cell.split("|") if "|" in cell else cell


def remind(act: Act, template: Template, lang: str, refs: Refs) -> None:
    """The sample tasks, for whoever installs: Today begins with a day's work about the sample records."""
    me = act.by.id
    todos.put_all(act, [todos.New(row["title"], [me], _due(act, row["due"]), row["form"], refs[row["form"]][row["record"]], me, None, None, "")
                        for row in template.tasks(lang)])


def _due(act: Act, cell: str) -> str:
    return clock.text(datetime.fromisoformat(_value(act, cell)).replace(tzinfo=act.as_of.zone))


def finish(conn: Connection, app_id: int, sample: Mapping[str, Any]) -> None:
    """The app is ready; what came as sample data is remembered, so that it can be cleared apart."""
    a = tables.app
    kept = json.dumps(sample) if any(sample.values()) else None
    conn.execute(a.update().where(a.c.id == app_id).values(state="ready", sample=kept))
