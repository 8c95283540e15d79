"""The names an import reads cells by: records that are missing but will be made stand as placeholders meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from runtime.accounts.actor import Actor
from runtime.fold import fold
from runtime.records import known
from runtime.records.names import RecordNames
from runtime.storage.live import LiveApp

# Ids from here on are nobody's: they mean "to be made" until the record is there.
PENDING = 2**30
REMEMBERED = 50_000


class ImportNames(RecordNames):
    """RecordNames over changing connections; what was found is kept from chunk to chunk, what was missing is not."""

    def __init__(self, conn: Connection, app: LiveApp, by: Actor, create: Iterable[str]) -> None:
        super().__init__(conn, app, by.lang, by.zone, by.by)
        self.create = frozenset(create)
        self.pending: dict[int, tuple[str, str]] = {}
        self._marks: dict[tuple[str, str], int] = {}

    def begin(self, conn: Connection) -> None:
        """A new chunk on a new connection."""
        self.conn = conn
        self.pending, self._marks = {}, {}
        if len(self._found) > REMEMBERED:
            self._found = {}
        self._found = {key: found for key, found in self._found.items() if found is not None}

    def find_record(self, form: str, text: str) -> int | None:
        found = super().find_record(form, text)
        if found is not None or form not in self.create or not fold(text):
            return found
        key = (form, fold(text))
        if key not in self._marks:
            if self._several(form, key[1]):
                return None
            self._marks[key] = PENDING + len(self._marks)
            self.pending[self._marks[key]] = (form, text.strip())
        return self._marks[key]

    def _several(self, form: str, folded: str) -> bool:
        """Whether there are records of that title after all, too many to choose from."""
        live = self.app.form(form)
        return bool(known.titled(self.conn, live, [folded]))

    def made(self, form: str, text: str, record_id: int) -> None:
        """A missing record is there now."""
        self._found[form, fold(text)] = record_id
