"""A group's list, read from the stored members: they lie by group and number, so that nobody else need be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.records.targets import shown
from runtime.storage.live import LiveApp, LiveForm

# So many members are sorted in a blink; of more, a list meets its page sooner by going along its own order.
FEW = 2_000
# Numbers are given in the order in which records are made.
BY_NUMBER = ("$id", "$created_at")


@dataclass(frozen=True)
class Members:
    """The members of one group to join a form's records with, and what of the rule is left to ask of them."""

    table: sa.FromClause
    mine: ColumnElement[bool]
    rest: Mapping[str, Any] | None

    @property
    def record(self) -> ColumnElement[Any]:
        """The member's number, by which the members lie in order."""
        found: ColumnElement[Any] = self.table.c.record_id
        return found

    def join(self, main: sa.Table) -> sa.FromClause:
        return main.join(self.table, sa.and_(self.record == main.c.id, self.mine))

    def few(self, conn: Connection) -> bool:
        """Whether there are no more than can be sorted in a blink."""
        some = sa.select(sa.literal(1).label("one")).where(self.mine).limit(FEW + 1).subquery()
        return int(conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()) <= FEW


def members(app: LiveApp, live: LiveForm, rule: Mapping[str, Any] | None) -> Members | None:
    """The members that a rule asks for when it wants one group whatever else it wants; None for any other rule."""
    parts = rule.get("rules") if isinstance(rule, Mapping) and rule.get("combinator") == "and" and not rule.get("not") else None
    at, name = _one_group(parts) if isinstance(parts, list) else (-1, "")
    grouping, _, group = name.partition("/")
    item, build = app.groupings.get(grouping), shown(app).get(grouping)
    if parts is None or item is None or build is None or item.newest.form != live.key or group not in item.ids:
        return None
    g = live.tables.members.alias()
    number, generation = (sa.literal_column(str(one), sa.BigInteger) for one in (item.ids[group], build))
    left = [*parts[:at], *parts[at + 1 :]]
    return Members(g, sa.and_(g.c.generation == generation, g.c.group_id == number), {**(rule or {}), "rules": left} if left else None)


def _one_group(parts: Sequence[Any]) -> tuple[int, str]:
    """The place of the first condition that asks for exactly one group, and the group."""
    for at, part in enumerate(parts):
        if isinstance(part, Mapping) and part.get("field") == "$group" and part.get("operator") == "in":
            value = part.get("value")
            if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) and not part.keys() - {"field", "operator", "value"}:
                return at, value[0]
    return -1, ""
