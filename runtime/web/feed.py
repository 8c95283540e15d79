"""What happened on a record's page: what people said and what was changed, in one line of time or either alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from typing import Any

from flask import url_for

from runtime.errors import Problem
from runtime.messages import say
from runtime.records import comments, history
from runtime.records.comments import PAGE, Comment
from runtime.records.load import Record
from runtime.records.queries import Reader
from runtime.web import here, sheet
from runtime.web.odd import BIGGEST, whole
from runtime.words import Words

TABS = {"all": Words("全部", "All"), "comments": Words("评论", "Comments"), "changes": Words("变化", "Changes")}


@dataclass(frozen=True)
class Typed:
    """A comment as it was typed and could not be kept; without problems the box is empty."""

    text: str = ""
    problems: Sequence[Problem] = ()

    @property
    def status(self) -> int:
        return 422 if self.problems else 200

    @property
    def wrong(self) -> str:
        return " ".join(say(one, here.actor().lang) for one in self.problems)


NOTHING = Typed()


@dataclass
class Said:
    """One comment for one reader: who said it, its words with the names in them, and what the reader may do with it."""

    comment: Comment
    who: str
    parts: list[tuple[str, bool]]
    mine: bool
    removable: bool
    new: bool = False

    @property
    def at(self) -> str:
        return self.comment.at


@dataclass
class Feed:
    """A page of what happened. `more` leads to what was before it, `gone` says that the comment one came for is deleted,
    `newest` that the page does not begin with the newest, `new` that a comment was just written.
    """

    show: str
    tabs: list[dict[str, Any]]
    items: list[Any] = field(default_factory=list)
    more: str = ""
    gone: bool = False
    newest: str = ""
    new: bool = False


def made(reader: Reader, record: Record, args: Mapping[str, Any], typed: Typed = NOTHING, new: int = 0) -> dict[str, Any]:
    """What the page shows of it; `new` is the comment that was just written."""
    show = args.get("show", "")
    show = show if show in TABS else "all"
    wanted, before, until = (_number(args, name) for name in ("comment", "before", "said"))
    found = _page(reader, record.id, show, before, until, new)
    if wanted and not any(item.comment.id == wanted for item in found.items if isinstance(item, Said)):
        older = _page(reader, record.id, "comments", None, min(wanted, BIGGEST - 1) + 1, new)
        found.gone = not older.items or older.items[0].comment.id != wanted
        if not found.gone:
            found, older.newest = older, url_for("records.one", app=reader.app.key, form=reader.live.key, record=record.id)
    return {"feed": found, "said": typed}


def alone(reader: Reader, record: int, args: Mapping[str, Any], typed: Typed = NOTHING, new: int = 0) -> dict[str, Any]:
    """The same without the rest of the page."""
    stored = reader.one(record)
    return {"found": reader.app, "live": reader.live, "record": stored, **made(reader, stored, args, typed, new)}


def _number(args: Mapping[str, Any], name: str) -> int | None:
    try:
        return whole(args.get(name, ""))
    except ValueError:
        return None


def _page(reader: Reader, record: int, show: str, before: int | None, until: int | None, new: int) -> Feed:
    """The newest of both, in the order of time; each goes on behind the last one shown."""
    conn, form = reader.conn, reader.live.id
    said: list[Any] = [] if show == "changes" else comments.newest(conn, form, record, before=until, limit=PAGE + 1)
    lines: list[Any] = [] if show == "comments" else history.of_record(conn, form, record, before=before, limit=PAGE + 1)
    both: list[Any] = list(merge(said, lines, key=lambda one: one.at, reverse=True))
    shown = both[:PAGE]
    told = iter(sheet.told(reader, [one for one in shown if not isinstance(one, Comment)]))
    heard = iter(people_said(reader, [one for one in shown if isinstance(one, Comment)], new))
    made = Feed(show, _tabs(reader, record, show), [next(heard) if isinstance(one, Comment) else next(told) for one in shown], new=bool(new))
    if len(both) > PAGE:
        last = [next((one.id for one in reversed(shown) if isinstance(one, Comment) is mine), known) for mine, known in ((True, until), (False, before))]
        made.more = url_for("comments.history", app=reader.app.key, form=reader.live.key, record=record, show=show, said=last[0], before=last[1])
    return made


def _tabs(reader: Reader, record: int, show: str) -> list[dict[str, Any]]:
    at: dict[str, Any] = {"app": reader.app.key, "form": reader.live.key, "record": record}
    return [{"label": label.say(here.actor().lang), "href": url_for("records.one", **at, show=key), "part": url_for("comments.history", **at, show=key),
             "on": key == show} for key, label in TABS.items()]


def people_said(reader: Reader, found: Sequence[Comment], new: int = 0) -> list[Said]:
    """Comments as one reader sees them; all names come in one question."""
    names, me = here.names(reader.app), here.actor()
    names.prime_people(one for comment in found for one in (comment.by, *comment.people) if one)
    return [Said(one, names.person(one.by) if one.by else "Fenzu", [(text, who is not None) for text, who in one.parts],
                 one.by == me.id, one.by == me.id or me.may("build"), one.id == new) for one in found]
