"""Some records that stand for all: spread evenly over a form, the same ones every time, found without counting."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.sql.lists import among
from runtime.storage.live import LiveForm

SMALL = 60_000  # a form with no more numbers given out than this is counted as it is
RUN = 16  # neighbours lie on one page of the file, so that reading them costs little more than reading one
RUNS = 1_000
GOLDEN = 0.6180339887498949


def roughly(count: int) -> int:
    """The two digits of a number that a sample can promise."""
    return round(count, 2 - len(str(count))) if count > 99 else count


@dataclass(frozen=True)
class Sample:
    """Ids out of `span` many that were given out; some of them may be free by now."""

    ids: tuple[int, ...]
    span: int

    @property
    def scale(self) -> float:
        """How many records of the form one of the sample stands for."""
        return self.span / len(self.ids)

    def about(self, found: int) -> int:
        """How many of all records it would be."""
        return round(found * self.scale)

    def among(self, record: ColumnElement[int]) -> ColumnElement[bool]:
        """The records of the sample."""
        return among(record, self.ids)

    def thin(self, every: int) -> Sample:
        """Each so many-th run of it, to see how long the whole would take."""
        runs = [self.ids[at : at + RUN] for at in range(0, len(self.ids), RUN * every)]
        return Sample(tuple(one for run in runs for one in run), self.span)


def sample_of(conn: Connection, live: LiveForm) -> Sample | None:
    """The sample of a form's records; None where there are so few that nobody needs one."""
    ends = (sa.select(edge(live.tables.main.c.id)).scalar_subquery() for edge in (sa.func.min, sa.func.max))
    first, last = conn.execute(sa.select(*ends)).one()
    span = last - first + 1 if last is not None else 0
    return spread(first, span) if span > SMALL else None


def spread(first: int, span: int) -> Sample:
    """A run of ids out of each of many equal parts, at another place of each, so that no rhythm of the data is met."""
    width = span / RUNS
    starts = (first + int(at * width + (at * GOLDEN % 1) * (width - RUN)) for at in range(RUNS))
    return Sample(tuple(start + step for start in starts for step in range(RUN)), span)
