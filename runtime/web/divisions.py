"""The list of provinces, cities and districts in the reader's language, for the selects of a region field."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from runtime.fields.divisions import Division, divisions, sources
from runtime.words import LANGUAGES

bp = Blueprint("divisions", __name__)


@bp.get("/divisions/<lang>.json")
def tree(lang: str) -> Response:
    """The whole tree; its address carries a fingerprint, so browsers keep it."""
    if lang not in LANGUAGES:
        abort(404)
    answer = Response(_text(lang), mimetype="application/json")
    answer.set_etag(sha256(_text(lang).encode()).hexdigest())
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.make_conditional(request)
    return answer


def address(lang: str) -> str:
    """Where the list lies in a language."""
    return url_for("divisions.tree", lang=lang, v=_mark())


@lru_cache(maxsize=1)
def _mark() -> str:
    """Another one whenever the list might read otherwise; told without building it, because few pages ask for a place."""
    return sha256(b"".join(path.read_bytes() for path in sources())).hexdigest()[:8]


@lru_cache(maxsize=4)
def _text(lang: str) -> str:
    below: dict[str | None, list[Division]] = {}
    for division in divisions().by_code.values():
        below.setdefault(division.parent.code if division.parent else None, []).append(division)

    def nodes(code: str | None) -> list[dict[str, Any]]:
        return [
            {"code": one.code, "name": one.name if lang == "zh" else one.en}
            | ({"children": nodes(one.code)} if one.code in below else {})
            for one in below.get(code, ())
        ]

    return json.dumps(nodes(None), ensure_ascii=False, separators=(",", ":"))
