"""Where a visit begins, and the way from one app to another."""

from __future__ import annotations

from flask import Blueprint, Response, session, url_for

from runtime.records import apps as all_apps
from runtime.web import here, page, places

bp = Blueprint("home", __name__)
GALLERY = "gallery.index"


@bp.get("/")
def start() -> Response:
    """Into the app last used, else the first one; without any, builders choose a template."""
    ready = [app.key for app in all_apps.choices(here.conn()) if app.state == "ready"]
    if session.get("app") in ready:
        ready.insert(0, session["app"])
    for key in ready:
        return page.go(places.start_of(here.app(key)))
    return page.go(url_for(GALLERY) if here.actor().may("build") and places.there(GALLERY) else url_for("home.apps"))


@bp.get("/apps")
def apps() -> Response:
    return show_apps()


def show_apps(status: int = 200, problem: str = "", name: str = "") -> Response:
    """All apps; builders may start a blank one from here."""
    found = all_apps.choices(here.conn())
    return page.show("account/apps.html", status=status, apps=found, problem=problem, name=name, may_start=may_start(),
                     gallery=url_for(GALLERY) if places.there(GALLERY) and here.actor().may("build") else "")


def may_start() -> bool:
    """Whether the asker may make an app here."""
    return here.actor().may("build") and places.there("apps.create")


@bp.get("/open/<app>")
def enter(app: str) -> Response:
    """Into one app."""
    found = here.app(app)
    session["app"] = app
    return page.go(places.start_of(found))
