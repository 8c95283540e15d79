"""Comments over the API: a record's newest, one more, changed, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from runtime.commands import comments as commenting
from runtime.records import comments
from runtime.records.comments import PAGE, Comment
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.answering import answer
from runtime.web.api.records import ONE
from runtime.web.api.room import BIGGEST, ID, MOMENT, Param, Room, listed, maybe, thing
from runtime.words import Words

room = Room(Words("评论", "Comments"))
AT = f"{ONE}/comments"
SAID = thing({"id": ID, "at": MOMENT, "by": shapes.PERSON, "name": {"type": "string"}, "text": {"type": "string"}, "edited_at": maybe(MOMENT),
              "mentions": listed(thing({"person": ID, "name": {"type": "string"}}))})
COMMENTS = thing({"comments": listed(SAID), "next": {"type": ["integer", "null"]}})
TEXT = thing({"text": {"type": "string", "minLength": 1, "maxLength": 20_000, "description": f"@name or @login mentions a colleague; at most {commenting.LONGEST} characters"}})
BEFORE = Param("before", "whole", Words("只看这条评论之前的", "Only comments before this one"), BIGGEST, 1)
LIMIT = Param("limit", "whole", Words("一页多少条", "How many on a page"), 100, 1, PAGE)
WRONG = (422,)


@room.get(AT, Words("一条记录的评论，最新的在前", "The comments on a record, the newest first"), COMMENTS, query=(BEFORE, LIMIT), wrong=WRONG)
def list_comments(app: str, form: str, record: int, ask: Mapping[str, Any]) -> dict[str, Any]:
    found, live, reader = shapes.opened(app, form)
    reader.one(record)
    some = comments.newest(here.conn(), live.id, record, before=ask["before"], limit=ask["limit"] + 1)
    page = some[: ask["limit"]]
    return {"comments": told(found, page), "next": page[-1].id if len(some) > len(page) else None}


@room.post(AT, Words("写一条评论", "Write a comment"), {201: SAID}, body=TEXT, wrong=WRONG)
def write_comment(app: str, form: str, record: int, body: Mapping[str, Any]) -> Response:
    with here.act(app, "api") as act:
        number = commenting.write(act, form, record, body["text"])
    return answer(one(app, form, record, number), 201)


@room.put(f"{AT}/<int:comment>", Words("改自己的评论", "Change one’s own comment"), {200: SAID}, body=TEXT, wrong=WRONG)
def change_comment(app: str, form: str, record: int, comment: int, body: Mapping[str, Any]) -> dict[str, Any]:
    with here.act(app, "api") as act:
        commenting.change(act, form, record, comment, body["text"])
    return one(app, form, record, comment)


@room.delete(f"{AT}/<int:comment>", Words("删除评论", "Delete a comment"), {204: None})
def remove_comment(app: str, form: str, record: int, comment: int) -> None:
    with here.act(app, "api") as act:
        commenting.remove(act, form, record, comment)


def one(app: str, form: str, record: int, number: int) -> dict[str, Any]:
    """A comment as it is kept."""
    found, live, _ = shapes.opened(app, form)
    return told(found, [comments.one(here.conn(), live.id, record, number)])[0]


def told(found: LiveApp, some: list[Comment]) -> list[dict[str, Any]]:
    """Comments as JSON; all names come in one question."""
    names = here.names(found)
    names.prime_people(one for comment in some for one in (comment.by, *comment.people) if one)
    return [{"id": it.id, "at": it.at, "by": it.by, "name": names.person(it.by) if it.by else "", "text": it.text, "edited_at": it.edited_at,
             "mentions": [{"person": who, "name": names.person(who)} for who in it.people]} for it in some]
