"""How many of the records that are there would show a field or section by a draft's rules."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.clock import AsOf
from runtime.definitions.form import Form
from runtime.definitions.logic import HIDE, SHOW
from runtime.errors import FenzuError
from runtime.groups import preview
from runtime.records.targets import RecordTarget, shown
from runtime.rules.compile import compile_rule
from runtime.storage.live import LiveApp

Bool = ColumnElement[bool]


class Seen(NamedTuple):
    """So many records would show it, and so many would not."""

    yes: int
    no: int


def seen_by(conn: Connection, app: LiveApp, form: Form, target: str, as_of: AsOf) -> Seen | None:
    """Both figures; None where the rules read what is not published yet or are not finished."""
    live = app.forms.get(form.key)
    if live is None:
        return None
    records = RecordTarget(app, live, shown(app))
    try:
        conditions = [_visible(form, part, records, as_of) for part in (target, *form.logic.holders.get(target, ()))]
    except FenzuError:
        return None
    return Seen(*preview.parted(conn, live, sa.and_(sa.true(), *conditions)))


def _visible(form: Form, target: str, records: RecordTarget, as_of: AsOf) -> Bool:
    """Nothing hides it, and where rules show it at least one does."""
    ways: dict[str, list[Bool]] = {SHOW: [], HIDE: []}
    for rule in form.logic.rules:
        for side, happens in ((rule.then, True), (rule.otherwise, False)):
            for action in side:
                if action.target == target and action.kind in ways:
                    holds = compile_rule(rule.when, records, as_of).where
                    ways[action.kind].append(holds if happens else sa.not_(holds))
    free = [sa.not_(each) for each in ways[HIDE]]
    return sa.and_(sa.true(), *free, *([sa.or_(*ways[SHOW])] if ways[SHOW] else []))
