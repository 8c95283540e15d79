"""What the tests of imports and exports share: an app from a template, a list, and the jobs done in this thread."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.config import Config
from runtime.definitions.form import Form
from runtime.exchange import importer, jobs, plan, upload
from runtime.exchange.formats import FILE_FORMATS
from runtime.exchange.plan import Plan
from runtime.exchange.upload import Upload
from runtime.groups import generations
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.records import load, search
from runtime.records.load import Record
from runtime.records.names import RecordNames
from runtime.storage import live, record_tables, versions
from runtime.storage import system_tables as tables
from runtime.storage.db import Database, last_id
from runtime.storage.live import Live, LiveApp
from tests.shared import ROOT

PARTS = {
    "form": "forms",
    "vocabulary": "vocabularies",
    "grouping": "groupings",
    "code": "codes",
    "view": "views",
    "role": "roles",
}


class World:
    """One installed app and everything an import needs."""

    def __init__(self, database: Database, boss: Actor, folder: Path, template: str = "wholesale") -> None:
        self.database, self.boss, self.live = database, boss, Live()
        self.config = Config(folder, "", "secret", True)
        self.config.scratch.mkdir(parents=True, exist_ok=True)
        self.key = template
        define(database, template, boss)
        self.runner = Runner(database, jobs.kinds(database, self.live, self.config), rest=0)

    @property
    def app(self) -> LiveApp:
        with self.database.read() as conn:
            return self.live.app(conn, self.key)

    def upload(
        self, rows: Sequence[Sequence[Any]], form: str = "customer", kind: str = "csv", by: Actor | None = None
    ) -> Upload:
        """A list, the first row its column names, as if somebody had sent it."""
        path = self.config.scratch / f"given.{kind}"
        write = FILE_FORMATS[kind].writer
        assert write is not None
        write(path, [str(cell) for cell in rows[0]], rows[1:], ())
        found = self.send(path.read_bytes(), f"list.{kind}", form, by)
        path.unlink()
        return found

    def send(self, data: bytes, name: str, form: str = "customer", by: Actor | None = None) -> Upload:
        """Bytes as an upload, with the plan that its columns suggest."""
        found = upload.receive(self.config.scratch, io.BytesIO(data), name, by or self.boss, self.key, form)
        with self.database.read() as conn:
            names = RecordNames(conn, self.app, "zh", "Asia/Shanghai")
            proposed, _ = plan.propose(self.app, self.app.form(form), found.open(), names)
        return upload.change(found, plan=proposed.to_json())

    def plan(self, found: Upload, **values: Any) -> Upload:
        """The upload with some of its plan changed."""
        made = plan.from_json(found.plan or {})
        return upload.change(found, plan=Plan(**{**vars(made), **values}).to_json())

    def ask(self, kind: str, found: Upload, by: Actor | None = None) -> int:
        with self.database.write() as conn:
            return importer.ask(conn, kind, found, by or self.boss, self.app)

    def job(self, kind: str, found: Upload, by: Actor | None = None) -> queue.Row:
        """The ended job of a kind for an upload."""
        number = self.ask(kind, found, by)
        self.runner.drain()
        with self.database.read() as conn:
            return queue.get(conn, number)

    def check(self, found: Upload, by: Actor | None = None) -> dict[str, Any]:
        return done(self.job("import_check", found, by))

    def bring(self, found: Upload, by: Actor | None = None) -> dict[str, Any]:
        return done(self.job("import", found, by))

    def records(self, form: str = "customer") -> list[Record]:
        """Every live record, oldest first."""
        found = self.app.form(form)
        table = found.tables.main
        with self.database.read() as conn:
            query = sa.select(table.c.id).where(table.c.deleted_at.is_(None)).order_by(table.c.id)
            return list(load.records(conn, found, list(conn.execute(query).scalars())).values())

    def now(self) -> AsOf:
        return AsOf(clock.now(), ZoneInfo(self.boss.zone))


def define(database: Database, template: str, boss: Actor) -> None:
    """Publish a ready-made app's documents, with its groupings ready; the runtime alone, no builder."""
    folder = ROOT / "app_templates" / template
    now = AsOf(clock.now(), ZoneInfo(boss.zone))
    with database.write() as conn:
        made = conn.execute(
            tables.app.insert().values(
                key=template, body=(folder / "app.json").read_text("utf-8"), revision=1, created_at=clock.text(now.at)
            )
        )
        number = last_id(made)
        for kind, place in PARTS.items():
            for path in sorted((folder / place).glob("*.json")):
                publish(conn, number, kind, json.loads(path.read_text("utf-8")))
        app = live.load(conn, template)
        for grouping in app.groupings.values():
            generations.allocate(conn, grouping.id, grouping.newest.groups)
        generations.start(conn, app, list(app.groupings), now)
        generations.flip(conn, live.load(conn, template), list(app.groupings))


def publish(conn: sa.Connection, app_id: int, kind: str, body: dict[str, Any]) -> None:
    """One more version of one document, with its tables."""
    item = versions.put(conn, app_id, kind, body, by=None)
    if kind == "form":
        record_tables.ensure(conn, item.id, Form(body))
        search.create_index(conn, item.id)
    versions.advance(conn, app_id)


def done(row: queue.Row) -> dict[str, Any]:
    """What a job gave; it must have ended well."""
    assert row.state == "done", (row.state, row.problems)
    return row.value
