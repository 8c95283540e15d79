"""Many records by one request: made, changed by ids or by a rule, tagged, kept in a group or out of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from runtime.commands import bulk, bulk_job, checks
from runtime.commands import create as creating
from runtime.errors import Invalid, Problem
from runtime.groups import pins
from runtime.jobs import queue
from runtime.records import access, entry
from runtime.records.act import Act
from runtime.records.entry import Entry
from runtime.records.queries import Query
from runtime.records.settled import settled
from runtime.storage.live import LiveForm
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.answering import answer, told
from runtime.web.api.records import AT
from runtime.web.api.room import FORM, ID, IDS, KEY, MOMENT, TEXT, Room, listed, maybe, thing
from runtime.words import Words

room = Room(Words("批量", "Many records"))
MOST = 1_000
NEW = thing({"records": listed(thing({"values": {"type": "object", "x-shape": "new"}}), MOST, 1)})
CHANGE = thing(
    {
        "ids": IDS,
        "rule": shapes.RULE,
        "search": {**TEXT, "maxLength": 200},
        "values": {"type": "object", "minProperties": 1, "x-shape": "change"},
    },
    "ids",
    "rule",
    "search",
)
KEYS = listed(KEY, 50)
TAG = thing({"ids": listed(ID, bulk.AT_ONCE, 1), "field": KEY, "on": KEYS, "off": KEYS}, "on", "off")
PIN = thing(
    {
        "ids": listed(ID, bulk.AT_ONCE, 1),
        "group": {**TEXT, "maxLength": 81},
        "keep": {"enum": ["in", "out", "rule"]},
        "reason": TEXT,
        "until": maybe(MOMENT | {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}),
    },
    "reason",
    "until",
)


@room.post(
    f"{AT}/bulk",
    Words("一次新建多条，每条都有结果", "Create many records, with a result for each"),
    {200: shapes.ROWS},
    body=NEW,
    wrong=(409, 422),
)
def create_many(app: str, form: str, body: Mapping[str, Any]) -> dict[str, Any]:
    with here.act(app, "api") as act:
        live = act.app.form(form)
        access.must(act.app, act.by, "create")
        read = [_entry(act, live, row["values"]) for row in body["records"]]
        wrong = problems(act, live, read)
        good = [at for at, found in enumerate(wrong) if not found]
        saved = dict(zip(good, creating.create_many(act, form, [read[at] for at in good]) if good else (), strict=True))
    rows = [
        {"row": at, "record": {"id": saved[at].id, "version": saved[at].version, "code": saved[at].code}}
        if at in saved
        else {"row": at, "errors": told(wrong[at], here.actor().lang)}
        for at in range(len(read))
    ]
    return {"created": len(good), "failed": len(rows) - len(good), "rows": rows}


def _entry(act: Act, live: LiveForm, values: Mapping[str, Any]) -> Entry:
    return settled(entry.read(live.form, values, act.names), act.conn, act.names, act.as_of)


def problems(act: Act, live: LiveForm, read: list[Entry]) -> list[list[Problem]]:
    """What keeps each row out: its own problems, then those that only the database knows."""
    found = [[problem for problem in one.problems if problem.severity == "error"] for one in read]
    sound = [at for at, own in enumerate(found) if not own]
    for at, own in zip(sound, checks.check(act, live, [read[at].values for at in sound]), strict=True):
        found[at] = own
    return found


@room.post(
    f"{AT}/bulk-change",
    Words("按规则或编号批量修改；超过 500 条时给一个任务", "Change many records; more than 500 make a job"),
    {200: shapes.DONE, 202: shapes.REFERENCE},
    body=CHANGE,
    wrong=(409, 422),
)
def change_many(app: str, form: str, body: Mapping[str, Any]) -> Response:
    found, live, reader = shapes.opened(app, form)
    access.must(found, here.actor(), "change")
    if ("ids" in body) == ("rule" in body):
        raise Invalid(Problem("", "api_ids_or_rule"))
    checks.stop_on_problems([entry.read(live.form, body["values"], here.names(found), whole=False)])
    query = Query(
        body.get("rule"), body.get("search", ""), limit=bulk.AT_ONCE, ids=body.get("ids") and tuple(body["ids"])
    )
    ids, more = reader.ids(query)
    if more:
        return answer({"id": later(app, form, query, body["values"])}, 202)
    with here.act(app, "bulk") as act:
        return answer({"ids": bulk.set_fields(act, form, ids, body["values"])})


def later(app: str, form: str, query: Query, values: Mapping[str, Any]) -> int:
    """Leave it to a job; gives its number."""
    number = here.app(app).id
    with here.write() as conn:
        job = queue.put(
            conn, bulk_job.KIND, bulk_job.params(app, form, query, values), by=here.actor().id, app_id=number
        )
    here.fenzu().runner.wake()
    return job


@room.post(
    f"{AT}/tags",
    Words("给多条记录贴上或取下标签", "Put tags on records or take them off"),
    {200: shapes.DONE},
    body=TAG,
    wrong=(409, 422),
)
def tag_records(app: str, form: str, body: Mapping[str, Any]) -> dict[str, Any]:
    with here.act(app, "bulk") as act:
        return {"ids": bulk.tag(act, form, body["ids"], body["field"], body.get("on", ()), body.get("off", ()))}


@room.post(
    f"{FORM}/pins",
    Words("手动固定到分组、排除或交还给规则", "Keep records in a group or out of it, or let the rule decide"),
    {200: shapes.DONE},
    body=PIN,
    wrong=(409, 422),
)
def pin_records(app: str, form: str, body: Mapping[str, Any]) -> dict[str, Any]:
    with here.act(app, "pin") as act:
        if body["keep"] == "rule":
            return {"ids": pins.take_away(act, form, body["ids"], body["group"])}
        return {
            "ids": pins.put(
                act, form, body["ids"], body["group"], body["keep"], body.get("reason", ""), body.get("until")
            )
        }
