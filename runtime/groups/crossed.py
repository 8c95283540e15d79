"""How the groups of one or two groupings share their customers, counted in one pass over the stored members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.definitions.grouping import Group
from runtime.storage.live import LiveForm, LiveGrouping

# A record's groups are the bits of one whole number, of which both databases hold 63; more would fit on no screen.
MOST = 30
# So many different combinations of groups are looked at; beyond that, figures say "at least".
COMBINATIONS = 100_000
Name = tuple[str, str]


@dataclass(frozen=True)
class Crossed:
    """`sizes` and `pairs` by (grouping, group). `none`: in no group of a grouping; `several`: in more than one of its top level.

    `outside`: in a group and in none of a grouping; `neither`: in no group at all. `cut` says that there were more combinations
    than could be looked at: sizes and pairs are at least what they say, and nothing is known of who is outside.
    """

    total: int
    sizes: Mapping[Name, int]
    pairs: Mapping[tuple[Name, Name], int]
    none: Mapping[str, int]
    several: Mapping[str, int]
    outside: Mapping[tuple[Name, str], int]
    neither: int
    cut: bool = False

    def shared(self, one: Name, two: Name) -> int:
        """How many are in both groups."""
        return self.sizes.get(one, 0) if one == two else self.pairs.get((one, two), 0) or self.pairs.get((two, one), 0)


def drawn(item: LiveGrouping) -> list[Group]:
    """The groups of a grouping that a map can show: all of the membership people see, or of the top level where they are too many."""
    every = [group for key, group in item.grouping.groups.items() if key in item.ids]
    return every if len(every) <= MOST else [group for group in every if group.parent is None][:MOST]


def crossed(conn: Connection, live: LiveForm, items: Sequence[LiveGrouping], combinations: int = COMBINATIONS) -> Crossed:
    """The groups of one or two groupings with each other; groupings without members yet count nobody."""
    names: dict[int, Name] = {item.ids[group.key]: (item.key, group.key) for item in items for group in drawn(item)}
    bits = {number: 1 << at for at, number in enumerate(names)}
    main = live.tables.main
    total = int(conn.execute(sa.select(sa.func.count()).select_from(main).where(main.c.deleted_at.is_(None))).scalar_one())
    tally = _Tally({(item.key, group.key) for item in items for group in drawn(item) if group.parent is None}, [item.key for item in items])
    cut = False
    for seen, (mask, more, count) in enumerate(_combinations(conn, live, items, bits, combinations + 1)):
        cut = seen == combinations
        if not cut:
            tally.add([name for number, name in names.items() if mask & bits[number]], more, count)
    none = {item.key: max(total - tally.inside[item.key], 0) for item in items}
    return Crossed(total, tally.sizes, tally.pairs, none, tally.several, tally.outside, max(total - tally.some, 0), cut)


class _Tally:
    """What is counted of each combination of groups."""

    def __init__(self, top: Collection[Name], groupings: Sequence[str]) -> None:
        self.top, self.groupings, self.some = top, groupings, 0
        self.sizes: Counter[Name] = Counter()
        self.pairs: Counter[tuple[Name, Name]] = Counter()
        self.inside: Counter[str] = Counter()
        self.several: Counter[str] = Counter()
        self.outside: Counter[tuple[Name, str]] = Counter()

    def add(self, held: Sequence[Name], more: Collection[str], count: int) -> None:
        """So many records are in exactly these groups; in groupings of `more` they are in some that are not drawn as well."""
        at_top = Counter([*(name[0] for name in held if name in self.top), *more])
        self.some += count if at_top else 0
        self.sizes.update(dict.fromkeys(held, count))
        self.pairs.update({(one, two): count for at, one in enumerate(held) for two in held[at + 1 :]})
        self.inside.update(dict.fromkeys(at_top, count))
        self.several.update({key: count for key, n in at_top.items() if n > 1})
        self.outside.update({(name, key): count for key in self.groupings if not at_top[key] for name in held})


def _combinations(
    conn: Connection, live: LiveForm, items: Sequence[LiveGrouping], bits: Mapping[int, int], limit: int
) -> Iterator[tuple[int, list[str], int]]:
    """Which groups go together and how often, the most frequent first: the drawn ones as one number, groupings with others, how many."""
    g = live.tables.members
    builds = [item.live.id for item in items if item.live]
    if not builds or not bits:
        return
    hidden = {item.key: [item.ids[group.key] for group in item.grouping.top if item.ids.get(group.key, 0) not in bits] for item in items}
    bit = sa.case({number: _number(one) for number, one in bits.items()}, value=g.c.group_id, else_=_number(0))
    more = {key: sa.func.max(sa.case((g.c.group_id.in_(ids), 1), else_=0)).label(f"more_{at}") for at, (key, ids) in enumerate(hidden.items()) if ids}
    held = sa.select(sa.cast(sa.func.sum(bit), sa.BigInteger).label("mask"), *more.values()).where(g.c.generation.in_(builds)).group_by(g.c.record_id).subquery()
    many = sa.func.count().label("many")
    query = sa.select(many, *held.c).group_by(*held.c).order_by(many.desc(), held.c.mask).limit(limit)
    for row in conn.execute(query):
        yield int(row[1]), [key for key, known in zip(more, row[2:], strict=True) if known], int(row[0])


def _number(value: int) -> sa.ColumnElement[int]:
    return sa.literal_column(str(value), sa.BigInteger)
