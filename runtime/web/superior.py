"""Who somebody's superior is: chosen by an administrator, asked by workflows."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from runtime.accounts import people, superiors
from runtime.errors import Invalid
from runtime.messages import say
from runtime.web import here, page
from runtime.web.odd import whole
from runtime.words import Words

bp = Blueprint("superior", __name__, url_prefix="/settings/people/<int:person_id>/superior")
KEPT, NONE = Words("{name} 的上级是{superior}", "The superior of {name} is {superior}"), Words("{name} 没有上级了", "{name} has no superior now")


@bp.before_request
def _administrator() -> None:
    """Everything here is the administrator's."""
    here.actor().must("administer")


@bp.get("/")
def show(person_id: int) -> Response:
    return _page(person_id)


def _page(person_id: int, status: int = 200, problem: str = "") -> Response:
    conn = here.conn()
    others = [(str(other.id), other.name) for other in people.everyone(conn, active_only=True) if other.id != person_id]
    held = request.form.get("superior", str(superiors.everyone(conn).get(person_id, "")))
    return page.show("account/superior.html", status=status, one=people.get(conn, person_id), others=others, held=held, problem=problem)


@bp.post("/")
def keep(person_id: int) -> Response:
    """Somebody who works here, or nobody."""
    chosen = request.form.get("superior", type=whole) or None
    try:
        with here.write() as conn:
            superiors.keep(conn, here.actor(), person_id, chosen)
    except Invalid as refused:
        return _page(person_id, 422, say(refused.problems[0], here.actor().lang))
    names = {"name": people.get(here.conn(), person_id).name, "superior": people.get(here.conn(), chosen).name if chosen else ""}
    return page.go(url_for("settings.people"), page.toast(KEPT if chosen else NONE, here.actor().lang, **names))
