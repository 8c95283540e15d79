"""What I asked of others: how far it is, whom it waits for, since when; reminded and withdrawn in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime.errors import Conflict
from runtime.records.act import Act
from runtime.web import here, page, today, today_requests
from runtime.web.record_runs import REMINDED, WITHDRAWN
from runtime.web.today_rows import app_of
from runtime.workflows import requests, tasks
from runtime.workflows.rows import run_by

bp = Blueprint("today_asked", __name__, url_prefix="/today/by-me")
PAGE, AT_ONCE = "today/asked.html", 30


@bp.get("")
def index() -> Response:
    """All of it, page by page: what waits, or what has ended lately."""
    today.settle()
    return page.show(PAGE, "list", **_made())


def _made() -> dict[str, Any]:
    over, after = request.args.get("show") == "ended", today.after()
    conn, me, now = here.conn(), here.actor().id, here.as_of().at
    found = requests.ended(conn, me, now, AT_ONCE + 1, after if after and after[0] else None) if over else \
        requests.waiting(conn, me, now, AT_ONCE + 1, after[1] if after else 0)
    last = found[AT_ONCE - 1].task if len(found) > AT_ONCE else None
    return {"lines": today_requests.lines(found[:AT_ONCE]), "over": over, "first": after is None,
            "next": url_for(".index", show="ended" if over else None, after=f"{last.ended_at or ''}~{last.id}") if last else ""}


@bp.post("/<int:run>/remind")
def remind(run: int) -> Response:
    """Those it waits for hear of it once more."""
    return _steer(run, lambda act: page.toast(REMINDED, here.actor().lang, n=tasks.remind(act, run)))


@bp.post("/<int:run>/withdraw")
def withdraw(run: int) -> Response:
    """Nobody need answer any more; the run ends."""
    def take_back(act: Act) -> page.Toast:
        tasks.withdraw(act, run)
        return page.toast(WITHDRAWN, here.actor().lang)

    return _steer(run, take_back)


def _steer(run: int, do: Callable[[Act], page.Toast]) -> Response:
    """Do it, and show the place it was asked from as it now is."""
    app = app_of(run_by(here.conn(), run).app_id)
    try:
        with here.act(app.key) as act:
            told = do(act)
    except Conflict as refused:
        told = today.bad(refused)
    if page.target() != "tasks":
        return today.again(told)
    here.fresh()
    return page.show(PAGE, "list", toast=told, **_made())
