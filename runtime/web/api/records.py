"""Records over the API: made, read, listed, counted, changed with their version, removed, restored, with history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from runtime.commands import change as changing
from runtime.commands import create as creating
from runtime.commands import remove as removing
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.groups import membership
from runtime.records import access, entry, history
from runtime.records.load import Record
from runtime.records.queries import MOST, PAGE, Query
from runtime.records.settled import settled
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.answering import answer, wrong
from runtime.web.api.room import BIGGEST, FORM, ID, TEXT, Param, Room, listed, maybe, shape, some, thing
from runtime.words import Words

room = Room(Words("记录", "Records"))
AT = f"{FORM}/records"
ONE = f"{AT}/<int:record>"
LONG = 20_000
RULE = Param("rule", "json", Words("筛选规则（JSON）", "The filter, a rule as JSON"), LONG)
SEARCH = Param("search", "text", Words("要找的字", "Words to search for"), 200, default="")
SORT = Param(
    "sort",
    "names",
    Words("排序字段，- 表示倒序，例如 -amount,name", "Fields to sort by, - for descending: -amount,name"),
    500,
    default=(),
)
FIELDS = Param("fields", "names", Words("只要这些字段", "Only these fields"), 4_000, default=())
GROUPED = Param("groups", "flag", Words("带上所在的分组", "With the groups each record is in"), default=False)
LIMIT = Param("limit", "whole", Words("一页多少条", "How many on a page"), MOST, 1, PAGE)
CURSOR = Param("cursor", "text", Words("上一页给的 next", "The `next` of the page before"), 4_000, default="")
BIN = Param("deleted", "flag", Words("看回收站", "Look into the recycle bin"), default=False)
LIST = (RULE, SEARCH, SORT, FIELDS, GROUPED, LIMIT, CURSOR, BIN)
NAMES = listed({**TEXT, "minLength": 1}, 400)
ASKED = some(
    {
        "rule": maybe(shapes.RULE),
        "search": {**TEXT, "maxLength": 200},
        "sort": {**NAMES, "maxItems": 8},
        "fields": NAMES,
        "groups": {"type": "boolean"},
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST},
        "cursor": maybe({"type": "string", "maxLength": 4_000}),
        "deleted": {"type": "boolean"},
    }
)
NEW = thing({"values": {"type": "object", "x-shape": "new"}})
CHANGE = thing({"values": {"type": "object", "x-shape": "change"}, "version": ID}, "version")
WRONG = (409, 422)


@room.post(
    AT,
    Words("新建记录", "Create a record"),
    {201: shape("record")},
    body=NEW,
    wrong=WRONG,
    headers={"Location": Words("新记录的地址", "Where the new record is")},
)
def create_record(app: str, form: str, body: Mapping[str, Any]) -> Response:
    with here.act(app, "api") as act:
        live = act.app.form(form)
        read = settled(entry.read(live.form, body["values"], act.names), act.conn, act.names, act.as_of)
        saved = creating.create(act, form, read)
        made = Record(saved.id, saved.version, read.values, act.at, act.by.by, act.at, act.by.by, None, live.version)
        shown = shapes.one(act.app, live, made, shapes.joined(act.app, act.moves, saved.id))
    code = act.app.code_of(form)
    if code is not None:
        shown["code"] = shown["values"][code.field] = saved.code
    if any(item.type.computed for item in live.form.live_fields.values()):
        shown = worked_out(app, form, shown)
    return answer(shown, 201, {"Location": url_for(".get_record", app=app, form=form, record=saved.id)})


def worked_out(app: str, form: str, shown: dict[str, Any]) -> dict[str, Any]:
    """A new record with what is worked out from it; as it was given where it is out of the asker's sight."""
    try:
        return dict(shapes.stored(shapes.opened(app, form)[2], shown["id"]))
    except NotFound:
        return shown


@room.get(AT, Words("记录列表", "List records"), shapes.PAGE, query=LIST, wrong=(422,))
def list_records(app: str, form: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    return page(app, form, ask)


@room.post(
    f"{AT}/query",
    Words("按规则查记录，规则放在内容里", "List records, with the question in the body"),
    {200: shapes.PAGE},
    body=ASKED,
    wrong=(422,),
)
def query_records(app: str, form: str, body: Mapping[str, Any]) -> dict[str, Any]:
    given = {param.name: param.default for param in LIST}
    return page(app, form, {**given, **body, "cursor": body.get("cursor") or ""})


def page(app: str, form: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    """One page of a list."""
    found, live, reader = shapes.opened(app, form)
    keys = shapes.wanted(live, ask["fields"])
    made = reader.page(asked(ask), fields=keys and with_code(found.code_of(form), keys))
    groups = membership.groups_of(reader.conn, found, live, made.ids) if ask["groups"] else None
    return {"records": shapes.several(found, live, made.records, keys, groups), "next": made.after}


def with_code(code: Any, keys: list[str]) -> list[str]:
    """The fields to read: those wanted, and the one that holds the code."""
    return keys if code is None else [*keys, code.field]


def asked(ask: Mapping[str, Any]) -> Query:
    """The question as the one reader takes it."""
    sort = tuple((name.removeprefix("-"), name.startswith("-")) for name in ask["sort"])
    return Query(ask["rule"], ask["search"], sort, ask["limit"], ask["cursor"] or None, ask["deleted"])


@room.get(f"{AT}/count", Words("有多少条", "Count records"), shapes.COUNTED, query=(RULE, SEARCH, BIN), wrong=(422,))
def count_records(app: str, form: str, ask: Mapping[str, Any]) -> dict[str, Any]:
    _, _, reader = shapes.opened(app, form)
    total, exact = reader.count(Query(ask["rule"], ask["search"], deleted=ask["deleted"]))
    return {"count": total, "exact": exact}


@room.get(ONE, Words("看一条记录", "Read one record"), shape("record"), headers={"ETag": Words("版本", "Its version")})
def get_record(app: str, form: str, record: int) -> Response:
    shown = shapes.stored(shapes.opened(app, form)[2], record)
    return answer(shown, 200, {"ETag": f'"{shown["version"]}"'})


@room.patch(
    ONE,
    Words("修改一条记录", "Change a record"),
    {200: shape("record"), 204: None},
    body=CHANGE,
    wrong=WRONG,
    headers={"ETag": Words("新的版本", "Its new version")},
)
def change_record(app: str, form: str, record: int, body: Mapping[str, Any]) -> Response:
    seen = seen_version(body)
    try:
        with here.act(app, "api") as act:
            read = entry.read(act.app.form(form).form, body["values"], act.names, whole=False)
            changing.change(act, form, record, read, version=seen)
    except Conflict as conflict:
        now = shapes.stored(shapes.opened(app, form)[2], record)
        return wrong(409, conflict.problems, here.actor().lang, {"record": now})
    return after(app, form, record)


def after(app: str, form: str, record: int) -> Response:
    """A record as it is after a change; nothing where the change has taken it out of the asker's sight."""
    try:
        shown = shapes.stored(shapes.opened(app, form)[2], record)
    except NotFound:
        return answer(None, 204)
    return answer(shown, 200, {"ETag": f'"{shown["version"]}"'})


def seen_version(body: Mapping[str, Any]) -> int | None:
    """The version the client has seen, from the body or from If-Match; `*` says that any will do."""
    given = request.headers.get("If-Match", "").strip()
    if "version" in body:
        return int(body["version"])
    if not given:
        raise Invalid(Problem("version", "api_version_needed"))
    number = given.removeprefix("W/").strip('"')
    if given != "*" and not (number.isascii() and number.isdigit() and len(number) < 16):
        raise Invalid(Problem("If-Match", "api_bad_version"))
    return None if given == "*" else int(number)


@room.delete(ONE, Words("移到回收站", "Move a record to the recycle bin"), {204: None}, wrong=(409,))
def remove_record(app: str, form: str, record: int) -> None:
    with here.act(app, "api") as act:
        if not removing.remove(act, form, [record]):
            raise shapes.missing()


@room.post(
    f"{ONE}/restore", Words("从回收站放回", "Take a record out of the recycle bin"), {200: shape("record")}, wrong=WRONG
)
def restore_record(app: str, form: str, record: int) -> dict[str, Any]:
    with here.act(app, "api") as act:
        if not removing.restore(act, form, [record]):
            raise shapes.missing()
    return shapes.stored(shapes.opened(app, form)[2], record)


BEFORE = Param("before", "whole", Words("只看这一行之前的", "Only lines before this one"), BIGGEST, 1)


@room.get(
    f"{ONE}/history", Words("一条记录的历史", "The history of a record"), shapes.HISTORY, query=(BEFORE,), wrong=(422,)
)
def record_history(app: str, form: str, record: int, ask: Mapping[str, Any]) -> dict[str, Any]:
    found, live, reader = shapes.opened(app, form)
    access_to(reader, record)
    lines = history.of_record(here.conn(), live.id, record, before=ask["before"])
    here.names(found).prime_people(line.by for line in lines if line.by)
    shown = [told(found, live, line) for line in lines]
    return {"lines": shown, "next": lines[-1].id if len(lines) == history.PAGE else None}


def told(found: LiveApp, live: LiveForm, line: history.Line) -> dict[str, Any]:
    """One line of a history; what became of retired fields is left out."""
    hidden = live.form.fields.keys() - live.form.live_fields.keys()
    name = here.names(found).person(line.by) if line.by else ""
    changes = {key: pair for key, pair in line.changes.items() if key not in hidden}
    facts = {"id": line.id, "at": line.at, "by": line.by, "name": name}
    return {**facts, "act": line.act, "cause": line.cause, "changes": changes}


def access_to(reader: Any, record: int) -> None:
    """Stop with NotFound unless the record is there, or in the recycle bin, and the asker's to see."""
    for deleted in (False, True):
        if access.visible_ids(
            reader.conn, reader.app, reader.live, reader.actor, [record], reader.as_of, deleted=deleted
        ):
            return
    raise shapes.missing()
