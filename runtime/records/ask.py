"""Rules asked of records by number: the same expression as everywhere, prepared once per revision and rule."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.records.act import Act
from runtime.records.targets import target
from runtime.rules.compile import compile_rule
from runtime.sql.lists import among_bound
from runtime.sql.prepared import Prepared, late
from runtime.storage.live import LiveForm


def those(act: Act, live: LiveForm, rule: Mapping[str, Any] | None, ids: Sequence[int]) -> list[int]:
    """Which of these records are there and fit a rule; without a rule all that are there."""
    if not ids:
        return []
    rows = _prepared(act, live, rule).run(act.conn, as_of=act.as_of, ids=json.dumps(list(ids)))
    return [row[0] for row in rows]


def fits(act: Act, live: LiveForm, rule: Mapping[str, Any] | None, record: int) -> bool:
    """Whether one record is there and fits."""
    return bool(those(act, live, rule, [record]))


def _prepared(act: Act, live: LiveForm, rule: Mapping[str, Any] | None) -> Prepared:
    dialect = act.conn.dialect
    key = ("asked", live.key, json.dumps(rule, sort_keys=True, ensure_ascii=False), dialect.name)
    if key not in act.app.cache:
        main = live.tables.main
        query = sa.select(main.c.id).where(among_bound(main.c.id, late("ids", sa.Text())), main.c.deleted_at.is_(None))
        if rule is not None:
            query = query.where(compile_rule(rule, target(act.app, live), None).where)
        act.app.cache[key] = Prepared(query.order_by(main.c.id), dialect)
    found: Prepared = act.app.cache[key]
    return found
