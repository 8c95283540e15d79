"""Apps as builders start and name them."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from builder import apps
from runtime.errors import FenzuError, Invalid, Problem
from runtime.messages import say
from runtime.web import here, home, page
from runtime.words import Words

bp = Blueprint("apps", __name__)
RENAMED = Words("已改名", "Renamed")


@bp.before_request
def _builder() -> None:
    """Everything here is for people who build."""
    here.actor().must("build")


@bp.post("/apps")
def create() -> Response:
    """A blank app with one form of customers."""
    name, lang = request.form.get("name", "").strip(), here.actor().lang
    try:
        with here.write() as conn:
            made = apps.create_blank(conn, _label(name, lang), here.actor().by)
    except FenzuError as error:
        return home.show_apps(422, say(error.problems[0], lang), name)
    return page.go(url_for("home.enter", app=made.key))


@bp.post("/apps/<app>/rename")
def rename(app: str) -> Response:
    lang = here.actor().lang
    with here.write() as conn:
        apps.rename(conn, here.fenzu().live.app(conn, app).id, _label(request.form.get("name", "").strip(), lang))
    return page.go(url_for("home.apps"), page.toast(RENAMED, lang))


def _label(name: str, lang: str) -> dict[str, str]:
    if not 1 <= len(name) <= 60:
        raise Invalid(Problem("name", "app_name", {"n": 60}))
    return {lang: name}
