"""发件箱: what workflows sent and what waits to go out, for those who build; and the addresses by which others begin workflows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime import words
from runtime.accounts import people
from runtime.messages import say
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.web.odd import whole
from runtime.words import Words
from runtime.workflows import hooks, outgoing
from runtime.workflows.outgoing import Item

bp = Blueprint("outbox", __name__, url_prefix="/outbox/<app>")
AT_ONCE = 50
STATES = {"": Words("全部", "All"), "waiting": Words("等着发", "Waiting"), "failed": Words("没发出去", "Not sent"), "sent": Words("已发出", "Sent"),
          "cancelled": Words("不发了", "Cancelled")}
LOOKS = {"waiting": ("", "clock", STATES["waiting"]), "sending": ("brand", "send", Words("正在发", "Being sent")), "sent": ("ok", "check", STATES["sent"]),
         "failed": ("bad", "alert-circle", STATES["failed"]), "cancelled": ("", "ban", STATES["cancelled"])}
AGAIN = Words("马上再发一次", "It is sent again now")
GONE = Words("不发了", "It will not be sent")
MADE = Words("地址做好了；以前做过的不再能用", "The address is ready; one made before no longer works")
ENDED = Words("这个地址停用了", "The address no longer works")


@bp.before_request
def _builder() -> None:
    """Everything here is for those who build."""
    here.actor().must("build")


@bp.get("/")
def index(app: str) -> Response:
    """The newest first, with why something did not go out."""
    found, state = here.app(app), request.args.get("state", "")
    state = state if state in STATES else ""
    items = outgoing.listed(here.conn(), found.id, state, request.args.get("before", type=whole), AT_ONCE + 1)
    older = url_for(".index", app=app, state=state or None, before=items[AT_ONCE - 1].id) if len(items) > AT_ONCE else ""
    flows = _flows(found, items)
    return page.show("account/outbox.html", found=found, items=[_told(one, flows.get(one.run_id or 0, "")) for one in items[:AT_ONCE]], older=older, state=state, views=_views(app, state),
                     addresses=_addresses(found), secret=page.told_once("hook"), names=people.names(here.conn()))


def _flows(found: LiveApp, items: Sequence[Item]) -> dict[int, str]:
    """What the workflow of each run is called."""
    names = {item.id: words.read(item.workflow.label, here.actor().lang) for item in found.workflows.values()}
    runs = outgoing.workflows_of(here.conn(), [item.run_id for item in items if item.run_id])
    return {run: names.get(workflow, "") for run, workflow in runs.items()}


def _told(item: Item, flow: str) -> dict[str, Any]:
    """One line: what it is, to whom, by which workflow, how it stands, and in words why."""
    tone, icon, label = LOOKS[item.state]
    lang = here.actor().lang
    about = " · ".join(part for part in (flow, item.body.get("subject", "")) if part)
    return {"item": item, "tone": tone, "icon": icon, "label": label.say(lang), "about": about, "why": say(item.why, lang) if item.why else "",
            "again": item.state in ("waiting", "failed", "cancelled"), "stop": item.state in ("waiting", "failed")}


def _views(app: str, state: str) -> list[dict[str, Any]]:
    return [{"label": label.say(here.actor().lang), "href": url_for(".index", app=app, state=key or None), "on": key == state} for key, label in STATES.items()]


def _addresses(found: LiveApp) -> list[dict[str, Any]]:
    """The workflows that others begin, each with what is known of its address."""
    known = hooks.of_app(here.conn(), found.id)
    return [{"key": item.key, "name": words.read(item.workflow.label, here.actor().lang), "on": item.on, "hook": known.get(item.id)} for item in hooks.listening(found)]


@bp.post("/<int:number>/again")
def again(app: str, number: int) -> Response:
    with here.write() as conn:
        outgoing.send_again(conn, _id(app), number)
    here.fenzu().runner.wake()
    return _back(app, AGAIN)


@bp.post("/<int:number>/cancel")
def cancel(app: str, number: int) -> Response:
    with here.write() as conn:
        outgoing.cancel(conn, _id(app), number)
    return _back(app, GONE)


@bp.post("/addresses/<workflow>")
def make(app: str, workflow: str) -> Response:
    """A new address for a workflow, shown once; an older one ends."""
    item = hooks.workflow_of(here.app(app), workflow)
    with here.write() as conn:
        token = hooks.renew(conn, here.actor(), _id(app), item)
    page.tell_once("hook", link=url_for("hooks.receive", token=token, _external=True), name=words.read(item.workflow.label, here.actor().lang))
    return _back(app, MADE)


@bp.post("/addresses/<workflow>/end")
def end(app: str, workflow: str) -> Response:
    item = hooks.workflow_of(here.app(app), workflow)
    with here.write() as conn:
        hooks.end(conn, here.actor(), item)
    return _back(app, ENDED)


def _id(app: str) -> int:
    return here.fenzu().live.app(here.conn(), app).id


def _back(app: str, told: Words) -> Response:
    state = request.form.get("state", "")
    return page.go(url_for(".index", app=app, state=state if state in STATES and state else None), page.toast(told, here.actor().lang))
