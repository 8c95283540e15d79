"""For whom a workflow would have run lately, had it been there: told by what is kept, before it is published or while it is tried.

Each kind of trigger says what the past holds for it (`TriggerType.past`). The trigger's own condition is asked of the records
as they are now, and those that have been deleted since are left out: what they were then is not kept whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.definitions.workflow import Workflow
from runtime.records import lately
from runtime.records.act import Act
from runtime.rules.dates import add
from runtime.storage.live import LiveApp
from runtime.words import Words
from runtime.workflows.kept_lines import Span
from runtime.workflows.registry import TRIGGERS


@dataclass(frozen=True)
class Past:
    """What the last month says. `records` holds everybody with the moment of their last run, the latest first; `runs` counts
    how often, `weeks` by the Monday of each week; `alone` are runs about no record. `whole` is false where more happened than
    was looked at; `unknown` says why nothing can be told, `but` what it is told by.
    """

    since: date
    runs: int = 0
    records: Mapping[int, str] = field(default_factory=dict)
    weeks: Mapping[date, int] = field(default_factory=dict)
    alone: bool = False
    whole: bool = True
    asked: bool = False
    unknown: Words | None = None
    but: Words | None = None


def of(conn: Connection, app: LiveApp, by: Actor, workflow: Workflow, as_of: AsOf) -> Past:
    """The last month of a workflow, published or not; raises Invalid where its condition cannot be asked."""
    since = add(as_of.today, -1, "month")
    span = Span(Act(conn, app, by, as_of), app.form(workflow.form), as_of.start_of(since))
    trigger = workflow.trigger
    told = TRIGGERS[trigger["type"]].past(trigger, span)
    if told.unknown is not None:
        return Past(since, unknown=told.unknown)
    rule = None if told.gone else trigger.get("when")
    there = lately.there(span.act, span.live, sorted({one for one, _ in told.moments if one is not None}), rule, binned=told.gone)
    kept = [(one, at) for one, at in told.moments if one is None or (one in there and (told.gone or there[one] <= at))]
    last: dict[int, str] = {}
    for one, at in kept:
        if one is not None:
            last[one] = max(at, last.get(one, ""))
    latest = dict(sorted(last.items(), key=lambda item: (item[1], item[0]), reverse=True))
    return Past(since, len(kept), latest, _weeks(since, as_of, [at for _, at in kept]), bool(kept) and not latest, told.whole, bool(rule and rule.get("rules")), None, told.but)


def _weeks(since: date, as_of: AsOf, moments: list[str]) -> dict[date, int]:
    """How many in each week, the first one first; those without any are there, too."""
    count = Counter(_monday(clock.moment(at).astimezone(as_of.zone).date()) for at in moments)
    monday, found = _monday(since), {}
    while monday <= as_of.today:
        found[monday] = count[monday]
        monday += timedelta(days=7)
    return found


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
