"""A back-fill rehearsed: who would get which code, in which order, and who cannot get one and why; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.commands import fill_codes
from runtime.definitions.others import Code
from runtime.groups import code_audit, codes
from runtime.groups.codes import Part
from runtime.records import load
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm

MOST, AT_ONCE, SAMPLES = 20_000, 500, 6


@dataclass
class Rehearsal:
    """What a back-fill would do: how many would get a code, the first of them with theirs, how many lack the piece of a
    segment (by its place, with one of them), and the groupings all wait for. `whole` is False when only the first of a
    very large form were looked at.
    """

    waiting: int
    frozen: list[str]
    would: int = 0
    samples: list[tuple[int, str]] = field(default_factory=list)
    lack: dict[int, int] = field(default_factory=dict)
    lacking: dict[int, int] = field(default_factory=dict)
    whole: bool = True

    @property
    def cannot(self) -> int:
        return sum(self.lack.values())


def rehearse(conn: Connection, app: LiveApp, live: LiveForm, as_of: AsOf) -> Rehearsal:
    """Look at every record without a code, oldest first, or the first of a very large form."""
    code = app.code_of(live.key)
    found = Rehearsal(fill_codes.waiting(conn, app, live), codes.waits(app, code) if code else [])
    if code is None or found.frozen:
        return found
    low, seen, numbers = 0, 0, Numbers(conn, live, code)
    while ids := fill_codes.following(conn, app, live, low, AT_ONCE):
        if seen >= MOST:
            found.whole = False
            break
        low, seen = ids[-1], seen + len(ids)
        _look(conn, app, live, code, ids, as_of, found, numbers)
    return found


def _look(conn: Connection, app: LiveApp, live: LiveForm, code: Code, ids: list[int], as_of: AsOf, found: Rehearsal, numbers: Numbers) -> None:
    records = load.records(conn, live, ids, fields=code_audit.reads(code, live))
    for item in code_audit.coded(conn, app, live, records.values(), as_of.zone):
        made = codes.parts(code, app, item, as_of)
        missing = codes.lacking(made)
        if missing is not None:
            found.lack[missing] = found.lack.get(missing, 0) + 1
            found.lacking.setdefault(missing, item.id)
            continue
        found.would += 1
        if len(found.samples) < SAMPLES:
            found.samples.append((item.id, numbers.next(made)))


class Numbers:
    """The numbers the next codes would get, as the counters stand; nothing is drawn."""

    def __init__(self, conn: Connection, live: LiveForm, code: Code) -> None:
        self.conn, self.live, self.code = conn, live, code
        self._next: dict[str, int] = {}

    def next(self, made: list[Part]) -> str:
        """The next code of these pieces."""
        scope = codes.scope_of(self.code, made)
        for number in range(self._from(scope), self._from(scope) + codes.TRIES):
            text = codes.assemble(made, codes.written(self.code, number))
            if text is not None:
                self._next[scope] = number + 1
                return text
        return ""

    def _from(self, scope: str) -> int:
        if scope not in self._next:
            c, rule = tables.counter, codes.numbering(self.code)
            stored = self.conn.execute(sa.select(c.c.next).where(c.c.form_id == self.live.id, c.c.scope == scope)).scalar()
            self._next[scope] = int(stored if stored is not None else rule.get("start", 1))
        return self._next[scope]

