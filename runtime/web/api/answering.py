"""What the API answers: JSON as small as it can be, and one shape for everything that is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import Response

from runtime.errors import Problem
from runtime.messages import say
from runtime.words import Words, read

TYPE = "application/json"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    return str(value)


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with a JSON body, or without one where there is nothing to say."""
    made = Response(None if data is None else _ENCODE(data).encode("utf-8", "replace"), status, mimetype=TYPE)
    if data is None:
        del made.headers["Content-Type"]
    made.headers["Cache-Control"] = "no-store"
    if headers:
        made.headers.extend(headers)
    return made


def told(problems: Iterable[Problem], lang: str) -> list[dict[str, Any]]:
    """Problems as clients read them: where, which, the values, and the sentence in the caller's language."""
    return [
        {
            "path": one.path,
            "code": one.code,
            "params": {k: _said(v, lang) for k, v in one.params.items()},
            "message": say(one, lang),
        }
        for one in problems
    ]


def _said(value: Any, lang: str) -> Any:
    """A value of a sentence; names in two languages are said in the caller's."""
    if isinstance(value, Words):
        return value.say(lang)
    if isinstance(value, Mapping) and value and set(value) <= {"zh", "en"}:
        return read(value, lang)
    return value


def wrong(status: int, problems: Iterable[Problem], lang: str, more: Mapping[str, Any] | None = None) -> Response:
    """An answer that says what is wrong; `more` goes beside the errors."""
    return answer({"errors": told(problems, lang), **(more or {})}, status)
