"""Move records to the recycle bin and back; groups, links and sums follow at once."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.commands import checks, pooled, rows
from runtime.groups import cascade, membership
from runtime.records import access, events, history, load
from runtime.records.act import Act
from runtime.storage.live import LiveForm


def remove(act: Act, form: str, ids: Sequence[int]) -> list[int]:
    """Put the records the asker may see into the recycle bin; gives the ids that went."""
    live = act.app.form(form)
    access.must(act.app, act.by, "remove")
    seen = sorted(access.visible_ids(act.conn, act.app, live, act.by, ids, act.as_of))
    if seen:
        rows.mark_deleted(act, live, seen, act.at)
        _follow(act, live, seen, "remove")
    return seen


def restore(act: Act, form: str, ids: Sequence[int]) -> list[int]:
    """Take records out of the recycle bin, if their unique values are still free."""
    live = act.app.form(form)
    access.must(act.app, act.by, "remove")
    seen = sorted(access.visible_ids(act.conn, act.app, live, act.by, ids, act.as_of, deleted=True))
    if seen:
        records = load.records(act.conn, live, seen)
        checks.refuse(checks.check(act, live, [record.values for record in records.values()], seen))
        with checks.once(live):
            rows.mark_deleted(act, live, seen, None)
        _follow(act, live, seen, "restore")
        pooled.restored(act, live, ((i, record.values) for i, record in records.items()))
    return seen


def _follow(act: Act, live: LiveForm, ids: Sequence[int], what: str) -> None:
    history.note(act.conn, live.id, ((i, {}) for i in ids), act=what, cause=act.cause, by=act.by.by, at=act.at, batch=act.batch)
    events.note(act, live, f"{what}d", ids)
    membership.refresh(act, live, ids, None)
    cascade.follow(act, live, ids, None, {})
