"""The published definitions of an app, parsed once per revision and kept; a miss can always be repaired."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.definitions.form import Field, Form
from runtime.definitions.grouping import Grouping
from runtime.definitions.others import Code, Role, Tag, View, Vocabulary
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Workflow
from runtime.errors import NotFound, Problem
from runtime.storage import covers, record_tables, system_tables, versions
from runtime.storage.record_tables import RecordTables

_REVISION = sa.select(
    system_tables.app.c.id, system_tables.app.c.revision
).where(system_tables.app.c.key == sa.bindparam("key"))


@dataclass(frozen=True)
class Inverse:
    """A link seen from the form it points to: the other form, the link field there, and this side's name for it."""

    form: str
    field: Field


@dataclass(frozen=True)
class LiveForm:
    """A published form with its tables."""

    id: int
    version: int
    form: Form
    tables: RecordTables

    @property
    def key(self) -> str:
        return self.form.key

    @cached_property
    def rows(self) -> Mapping[str, LiveForm]:
        """The rows of each sub-form as a form with a table, by the field's key."""
        return {key: LiveForm(self.id, self.version, rows.form, rows) for key, rows in self.tables.rows.items()}


@dataclass(frozen=True)
class Generation:
    """One build of a grouping's membership by one version of its rules."""

    id: int
    state: str
    grouping: Grouping


@dataclass(frozen=True)
class LiveGrouping:
    """A published grouping with the numbers of its groups and its membership builds.

    `live` is the build people see; it is None while the very first one is made. `building` is maintained by every
    writer beside it until it takes its place. `frozen` says why nothing moves at the moment, or is "".
    """

    id: int
    version: int
    newest: Grouping
    ids: Mapping[str, int]
    live: Generation | None
    building: Generation | None
    frozen: str

    @property
    def key(self) -> str:
        return self.newest.key

    @property
    def grouping(self) -> Grouping:
        """The rules that the membership people see was made by."""
        return self.live.grouping if self.live else self.newest

    @property
    def state(self) -> str:
        """initializing, evaluating, frozen or ready."""
        if self.frozen:
            return "frozen"
        if self.live is None:
            return "initializing"
        return "evaluating" if self.building else "ready"


@dataclass(frozen=True)
class LiveWorkflow:
    """A published workflow; `on` says whether it begins runs."""

    id: int
    version: int
    workflow: Workflow
    on: bool

    @property
    def key(self) -> str:
        return self.workflow.key


@dataclass(frozen=True)
class LiveApp:
    """Everything published in one app at one revision. `cache` holds what others compile from it."""

    id: int
    key: str
    revision: int
    label: Mapping[str, str]
    color: str
    forms: Mapping[str, LiveForm]
    groupings: Mapping[str, LiveGrouping]
    codes: Mapping[str, Code]
    vocabularies: Mapping[str, Vocabulary]
    views: Mapping[str, View]
    roles: Mapping[str, Role]
    workflows: Mapping[str, LiveWorkflow] = field(default_factory=dict)
    covers: covers.Known = field(default_factory=dict, repr=False)
    cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def form(self, key: str) -> LiveForm:
        """A form by key; raises NotFound."""
        try:
            return self.forms[key]
        except KeyError:
            raise NotFound(Problem("form", "no_such_form", {"form": key})) from None

    def related(self, form: str, inverse: str) -> tuple[LiveForm, Field] | None:
        """What stands behind an inverse key of a form: the form that links here, a sub-form's rows or what links of its own point to; and the field."""
        found = self.inverses.get(form, {}).get(inverse)
        if found is not None:
            return self.form(found.form), found.field
        owner = self.forms.get(form)
        if owner is None:
            return None
        own, rows = owner.form.pointing.get(inverse), owner.rows.get(inverse)
        if own is not None and own.type.many and own.far in self.forms:
            return self.forms[own.far or ""], own
        return None if rows is None else (rows, owner.form.fields[inverse])

    def groupings_of(self, form: str) -> list[LiveGrouping]:
        """The groupings of a form in the order people gave them."""
        own = [item for item in self.groupings.values() if item.grouping.form == form]
        return sorted(own, key=lambda item: (item.grouping.position, item.id))

    def views_of(self, form: str) -> list[View]:
        return sorted((view for view in self.views.values() if view.form == form), key=lambda view: view.position)

    def code_of(self, form: str) -> Code | None:
        """The code rule of a form, if it has one."""
        return next((code for code in self.codes.values() if code.form == form), None)

    @cached_property
    def heard(self) -> frozenset[str]:
        """The forms to whose records a workflow listens."""
        return frozenset(item.workflow.form for item in self.workflows.values() if item.on)

    @cached_property
    def inverses(self) -> Mapping[str, Mapping[str, Inverse]]:
        """By form, the links that point to it, by inverse key."""
        found: dict[str, dict[str, Inverse]] = {key: {} for key in self.forms}
        for key, live in self.forms.items():
            for link in live.form.pointing.values():
                inverse = link.settings.get("inverse")
                if inverse and link.far in found and not link.retired:
                    found[link.far or ""][inverse] = Inverse(key, link)
        return found

    @cached_property
    def whole(self) -> Whole:
        """The same definitions without tables and versions, to check others against."""
        forms = {key: live.form for key, live in self.forms.items()}
        groupings = {key: live.newest for key, live in self.groupings.items()}
        return Whole(forms, groupings, self.codes, self.vocabularies, self.views, self.roles,
                     {key: item.workflow for key, item in self.workflows.items()})

    @cached_property
    def tags(self) -> Mapping[str, Tag]:
        """Every tag of the app by key."""
        return {key: tag for vocabulary in self.vocabularies.values() for key, tag in vocabulary.tags.items()}


class Live:
    """The process's published apps, by key; compared with the database by one integer at each use."""

    def __init__(self) -> None:
        self._apps: dict[str, LiveApp] = {}
        self._lock = threading.Lock()

    def app(self, conn: Connection, key: str) -> LiveApp:
        """The app as it is published now; raises NotFound."""
        row = conn.execute(_REVISION, {"key": key}).one_or_none()
        if row is None:
            raise NotFound(Problem("app", "no_such_app", {"app": key}))
        known = self._apps.get(key)
        if known is not None and (known.id, known.revision) == (row.id, row.revision):
            return known
        with self._lock:
            made = load(conn, key)
            self._apps[key] = made
        return made


def load(conn: Connection, key: str) -> LiveApp:
    """Read and parse everything an app has published."""
    row = conn.execute(sa.select(system_tables.app).where(system_tables.app.c.key == key)).one()
    body = json.loads(row.body)
    parts: dict[str, dict[str, Any]] = {kind: {} for kind in versions.KINDS}
    for item in versions.of_app(conn, row.id):
        parts[item.kind][item.key] = _parse(conn, item)
    forms = dict(sorted(parts["form"].items(), key=lambda item: item[1].form.position))
    return LiveApp(row.id, row.key, row.revision, body["label"], body.get("color", "shilv"), forms,
                   parts["grouping"], parts["code"], parts["vocabulary"], parts["view"], parts["role"], parts["workflow"], covers.known(conn))


def _parse(conn: Connection, item: versions.Published) -> Any:
    if item.kind == "form":
        form = Form(item.body)
        tables = record_tables.build(item.id, form, record_tables.numbers_of(conn, item.id))
        return LiveForm(item.id, item.version, form, tables)
    if item.kind == "grouping":
        return _grouping(conn, item)
    if item.kind == "workflow":
        on = conn.execute(sa.select(system_tables.workflow.c.on).where(system_tables.workflow.c.workflow_id == item.id)).scalar()
        return LiveWorkflow(item.id, item.version, Workflow(item.body), on is not False)
    return {"code": Code, "vocabulary": Vocabulary, "view": View, "role": Role}[item.kind](item.body)


def _grouping(conn: Connection, item: versions.Published) -> LiveGrouping:
    keys, builds = system_tables.group_key, system_tables.generation
    ids = {row.key: row.id for row in conn.execute(sa.select(keys).where(keys.c.grouping_id == item.id))}
    newest = Grouping(item.body)
    found: dict[str, Generation] = {}
    frozen = ""
    rows = conn.execute(
        sa.select(builds).where(builds.c.grouping_id == item.id, builds.c.state.in_(("live", "frozen", "building")))
    )
    for row in rows:
        own = newest if row.version == item.version else Grouping(versions.body_at(conn, item.id, row.version))
        found["building" if row.state == "building" else "live"] = Generation(row.id, row.state, own)
        frozen = row.why if row.state == "frozen" else frozen
    return LiveGrouping(item.id, item.version, newest, ids, found.get("live"), found.get("building"), frozen)
