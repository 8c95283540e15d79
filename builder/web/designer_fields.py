"""The fields of a drafted form as the designer draws them, each bound only when it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from runtime.definitions.form import Form
from runtime.records.entry import begins
from runtime.records.queries import Query, Reader
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.web.bound import Binder, Bound


class Drawn(Mapping[str, Bound]):
    """The fields by key, with the values of one record so that people see what the form will look like."""

    def __init__(self, found: LiveApp, form: Form) -> None:
        self.found, self.form, self.fields = found, form, form.live_fields
        self.binder = Binder(found, form.key, here.names(found), "c-")

    def __getitem__(self, key: str) -> Bound:
        item = self.fields[key]
        same = self.found.forms[self.form.key].form.fields.get(key) if self.form.key in self.found.forms else None
        kept = same is not None and same.type is item.type
        return self.binder.value(item, self.example.get(key) if kept else begins(item, self.binder.names))

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __contains__(self, key: object) -> bool:
        return key in self.fields

    @cached_property
    def example(self) -> Mapping[str, Any]:
        """The values of the form's first record, or none."""
        if self.form.key not in self.found.forms:
            return {}
        reader = Reader(here.conn(), self.found, self.found.forms[self.form.key], here.actor(), here.as_of())
        records = reader.page(Query(sort=(("$id", False),), limit=1)).records
        return records[0].values if records else {}
