"""The list of those who have not been contacted in time: mine, or for whoever sees all records everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime.definitions.grouping import Group
from runtime.errors import NotFound, Problem
from runtime.records import access, cadences, contacts
from runtime.records.cadences import Cadence
from runtime.records.queries import Query, Reader
from runtime.storage.live import LiveApp
from runtime.web import here, page, sheet
from runtime.web.today_rows import contact_said, late_said, talk_address
from runtime.words import Words, read
from runtime.workflows import cadence as asking
from runtime.workflows import overdue
from runtime.workflows.overdue import Asker

bp = Blueprint("overdue", __name__, url_prefix="/today/overdue")
MINE, ALL = "mine", "all"
NOBODY, TODAY = Words("没有负责人", "nobody's"), Words("今天该联系", "due today")


@dataclass(frozen=True)
class Row:
    """One record that is due; `late` says since when, as far as the asker may know, `talk` is where a contact is written down."""

    title: str
    href: str
    owner: str
    contact: str
    late: str
    bad: bool
    talk: str


@bp.get("/<app>")
def index(app: str) -> Response:
    """One group's list, page by page."""
    found = here.app(app)
    every = cadences.of(found)
    if not every:
        return page.show("today/overdue.html", "list", app_key=app, tabs=[], rows=[], who=MINE, next="", first=True, all=False, said="", picked=None)
    chosen = _chosen(found)
    everybody = not access.restricted(found, chosen.live, here.actor())
    who = _who(everybody)
    rows, more = _rows(found, chosen, _owner(who))
    return page.show("today/overdue.html", "list", app_key=app, tabs=_tabs(found, chosen, who), rows=rows, who=who, next=more, first="after" not in request.args,
                     all=everybody, group=_name(chosen), said=_said(chosen), people_url=url_for("finding.persons", app=app, form=chosen.live.key),
                     picked=None if who in (MINE, ALL) else (int(who), here.names(found).person(int(who))))


def mine(found: LiveApp | None) -> dict[str, Any]:
    """For the page of today: how many of mine are due, and where they are listed; nothing where no group has a cadence."""
    every = cadences.of(found) if found is not None else []
    if found is None or not every:
        return {}
    n = min(sum(overdue.counts(here.conn(), every, here.as_of(), here.actor().id, asker=Asker(found, here.actor()))), overdue.MOST)
    return {"n": n, "href": url_for("overdue.index", app=found.key)}


def _chosen(found: LiveApp) -> Cadence:
    every, wanted = cadences.of(found), request.args.get("group", "")
    one = next((one for one in every if _name(one) == wanted or not wanted), None)
    if one is None:
        raise NotFound(Problem("group", "no_such_part", {"key": wanted[:80]}))
    return one


def _name(one: Cadence) -> str:
    return f"{one.item.key}/{one.group.key}"


def _who(everybody: bool) -> str:
    """Whose are shown: mine, everybody's, or by number somebody's; only mine to whoever sees only some records."""
    given = request.args.get("who", MINE)
    return given if everybody and (given == ALL or (given.isdecimal() and len(given) < 18)) else MINE


def _owner(who: str) -> int | None:
    return None if who == ALL else here.actor().id if who == MINE else int(who)


def _tabs(found: LiveApp, chosen: Cadence, who: str) -> list[dict[str, Any]]:
    every = cadences.of(found)
    counted = overdue.counts(here.conn(), every, here.as_of(), _owner(who), asker=Asker(found, here.actor()))
    return [{"label": _label(one.group), "count": "99+" if n >= overdue.MOST else n, "on": one == chosen,
             "href": url_for(".index", app=found.key, group=_name(one), who=who)} for one, n in zip(every, counted, strict=True)]


def _label(group: Group) -> str:
    return read(group.label, here.actor().lang)


def _said(one: Cadence) -> str:
    """A 类客户：每周联系一次."""
    return asking.said(one.n, one.unit).say(here.actor().lang, group=_label(one.group), n=one.n)


def _rows(found: LiveApp, chosen: Cadence, owner: int | None) -> tuple[list[Row], str]:
    """A page of those the asker may see, and where the next one is."""
    at, _, number = request.args.get("after", "").partition("~")
    after = (at[:20], int(number)) if number.isdecimal() and len(number) < 19 else None
    lines = overdue.listed(here.conn(), chosen, here.as_of(), owner, overdue.PAGE + 1, after, asker=Asker(found, here.actor()))
    shown, live = lines[: overdue.PAGE], chosen.live
    ids = tuple(one.record for one in shown)
    reader = Reader(here.conn(), found, live, here.actor(), here.as_of())
    seen = {one.id: one for one in reader.page(Query(ids=ids, limit=len(ids)), [live.form.title_field]).records} if ids else {}
    names = here.names(found)
    names.prime_people(sorted({one.owner for one in shown if one.owner}))
    told = _talked(found, chosen, ids)
    rows = [_row(found, chosen, line._replace(talked=told.get(line.record, line.talked)), sheet.title_of(live, seen[line.record], names)) for line in shown if line.record in seen]
    last = shown[-1] if len(lines) > overdue.PAGE else None
    return rows, url_for(".index", app=found.key, group=_name(chosen), who=request.args.get("who"), after=f"{last.base}~{last.record}") if last else ""


def _talked(found: LiveApp, chosen: Cadence, ids: Sequence[int]) -> dict[int, str]:
    """The last contacts that the asker may know of, where the stored ones are not told to them."""
    if not overdue.blind(chosen, Asker(found, here.actor())):
        return {}
    return contacts.last(here.conn(), found, here.actor(), here.as_of(), chosen.live.key, ids)


def _row(found: LiveApp, chosen: Cadence, line: overdue.Line, title: str) -> Row:
    lang, form = here.actor().lang, chosen.live.key
    late = "" if line.late is None else late_said(line.late) if line.late else TODAY.say(lang)
    owner = here.names(found).person(line.owner) if line.owner else NOBODY.say(lang)
    return Row(title, url_for("records.one", app=found.key, form=form, record=line.record), owner, contact_said(line.talked), late, bool(line.late),
               talk_address(found, form, line.record))
