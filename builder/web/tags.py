"""The tag page: categories, the tags of one, and one tag. Every change is in effect at once, with a way back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import Connection

from builder import apps
from builder.edits import made, vocabulary
from builder.publish import apply as publishing
from builder.web import start, tags_gestures, tags_page
from runtime.errors import Conflict, Invalid, Problem
from runtime.records import undo
from runtime.storage import versions
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import LANGUAGES, Words

bp = Blueprint("build_tags", __name__, url_prefix="/build/<app>/tags")
bp.before_request(start.guard)
PAGE, PART = "builder/tags/page.html", "tagx"
MADE = Words("分类建好了，接着加标签", "The category is there; add tags next")
GONE = Words("分类删掉了", "The category is gone")


@bp.get("/")
def index(app: str) -> Response:
    """Categories at the left, the chosen one's tags, the chosen tag at the right."""
    found = here.app(app)
    return page.show(PAGE, PART, **start.surroundings(found), **tags_page.made(here.conn(), found, request.args))


@bp.post("/")
def create(app: str) -> Response:
    """A new category."""
    name = {lang: request.form[lang].strip() for lang in LANGUAGES if request.form.get(lang, "").strip()}
    if not name:
        raise Invalid(Problem("name", "name_needed"))
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        colors = [item.color for item in found.vocabularies.values()]
        taken = apps.keys(conn, found.id, "vocabulary")
        body = vocabulary.new(name, taken, colors, position=len(found.vocabularies))
        publishing.publish_body(conn, found.id, "vocabulary", body, here.actor().by)
    return page.go(url_for("build_tags.index", app=app, c=body["key"]), page.toast(MADE, here.actor().lang))


@bp.post("/order")
def arrange(app: str) -> Response:
    """Another place for a category; only those that change their place get a version."""
    key, after = request.form.get("id", ""), request.form.get("after")
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        listed = [{"key": item.key} for item in tags_page.categories(found)]
        moved = made.rearranged(listed, key, after=after) if after else made.rearranged(listed, key, to="top")
        places = {item["key"]: at for at, item in enumerate(moved, 1)}
        bodies = [
            ("vocabulary", vocabulary.set_property(item.body, "position", places[item.key]))
            for item in found.vocabularies.values()
            if item.position != places[item.key]
        ]
        publishing.publish_set(conn, found.id, bodies, here.actor().by)
    return _shown(app, None)


@bp.post("/<key>/edit")
def edit(app: str, key: str) -> Response:
    """One gesture on a category or one of its tags."""
    wanted = tags_gestures.gesture(request.values.get("act", ""))
    given, lang = request.form, here.actor().lang
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        before = versions.find(conn, found.id, "vocabulary", key)
        done, _ = publishing.edit_now(
            conn, found.id, "vocabulary", key, lambda b: wanted.edit(b, given, set(found.tags), lang), here.actor().by
        )
        way = _way_back(conn, app, key, before.version) if before and done.changes else ""
    return _shown(app, page.toast(wanted.told, lang, undo=way) if done.changes else None)


def _way_back(conn: Connection, app: str, key: str, version: int) -> str:
    """The address that takes one edit back."""
    params = {"kind": "vocabulary", "key": key, "version": version}
    return url_for("undo.take_back", token=undo.offer(conn, here.actor(), tags_gestures.UNDO, app, params))


@bp.post("/<key>/remove")
def remove(app: str, key: str) -> Response:
    """Take away a category that no record has tags of."""
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        counts = tags_page.counts(conn, found)
        if any(counts.get(tag) for tag in found.vocabularies[key].tags):
            raise Conflict(Problem("", "category_in_use"))
        publishing.remove(conn, found.id, "vocabulary", key)
    return page.go(url_for("build_tags.index", app=app), page.toast(GONE, here.actor().lang))


def _shown(app: str, told: dict[str, Any] | None) -> Response:
    """The page's three columns as they are now."""
    found: LiveApp = here.app(app)
    return page.show(
        PAGE, PART, toast=told, **start.surroundings(found), **tags_page.made(here.conn(), found, request.form)
    )
