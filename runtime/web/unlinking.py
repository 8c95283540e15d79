"""A record that points to another one taken off its page: the link is emptied, the record stays."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from runtime.commands import change, checks
from runtime.errors import FenzuError, NotFound, Problem
from runtime.messages import say
from runtime.records import entry, undo
from runtime.records.queries import Reader
from runtime.storage.live import Inverse
from runtime.web import here, page
from runtime.web.odd import whole
from runtime.web.records import opened
from runtime.words import Words

bp = Blueprint("unlinking", __name__, url_prefix="/a/<app>/<form>/<int:record>/related/<inverse>")
APART = Words("已取消关联", "No longer linked")


@bp.post("/unlink")
def unlink(app: str, form: str, record: int, inverse: str) -> Response:
    """One of the listed records no longer points here; it stays, and there is a way back."""
    found, _, reader = opened(app, form)
    there = found.inverses.get(form, {}).get(inverse)
    number = request.form.get("id", 0, type=whole)
    if there is None or number is None:
        raise NotFound(Problem("inverse", "no_such_inverse", {"name": inverse[:60]}))
    reader.one(record)
    try:
        told = _unlinked(app, there, number, record)
    except FenzuError as refused:
        return page.nothing({"text": say(refused.problems[0], here.actor().lang), "tone": "bad"})
    return page.refresh(told)


def _unlinked(app: str, there: Inverse, number: int, record: int) -> page.Toast:
    key = there.field.key
    with here.act(app) as act:
        form = act.app.form(there.form)
        stored = Reader(act.conn, act.app, form, act.by, act.as_of).one(number)
        held = stored.values.get(key)
        if record not in (held or () if there.field.type.many else [held]):
            raise NotFound(Problem("id", "no_such_record"))
        rest = [str(one) for one in held or () if one != record] if there.field.type.many else ""
        blank = entry.read(form.form, {key: rest}, act.names, whole=False)
        checks.stop_on_problems([blank])
        saved = change.change(act, form.key, number, blank, version=stored.version)
        way = {"form": form.key, "id": number, "version": saved.version, "values": {key: held}}
        token = undo.offer(act.conn, act.by, "set", app, way)
    return page.toast(APART, here.actor().lang, undo=url_for("undo.take_back", token=token))
