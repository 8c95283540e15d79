"""Everyday work with records: the list, one record, new, change, remove, restore."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime import words
from runtime.commands import change, create, remove
from runtime.definitions.layout import QUICK
from runtime.errors import Conflict, FenzuError, Invalid, NotFound, Problem
from runtime.groups import preview
from runtime.messages import say
from runtime.records import access, entry, undo
from runtime.records.queries import Query, Reader
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import feed, filling, here, laid, lists, live_logic, page, pool, related, sheet
from runtime.web.odd import whole
from runtime.web.today_rows import talk_address
from runtime.words import Words
from runtime.workflows import buttons

bp = Blueprint("records", __name__, url_prefix="/a/<app>/<form>")
QUICK_PAGE = "records/quick_add.html"
SAVED = Words("已保存", "Saved")
REMOVED = Words("已移到回收站", "Moved to the recycle bin")


def opened(app: str, form: str) -> tuple[LiveApp, LiveForm, Reader]:
    """The app, the form and a reader for whoever asks."""
    found = here.app(app)
    live = found.form(form)
    return found, live, Reader(here.conn(), found, live, here.actor(), here.as_of())


@bp.get("/")
def list_page(app: str, form: str) -> Response:
    found, _, reader = opened(app, form)
    made = sheet.made(reader, request.args)
    push = request.path + made["state"].address(after=made["state"].after, trail=",".join(made["state"].trail))
    return page.show("records/list.html", "list", push=push if page.wants_fragment() else None,
                     acts=access.acts(found, here.actor()), presses=buttons.of_form(found, form, here.actor()), pool=pool.of_list(found.form(form), made["state"]), **made)


@bp.get("/counts")
def counts(app: str, form: str) -> Response:
    """How many records each group has; asked for after the page, so that no list waits for it."""
    found, live, reader = opened(app, form)
    only = access.row_rule(found, live, here.actor(), here.as_of()) if access.restricted(found, live, here.actor()) else None
    views = found.views_of(form)
    state = lists.read(request.args, live, views)
    return page.show("records/tree.html", "tree", sizes=preview.sizes(here.conn(), found, live, only), found=found, live=live,
                     state=state, all=reader.count(Query()), groupings=found.groupings_of(form))


@bp.get("/total")
def total(app: str, form: str) -> Response:
    """How many records the list has, counted up to a bound."""
    found, live, reader = opened(app, form)
    views = found.views_of(form)
    state = lists.read(request.args, live, views)
    count, exact = reader.count(lists.query_of(state, found.views.get(state.view)))
    return page.show("records/total.html", count=count, exact=exact, unit=words.read(live.form.unit, here.actor().lang))


@bp.get("/new")
def new(app: str, form: str) -> Response:
    found, live, _ = opened(app, form)
    access.must(found, here.actor(), "create")
    return _form(found, live, filling.begun(live, found, request.args))


@bp.get("/quick")
def quick(app: str, form: str) -> Response:
    """The short layout for adding quickly, in a dialog over the list."""
    found, live, _ = opened(app, form)
    access.must(found, here.actor(), "create")
    if QUICK not in live.form.layouts:
        return page.go(url_for(".new", app=app, form=form))
    return page.show(QUICK_PAGE, **filling.drawn(found, live, filling.begun(live, found, request.args), None, QUICK))


@bp.post("/new", defaults={"record": None})
@bp.post("/<int:record>/edit")
def onward(app: str, form: str, record: int | None) -> Response:
    """On from a short layout to all fields, with everything that was typed and nothing judged yet."""
    found, live, reader = opened(app, form)
    access.must(found, here.actor(), "change" if record else "create")
    stored = reader.one(record) if record else None
    read = filling.begun(live, found, sheet.typed(live, request.form), stored.values if stored else None)
    if stored:
        stored = replace(stored, version=request.form.get("version", stored.version, type=whole))
    return _form(found, live, read, record=stored, carried=True, name=laid.FULL)


@bp.post("/")
def save_new(app: str, form: str) -> Response:
    found, live, _ = opened(app, form)
    read = live_logic.sent(live, here.names(found))
    if not read.ok:
        return _form(found, live, read, 422)
    try:
        with here.act(app) as act:
            saved = create.create(act, form, read)
    except Invalid as refused:
        read.problems += refused.problems
        return _form(here.app(app), live, read, 422)
    return _saved(app, form, saved.id, "new")


def _saved(app: str, form: str, record: int, kept: int | str) -> Response:
    """On to the record's page, from quick add back to the list; what the browser kept of the form is no longer wanted."""
    if page.wants_fragment() and request.args.get(laid.ARG) == QUICK:
        return page.refresh(page.toast(SAVED, here.actor().lang, href=url_for(".one", app=app, form=form, record=record)))
    page.tell_once("kept", key=f"{app}-{form}-{kept}")
    return page.go(url_for(".one", app=app, form=form, record=record), page.toast(SAVED, here.actor().lang))


def _form(found: LiveApp, live: LiveForm, read: entry.Entry, status: int = 200, record: Any = None, conflict: Any = None,
          carried: bool = False, name: str | None = None) -> Response:
    name = laid.chosen(live.form) if name is None else name
    template = QUICK_PAGE if name == QUICK and page.wants_fragment() else "records/form.html"
    made = filling.drawn(found, live, read, record, name) | {"conflict": conflict, "carried": carried}
    return page.show(template, "form" if template != QUICK_PAGE else None, status=status, **made)


@bp.post("/step/", defaults={"step": ""})
@bp.post("/step/<step>")
def step(app: str, form: str, step: str) -> Response:
    """Whether one page of the form is filled in as it must be, before the next one is shown; nothing is kept."""
    found, live, reader = opened(app, form)
    number, name = request.args.get("record", type=whole), laid.chosen(live.form)
    wanted = live.form.laid(name).page(step)
    access.must(found, here.actor(), "change" if number else "create")
    if wanted is None:
        raise NotFound(Problem("step", "no_such_part", {"key": step}))
    stored = reader.one(number) if number else None
    read = live_logic.sent(live, here.names(found), stored.values if stored else None)
    read.problems = [problem for problem in read.problems if problem.path.split(".")[0].split("[")[0] in wanted.fields]
    if read.ok:
        return page.nothing(status=204)
    return page.show("records/step.html", status=422, step=wanted, **filling.drawn(found, live, read, stored, name))


@bp.post("/logic")
def logic(app: str, form: str) -> Response:
    """What the form's logic says to what has been typed so far; nothing is kept."""
    found, live, reader = opened(app, form)
    number, names = request.args.get("record", type=whole), here.names(found)
    access.must(found, here.actor(), "change" if number else "create")
    stored = reader.one(number) if number else None
    read = entry.read(live.form, sheet.typed(live, request.form), names, whole=not number)
    made = filling.drawn(found, live, read, stored, laid.chosen(live.form))
    if made["logic"] is None:
        return page.nothing(status=204)
    again = live_logic.changed(read, made["logic"])
    return page.show("records/logic.html", "state", again=[made["fields"][key] for key in again], **made)


@bp.get("/<int:record>")
def one(app: str, form: str, record: int) -> Response:
    return shown(opened(app, form)[2], record)


def shown(reader: Reader, record: int, said: feed.Typed = feed.NOTHING) -> Response:
    """The page of a record; `said` is a comment that was typed and could not be kept."""
    stored, kept = reader.one(record), page.told_once("kept").get("key", "")
    return page.show("records/one.html", "record", status=said.status, **sheet.one(reader, stored), **related.of(reader, stored), kept=kept,
                     **feed.made(reader, stored, request.args, said), acts=access.acts(reader.app, here.actor()), presses=buttons.of_record(reader, record), pool=pool.of_record(reader, stored),
                     talk=talk_address(reader.app, reader.live.key, record))


@bp.get("/<int:record>/edit")
def edit(app: str, form: str, record: int) -> Response:
    found, live, reader = opened(app, form)
    access.must(found, here.actor(), "change")
    stored = reader.one(record)
    names = here.names(found)
    typed = {key: field.type.typed(stored.values.get(key), field.settings, names) for key, field in live.form.live_fields.items()}
    return _form(found, live, entry.Entry(live.form, dict(stored.values), typed), record=stored)


@bp.post("/<int:record>")
def save(app: str, form: str, record: int) -> Response:
    found, live, reader = opened(app, form)
    stored = reader.one(record)
    read = live_logic.sent(live, here.names(found), stored.values)
    if not read.ok:
        return _form(found, live, read, 422, stored)
    try:
        with here.act(app) as act:
            change.change(act, form, record, read, version=request.form.get("version", type=whole))
    except Conflict:
        return _conflict(app, form, record, read)
    except Invalid as refused:
        read.problems += refused.problems
        return _form(here.app(app), live, read, 422, stored)
    return _saved(app, form, record, record)


def _conflict(app: str, form: str, record: int, read: entry.Entry) -> Response:
    """Somebody was faster: both values beside each other, nothing typed lost."""
    found, live, reader = opened(app, form)
    stored = reader.one(record)
    shown = sheet.both(found, live, stored, read, here.names(found))
    return _form(found, live, read, 409, stored, shown)


@bp.post("/remove")
def remove_many(app: str, form: str) -> Response:
    ids = request.form.getlist("id", type=whole)
    with here.act(app) as act:
        gone = remove.remove(act, form, ids)
        way_back = undo.offer(act.conn, act.by, "restore", app, {"form": form, "ids": gone})
    text = Words("{n} 条已移到回收站", "{n} record moved to the recycle bin|{n} records moved to the recycle bin")
    toast = page.toast(text, here.actor().lang, undo=url_for("undo.take_back", token=way_back), n=len(gone))
    return page.go(page.inside(request.form.get("back", ""), "") or url_for(".list_page", app=app, form=form), toast)


@bp.get("/bin")
def bin_page(app: str, form: str) -> Response:
    found, _, reader = opened(app, form)
    query = Query(deleted=True, sort=(("$updated_at", True),), after=request.args.get("after"), search=request.args.get("q", ""))
    return page.show("records/bin.html", "list", **sheet.bin(reader, query), acts=access.acts(found, here.actor()))


@bp.post("/restore")
def restore_many(app: str, form: str) -> Response:
    lang = here.actor().lang
    try:
        with here.act(app, "restore") as act:
            back = remove.restore(act, form, request.form.getlist("id", type=whole))
    except FenzuError as refused:
        return page.go(url_for(".bin_page", app=app, form=form), {"text": say(refused.problems[0], lang), "tone": "bad"})
    text = Words("{n} 条已放回", "{n} record is back|{n} records are back")
    return page.go(url_for(".bin_page", app=app, form=form), page.toast(text, lang, n=len(back)))


def missing(field: str) -> Invalid:
    """A field the form does not have."""
    return Invalid(Problem("field", "no_such_field", {"field": field}))
