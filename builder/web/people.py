"""What members of an app may see and do: per form all records or only their own, and which acts are allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import Connection

from builder.edits import role
from builder.edits.made import Body
from builder.publish import apply as publishing
from builder.web import start, tags_gestures
from runtime import words
from runtime.accounts import departments, people
from runtime.definitions.form import Form
from runtime.errors import NotFound, Problem
from runtime.records import undo
from runtime.rules.target import WHO
from runtime.storage import versions
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("build_people", __name__, url_prefix="/build/<app>/people")
bp.before_request(start.guard)
PAGE, PART = "builder/form/people.html", "rights"
MEMBER, LABEL = "member", {"zh": "成员", "en": "Member"}
KEPT = "-"
UNDER = "/under"
ACTS = (
    ("create", Words("新建", "Create")),
    ("change", Words("修改", "Change")),
    ("remove", Words("删除", "Delete")),
    ("import", Words("导入", "Import")),
    ("export", Words("导出", "Export")),
)
ALL = Words("全部", "All")
OWN = Words("「{field}」是自己的", "Where “{field}” is them")
HOP = Words("「{link}」的「{field}」是自己的", "Where “{field}” of “{link}” is them")
TEAM = Words("「{field}」是自己的部门或下级", "Where “{field}” is their department or under it")
RULE = Words("按模板里的规则", "By the template's rule")
CHANGED = Words("改好了，成员马上按新的看", "Changed; members see it that way from now on")


@bp.get("/")
def index(app: str) -> Response:
    """The rights of members, and who they are."""
    found = here.app(app)
    return page.show(PAGE, PART, **start.surroundings(found), **rights(found))


@bp.post("/rows")
def rows(app: str) -> Response:
    """Which records of a form members see: all (""), or those where a person field is them."""
    form, path = request.form.get("form", ""), request.form.get("path", "")
    found = here.app(app)
    live = found.form(form)
    if path and path not in dict(choices(found, live)):
        raise NotFound(Problem("path", "no_such_field", {"field": path}))
    if path == KEPT:
        return _shown(app, None)
    return _edited(app, lambda body: role.set_rows(body, form, _rule(live, path) if path else None))


@bp.post("/acts")
def acts(app: str) -> Response:
    """Allow or forbid one act."""
    act, allowed = request.form.get("act", ""), request.form.get("on") == "1"
    if act not in role.ACTS:
        raise NotFound(Problem("act", "no_such_gesture", {"name": act[:40]}))
    return _edited(app, lambda body: role.set_act(body, act, allowed))


def _edited(app: str, edit: Callable[[Body], Body]) -> Response:
    """Do one edit on the members' role, which is made when the app has none, and offer the way back."""
    told = None
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        before = versions.find(conn, found.id, "role", MEMBER) or _begin(conn, found)
        done, _ = publishing.edit_now(conn, found.id, "role", MEMBER, edit, here.actor().by)
        if done.changes:
            params = {"kind": "role", "key": MEMBER, "version": before.version}
            token = undo.offer(conn, here.actor(), tags_gestures.UNDO, app, params)
            told = page.toast(CHANGED, here.actor().lang, undo=url_for("undo.take_back", token=token))
    return _shown(app, told)


def _begin(conn: Connection, found: LiveApp) -> versions.Published:
    body = role.new(LABEL) | {"key": MEMBER}
    return publishing.publish_body(conn, found.id, "role", body, here.actor().by).published


def _shown(app: str, told: dict[str, Any] | None) -> Response:
    found = here.app(app)
    return page.show(PAGE, PART, toast=told, **start.surroundings(found), **rights(found))


def rights(found: LiveApp) -> dict[str, Any]:
    """Everything the page shows."""
    member, lang = found.roles.get(MEMBER), here.actor().lang
    allowed = member.records if member else frozenset(role.ACTS)
    return {
        "forms": [_form(found, live, lang) for live in found.forms.values()],
        "acts": [(name, label.say(lang), name in allowed) for name, label in ACTS],
        "everyone": [person for person in people.everyone(here.conn(), active_only=True)],
        "belongs": departments.named(here.conn(), lang),
    }


def _form(found: LiveApp, live: LiveForm, lang: str) -> dict[str, Any]:
    """One form with what members see of it."""
    member = found.roles.get(MEMBER)
    rule = member.rows.get(live.key) if member else None
    offered = [("", ALL.say(lang)), *choices(found, live)]
    now = next((path for path, _ in offered if path and rule == _rule(live, path)), KEPT) if rule else ""
    if now == KEPT:
        offered.append((KEPT, RULE.say(lang)))
    return {
        "key": live.key,
        "label": words.read(live.form.label, lang),
        "icon": live.form.icon,
        "now": now,
        "choices": offered,
    }


def _rule(live: LiveForm, path: str) -> dict[str, Any]:
    """The rule of one way in which a record can be somebody's own."""
    field = path.removesuffix(UNDER)
    return role.mine(path, _several(live, path)) if field == path else role.own_department(field)


def _several(live: LiveForm, path: str) -> bool:
    """Whether a field names several people."""
    return path in live.form.fields and live.form.fields[path].type.kind == "people"


def choices(found: LiveApp, live: LiveForm) -> list[tuple[str, str]]:
    """The ways in which a record can be somebody's own: a person field of the form, or of a form it links to."""
    lang = here.actor().lang
    made = [(key, OWN.say(lang, field=label)) for key, label in _persons(live.form, lang, WHO)]
    made += [(f"{key}{UNDER}", TEAM.say(lang, field=words.read(item.label, lang))) for key, item in live.form.live_fields.items() if item.type.shared]
    for key, link in live.form.links.items():
        if link.retired or link.form is None or link.form not in found.forms:
            continue
        name = words.read(link.label, lang)
        there = found.forms[link.form].form
        made += [(f"{key}.{field}", HOP.say(lang, link=name, field=label)) for field, label in _persons(there, lang)]
    return made


def _persons(form: Form, lang: str, kinds: Sequence[str] = ("person",)) -> Iterator[tuple[str, str]]:
    """The fields of a form that name a person, or several."""
    for key, item in form.live_fields.items():
        if item.type.kind in kinds:
            yield key, words.read(item.label, lang)
