"""The other side of links: on a record's page the records that point to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.records import access
from runtime.records.load import Record
from runtime.records.queries import Query, Reader
from runtime.storage.live import Inverse, LiveForm
from runtime.web import lists, sheet

SHOWN, COUNTED = 5, 99


@dataclass(frozen=True)
class Listed:
    """The records behind one inverse key: the newest of them, how many there are, and what the reader may do."""

    key: str
    form: LiveForm
    link: str
    rule: Mapping[str, Any]
    label: Mapping[str, str]
    rows: list[sheet.Row]
    columns: list[lists.Column]
    count: int
    more: bool
    adds: bool
    parts: bool


def of(reader: Reader, record: Record) -> dict[str, Any]:
    """What a record's page lists: by inverse key where its layout has a place for it, and the rest beside it.

    A link may ask to be listed only where there is a place for it.
    """
    form = reader.live.form
    placed = {item.node["related"] for item in form.layout.pieces("related")}
    inverses = reader.app.inverses.get(form.key, {})
    shown = {key: each for key, each in inverses.items() if key in placed or each.field.settings.get("listed", True)}
    found = {key: _listed(reader, record, key, each) for key, each in shown.items()}
    return {"listed": found, "related": [each for key, each in found.items() if key not in placed]}


def _listed(reader: Reader, record: Record, key: str, inverse: Inverse) -> Listed:
    """The newest records that link here, as far as the asker may see them; they are counted only where not all are shown."""
    app, other, link = reader.app, reader.app.form(inverse.form), inverse.field
    there, acts = Reader(reader.conn, app, other, reader.actor, reader.as_of), access.acts(app, reader.actor)
    condition: dict[str, Any] = {"field": link.key, "operator": "=", "value": record.id}
    if link.type.many:
        condition |= {"operator": "hasAnyOf", "value": [record.id]}
    query = Query({"combinator": "and", "rules": [condition]}, limit=SHOWN)
    columns = [column for column in lists.columns_of(app, other, lists.State(), next(iter(app.views_of(other.key)), None))
               if column.kind != "group" and column.name not in (link.key, other.form.title_field)][:2]
    found = there.page(query)
    sheet.prime(there, found.records)
    count, exact = (len(found.records), True) if found.after is None else there.count(query, COUNTED)
    label = link.settings.get("inverse_label") or other.form.label
    return Listed(key, other, link.key, condition, label, sheet.rows_of(there, found.records, columns), columns, count, not exact,
                  "create" in acts, "change" in acts and not link.required)
