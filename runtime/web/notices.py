"""The bell: what happened while one was away. Its number is asked for after the page, never by the page itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from runtime.accounts import notices
from runtime.web import here, page, today_desk

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("/")
def index() -> Response:
    """The page, for a phone's long look or a browser without script."""
    return page.show("account/notices.html", **_newest())


@bp.get("/count")
def count() -> Response:
    """How many are new, for the bell; and how many tasks wait, where the page has an entry of today."""
    waiting: dict[str, Any] = {"waiting": today_desk.waiting()} if "today" in request.args else {}
    return page.show("layout/bell_count.html", unseen=notices.unseen(here.conn(), here.actor().id), aside=False, **waiting)


@bp.post("/")
def look() -> Response:
    """The list in a drawer, which marks as seen what it shows; the bell grows quiet with it."""
    found = _newest()
    if found["notices"]:
        with here.write() as conn:
            notices.see(conn, here.actor().id, found["notices"][0].id)
    if not page.wants_fragment():
        return page.go("/notices/")
    return page.show("account/notices_drawer.html", unseen=notices.unseen(here.conn(), here.actor().id), aside=True, **found)


def _newest() -> dict[str, Any]:
    return {"notices": notices.newest(here.conn(), here.actor().id), "most": notices.NEWEST}
