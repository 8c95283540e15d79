"""Comments on records: written, changed and deleted, with who is told and what workflows hear of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.accounts import actor as actors
from runtime.accounts import notices
from runtime.errors import Denied, Invalid, NotFound, Problem
from runtime.records import access, comments, events, history, mentions
from runtime.records.act import Act
from runtime.records.comments import Comment
from runtime.records.mentions import Mention
from runtime.storage.live import LiveForm
from runtime.storage.system_tables import comment as table

LONGEST = 5_000  # characters
MOST = 50  # people in one comment
TOLD = 80  # characters of it at the bell
NOTICE = "comment_mention"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # nothing that a person types; lines end by \n


def write(act: Act, form: str, record: int, text: str) -> int:
    """Say something about a record; whoever is mentioned is told. Gives its number.

    Raises NotFound for a record that is not the asker's to see, Invalid where the text is blank or too long, or names
    somebody who may not see the record.
    """
    live = _seen(act, form, record)
    said, named = _read(act, live, record, text)
    values = {"app_id": act.app.id, "form_id": live.id, "record_id": record, "by": act.by.by, "at": act.at, "text": said, "mentions": json.dumps(named)}
    number = int(act.conn.execute(sa.insert(table).returning(table.c.id), values).scalar_one())
    events.note(act, live, "commented", [record], comment=number)
    _tell(act, live, record, number, said, [one.person for one in named])
    return number


def change(act: Act, form: str, record: int, number: int, text: str) -> Comment:
    """Change one's own comment; who is mentioned for the first time is told. Gives it as it was."""
    live = _seen(act, form, record)
    old = comments.one(act.conn, live.id, record, number, lock=True)
    if old.by != act.by.id:
        raise Denied(Problem("", "comment_not_yours"))
    said, named = _read(act, live, record, text)
    if said != old.text:
        act.conn.execute(sa.update(table).where(table.c.id == number).values(text=said, mentions=json.dumps(named), edited_at=act.at))
        now = {one.person for one in named}
        _forget(act, live, record, number, set(old.people) - now)
        if still := now.intersection(old.people):
            notices.reword(act.conn, still, NOTICE, _href(act, live, record, number), _params(act, live, record, said))
        _tell(act, live, record, number, said, [one.person for one in named if one.person not in old.people])
    return old


def remove(act: Act, form: str, record: int, number: int) -> dict[str, Any]:
    """Delete one's own comment, or as somebody who builds anybody's; gives what its way back needs."""
    live = _seen(act, form, record)
    old = comments.one(act.conn, live.id, record, number, lock=True)
    if not may_remove(act, old):
        raise Denied(Problem("", "comment_not_yours"))
    act.conn.execute(sa.delete(table).where(table.c.id == number))
    _forget(act, live, record, number, old.people)
    if old.by != act.by.id:
        _note(act, live, record, "$comment_removed", old)
    return {"form": form, "record": record, "id": number, "by": old.by, "at": old.at, "text": old.text, "mentions": old.mentions, "edited_at": old.edited_at}


def may_remove(act: Act, comment: Comment) -> bool:
    """Whoever wrote it, and those who look after the app."""
    return comment.by == act.by.id or act.by.may("build")


def bring_back(act: Act, kept: Mapping[str, Any]) -> None:
    """Take the deletion of a comment back."""
    live = _seen(act, kept["form"], kept["record"])
    same = {name: kept[name] for name in ("id", "by", "at", "text", "edited_at")}
    act.conn.execute(sa.insert(table).values(app_id=act.app.id, form_id=live.id, record_id=kept["record"], mentions=json.dumps(kept["mentions"]), **same))
    if kept["by"] != act.by.id:
        _note(act, live, kept["record"], "$comment_back", comments.one(act.conn, live.id, kept["record"], kept["id"]))


UNDOS = {"comment_removed": bring_back}


def _seen(act: Act, form: str, record: int) -> LiveForm:
    """The form of a record that is there and the asker's to see; raises NotFound."""
    live = act.app.form(form)
    if not access.visible_ids(act.conn, act.app, live, act.by, [record], act.as_of):
        raise NotFound(Problem("record", "no_such_record"))
    return live


def _read(act: Act, live: LiveForm, record: int, text: str) -> tuple[str, list[Mention]]:
    """What was typed as it is kept, with whom it mentions; raises Invalid."""
    said = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not said:
        raise Invalid(Problem("text", "comment_blank"))
    if len(said) > LONGEST:
        raise Invalid(Problem("text", "comment_long", {"most": LONGEST, "n": len(said)}))
    found = mentions.find(act.conn, said)
    people = list(dict.fromkeys(one.person for one in found))
    if len(people) > MOST:
        raise Invalid(Problem("text", "comment_many", {"most": MOST}))
    meant = [who for who in (actors.load(act.conn, one) for one in people) if who is not None]
    if blind := comments.unseeing(act.conn, act.app, live, record, meant, act.as_of):
        raise Invalid([Problem("text", "comment_unseen", {"who": one.name}) for one in blind])
    return said, found


def _tell(act: Act, live: LiveForm, record: int, number: int, said: str, people: Sequence[int]) -> None:
    """The bell of those who are mentioned, but for whoever wrote it, and the workflows that wait for it."""
    named = list(dict.fromkeys(people))
    if not named:
        return
    events.note(act, live, "mentioned", [record], comment=number, people=named)
    notices.tell(act.conn, [one for one in named if one != act.by.id], NOTICE, _params(act, live, record, said), _href(act, live, record, number), act.app.id)


def _params(act: Act, live: LiveForm, record: int, said: str) -> dict[str, str]:
    """What the bell says of a comment: who wrote it on which record, and how it begins."""
    text = " ".join(said.split())
    return {"who": act.by.name, "title": act.names.record(live.key, record), "text": text if len(text) <= TOLD else f"{text[:TOLD]}…"}


def _forget(act: Act, live: LiveForm, record: int, number: int, people: Sequence[int] | set[int]) -> None:
    """What the bell says of a comment that does not mention them any more goes."""
    if people:
        notices.take_back(act.conn, people, NOTICE, _href(act, live, record, number))


def _href(act: Act, live: LiveForm, record: int, number: int) -> str:
    return f"/a/{act.app.key}/{live.key}/{record}?comment={number}#comment-{number}"


def _note(act: Act, live: LiveForm, record: int, what: str, comment: Comment) -> None:
    """That somebody touched another's comment stays in the record's history, without its words."""
    name = act.names.person(comment.by) if comment.by else "Fenzu"
    history.note(act.conn, live.id, [(record, {what: (None, name)})], act="comment", cause=act.cause, by=act.by.by, at=act.at, batch=act.batch)
