"""Records for a look into the past: the newest there are, and which of some are still there and fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.records import access
from runtime.records.act import Act
from runtime.records.targets import target
from runtime.rules.compile import compile_rule
from runtime.sql.lists import among
from runtime.storage.live import LiveForm


def newest(live: LiveForm, most: int) -> sa.Subquery:
    """The newest records by number, each with when it was made; those in the bin are among them."""
    main = live.tables.main
    return sa.select(main.c.id, main.c.created_at).order_by(main.c.id.desc()).limit(most).subquery()


def there(act: Act, live: LiveForm, ids: Sequence[int], rule: Mapping[str, Any] | None, *, binned: bool) -> dict[int, str]:
    """Those of some records that fit a rule and are the asker's to see, each with when it was made; `binned` takes those in the bin, too."""
    if not ids:
        return {}
    main = live.tables.main
    query = sa.select(main.c.id, main.c.created_at).where(among(main.c.id, ids), access.row_rule(act.app, live, act.by, act.as_of))
    if not binned:
        query = query.where(main.c.deleted_at.is_(None))
    if rule is not None:
        query = query.where(compile_rule(rule, target(act.app, live), act.as_of).where)
    return {row[0]: row[1] for row in act.conn.execute(query)}
