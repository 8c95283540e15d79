"""Apps as builders start them, name them and take them away."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from builder import apps
from runtime.accounts import audit
from runtime.errors import FenzuError, Invalid, Problem
from runtime.messages import say
from runtime.web import here, home, page
from runtime.words import Words, read

bp = Blueprint("apps", __name__)
RENAMED = Words("已改名", "Renamed")
REMOVED = Words("「{name}」和里面的内容都删掉了", "“{name}” and everything in it is gone")


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


@bp.post("/apps/<app>/remove")
def remove(app: str) -> Response:
    """The whole app with its records, after its name was typed."""
    lang = here.actor().lang
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        name = read(found.label, lang)
        if request.form.get("word", "").strip() != name:
            raise Invalid(Problem("word", "app_name_typed", {"name": name}))
        apps.remove(conn, found.id)
        audit.note(conn, here.actor(), "app_removed", name)
    return page.go(url_for("home.apps"), page.toast(REMOVED, lang, name=name))


def _label(name: str, lang: str) -> dict[str, str]:
    if not 1 <= len(name) <= 60:
        raise Invalid(Problem("name", "app_name", {"n": 60}))
    return {lang: name}
