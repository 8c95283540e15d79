"""The register of codes: every code that was ever given to the records one may see, looked for by its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime import words
from runtime.errors import NotFound, Problem
from runtime.exchange import exporter
from runtime.exchange.code_lists import NAMES
from runtime.groups import code_register
from runtime.groups.code_reading import mistyped
from runtime.groups.code_register import STATES, Given, Wanted
from runtime.records import access
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, page, places
from runtime.web.odd import whole

bp = Blueprint("register", __name__, url_prefix="/a/<app>/<form>/codes")
AT_ONCE = 50


def opened(app: str, form: str) -> tuple[LiveApp, LiveForm]:
    """The app and the form; raises NotFound where it gives no codes."""
    found = here.app(app)
    live = found.form(form)
    if found.code_of(form) is None:
        raise NotFound(Problem("form", "no_such_definition", {"key": form}))
    return found, live


def asked(found: LiveApp, live: LiveForm) -> Wanted:
    """What the address or the form says; letters that no code can have are not asked for."""
    code, given = found.code_of(live.key), request.values
    letters = {at: given.get(f"s{at}", "") for at, known in code_register.filters(code, found).items() if given.get(f"s{at}") in known} if code else {}
    state = given.get("state", "")
    return Wanted(given.get("q", "").strip()[:64], state if state in STATES else "", letters)


@bp.get("/")
def show(app: str, form: str) -> Response:
    """A page of the register, in the order of the codes."""
    found, live = opened(app, form)
    wanted, after = asked(found, live), request.args.get("after", "")[:80]
    mine = access.row_rule(found, live, here.actor(), here.as_of())
    rows = code_register.page(here.conn(), found, live, mine, wanted, after, AT_ONCE + 1)
    return page.show(
        "records/register.html", "list", found=found, live=live, wanted=wanted, after=after, segments=_segments(found, live),
        next=rows[AT_ONCE - 1].code if len(rows) > AT_ONCE else "", here=_address(app, form, wanted), narrowed=any(wanted),
        slip=not rows and mistyped(found, form, wanted.prefix), acts=access.acts(found, here.actor()),
        checks=here.actor().may("build") and places.there("build_codes_given.check"), **_told(found, live, rows[:AT_ONCE]),
    )


def _told(found: LiveApp, live: LiveForm, rows: Sequence[Given]) -> dict[str, Any]:
    """The lines with the version of the rule that gave each, and the names they need."""
    names, times = here.names(found), code_register.version_times(here.conn(), found, live)
    names.prime_records(live.key, (row.record for row in rows))
    names.prime_people(row.by for row in rows if row.by)
    states = [(key, NAMES[key].say(here.actor().lang)) for key in STATES]
    return {"rows": [(row, code_register.version_at(times, row.at)) for row in rows], "names": names, "states": states}


def _address(app: str, form: str, wanted: Wanted) -> Any:
    """The address of another page of the same filter."""
    parts: dict[str, Any] = {"q": wanted.prefix or None, "state": wanted.state or None, **{f"s{at}": text for at, text in wanted.letters.items()}}
    return lambda after: url_for(".show", app=app, form=form, after=after or None, **parts)


def _segments(found: LiveApp, live: LiveForm) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """The parts one can filter by: place, name, and letters with what they stand for."""
    code, lang = found.code_of(live.key), here.actor().lang
    made = []
    for at, known in code_register.filters(code, found).items() if code else ():
        segment = code.segments[at] if code else {}
        if "group" in segment:
            item = found.groupings[segment["group"]]
            meant = {group.prefix: words.read(group.label, lang) for group in item.grouping.top}
            made.append((at, words.read(item.newest.label, lang), [(text, meant.get(text, "")) for text in known]))
        else:
            field = live.form.fields[segment["field"]]
            meant = {segment["map"].get(option["const"], ""): words.read(option["label"], lang) for option in field.options}
            made.append((at, words.read(field.label, lang), [(text, meant.get(text, "")) for text in known]))
    return made


@bp.post("/export")
def export(app: str, form: str) -> Response:
    """The register, or for those who build the codes that no longer match, as a file made by a job."""
    found, live = opened(app, form)
    params: dict[str, Any] = {"app": app, "form": form, "kind": request.form.get("format", "xlsx")}
    if request.form.get("list") == "audit":
        here.actor().must("build")
        params |= {"list": "audit", "differs": request.form.get("part", 0, type=whole), "group": request.form.get("group", "")[:90]}
    else:
        wanted = asked(found, live)
        params |= {"list": "codes", "q": wanted.prefix, "state": wanted.state, "letters": {str(at): text for at, text in wanted.letters.items()}}
    with here.write() as conn:
        number = exporter.ask(conn, here.actor(), found, params)
    here.fenzu().runner.wake()
    return page.go(url_for("exports.progress", number=number))
