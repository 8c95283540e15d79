"""A list on its way out: what the person sees, with their rights, in their columns and order, as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from runtime import clock, words
from runtime.accounts.actor import Actor, for_job
from runtime.clock import AsOf
from runtime.definitions.form import Field
from runtime.errors import Denied, Invalid, NotFound, Problem
from runtime.exchange import upload
from runtime.exchange.formats import FILE_FORMATS
from runtime.exchange.formats.base import Cell
from runtime.groups import membership
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.records import access
from runtime.records.load import Record
from runtime.records.names import RecordNames
from runtime.records.queries import Query, Reader
from runtime.records.targets import SYSTEM
from runtime.storage.live import Live, LiveApp, LiveForm

AT_ONCE = 500
# A longer list is written by a job; a shorter one is there before a job would have begun.
SOON = 2_000
GROUP = "$group/"
# Values of these kinds are one key each to a dictionary; of every column so many are remembered.
REMEMBERED = (str, bool, tuple, type(None))
KEPT = 5_000


class Columns:
    """The columns of one export: fields, groupings (`$group/<key>`) and what the system keeps (`$created_at` …)."""

    def __init__(self, app: LiveApp, live: LiveForm, keys: Sequence[str], names: RecordNames) -> None:
        self.app, self.live, self.names = app, live, names
        self.keys = [key for key in dict.fromkeys(keys) if self._known(key)] or [live.form.title_field]
        self.fields = {key: item for key in self.keys if (item := live.form.live_fields.get(key))}
        self.groupings = [key.removeprefix(GROUP) for key in self.keys if key.startswith(GROUP)]
        self.zone = ZoneInfo(names.zone)
        self._known_cells: dict[str, dict[Any, Cell]] = {key: {} for key in self.fields}

    def _known(self, key: str) -> bool:
        if key.startswith(GROUP):
            return key.removeprefix(GROUP) in self.app.groupings
        return key in SYSTEM or key in self.live.form.live_fields

    @property
    def header(self) -> list[str]:
        return [self._label(key) for key in self.keys]

    def _label(self, key: str) -> str:
        lang = self.names.lang
        if key in self.fields:
            return words.read(self.fields[key].label, lang)
        if key.startswith(GROUP):
            return words.read(self.app.groupings[key.removeprefix(GROUP)].grouping.label, lang)
        return SYSTEM[key][2].say(lang)

    @property
    def kinds(self) -> list[str]:
        """The kind of each column, so that a workbook keeps text text."""
        return [
            self.fields[key].type.kind if key in self.fields else SYSTEM[key][1] if key in SYSTEM else "text"
            for key in self.keys
        ]

    def cells(self, conn: Connection, records: Sequence[Record]) -> Iterator[list[Cell]]:
        """The rows of a page; what stands for something else is looked up for the whole page at once."""
        self._prime(records)
        groups = membership.groups_of(conn, self.app, self.live, [r.id for r in records]) if self.groupings else {}
        for record in records:
            yield [self._cell(key, record, groups.get(record.id, {})) for key in self.keys]

    def _prime(self, records: Sequence[Record]) -> None:
        for key, item in self.fields.items():
            if item.far:
                held = [r.values[key] for r in records]
                self.names.prime_records(item.far, [one for ids in held for one in ids or ()] if item.type.many else held)
            else:
                self.names.prime_people(one for r in records for one in item.type.persons(r.values[key]))
        self.names.prime_people(by for r in records for by in (r.created_by, r.updated_by) if by)

    def _cell(self, key: str, record: Record, groups: Mapping[str, list[str]]) -> Cell:
        item = self.fields.get(key)
        if item is not None:
            return self._field(item, record)
        if key.startswith(GROUP):
            return self._groups(key.removeprefix(GROUP), groups)
        if key == "$id":
            return record.id
        if key in ("$created_by", "$updated_by"):
            by = record.created_by if key == "$created_by" else record.updated_by
            return self.names.person(by) if by else None
        stored = record.created_at if key == "$created_at" else record.updated_at
        return clock.moment(stored).astimezone(self.zone).replace(tzinfo=None)

    def _field(self, item: Field, record: Record) -> Cell:
        """A value's cell; the same choices, places and days come again and again, so each column remembers some."""
        value, known = record.values.get(item.key), self._known_cells[item.key]
        name = tuple(value) if type(value) is list and all(type(one) is str for one in value) else value
        if name.__class__ not in REMEMBERED:
            return self._made(item, value)
        if name in known:
            return known[name]
        cell = self._made(item, value)
        if len(known) < KEPT:
            known[name] = cell
        return cell

    def _made(self, item: Field, value: Any) -> Cell:
        cell: Cell = item.type.to_cell(value, item.settings, self.names)
        return cell

    def _groups(self, grouping: str, groups: Mapping[str, list[str]]) -> str | None:
        known = self.app.groupings[grouping].grouping.groups
        labels = [words.read(known[key].label, self.names.lang) for key in groups.get(grouping, ()) if key in known]
        return ("、" if self.names.lang == "zh" else ", ").join(labels) or None


def params(app: LiveApp, form: str, columns: Sequence[str], query: Query, kind: str) -> dict[str, Any]:
    """What an export job is told."""
    return {
        "app": app.key,
        "form": form,
        "columns": list(columns),
        "kind": kind,
        "rule": query.rule,
        "search": query.search,
        "sort": [list(part) for part in query.sort],
        "ids": None if query.ids is None else list(query.ids),
    }


def ask(conn: Connection, actor: Actor, app: LiveApp, wanted: Mapping[str, Any]) -> int:
    """Put an export job."""
    access.must(app, actor, "export")
    if wanted["kind"] not in FILE_FORMATS or FILE_FORMATS[wanted["kind"]].writer is None:
        raise Invalid(Problem("format", "import_bad_choice"))
    return queue.put(conn, "export", wanted, by=actor.id, app_id=app.id)


def export_list(job: Job, live: Live, scratch: Path) -> dict[str, Any]:
    """Write the list; run again after a crash it starts anew, since nobody has seen half of it."""
    with job.database.read() as conn:
        actor = for_job(conn, job.by)
        if actor is None:
            raise Denied(Problem("", "denied"))
        app = live.app(conn, job.params["app"])
        folder = upload.new_folder(scratch)

        def told(done: int, total: int) -> None:
            job.report(done, total)
            job.pause()

        if "list" in job.params:
            from runtime.exchange import code_lists  # such lists are rare, and theirs to import

            count = code_lists.write(conn, app, actor, job.params, folder / "list", told)
        else:
            count = write(conn, app, actor, job.params, folder / "list", told)
    return {"folder": folder.name, "rows": count, "kind": job.params["kind"]}


def write(conn: Connection, app: LiveApp, actor: Actor, wanted: Mapping[str, Any], path: Path, told: Any = None) -> int:
    """Write what the person asked for and may see; gives the number of rows. `told` hears how far it is."""
    access.must(app, actor, "export")
    live = app.form(wanted["form"])
    reader = Reader(conn, app, live, actor, AsOf(clock.now(), ZoneInfo(actor.zone)))
    query = query_of(wanted)
    columns = Columns(app, live, wanted["columns"], RecordNames(conn, app, actor.lang, actor.zone))
    total = reader.count(query, None)[0] if told else 0

    def rows() -> Iterator[Sequence[Cell]]:
        done = 0
        for page in reader.stream(query, AT_ONCE):
            yield from columns.cells(conn, page)
            done += len(page)
            if told:
                told(done, max(total, done))

    writer = FILE_FORMATS[wanted["kind"]].writer
    assert writer is not None
    return writer(path, columns.header, rows(), columns.kinds)


def query_of(wanted: Mapping[str, Any]) -> Query:
    """The query inside an export's params."""
    ids = wanted.get("ids")
    return Query(
        wanted.get("rule"),
        wanted.get("search") or "",
        tuple((name, bool(desc)) for name, desc in wanted.get("sort", ())),
        ids=None if ids is None else tuple(ids),
    )


def file_name(app: LiveApp, form: str, kind: str, lang: str, zone: str) -> str:
    """What the downloaded file is called: the form and the day."""
    day = clock.now().astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d")
    return f"{words.read(app.form(form).form.label, lang)} {day}{FILE_FORMATS[kind].extensions[0]}"


def finished(scratch: Path, row: queue.Row) -> Path:
    """The file a finished export left; raises NotFound when its day is over."""
    path = scratch / str(row.value.get("folder", "-")) / "list"
    if row.kind != "export" or row.state != "done" or not path.is_file():
        raise NotFound(Problem("", "export_gone"))
    return path
