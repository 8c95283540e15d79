"""Who would have been reached by a date or a schedule in a stretch of the past."""

from __future__ import annotations

from datetime import UTC, datetime

from runtime import clock
from runtime.clock import AsOf
from runtime.records import due
from runtime.storage import due_indexes
from runtime.words import Words
from runtime.workflows import dated, moments
from runtime.workflows.base import Node
from runtime.workflows.kept_lines import MOST, Span, Told
from runtime.workflows.moments import Window

DATES = Words("按日期现在的样子算", "Told by the dates as they are now")
RECORDS = Words("按现在有的记录算", "Told by the records there are now")


def of_dates(node: Node, span: Span) -> Told:
    """Whose date was reached; a date that has no index yet is read of the newest records only."""
    act, live = span.act, span.live
    after = 0 if due_indexes.there(act.conn, live.tables, node["field"]) else due.newest(act.conn, live, MOST)
    part = dated.look(node, act, live, _window(span), after, MOST)
    return Told([(one, _stored(told["due"], act.as_of)) for one, told in part.due.items()], not after and part.after is None, but=DATES)


def of_schedule(node: Node, span: Span) -> Told:
    """Each of its moments, for those who fit now."""
    struck = [clock.text(moment) for _, moment in moments.scheduled(node, _window(span))]
    if not node.get("each"):
        return Told([(None, moment) for moment in struck])
    after = due.newest(span.act.conn, span.live, MOST)
    ids = due.fitting(span.act, span.live, node.get("when"), after, MOST) if struck else []
    return Told([(one, moment) for one in ids for moment in struck], not after, but=RECORDS)


def _window(span: Span) -> Window:
    return Window(span.since, span.act.as_of.at, span.act.as_of.zone)


def _stored(due_at: str, now: AsOf) -> str:
    """What a run knows of its moment, as moments are stored; days are known by the local clock."""
    local = datetime.fromisoformat(due_at)
    return clock.text(local if local.tzinfo else local.replace(tzinfo=now.zone).astimezone(UTC))
