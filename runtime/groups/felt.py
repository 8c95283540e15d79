"""Whether a draft moves so many that one should look twice: counted no further than the answer needs."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.groups.preview import Draft
from runtime.groups.sampling import sample_of
from runtime.storage.live import LiveForm

SHARE, MANY = 0.2, 500


class Felt(NamedTuple):
    """How many of how many change place, both counted up to where the answer no longer changes."""

    moved: int
    total: int

    @property
    def large(self) -> bool:
        """Whether so many change place that a person is asked again."""
        return self.moved > MANY or self.moved > SHARE * self.total


def many(conn: Connection, live: LiveForm) -> bool:
    """Whether a form has so many records that one should not wait for their counting."""
    return sample_of(conn, live) is not None


def felt(draft: Draft) -> Felt:
    """Ask a draft against what is live; filling a new grouping moves nobody."""
    if draft.item is None or draft.item.live is None:
        return Felt(0, 0)
    main = draft.live.tables.main
    few = sa.select(main.c.id).where(main.c.deleted_at.is_(None)).limit(int(MANY / SHARE) + 1).subquery()
    total = int(draft.conn.execute(sa.select(sa.func.count()).select_from(few)).scalar_one())
    enough = min(MANY, int(SHARE * total)) + 1
    asked, joins = draft.questions()
    moved: set[int] = set()
    for question in asked:
        pairs = draft.pairs(question, joins)
        differs = sa.select(pairs.c.id).where(pairs.c.old.is_distinct_from(pairs.c.new)).limit(enough)
        moved.update(draft.conn.execute(differs).scalars())
        if len(moved) >= enough:
            break
    return Felt(len(moved), total)
