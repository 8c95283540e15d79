"""Of those a draft moves: who would also fit a later group of the same level, and who would be in no group at all."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from runtime.groups.preview import Draft
from runtime.groups.questions import Question
from runtime.records.targets import RecordTarget, shown
from runtime.rules.compile import compile_rule

MOST = 8


class Clash(NamedTuple):
    """So many who would enter `group` fit the later group `other` as well."""

    group: str
    other: str
    number: int


def clashes(draft: Draft) -> list[Clash]:
    """At the top level, in one scan, the most first; who would be in several groups clashes with nobody."""
    keys = [group.key for group in draft.draft.top]
    fallback = draft.draft.fallback
    ruled = [key for key in keys if key != fallback and draft.draft.groups[key].rule][:MOST]
    if draft.draft.mode != "exclusive" or len(ruled) < 2:
        return []
    asked, joins = draft.questions()
    question = next(q for q in asked if draft.ids[ruled[0]] in q.choices)
    target = RecordTarget(draft.app, draft.live, shown(draft.app))
    fits: dict[str, Any] = {}
    for key in ruled[1:]:
        compiled = compile_rule(draft.draft.groups[key].rule or {}, target, draft.as_of, scan=True)
        joins += compiled.joins
        fits[key] = sa.case((compiled.where, 1), else_=0).label(f"fits_{key}")
    pairs = draft.pairs(question, joins, list(fits.values()))
    wanted = [(key, other) for at, key in enumerate(ruled) for other in ruled[at + 1 :]]
    columns = [sa.func.coalesce(sa.func.sum(sa.case((pairs.c.new == draft.ids[key], pairs.c[f"fits_{other}"]), else_=0)), 0) for key, other in wanted]
    row = draft.conn.execute(sa.select(*columns).where(pairs.c.old.is_distinct_from(pairs.c.new))).one()
    found = [Clash(key, other, int(count)) for (key, other), count in zip(wanted, row, strict=True) if count]
    return sorted(found, key=lambda clash: -clash.number)


def unmatched(draft: Draft) -> int:
    """How many would be in none of the groups of the top level."""
    if draft.draft.fallback is not None:
        return 0
    asked, joins = draft.questions()
    top = {draft.ids[group.key] for group in draft.draft.top}
    nowhere = sa.and_(*(question.answer.is_(None) for question in _of(asked, top)))
    main = draft.live.tables.main
    source: sa.FromClause = main
    for part, on in joins:
        source = source.outerjoin(part, on)
    query = sa.select(sa.func.count()).select_from(source).where(main.c.deleted_at.is_(None), nowhere)
    return int(draft.conn.execute(query).scalar_one())


def _of(asked: list[Question], top: set[int]) -> list[Question]:
    return [question for question in asked if top & set(question.choices)]
