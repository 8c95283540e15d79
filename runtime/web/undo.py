"""Take the last act back: what a toast's 撤销 asks for."""

from __future__ import annotations

from flask import Blueprint, Response

from runtime.records import undo
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("undo", __name__)
UNDONE = Words("已撤销", "Undone")


@bp.post("/undo/<token>")
def take_back(token: str) -> Response:
    """Do what the token stands for, once; the page shows things as they now are."""
    found = undo.find(here.conn(), here.actor(), token)
    with here.act(found.app, cause="undo") as act:
        undo.use_up(act.conn, token)
        here.fenzu().undos[found.act](act, found.params)
    told = page.toast(UNDONE, here.actor().lang)
    return page.refresh(told) if page.wants_fragment() else page.go(page.origin(), told)
