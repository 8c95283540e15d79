"""What happens in every room beside the drawing board: the draft, and an edit of it as one step, or undo and redo."""

from __future__ import annotations

from flask import request

from builder import drafts
from builder.drafts import Draft
from builder.edits.made import Edit
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.words import Words


def opened(found: LiveApp, key: str) -> Draft:
    """The draft of a form as it is now."""
    return drafts.open_draft(here.conn(), found.id, "form", key)


def changed(found: LiveApp, key: str, edit: Edit, what: Words, same: str | None = None) -> Draft:
    """The draft after an edit at the revision that the page has; `undo` and `redo` go before any edit."""
    revision, by, act = request.values.get("revision", 0, type=int), here.actor().by, request.values.get("act", "")
    with here.write() as conn:
        if act in ("undo", "redo"):
            return getattr(drafts, act)(conn, found.id, "form", key, revision)  # type: ignore[no-any-return]
        return drafts.apply(conn, found.id, "form", key, revision, edit, what, by, same=same)

