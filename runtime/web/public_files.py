"""Files of strangers: kept while they fill a public form in, each refusal a sentence at its field, nothing else lost."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from runtime.definitions.form import Field
from runtime.errors import FenzuError, Invalid, NotFound, Problem
from runtime.exchange.upload import shown_name
from runtime.records import waiting_files
from runtime.records.public_links import Link
from runtime.web import files, here
from runtime.web.public_page import Side

LARGEST = 21 << 20  # one file and what goes with it


def fields(side: Side) -> Iterator[Field]:
    """The fields of the page that take files."""
    return (field for field in side.seen.form.fields.values() if field.type.kind == "file" and not field.type.drawn)


def field_of(side: Side, key: str) -> Field:
    """A field of the page that takes files; raises NotFound."""
    found = next((field for field in fields(side) if field.key == key), None)
    if found is None:
        raise NotFound(Problem("field", "no_file_field"))
    return found


def hold(link: Link, page: str, item: Field, sent: FileStorage) -> dict[str, Any]:
    """Keep one file apart until its page is sent, for nobody but that page."""
    name = shown_name(sent.filename or "")
    waiting_files.room(here.conn(), link, page, item.key, item.type.setting(item.settings, "maxItems"), item.label)
    digest, size, mime = files.stored(item, name, sent.stream, stranger=True)
    row = {"id": secrets.token_hex(12), "field": item.key, "sha256": digest, "name": name, "size": size, "mime": mime}
    with here.write() as conn:
        waiting_files.hold(conn, link, page, row)
    return {"id": row["id"], "name": name, "size": size}


def sent(link: Link, side: Side, page: str, given: dict[str, Any]) -> list[Problem]:
    """Without script the files come with the form: keep them and name them in what was typed; what will not do is said."""
    wrong: list[Problem] = []
    for item in fields(side) if page else ():
        for one in request.files.getlist(f"{item.key}-upload"):
            try:
                if one.filename:
                    given[item.key] = [*given.get(item.key, ()), hold(link, page, item, one)["id"]]
            except (FenzuError, Invalid) as refused:
                wrong += refused.problems
    return wrong
