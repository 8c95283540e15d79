"""A contact with a record written down in a dialog, from its page or from a task: what was said, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime import clock
from runtime.definitions.form import Field
from runtime.errors import FenzuError, Invalid, NotFound, Problem
from runtime.messages import say
from runtime.records import access, contacts, entry
from runtime.records.entry import Entry
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import filling, here, live_logic, page, sheet, today, today_panel
from runtime.web.bound import Binder
from runtime.web.linking import At
from runtime.web.odd import whole
from runtime.web.records import opened
from runtime.words import Words
from runtime.workflows import contacting, desk
from runtime.workflows.contacting import Next

bp = Blueprint("contact", __name__, url_prefix="/a/<app>/<form>/<int:record>/contact")
NOTHING: Mapping[str, Any] = MappingProxyType({})
KEPT, PLANNED = Words("写好了", "Logged"), Words("写好了，下一步也安排了", "Logged, and the next step is planned")


@bp.get("")
def ask(app: str, form: str, record: int) -> Response:
    """The dialog; without a script the whole form of the talk."""
    found, live, reader = opened(app, form)
    stored = reader.one(record)
    talk, _, at = _talks(found, form)
    access.must(found, here.actor(), "create")
    if not page.wants_fragment():
        return page.go(_whole(found, form, record))
    now = at.type.typed(clock.text(here.as_of().at.replace(second=0)), at.settings, here.names(found))
    read = filling.begun(talk, found, {at.key: now, **_about(found, talk, record), **_given(found, form, record)})
    return _dialog(found, form, record, sheet.title_of(live, stored, here.names(found)), read)


@bp.post("")
def save(app: str, form: str, record: int) -> Response:
    """Keep the talk, tick off what it was for, and plan what comes next: all of it or nothing."""
    found, live, reader = opened(app, form)
    title, (talk, _, _) = sheet.title_of(live, reader.one(record), here.names(found)), _talks(found, form)
    read = live_logic.settle(entry.read(talk.form, sheet.typed(talk, request.form) | _given(found, form, record, request.form), here.names(found)), here.names(found))
    following = _following()
    try:
        with here.act(app) as act:
            saved = contacting.log(act, form, record, read, request.form.get("for-task", type=whole), following)
    except Invalid as refused:
        read.problems = list(refused.problems)
        return _dialog(here.app(app), form, record, title, read, 422)
    except FenzuError as refused:
        return page.nothing(today.bad(refused))
    return _saved(app, form, record, page.toast(PLANNED if following.wanted else KEPT, here.actor().lang, href=url_for("records.one", app=app, form=talk.key, record=saved.id)))


def _following() -> Next:
    """The next step as it was typed."""
    given = request.form
    return Next(given.get("step-title", ""), today.day_of(given.get("step-day", "")), given.get("step-person", type=whole) or here.actor().id, given.get("step-time", ""))


def _about(found: LiveApp, talk: LiveForm, record: int) -> dict[str, Any]:
    """What the talk is for, where it is logged from a task of one's own: its title begins as the task's words."""
    number, title = request.args.get("task", 0, type=whole), talk.form.live_fields.get(talk.form.title_field)
    if not number or title is None or title.type.kind != "text" or title.type.readonly:
        return {}
    task = desk.one(here.conn(), number)
    if task.app_id != found.id or task.record != record or task.person != here.actor().id:
        return {}
    return {title.key: task.said(here.actor().lang)[: title.type.setting(title.settings, "maxLength")]}


def _saved(app: str, form: str, record: int, told: page.Toast) -> Response:
    here.fenzu().runner.wake()
    return page.refresh(told) if page.wants_fragment() else page.go(url_for("records.one", app=app, form=form, record=record), told)


def _talks(found: LiveApp, form: str) -> tuple[LiveForm, Field, Field]:
    talks = contacts.talks_of(found, form)
    if talks is None:
        raise NotFound(Problem("", "contact_nowhere"))
    return talks


def _whole(found: LiveApp, form: str, record: int) -> str:
    """The form of the talk with all its fields."""
    talk, link, _ = _talks(found, form)
    values: dict[str, Any] = {link.key: record}
    return url_for("records.new", app=found.key, form=talk.key, **values)


def _given(found: LiveApp, form: str, record: int, sent: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    """What nobody need say: whom the talk is with, and who had it, where that is not asked for."""
    talk, link, _ = _talks(found, form)
    who = [key for key, field in talk.form.live_fields.items() if field.type.kind == "person" and not field.type.readonly and key not in sent and field.default is None]
    return {link.key: record, **{key: here.actor().id for key in who[:1]}}


def _dialog(found: LiveApp, form: str, record: int, title: str, read: Entry, status: int = 200) -> Response:
    """The fields of the talk, then the next step, with what was typed and what is wrong."""
    (talk, _, _), lang, given = _talks(found, form), here.actor().lang, request.values
    binder = Binder(found, talk.key, here.names(found), "talk-", At(None, makes=False))
    fields = [binder.entry(talk.form.live_fields[key], read) for key in contacting.asked(found, form)]
    keys = {field.key for field in fields}
    wrong = {one.path: say(one, lang) for one in read.problems if one.path.startswith("next_")}
    loose = [say(one, lang) for one in read.problems if one.path.partition(".")[0].partition("[")[0] not in keys and one.path not in wrong]
    who = given.get("step-person", type=whole) or here.actor().id
    return page.show("today/contact.html", status=status, title=title, fields=fields, loose=loose, wrong=wrong, address=url_for(".save", app=found.key, form=form, record=record),
                     more=_whole(found, form, record), task=given.get("task", given.get("for-task", 0, type=whole), type=whole),
                     step={"title": given.get("step-title", ""), "day": given.get("step-day", ""), "time": given.get("step-time", ""), "person": who, "name": here.names(found).person(who)},
                     later=today_panel.later(), me=here.actor().id, people_url=url_for("finding.persons", app=found.key, form=form))
