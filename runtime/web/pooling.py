"""Claim from the pool and give back to it, for one record or for those chosen in a list."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request, url_for

from runtime.commands import claim
from runtime.errors import FenzuError
from runtime.messages import say
from runtime.records import undo
from runtime.records.act import Act
from runtime.web import here, page
from runtime.web.records import opened
from runtime.web.together import ids
from runtime.words import Words

bp = Blueprint("pooling", __name__, url_prefix="/a/<app>/<form>/pool")
TAKEN = Words("领到了 {n} 个", "{n} claimed")
SOME = Words("领到了 {n} 个，另外 {rest} 个已经有人了", "{n} claimed; {rest} had been taken already")
GIVEN = Words("退回公海 {n} 个", "{n} given back to the pool")


@bp.post("/claim")
def take(app: str, form: str) -> Response:
    """Claim one, or all that were chosen; a colleague who was faster keeps what is theirs."""
    lang = here.actor().lang
    try:
        with here.act(app, claim.CLAIMED) as act:
            done = claim.claim(act, form, ids())
            back = _way_back(act, app, form, done.owners, act.by.id)
    except FenzuError as refused:
        return page.refresh({"text": say(refused.problems[0], lang), "tone": "bad"})
    return page.refresh(page.toast(SOME if done.refused else TAKEN, lang, undo=back, n=len(done.ids), rest=len(done.refused)))


def _way_back(act: Act, app: str, form: str, owners: Mapping[int, int | None], now: int | None) -> str:
    """Put the owners back as they were, of what nobody has taken or given away since."""
    pool = act.app.form(form).form.pool
    kept = [{"id": i, "values": {pool.owner: owner}, "was": {pool.owner: now}} for i, owner in owners.items()] if pool else []
    return url_for("undo.take_back", token=undo.offer(act.conn, act.by, "set_many", app, {"form": form, "records": kept})) if kept else ""


@bp.get("/back")
def ask(app: str, form: str) -> Response:
    """Why they are given back."""
    return _ask(app, form)


def _ask(app: str, form: str, status: int = 200, problem: str = "") -> Response:
    found, live, _ = opened(app, form)
    return page.show("records/pool_back.html", status=status, found=found, live=live, ids=ids(), why=request.values.get("why", ""), problem=problem)


@bp.post("/back")
def give(app: str, form: str) -> Response:
    """Give back with a reason, with a way to take that back."""
    try:
        with here.act(app, claim.GIVEN) as act:
            done = claim.give_back(act, form, ids(), request.form.get("why", ""))
            back = _way_back(act, app, form, done.owners, None)
    except FenzuError as refused:
        return _ask(app, form, 422, say(refused.problems[0], here.actor().lang))
    return page.refresh(page.toast(GIVEN, here.actor().lang, undo=back, n=len(done.ids)))
