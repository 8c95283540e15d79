"""Values that are taken from a linked record when the link is set, and kept: read in the act that sets the link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.records import load
from runtime.records.act import Act
from runtime.records.targets import target
from runtime.storage.live import LiveForm

Values = dict[str, Any]


def take(act: Act, live: LiveForm, rows: Sequence[Values], before: Sequence[Mapping[str, Any]] = ()) -> None:
    """Put into each row what its links bring along; a link that stays as it was `before` keeps what it brought."""
    known = before or [{}] * len(rows)
    for key, item in live.form.live_fields.items():
        if not item.type.copied:
            continue
        link, field = live.form.fields.get(item.settings["link"]), item.settings["field"]
        other = act.app.forms.get(link.form or "") if link else None
        if link is None or other is None or field not in other.form.live_fields:
            continue
        set_now = [row for row, old in zip(rows, known, strict=True) if link.key in row and row[link.key] != old.get(link.key)]
        wanted = sorted({row[link.key] for row in set_now if row[link.key] is not None})
        found = load.records(act.conn, other, wanted, fields=[field], target=target(act.app, other), as_of=act.as_of)
        for row in set_now:
            there = found.get(row[link.key])
            row[key] = there.values.get(field) if there else None
