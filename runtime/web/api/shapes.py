"""Records as JSON, and the schemas of what the API answers about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runtime.errors import Invalid, NotFound, Problem
from runtime.groups import membership
from runtime.groups.membership import Moves
from runtime.records.load import Record
from runtime.records.queries import Reader
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here
from runtime.web.api.room import ANY, COUNT, ID, MOMENT, TEXT, listed, maybe, shape, thing

GROUPS = {"type": "object", "additionalProperties": listed({"type": "string"})}
PERSON = {"type": ["integer", "null"]}
PROBLEM = thing({"path": {"type": "string"}, "code": {"type": "string"}, "params": ANY, "message": {"type": "string"}})
ERRORS = thing({"errors": listed(PROBLEM)})
CURSOR = {"type": ["string", "null"]}


def record_schema() -> dict[str, Any]:
    """One record; `values` is filled in for each form."""
    return thing(
        {
            "id": ID,
            "version": ID,
            "code": {"type": ["string", "null"]},
            "values": shape("values"),
            "groups": GROUPS,
            "created_at": MOMENT,
            "created_by": PERSON,
            "updated_at": MOMENT,
            "updated_by": PERSON,
            "deleted_at": maybe(MOMENT),
        },
        "groups",
    )


PAGE = thing({"records": listed(shape("record")), "next": CURSOR})
HISTORY = thing(
    {
        "lines": listed(
            thing(
                {
                    "id": ID,
                    "at": MOMENT,
                    "by": PERSON,
                    "name": {"type": "string"},
                    "act": {"type": "string"},
                    "cause": {"type": "string"},
                    "changes": {"type": "object", "additionalProperties": listed({}, 2, 2)},
                }
            )
        ),
        "next": {"type": ["integer", "null"]},
    }
)
COUNTED = thing({"count": COUNT, "exact": {"type": "boolean"}})
DONE = thing({"ids": listed(ID)})
SAVED = thing({"id": ID, "version": ID, "code": {"type": ["string", "null"]}})
ROW = {"anyOf": [thing({"row": COUNT, "record": SAVED}), thing({"row": COUNT, "errors": listed(PROBLEM)})]}
ROWS = thing({"created": COUNT, "failed": COUNT, "rows": listed(ROW)})
RULE = {**ANY, "x-shape": "rule"}
JOB = thing(
    {
        "id": ID,
        "kind": {"type": "string"},
        "state": {"enum": ["waiting", "running", "done", "failed", "cancelled"]},
        "done": COUNT,
        "total": {"type": ["integer", "null"]},
        "percent": {"type": ["integer", "null"]},
        "result": ANY,
        "errors": listed(PROBLEM),
        "at": MOMENT,
        "ended_at": maybe(MOMENT),
        "file": {"type": "boolean"},
    }
)
REFERENCE = thing({"id": ID})
NAMED = {**TEXT, "minLength": 1}


def opened(app: str, form: str) -> tuple[LiveApp, LiveForm, Reader]:
    """The app, the form and a reader for whoever asks."""
    found = here.app(app)
    live = found.form(form)
    return found, live, Reader(here.conn(), found, live, here.actor(), here.as_of())


def wanted(live: LiveForm, names: Sequence[str]) -> list[str] | None:
    """The fields a client wants to see, all of which must be there; None stands for every one."""
    if not names:
        return None
    for name in names:
        if name not in live.form.live_fields:
            raise Invalid(Problem("fields", "no_such_field", {"field": name[:60]}))
    return list(dict.fromkeys(names))


def one(app: LiveApp, live: LiveForm, record: Record, groups: Mapping[str, list[str]] | None = None) -> dict[str, Any]:
    """A record as JSON; blank fields are null, groups are left out where nobody looked them up."""
    return several(app, live, [record], None, None if groups is None else {record.id: groups})[0]


def several(
    app: LiveApp,
    live: LiveForm,
    records: Sequence[Record],
    keys: Iterable[str] | None,
    groups: Mapping[int, Mapping[str, list[str]]] | None = None,
) -> list[dict[str, Any]]:
    """Many records as JSON, of each these fields."""
    code = app.code_of(live.key)
    shown = tuple(live.form.live_fields) if keys is None else tuple(keys)
    made: list[dict[str, Any]] = []
    for record in records:
        values = record.values
        made.append(
            {
                "id": record.id,
                "version": record.version,
                "code": values.get(code.field) if code else None,
                "values": {key: values.get(key) for key in shown},
                "created_at": record.created_at,
                "created_by": record.created_by,
                "updated_at": record.updated_at,
                "updated_by": record.updated_by,
                "deleted_at": record.deleted_at,
            }
        )
        if groups is not None:
            made[-1]["groups"] = groups.get(record.id, {})
    return made


def stored(reader: Reader, record_id: int, *, deleted: bool = False) -> dict[str, Any]:
    """One record with its groups, as it is now; raises NotFound."""
    app, live = reader.app, reader.live
    found = reader.one(record_id, deleted=deleted)
    groups = membership.groups_of(reader.conn, app, live, [record_id]).get(record_id, {})
    return one(app, live, found, groups)


def joined(app: LiveApp, moves: Moves, record_id: int) -> dict[str, list[str]]:
    """The groups a record has just come into, from the moves of the act that made it."""
    found: dict[str, list[str]] = {}
    for move in moves:
        if move.record == record_id and move.joined and move.grouping in app.groupings:
            names = {number: key for key, number in app.groupings[move.grouping].ids.items()}
            found.setdefault(move.grouping, []).append(names[move.joined])
    return found


def missing() -> NotFound:
    """No such record, or not one of the asker's."""
    return NotFound(Problem("id", "no_such_record"))
