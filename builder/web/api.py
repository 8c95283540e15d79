"""Definitions over the API, the side that writes: drafts laid down whole, checked, published with their impact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from builder import apps, drafts
from builder.publish import apply, effect, retype_job, schedule, sure
from builder.publish.apply import Outcome
from builder.publish.impact import Impact
from builder.publish.plan import plan
from runtime.commands import fill_codes
from runtime.errors import Invalid, NotFound, Problem
from runtime.jobs import queue
from runtime.storage import versions
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.answering import told
from runtime.web.api.apps import KIND, known
from runtime.web.api.room import ANY, COUNT, FORM, TEXT, Room, listed, thing
from runtime.words import Words

room = Room(Words("搭建", "Building"), needs="build")
AT = "/apps/<app>/definitions/<kind>/<key>"
NAME = {"type": "string", "minLength": 1, "maxLength": 60}
LABEL = {"type": "object", "properties": {"zh": NAME, "en": NAME}, "minProperties": 1, "additionalProperties": False}
LINE = thing(
    {
        "act": {"type": "string"},
        "path": {"type": "string"},
        "title": {"type": "string"},
        "note": {"type": "string"},
        "severity": {"enum": ["safe", "attention", "loses"]},
        "records": {"type": ["integer", "null"]},
    }
)
IMPACT = thing({"records": COUNT, "touched": COUNT, "changes": listed(LINE)})
DRAFT = thing(
    {
        "kind": KIND,
        "key": {"type": "string"},
        "revision": COUNT,
        "base_version": COUNT,
        "body": ANY,
        "problems": listed(shapes.PROBLEM),
        "impact": IMPACT,
    }
)
PUBLISHED = thing(
    {
        "kind": KIND,
        "key": {"type": "string"},
        "version": COUNT,
        "changes": listed(LINE),
        "job": {"type": ["integer", "null"]},
    }
)
LAY = thing({"body": ANY, "revision": COUNT}, "revision")
SURE = {"type": "boolean"}
PUBLISH = thing({"revision": COUNT, "note": TEXT, "sure": SURE}, "revision", "note", "sure")
SET = thing({"definitions": listed(thing({"kind": KIND, "body": ANY}), 200, 1), "note": TEXT, "sure": SURE}, "note", "sure")
LAID = Words("通过接口改的", "Laid down through the API")
WRONG = (409, 422)


@room.post(
    "/apps",
    Words("新建一个空白应用", "Make a blank app"),
    {201: thing({"key": {"type": "string"}})},
    body=thing({"label": LABEL}),
    wrong=WRONG,
)
def create_app(body: Mapping[str, Any]) -> dict[str, Any]:
    if not any(text.strip() for text in body["label"].values()):
        raise Invalid(Problem("label", "app_name", {"n": 60}))
    with here.write() as conn:
        return {"key": apps.create_blank(conn, body["label"], here.actor().by).key}


@room.get(f"{AT}/draft", Words("读草稿，带问题和影响", "Read a draft with its problems and its impact"), DRAFT)
def get_draft(app: str, kind: str, key: str) -> dict[str, Any]:
    known(kind)
    return shown(here.conn(), drafts.open_draft(here.conn(), here.app(app).id, kind, key))


@room.put(f"{AT}/draft", Words("放下一份草稿", "Lay down a draft"), {200: DRAFT}, body=LAY, wrong=WRONG)
def put_draft(app: str, kind: str, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    known(kind)
    with here.write() as conn:
        return shown(conn, lay(conn, here.fenzu().live.app(conn, app).id, kind, key, body))


def lay(conn: Connection, app_id: int, kind: str, key: str, given: Mapping[str, Any]) -> drafts.Draft:
    """The body as the next step of its draft, or as the first of a definition that was never there."""
    new, by = dict(given["body"]), here.actor().by
    try:
        now = drafts.open_draft(conn, app_id, kind, key)
    except NotFound:
        now = drafts.start(conn, app_id, kind, new, by)
        if now.key != key:
            raise Invalid(Problem("key", "api_other_key", {"given": now.key, "key": key})) from None
        return now
    return drafts.apply(conn, app_id, kind, key, given.get("revision", now.revision), lambda _old: new, LAID, by)


@room.delete(f"{AT}/draft", Words("放弃草稿", "Throw a draft away"), {204: None}, wrong=(409,))
def discard_draft(app: str, kind: str, key: str) -> None:
    known(kind)
    with here.write() as conn:
        app_id = here.fenzu().live.app(conn, app).id
        drafts.discard(conn, app_id, kind, key)
        schedule.called_off(conn, app_id, kind, key)


@room.post(f"{AT}/publish", Words("发布草稿；要转换很多内容时由后台任务转好再发布（job）", "Publish a draft; where many values are to be converted a job does it and publishes then (job)"), {200: PUBLISHED}, body=PUBLISH, wrong=WRONG)
def publish_draft(app: str, kind: str, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    known(kind)
    with here.write() as conn:
        live = here.fenzu().live.app(conn, app)
        with sure.asked_twice(conn, live, [(kind, drafts.open_draft(conn, live.id, kind, key).body)], here.as_of(), body.get("sure", False)):
            made, job = publish(conn, app, kind, key, body.get("note", ""), body.get("revision"))
            schedule.called_off(conn, live.id, kind, key)
    here.fenzu().runner.wake()
    return said(made, job)


@room.post(
    "/apps/<app>/definitions",
    Words("一起发布几份定义", "Publish several definitions as one"),
    {200: thing({"definitions": listed(PUBLISHED)})},
    body=SET,
    wrong=WRONG,
)
def publish_set(app: str, body: Mapping[str, Any]) -> dict[str, Any]:
    bodies = [(item["kind"], item["body"]) for item in body["definitions"]]
    with here.write() as conn:
        live = here.fenzu().live.app(conn, app)
        with sure.asked_twice(conn, live, bodies, here.as_of(), body.get("sure", False)):
            made = apply.publish_set(conn, live.id, bodies, here.actor().by, body.get("note", ""))
        for one in made:
            schedule.called_off(conn, live.id, one.published.kind, one.published.key)
        job = effect.into_effect(conn, app, made, here.actor().zone, here.actor().by)
    here.fenzu().runner.wake()
    return {"definitions": [said(one, job) for one in made]}


@room.post(
    f"{FORM}/codes/fill",
    Words("给没有编码的记录编码", "Give codes to records without one"),
    {202: shapes.REFERENCE},
    wrong=WRONG,
)
def fill_missing_codes(app: str, form: str) -> dict[str, int]:
    found = here.app(app)
    if found.code_of(found.form(form).key) is None:
        raise NotFound(Problem("form", "no_such_definition", {"key": f"code/{form}"}))
    asked = {"app": app, "form": form}
    with here.write() as conn:
        number = queue.put(conn, fill_codes.KIND, asked, by=here.actor().by, app_id=found.id, once=True)
    here.fenzu().runner.wake()
    return {"id": number}


def publish(conn: Connection, app: str, kind: str, key: str, note: str, revision: int | None) -> tuple[Outcome, int | None]:
    """A draft published at once, or by a job where many values have to be converted: then the old version is still in use."""
    app_id, by = here.fenzu().live.app(conn, app).id, here.actor().by
    if kind == "form":
        draft = drafts.open_draft(conn, app_id, kind, key)
        job = retype_job.publish_later(conn, app, app_id, key, by, note, draft.revision if revision is None else revision)
        old = versions.find(conn, app_id, kind, key)
        if job is not None and old is not None:
            return Outcome(old, tuple(plan(kind, old.body, draft.body))), job
    made = apply.apply(conn, app_id, kind, key, by, note, revision)
    return made, effect.into_effect(conn, app, [made], here.actor().zone, by)


def shown(conn: Connection, draft: drafts.Draft) -> dict[str, Any]:
    """A draft as JSON, with what publishing it would say."""
    before = apply.preview(conn, draft.app_id, draft.kind, draft.body)
    return {
        "kind": draft.kind,
        "key": draft.key,
        "revision": draft.revision,
        "base_version": draft.base_version,
        "body": draft.body,
        "problems": told(before.problems, here.actor().lang),
        "impact": felt(before.impact),
    }


def felt(impact: Impact) -> dict[str, Any]:
    """Whom the changes concern."""
    changes = [line(one.change, one.count) for one in impact.lines]
    return {"records": impact.total, "touched": impact.touched, "changes": changes}


def line(change: Any, count: int | None) -> dict[str, Any]:
    """One change in words."""
    lang = here.actor().lang
    return {
        "act": change.act,
        "path": change.path,
        "title": change.title.say(lang),
        "note": change.note.say(lang),
        "severity": change.severity,
        "records": count,
    }


def said(made: Outcome, job: int | None) -> dict[str, Any]:
    """What was published."""
    item: versions.Published = made.published
    return {
        "kind": item.kind,
        "key": item.key,
        "version": item.version,
        "changes": [line(one, None) for one in made.changes],
        "job": job,
    }
