"""Being away: from which day to which, and who answers meanwhile."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request, url_for

from runtime.accounts import people
from runtime.errors import Invalid, Problem
from runtime.messages import say
from runtime.web import here, page
from runtime.web.odd import whole
from runtime.words import Words
from runtime.workflows import absences

bp = Blueprint("away", __name__, url_prefix="/me/away")
KEPT = Words("记下了，这段时间请你办的事会交给代办的人", "Noted; what you are asked in that time goes to whoever stands in")
BACK = Words("好，请你办的事还是交给你", "Right; what you are asked comes to you again")


@bp.get("/")
def show() -> Response:
    return _page()


def _page(status: int = 200, refused: Invalid | None = None) -> Response:
    conn, me = here.conn(), here.actor()
    problems = {one.path: say(one, me.lang) for one in refused.problems} if refused else {}
    others = [(str(other.id), other.name) for other in people.everyone(conn, active_only=True) if other.id != me.id]
    return page.show("account/away.html", status=status, absence=absences.of(conn, me.id), others=others, given=request.form, problems=problems)


@bp.post("/")
def keep() -> Response:
    """From one day to another, with somebody who stands in."""
    me = here.actor()
    try:
        since, until = (_day(name) for name in ("since", "until"))
        with here.write() as conn:
            absences.keep(conn, me, me.id, since, until, request.form.get("stands_in", 0, type=whole) or 0)
    except Invalid as refused:
        return _page(422, refused)
    return page.go(url_for(".show"), page.toast(KEPT, me.lang))


@bp.post("/back")
def back() -> Response:
    """Here after all."""
    with here.write() as conn:
        absences.forget(conn, here.actor(), here.actor().id)
    return page.go(url_for(".show"), page.toast(BACK, here.actor().lang))


def _day(name: str) -> str:
    try:
        return date.fromisoformat(request.form.get(name, "")).isoformat()
    except ValueError:
        raise Invalid(Problem(name, "task_day")) from None
