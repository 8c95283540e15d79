"""A request that the database broke up, because two writers waited for each other, is answered once more.

Only where nothing of it has been kept: a deadlock undoes the whole transaction, so the second time is the first.
"""

from __future__ import annotations

from flask import Response, current_app, g, make_response, request

from runtime.storage.db import broken_up
from runtime.web import here


def answered(error: Exception) -> Response | None:
    """The answer of a second try; None where there may be none, or where it has been made."""
    if "again" in g or "kept" in g or not broken_up(error):
        return None
    g.again = True
    here.close()
    for name in ("as_of", "names"):
        g.pop(name, None)
    for part in request.files.values():
        part.stream.seek(0)
    try:
        return make_response(current_app.dispatch_request())
    except Exception as once_more:
        return make_response(current_app.handle_user_exception(once_more))
