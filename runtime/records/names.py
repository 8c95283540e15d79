"""What a value stands for, in words: people, other records, tags. Everything is looked up in batches and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import words
from runtime.accounts import departments
from runtime.definitions.others import Tag
from runtime.fold import fold
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm


class RecordNames:
    """The `Names` of runtime.fields.base over one connection; `prime_*` load many at once so that no row asks alone."""

    def __init__(self, conn: Connection, app: LiveApp, lang: str, zone: str, me: int | None = None) -> None:
        self.conn, self.app, self.lang, self.zone, self.me = conn, app, lang, zone, me
        self._people: dict[int, str] = {}
        self._titles: dict[tuple[str, int], str] = {}
        self._found: dict[tuple[str, str], int | None] = {}
        self._tags: dict[str, list[Tag]] | None = None
        self._departments: list[dict[str, Any]] | None = None

    def person(self, user_id: int) -> str:
        if user_id not in self._people:
            self.prime_people([user_id])
        return self._people.get(user_id, "")

    def prime_people(self, ids: Iterable[int]) -> None:
        """Load the names of several people at once."""
        wanted = sorted({i for i in ids if i is not None and i not in self._people})
        if wanted:
            p = tables.person
            rows = self.conn.execute(sa.select(p.c.id, p.c.name).where(p.c.id.in_(wanted)))
            self._people |= dict.fromkeys(wanted, "") | {row.id: row.name for row in rows}

    def find_person(self, text: str) -> int | None:
        """The one active person of that name or login."""
        key = ("", fold(text))
        if key not in self._found:
            p = tables.person
            rows = self.conn.execute(sa.select(p.c.id, p.c.name, p.c.login).where(p.c.active)).all()
            fits = {row.id for row in rows if key[1] in (fold(row.name), row.login)}
            self._found[key] = fits.pop() if len(fits) == 1 else None
        return self._found[key]

    def record(self, form: str, record_id: int) -> str:
        if (form, record_id) not in self._titles:
            self.prime_records(form, [record_id])
        return self._titles.get((form, record_id), "")

    def prime_records(self, form: str, ids: Iterable[int]) -> None:
        """Load the titles of several records of one form at once."""
        wanted = sorted({i for i in ids if i is not None and (form, i) not in self._titles})
        if not wanted or form not in self.app.forms:
            return
        live = self.app.forms[form]
        title = live.form.fields[live.form.title_field]
        column = live.tables.column(title.key)
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            self._titles |= dict.fromkeys(((form, i) for i in part), "")
            rows = self.conn.execute(sa.select(live.tables.main.c.id, column).where(live.tables.main.c.id.in_(part)))
            for row in rows:
                value = title.type.load(row[1], title.settings)
                shown = title.type.show(value, title.settings, self)
                self._titles[form, row[0]] = shown or f"#{row[0]}"

    def find_record(self, form: str, text: str) -> int | None:
        """The one live record of that title, or of that code."""
        key = (form, fold(text))
        if key not in self._found:
            self.prime_found(form, [text])
        return self._found.get(key)

    def prime_found(self, form: str, texts: Iterable[str]) -> None:
        """Find the records behind several titles or codes at once; a title that fits two records finds none."""
        live = self.app.form(form)
        wanted = sorted({fold(text) for text in texts if fold(text)} - {t for f, t in self._found if f == form})
        columns = [live.tables.shadow(key, "k") for key, field in live.form.fields.items()
                   if key == live.form.title_field or field.type.coded or field.type.counted]
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            fits: dict[str, set[int]] = {text: set() for text in part}
            for column in columns:
                if column is not None:
                    rows = self.conn.execute(sa.select(live.tables.main.c.id, column).where(
                        column.in_(part), live.tables.main.c.deleted_at.is_(None)))
                    for row in rows:
                        fits[row[1]].add(row[0])
            if any(field.type.coded for field in live.form.live_fields.values()):
                self._by_old_code(live, part, fits)
            for text, ids in fits.items():
                self._found[form, text] = next(iter(ids)) if len(ids) == 1 else None

    def _by_old_code(self, live: LiveForm, part: list[str], fits: dict[str, set[int]]) -> None:
        """A code leads to its record for good, also after it was given another."""
        c, main = tables.code, live.tables.main
        rows = self.conn.execute(sa.select(c.c.code, c.c.record_id).join(main, main.c.id == c.c.record_id).where(
            c.c.form_id == live.id, c.c.code.in_(part), main.c.deleted_at.is_(None)))
        for code, record in rows:
            fits[code].add(record)

    def tag(self, key: str) -> str:
        tag = self.app.tags.get(key)
        return words.read(tag.label, self.lang) if tag else key

    def find_tag(self, text: str, vocabularies: Sequence[str]) -> str | None:
        """The tag of that key or of that label in either language, in the given categories (none given: all)."""
        if self._tags is None:
            self._tags = {}
            for tag in self.app.tags.values():
                for name in {tag.key, *(fold(label) for label in tag.label.values())}:
                    self._tags.setdefault(name, []).append(tag)
        fits = [tag for tag in self._tags.get(fold(text), []) if not vocabularies or tag.vocabulary in vocabularies]
        return fits[0].key if len(fits) == 1 else None

    def departments(self) -> Sequence[Mapping[str, Any]]:
        if self._departments is None:
            self._departments = departments.rows(self.conn)
        return self._departments

    def my_department(self) -> str | None:
        return departments.main_of(self.conn, self.me)

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        a = tables.attachment
        row = self.conn.execute(sa.select(a.c.id, a.c.name, a.c.size).where(a.c.id == file_id)).one_or_none()
        return None if row is None else dict(row._mapping)
