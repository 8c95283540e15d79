"""Signatures that were just drawn or typed become kept files, named after who signed and when; a locked one stays."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from runtime.accounts.actor import VISITOR
from runtime.definitions.form import Field
from runtime.errors import Invalid, Problem
from runtime.fields.drawings import HEAD
from runtime.fields.signature import Signature
from runtime.records.act import Act
from runtime.storage import contents
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm

Rows = Iterable[tuple[dict[str, Any], Mapping[str, Any]]]
PNG, BYTES = "image/png", "application/octet-stream"


def keep(act: Act, live: LiveForm, rows: Rows) -> None:
    """Keep what is new in each record's values, beside what the record has stored; it is refused where one is locked."""
    fields = [field for field in live.form.live_fields.values() if field.type.drawn]
    for values, stored in rows if fields else ():
        for field in fields:
            _locked(field, values, stored.get(field.key))
            if values.get(field.key):
                values[field.key] = [_kept(act, live, field, entry) for entry in values[field.key]]


def _locked(field: Field, values: Mapping[str, Any], old: Any) -> None:
    changed = field.key in values and [one["id"] for one in values[field.key] or ()] != [one["id"] for one in old or ()]
    if old and changed and field.settings.get("locked"):
        raise Invalid(Problem(field.key, "signature_locked", {"field": field.label}))


def _kept(act: Act, live: LiveForm, field: Field, entry: dict[str, Any]) -> dict[str, Any]:
    """The file of a new signature; one that is kept already is itself."""
    content = field.type.fresh(entry) if isinstance(field.type, Signature) else None
    if content is None:
        return entry
    if act.files is None:
        raise Invalid(Problem(field.key, "no_such_file", {"field": field.label, "text": ""}))
    drawing = entry["id"].startswith(HEAD)
    who = entry["name"] or ("" if act.by.role == VISITOR else act.by.name)
    called = f"{who} {act.as_of.at.astimezone(act.as_of.zone):%Y-%m-%d %H.%M}.{'png' if drawing else 'txt'}".strip()
    row = {"id": secrets.token_hex(12), "form_id": live.id, "record_id": None, "field": field.key, "sha256": _store(act.files, content),
           "name": called, "size": len(content), "mime": PNG if drawing else BYTES, "by": act.by.by, "at": act.at, "position": 0}  # fmt: skip
    act.conn.execute(tables.attachment.insert().values(row))
    return {"id": row["id"], "name": called, "size": len(content)}


def _store(folder: Path, content: bytes) -> str:
    """The content under its own digest, like every other file."""
    digest = hashlib.sha256(content).hexdigest()
    place = contents.content(folder, digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        place.write_bytes(content)
    return digest
