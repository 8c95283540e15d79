"""A file that should become a form: found out what it is, read by whoever knows how, refused with a sentence otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builder.carry import schema_in, sheet_in, workbook, xlsform_in
from builder.carry.maker import Taken
from builder.edits import made, node
from runtime.definitions import document, form_check
from runtime.errors import Invalid, Problem

MOST_BYTES = 4 * document.LONGEST


def take(path: Path, name: str, taken: set[str], chosen: Mapping[str, str] | None = None) -> Taken:
    """The form in a file; `taken` are the keys of the app's forms. Raises Invalid with a sentence for the person."""
    text = _json(path)
    if text is not None:
        return from_document(document.read(text), taken)
    names = workbook.names_of(path, name)
    if names and workbook.is_form(path, name, names):
        return xlsform_in.take(path, name, names, taken)
    return sheet_in.take(path, name, taken, chosen)


def from_document(body: Any, taken: set[str]) -> Taken:
    """Our own definition as it is, anybody else's JSON Schema as far as it is understood."""
    if not isinstance(body, dict):
        raise Invalid(Problem("", "document_no_form"))
    ui = body.get("x-fenzu")
    if not isinstance(ui, dict) or ui.get("kind") != "form":
        return schema_in.take(body, taken)
    if wrong := form_check.check(body):
        raise Invalid(wrong)
    body = _under(body, made.free(ui["key"], taken))
    return Taken("own", body, {key: f"/properties/{key}" for key in body["properties"]})


def _under(body: dict[str, Any], key: str) -> dict[str, Any]:
    """The form under a free key; its links to itself follow."""
    old = body["x-fenzu"]["key"]
    if key != old:
        body["x-fenzu"]["key"] = key
        for each in body["properties"].values():
            if "inverse" in node.type_of(each).settings and each["x-fenzu"].get("form") == old:
                each["x-fenzu"]["form"] = key
    return body


def _json(path: Path) -> str | None:
    """The text of a file that begins as JSON does, or None."""
    with path.open("rb") as file:
        head = file.read(256).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith((b"{", b"[")):
        return None
    if path.stat().st_size > MOST_BYTES:
        raise Invalid(Problem("line:1", "document_too_long", {"most": document.LONGEST, "n": path.stat().st_size}))
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(Problem("line:1", "document_letters")) from None
