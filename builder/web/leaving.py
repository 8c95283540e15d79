"""Taking things away from an app as a whole: its sample data, or the app itself; counted first, then asked."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from builder import apps
from builder.gallery import contents, samples
from runtime.accounts import audit
from runtime.errors import Invalid, Problem
from runtime.web import here, page, places
from runtime.words import Words, read

bp = Blueprint("leaving", __name__, url_prefix="/apps/<app>")
CLEARED = Words(
    "{n} 条示例数据已移到回收站",
    "{n} sample record moved to the recycle bin|{n} sample records moved to the recycle bin",
)
REMOVED = Words("「{name}」和里面的内容都删掉了", "“{name}” and everything in it is gone")


@bp.before_request
def _builder() -> None:
    """Everything here is for people who build."""
    here.actor().must("build")


@bp.get("/clear")
def ask_clear(app: str) -> Response:
    return page.show(
        "builder/gallery/clear.html", found=here.app(app), samples=samples.look(here.conn(), here.app(app))
    )


@bp.post("/clear")
def clear(app: str) -> Response:
    """The sample records go to the recycle bin, those that people worked on only when they said so."""
    lang = here.actor().lang
    with here.act(app) as act:
        gone = samples.clear(act, keep_changed=request.form.get("which") != "all")
        audit.note(act.conn, act.by, "samples_cleared", read(act.app.label, lang), n=gone)
    return page.go(places.start_of(here.app(app)), page.toast(CLEARED, lang, n=gone))


@bp.get("/remove")
def ask_remove(app: str) -> Response:
    found = here.app(app)
    return page.show("builder/gallery/remove.html", found=found, contents=contents.of(here.conn(), found))


@bp.post("/remove")
def remove(app: str) -> Response:
    """The whole app with its records; where it holds many, only after its name was typed."""
    lang = here.actor().lang
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        name, inside = read(found.label, lang), contents.of(conn, found)
        if inside.typed and request.form.get("word", "").strip() != name:
            raise Invalid(Problem("word", "app_name_typed", {"name": name}))
        apps.remove(conn, found.id)
        audit.note(conn, here.actor(), "app_removed", name)
    return page.go(url_for("home.apps"), page.toast(REMOVED, lang, name=name))
