"""Comments on a record's page: written, changed and deleted in place, with the colleagues that an @ offers."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request, url_for

from runtime.accounts.actor import Actor
from runtime.commands import comments as commenting
from runtime.errors import Invalid
from runtime.fold import fold
from runtime.records import comments, undo
from runtime.records.queries import Reader
from runtime.web import feed, here, page
from runtime.web.feed import Typed
from runtime.web.finding import colleagues
from runtime.web.records import opened, shown
from runtime.words import Words

bp = Blueprint("comments", __name__, url_prefix="/a/<app>/<form>/<int:record>")
OFFERED = 8  # colleagues that an @ offers
REMOVED = Words("评论删掉了", "Comment deleted")
UNSEEING = Words("看不到这条记录", "may not see this record")


@bp.get("/history")
def history(app: str, form: str, record: int) -> Response:
    """What happened to a record, from the newest or from where the page before ended."""
    _, _, reader = opened(app, form)
    block = "items" if request.args.keys() & {"before", "said"} else "timeline"
    return page.show("records/feed.html", block, **feed.alone(reader, record, request.args))


@bp.post("/comments")
def write(app: str, form: str, record: int) -> Response:
    text = request.form.get("text", "")
    try:
        with here.act(app) as act:
            number = commenting.write(act, form, record, text)
    except Invalid as refused:
        return _refused(opened(app, form)[2], record, Typed(text, refused.problems))
    _heard(app, form)
    if not page.wants_fragment():
        return page.go(url_for("records.one", app=app, form=form, record=record, _anchor=f"comment-{number}"))
    _, _, reader = opened(app, form)
    return page.show("records/feed.html", "feed", **feed.alone(reader, record, {}, new=number))


def _refused(reader: Reader, record: int, typed: Typed) -> Response:
    """The box again with what was typed and why it could not be kept."""
    if not page.wants_fragment():
        return shown(reader, record, typed)
    return page.show("records/feed.html", "feed", status=422, **feed.alone(reader, record, request.args, typed))


def _heard(app: str, form: str) -> None:
    """Workflows that wait for comments need not wait for the clock."""
    if form in here.app(app).heard:
        here.fenzu().runner.wake()


@bp.get("/comments/people")
def people(app: str, form: str, record: int) -> Response:
    """Colleagues by name, for an @; who may not see the record stands there and cannot be chosen."""
    found, live, reader = opened(app, form)
    reader.one(record)
    fits, doubles = colleagues(request.args.get("q", ""))
    some = [Actor(one.id, one.name, one.role, one.lang, here.zone()) for one in fits[:OFFERED]]
    blind = {one.id for one in comments.unseeing(here.conn(), found, live, record, some, here.as_of())}
    said = UNSEEING.say(here.actor().lang)
    return jsonify([{"value": one.id, "text": one.name, "call": one.login if fold(one.name) in doubles else one.name,
                     "hint": said if one.id in blind else one.login if fold(one.name) in doubles else "", "off": one.id in blind} for one in fits[:OFFERED]])


@bp.get("/comments/<int:comment>")
def one(app: str, form: str, record: int, comment: int) -> Response:
    """One comment, or the box to change it in."""
    _, _, reader = opened(app, form)
    return _one(reader, record, comment, edit="edit" in request.args)


def _one(reader: Reader, record: int, comment: int, typed: Typed = feed.NOTHING, *, edit: bool = False, new: int = 0) -> Response:
    stored = reader.one(record)
    said, = feed.people_said(reader, [comments.one(reader.conn, reader.live.id, record, comment)], new)
    return page.show("records/comment.html", status=typed.status, found=reader.app, live=reader.live, record=stored, item=said, said=typed, edit=edit and said.mine)


@bp.post("/comments/<int:comment>")
def change(app: str, form: str, record: int, comment: int) -> Response:
    text = request.form.get("text", "")
    try:
        with here.act(app) as act:
            commenting.change(act, form, record, comment, text)
    except Invalid as refused:
        return _one(opened(app, form)[2], record, comment, Typed(text, refused.problems), edit=True)
    _heard(app, form)
    if not page.wants_fragment():
        return page.go(url_for("records.one", app=app, form=form, record=record, _anchor=f"comment-{comment}"))
    return _one(opened(app, form)[2], record, comment, new=comment)


@bp.post("/comments/<int:comment>/remove")
def remove(app: str, form: str, record: int, comment: int) -> Response:
    with here.act(app) as act:
        way_back = undo.offer(act.conn, act.by, "comment_removed", app, commenting.remove(act, form, record, comment))
    toast = page.toast(REMOVED, here.actor().lang, undo=url_for("undo.take_back", token=way_back))
    if not page.wants_fragment():
        return page.go(url_for("records.one", app=app, form=form, record=record), toast)
    return page.show("records/comment_gone.html", toast=toast)
