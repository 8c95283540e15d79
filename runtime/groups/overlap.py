"""Who is taken by an earlier group although a later one fits as well: the order decides, and people should see it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.groups.preview import Draft
from runtime.records.targets import RecordTarget, shown
from runtime.rules.compile import compile_rule


def overlaps(draft: Draft, group: str) -> dict[str, int]:
    """By later group of the same level, how many members of `group` its rule fits as well, where there are any."""
    own = draft.draft.groups[group]
    level = own.siblings
    if level.mode != "exclusive" or own.key == level.fallback:
        return {}
    after = level.keys[level.keys.index(group) + 1 :]
    later = [key for key in after if key != level.fallback and draft.draft.groups[key].rule]
    if not later:
        return {}
    asked, joins = draft.questions()
    question = next(q for q in asked if draft.ids[group] in q.choices)
    target = RecordTarget(draft.app, draft.live, shown(draft.app))
    conditions = []
    for key in later:
        compiled = compile_rule(draft.draft.groups[key].rule or {}, target, draft.as_of, scan=draft.sample is None)
        joins += compiled.joins
        conditions.append(compiled.where)
    columns: list[Any] = [sa.func.count().filter(where) for where in conditions]
    mine = question.answer == draft.ids[group]
    row = draft.conn.execute(sa.select(*columns).select_from(draft.joined(joins)).where(*draft.there(), mine)).one()
    return {key: draft.told(int(count)) for key, count in zip(later, row, strict=True) if count}
