"""What a field of the record at hand holds, one that is worked out from others included."""

from __future__ import annotations

from typing import Any

from runtime.records import load
from runtime.records.targets import target
from runtime.workflows.base import Here


def of(here: Here, key: str) -> Any:
    """The value as it is now; a computed one counts what the steps before this one wrote. None where there is no such field."""
    field = here.live.form.fields.get(key)
    if field is None or not field.type.computed:
        return here.record.values.get(key)
    act, number = here.act, here.record.id  # held, so that what it is worked out from stays as it is
    found = load.records(act.conn, here.live, [number], fields=[key], target=target(act.app, here.live), as_of=act.as_of, me=act.by.id)
    return found[number].values[key]
