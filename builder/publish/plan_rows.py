"""What changes inside the rows of sub-forms, said of a column as it is said of a field."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

from builder.publish.change import LOSES, Change, named
from runtime.definitions.form import Field, Form
from runtime.words import LANGUAGES, Words, read

OF = Words("{owner} · {column}", "{owner} · {column}")
Compare = Callable[[Field | None, Field], Iterator[Change]]


def inside(before: Form, after: Form, compare: Compare) -> Iterator[Change]:
    """The changes of every column of the sub-forms that both versions have and the newer one uses."""
    for key, small in after.subforms.items():
        owner, old = after.fields[key], before.subforms.get(key)
        if old is None or owner.retired:
            continue
        for inner, item in small.fields.items():
            was = old.fields.get(inner)
            for change in compare(_called(owner, was) if was else None, _called(owner, item)):
                yield dataclasses.replace(change, path=_path(key, change.path), field=f"{key}.{inner}")
        for inner, item in old.fields.items():
            if inner not in small.fields:
                title = named(Words("「{f}」不见了", "“{f}” is missing"), f=_called(owner, item).label)
                note = Words("发布过的列只能停用", "A published column can only be retired")
                yield Change("field_gone", f"properties.{key}.items.properties.{inner}", title, note, LOSES, f"{key}.{inner}")


def _path(key: str, path: str) -> str:
    return f"properties.{key}.items.{path}"


def _called(owner: Field, item: Field) -> Field:
    """A column under the name of its sub-form and its own."""
    label: Mapping[str, str] = {
        lang: OF.say(lang).format(owner=read(owner.label, lang), column=read(item.label, lang)) for lang in LANGUAGES
    }
    return dataclasses.replace(item, label=label)
