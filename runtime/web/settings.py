"""The administrator's corner: people, invitations, the organisation."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, request, url_for

from runtime.accounts import audit, departments, invitations, people, settings, superiors
from runtime.errors import FenzuError
from runtime.jobs import schedule
from runtime.messages import say
from runtime.web import context, here, page, zones
from runtime.web.odd import whole
from runtime.words import Words
from runtime.workflows import asking

bp = Blueprint("settings", __name__, url_prefix="/settings")
TAKEN_BACK = Words("邀请已收回", "The invitation no longer works")
ROLE_CHANGED = Words("{name} 现在是{role}", "{name} is now {role}")
LEFT = Words("{name} 的账号已停用", "{name} can no longer sign in")
RETURNED = Words("{name} 的账号已恢复", "{name} can sign in again")
SAVED = Words("已保存", "Saved")


@bp.before_request
def _administrator() -> None:
    """Everything here is the administrator's."""
    here.actor().must("administer")


@bp.get("/people", endpoint="people")
def people_page() -> Response:
    return _people()


def _people(status: int = 200, problems: dict[str, str] | None = None) -> Response:
    conn = here.conn()
    roles = [(key, name.say(here.actor().lang)) for key, name in context.ROLES.items()]
    return page.show(
        "account/people.html", status=status, everyone=people.everyone(conn), invited=invitations.waiting(conn),
        problems=problems or {}, secrets=page.told_once("people"), given=request.form.to_dict(), roles=roles,
        me=here.actor().id, belongs=departments.named(conn, here.actor().lang), superiors=superiors.everyone(conn),
    )


@bp.post("/people/invite")
def invite() -> Response:
    """A link for a new colleague, shown once to be sent by whatever means."""
    given, me = request.form, here.actor()
    try:
        with here.write() as conn:
            name, role, lang = given.get("name", ""), given.get("role", ""), given.get("lang", me.lang)
            _, secret = invitations.create(conn, me, name, role, lang)
    except FenzuError as error:
        return _people(422, {problem.path: say(problem, me.lang) for problem in error.problems})
    page.tell_once("people", name=name.strip(), link=url_for("starting.join", secret=secret, _external=True))
    return page.go(url_for("settings.people"))


@bp.post("/people/invitations/<int:invitation_id>/take-back")
def take_back(invitation_id: int) -> Response:
    with here.write() as conn:
        invitations.take_back(conn, here.actor(), invitation_id)
    return _back(TAKEN_BACK)


@bp.post("/people/<int:person_id>/role")
def change_role(person_id: int) -> Response:
    with here.write() as conn:
        found = people.change(conn, here.actor(), person_id, {"role": request.form.get("role", "")})
    return _back(ROLE_CHANGED, name=found.name, role=context.ROLE_IN_WORDS[found.role].say(here.actor().lang))


@bp.post("/people/<int:person_id>/password")
def new_password(person_id: int) -> Response:
    """For somebody who forgot theirs: a made-up one, shown once, which ends their sessions."""
    made = secrets.token_urlsafe(9)
    with here.write() as conn:
        people.set_password(conn, here.actor(), person_id, made, current=None)
    page.tell_once("people", name=people.get(here.conn(), person_id).name, password=made)
    return page.go(url_for("settings.people"))


@bp.post("/people/<int:person_id>/leave")
def leave(person_id: int) -> Response:
    """End somebody's access; what they did keeps their name."""
    with here.write() as conn:
        people.deactivate(conn, here.actor(), person_id)
        asking.left(conn, person_id)
    here.fenzu().runner.wake()
    return _back(LEFT, name=people.get(here.conn(), person_id).name)


@bp.post("/people/<int:person_id>/return")
def come_back(person_id: int) -> Response:
    with here.write() as conn:
        people.reactivate(conn, here.actor(), person_id)
    return _back(RETURNED, name=people.get(here.conn(), person_id).name)


def _back(told: Words, **values: str) -> Response:
    return page.go(url_for("settings.people"), page.toast(told, here.actor().lang, **values))


@bp.get("/organisation", endpoint="organisation")
def organisation_page() -> Response:
    own = here.organisation()
    return _organisation({key: getattr(own, key) for key in settings.CHANGEABLE})


def _organisation(given: dict[str, str], status: int = 200, problems: dict[str, str] | None = None) -> Response:
    before = request.args.get("before", type=whole)
    log = audit.page(here.conn(), before, limit=31)
    return page.show(
        "account/organisation.html", status=status, given=given, problems=problems or {}, log=log[:30],
        zones=zones.choices(here.actor().lang, given.get("zone", "")), older=log[29].id if log[30:] else None,
    )


@bp.post("/organisation")
def save_organisation() -> Response:
    """The name, the zone and the first language; work that runs by the clock moves to the new midnight."""
    given = request.form.to_dict()
    try:
        with here.write() as conn:
            settings.save(conn, given)
            schedule.move(conn, here.fenzu().runner.schedules)
            audit.note(conn, here.actor(), "settings_changed", given.get("organisation", ""))
    except FenzuError as error:
        return _organisation(given, 422, {problem.path: say(problem, here.actor().lang) for problem in error.problems})
    return page.go(url_for("settings.organisation"), page.toast(SAVED, here.actor().lang))
