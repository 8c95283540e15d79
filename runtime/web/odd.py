"""Turned away at the door: numbers beyond any record, and texts that no database can hold."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.routing import IntegerConverter

from runtime.errors import FenzuError, NotFound, Problem

BIGGEST = 2**63 - 1
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Number(IntegerConverter):
    """`<int:…>` in an address: what no record can have as its number is no address of ours, whatever the method.

    The length stands in the pattern, because a limit that is checked later comes after the question of the method.
    """

    regex = r"\d{1,18}"


def whole(text: str) -> int:
    """A whole number that a database can look for: `request.args.get("id", type=whole)`."""
    number = int(text)
    if abs(number) > BIGGEST:
        raise ValueError("beyond every number")
    return number


def address() -> None:
    """Refuse an address with a NUL in it, which PostgreSQL can neither store nor look for; the API reads its own values."""
    if "\0" in request.path:
        raise NotFound(Problem("", "text_with_nul"))
    if request.blueprint != "api" and any("\0" in name + text for name, text in request.args.items(multi=True)):
        raise FenzuError(Problem("", "text_with_nul"))


def form() -> None:
    """The same for what a form sends; the API reads its bodies itself."""
    if request.mimetype in FORMS and request.blueprint != "api":
        sent = [*request.form.items(multi=True), *((name, file.filename or "") for name, file in request.files.items(multi=True))]
        if any("\0" in name + text for name, text in sent):
            raise FenzuError(Problem("", "text_with_nul"))


def watch_numbers(app: Flask) -> None:
    """Give the addresses of all rooms the bounded number; before any room is entered."""
    app.url_map.converters["int"] = Number
