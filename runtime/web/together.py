"""One act for several chosen records: tags, a group by hand, one field."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime import clock, words
from runtime.clock import AsOf
from runtime.commands import bulk
from runtime.errors import FenzuError, Invalid, Problem
from runtime.groups import pins
from runtime.messages import say
from runtime.records import access, load, undo
from runtime.records.act import Act
from runtime.records.entry import plain
from runtime.storage.live import LiveForm
from runtime.web import here, page, sheet
from runtime.web.bound import Binder
from runtime.web.linking import At
from runtime.web.odd import whole
from runtime.web.records import missing, opened
from runtime.words import Words

bp = Blueprint("together", __name__, url_prefix="/a/<app>/<form>/together")
TAGGED = Words("已改 {n} 位的标签", "Tags changed on {n} record|Tags changed on {n} records")
PLACED = Words("已安排 {n} 位", "{n} record placed|{n} records placed")
SET = Words("已改 {n} 条", "{n} record changed|{n} records changed")


def ids() -> list[int]:
    """The chosen records, at most one act's worth."""
    return request.values.getlist("id", type=whole)[: bulk.AT_ONCE]


@bp.get("/tags/<field>")
def tags(app: str, form: str, field: str) -> Response:
    """Which tags to put on and which to take off."""
    found, live, _ = opened(app, form)
    item = live.form.live_fields.get(field)
    if item is None or not item.type.tagged:
        raise missing(field)
    wanted = item.settings.get("vocabularies") or list(found.vocabularies)
    shown = sorted((v for v in found.vocabularies.values() if v.key in wanted and not v.retired), key=lambda v: v.position)
    return page.show("records/together_tags.html", found=found, live=live, field=field, vocabularies=shown, ids=ids())


@bp.post("/tags/<field>")
def put_tags(app: str, form: str, field: str) -> Response:
    on, off = request.form.getlist("on"), request.form.getlist("off")
    with here.act(app, "bulk") as act:
        done = bulk.tag(act, form, ids(), field, on, off)
        back = undo.offer(act.conn, act.by, "tags", app, {"form": form, "ids": done, "field": field, "put_on": off, "take_off": on})
    return page.refresh(page.toast(TAGGED, here.actor().lang, undo=url_for("undo.take_back", token=back), n=len(done)))


@bp.get("/groups")
def groups(app: str, form: str) -> Response:
    """Keep in a group, or out of one, by hand: with a reason and, if wanted, an end."""
    found, live, _ = opened(app, form)
    return _groups(found, live)


def _groups(found: Any, live: Any, status: int = 200, problem: str = "") -> Response:
    return page.show("records/together_groups.html", status=status, found=found, live=live, ids=ids(), problem=problem,
                     groupings=found.groupings_of(live.key), only=request.values.get("grouping", ""), given=request.values)


@bp.post("/groups")
def place(app: str, form: str) -> Response:
    try:
        with here.act(app, "pin") as act:
            done, back = _decide(act, app, form, request.form)
    except FenzuError as refused:
        found, live, _ = opened(app, form)
        return _groups(found, live, 422, say(refused.problems[0], here.actor().lang))
    way = url_for("undo.take_back", token=back) if back else ""
    return page.refresh(page.toast(PLACED, here.actor().lang, undo=way, n=len(done)))


def _decide(act: Act, app: str, form: str, given: Any) -> tuple[list[int], str]:
    """Pin or unpin what was chosen; gives the ids and the way back."""
    group = given.get("group", "")
    if given.get("keep") == "rule":
        return pins.take_away(act, form, ids(), group), ""
    done = pins.put(act, form, ids(), group, given.get("keep", "in"), given.get("reason", ""), end_of(given.get("until", ""), here.as_of()))
    return done, undo.offer(act.conn, act.by, "unpin", app, {"form": form, "ids": done, "group": group})


def end_of(day: str, now: AsOf) -> str | None:
    """The moment a local day ends, as it is stored; None for no day."""
    if not day:
        return None
    try:
        return clock.text(now.start_of(date.fromisoformat(day) + timedelta(days=1)))
    except ValueError:
        raise Invalid(Problem("until", "rule_bad_date", {"value": day[:20]})) from None


@bp.get("/fields")
def fields(app: str, form: str) -> Response:
    """One field for all of the chosen: which, and its new value."""
    found, live, _ = opened(app, form)
    access.must(found, here.actor(), "change")
    return _fields(found, live, request.args.get("field", ""))


def _fields(found: Any, live: Any, chosen: str, status: int = 200, problem: str = "") -> Response:
    free = {key: f for key, f in live.form.live_fields.items() if not f.type.readonly and not f.type.nested and f.type.kind != "file" and f.unique != "block"}
    key = chosen if chosen in free else next(iter(free))
    bound = Binder(found, live.key, here.names(found), "set-", At()).value(free[key], None)
    choices = [(name, words.read(f.label, here.actor().lang)) for name, f in free.items()]
    return page.show("records/together_fields.html", status=status, found=found, live=live, ids=ids(), choices=choices,
                     set_now=key, bound=bound, problem=problem)


def _changing(live: LiveForm, key: str) -> list[str]:
    """The fields that change with one: itself, and what the form's logic empties or sets on the way."""
    fields = live.form.live_fields
    more = (other for other in sorted(live.form.logic.about) if not fields[other].type.readonly and not fields[other].type.computed)
    return list(dict.fromkeys([key, *more])) if key in fields else []


@bp.post("/fields")
def set_fields(app: str, form: str) -> Response:
    found, live, reader = opened(app, form)
    key = request.form.get("field", "")
    typed = {key: sheet.typed(live, request.form).get(key)}
    keys = _changing(live, key)
    before = load.records(reader.conn, live, ids(), fields=keys)
    try:
        with here.act(app, "bulk") as act:
            done = bulk.set_fields(act, form, ids(), typed)
            kept = [{"id": i, "values": {k: plain(before[i].values.get(k)) for k in keys}} for i in done if i in before]
            back = undo.offer(act.conn, act.by, "set_many", app, {"form": form, "records": kept})
    except FenzuError as refused:
        return _fields(found, live, key, 422, say(refused.problems[0], here.actor().lang))
    return page.refresh(page.toast(SET, here.actor().lang, undo=url_for("undo.take_back", token=back), n=len(done)))
