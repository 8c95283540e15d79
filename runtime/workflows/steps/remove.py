"""Put the record at hand into the recycle bin; the run goes on without it."""

from __future__ import annotations

import sqlalchemy as sa

from runtime.commands import remove
from runtime.storage import system_tables as tables
from runtime.words import Words
from runtime.workflows import log
from runtime.workflows.base import Here, StepType
from runtime.workflows.outcome import Go, Outcome


class Remove(StepType):
    name = "remove"
    label = Words("删除记录", "Delete the record")
    icon = "trash"

    def run(self, here: Here) -> Outcome:
        remove.remove(here.act, here.form, [here.record.id])
        if (here.form, here.record_id) == (here.run.form, here.run.record):
            known = {**here.run.detail, "removed": True}  # a run whose record others delete would end
            here.run.detail["removed"] = True
            here.act.conn.execute(sa.update(tables.run).where(tables.run.c.id == here.run.id).values(detail=log.packed(known)))
        else:
            here.place.data = {**here.place.data, "removed": True}
        here.note("removed")
        return Go()
