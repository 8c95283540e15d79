"""Handing over what somebody has: what that is, to whom it goes, how far it is, and taking it back."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from runtime import words
from runtime.accounts import people, superiors
from runtime.errors import Invalid
from runtime.messages import say
from runtime.web import here, page
from runtime.words import Words
from runtime.workflows import handover

bp = Blueprint("handing", __name__, url_prefix="/settings/people/<int:person_id>/hand-over")
BEGUN = Words("开始交接，做完会在这里说", "The hand-over has begun; this page says when it is done")


@bp.before_request
def _administrator() -> None:
    """Everything here is the administrator's."""
    here.actor().must("administer")


@bp.get("/")
def show(person_id: int) -> Response:
    return _page(person_id)


def _page(person_id: int, status: int = 200, problem: str = "") -> Response:
    conn, live, me = here.conn(), here.fenzu().live, here.actor()
    one = people.get(conn, person_id)
    owned = []
    for item in handover.owned(conn, live, me, person_id, here.as_of()):
        app = live.app(conn, item.app)
        form = app.form(item.form).form
        owned.append((words.read(app.label, me.lang), words.read(form.label, me.lang), words.read(form.fields[item.field].label, me.lang), item))
    others = [(str(other.id), other.name) for other in people.everyone(conn, active_only=True) if other.id != person_id]
    return page.show("account/handing.html", status=status, one=one, owned=owned, tasks=handover.tasks(conn, person_id), below=superiors.below(conn, person_id), others=others, problem=problem,
                     running=handover.open_of(conn, person_id), last=handover.last_of(conn, person_id), given=request.form.get("to", ""))


@bp.post("/")
def begin(person_id: int) -> Response:
    """To somebody who is here; the work is a job."""
    given = request.form.get("to", "")
    try:
        with here.write() as conn:
            handover.ask(conn, here.actor(), person_id, int(given) if given.isascii() and given.isdigit() and len(given) < 10 else person_id)
    except Invalid as error:
        return _page(person_id, 422, say(error.problems[0], here.actor().lang))
    return _begun(person_id)


@bp.post("/<int:batch>/back")
def back(person_id: int, batch: int) -> Response:
    """Take a run back."""
    with here.write() as conn:
        handover.take_back(conn, here.actor(), person_id, batch)
    return _begun(person_id)


def _begun(person_id: int) -> Response:
    here.fenzu().runner.wake()
    return page.go(url_for(".show", person_id=person_id), page.toast(BEGUN, here.actor().lang))
