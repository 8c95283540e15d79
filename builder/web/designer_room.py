"""What happens in every room beside the drawing board: the draft, and an edit of it as one step, or undo and redo."""

from __future__ import annotations

from flask import request

from builder import drafts
from builder.drafts import Draft
from builder.edits.made import Edit
from builder.web import beside
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.words import Words


def opened(found: LiveApp, key: str) -> Draft:
    """The draft of a form as it is now, with the steps of whoever asks."""
    return drafts.open_draft(here.conn(), found.id, "form", key, here.actor().id)


def changed(found: LiveApp, key: str, edit: Edit, what: Words, same: str | None = None, adds: bool = False) -> Draft:
    """The draft after an edit at the revision that the page has; `undo` and `redo` go before any edit.

    `adds` says that the edit only puts something in, so that two people's additions at once are two.
    """
    revision, by, act = request.values.get("revision", 0, type=int), here.actor().by, request.values.get("act", "")
    with here.write() as conn:
        if act in ("undo", "redo"):
            return beside.noted(getattr(drafts, act)(conn, found.id, "form", key, revision, by))
        return beside.noted(drafts.apply(conn, found.id, "form", key, revision, edit, what, by, same=same, stale=beside.stale(adds)))

