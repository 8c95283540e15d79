"""The administrator's corner: people, invitations, the organisation."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_login import login_required

from runtime.accounts import audit, invitations, people, settings
from runtime.errors import FenzuError
from runtime.messages import say
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("settings", __name__, url_prefix="/settings")


@bp.before_request
@login_required  # type: ignore[untyped-decorator]
def _administrator() -> None:
    """Everything here is the administrator's."""
    here.actor().must("administer")


@bp.get("/people", endpoint="people")
def people_page() -> Response:
    return _people()


def _people(status: int = 200, problems: dict[str, str] | None = None, link: str = "") -> Response:
    conn = here.conn()
    return page.show("account/people.html", status=status, everyone=people.everyone(conn), waiting=invitations.waiting(conn),
                     problems=problems or {}, link=link, given=request.form.to_dict())


@bp.post("/people/invite")
def invite() -> Response:
    """A link for a new colleague, shown once to be sent by whatever means."""
    given = request.form
    try:
        with here.write() as conn:
            _, secret = invitations.create(conn, here.actor(), given.get("name", ""), given.get("role", ""), given.get("lang", "zh"))
    except FenzuError as error:
        return _people(422, {p.path: say(p, here.actor().lang) for p in error.problems})
    return _people(link=url_for("signing.join", secret=secret, _external=True))


@bp.post("/people/invitations/<int:invitation_id>/take-back")
def take_back(invitation_id: int) -> Response:
    with here.write() as conn:
        invitations.take_back(conn, here.actor(), invitation_id)
    return page.go(url_for("settings.people"), page.toast(Words("邀请已收回", "The invitation no longer works"), here.actor().lang))


@bp.post("/people/<int:person_id>/role")
def change_role(person_id: int) -> Response:
    with here.write() as conn:
        people.change(conn, here.actor(), person_id, {"role": request.form.get("role", "")})
    return page.go(url_for("settings.people"), page.toast(Words("角色已改", "Role changed"), here.actor().lang))


@bp.post("/people/<int:person_id>/leave")
def leave(person_id: int) -> Response:
    """End somebody's access; what they did keeps their name."""
    with here.write() as conn:
        people.deactivate(conn, here.actor(), person_id)
    return page.go(url_for("settings.people"), page.toast(Words("已停用这个账号", "The account is closed"), here.actor().lang))


@bp.post("/people/<int:person_id>/return")
def come_back(person_id: int) -> Response:
    with here.write() as conn:
        people.reactivate(conn, here.actor(), person_id)
    return page.go(url_for("settings.people"), page.toast(Words("账号已恢复", "The account is open again"), here.actor().lang))


@bp.get("/organisation", endpoint="organisation")
def organisation_page() -> Response:
    return page.show("account/organisation.html", given=here.organisation(), problems={}, zones=settings.zones(),
                     log=audit.page(here.conn()))


@bp.post("/organisation")
def save_organisation() -> Response:
    given = request.form.to_dict()
    try:
        with here.write() as conn:
            settings.save(conn, given)
            audit.note(conn, here.actor(), "settings_changed", given.get("organisation", ""))
    except FenzuError as error:
        problems = {p.path: say(p, here.actor().lang) for p in error.problems}
        return page.show("account/organisation.html", status=422, given=given, problems=problems, zones=settings.zones(),
                         log=audit.page(here.conn()))
    return page.go(url_for("settings.organisation"), page.toast(Words("已保存", "Saved"), here.actor().lang))
