"""Codes that were given: those that no longer match, new codes for them, a back-fill rehearsed, and every run taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from builder.web import codes_page, codes_seen, start
from runtime import words
from runtime.commands import code_jobs, code_rehearsal, fill_codes, recode
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.groups import code_audit, code_pace, codes
from runtime.groups.code_audit import Filter, Rules
from runtime.jobs import queue
from runtime.records import load, undo
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, page
from runtime.web.odd import whole
from runtime.words import Words

bp = Blueprint("build_codes_given", __name__, url_prefix="/build/<app>/codes/<form>")
bp.before_request(start.guard)
PAGE, MOST, BITS = "builder/code/audit.html", 500, 2**13
DONE = Words("换了 {n} 个编码，旧的还能查到", "{n} code changed; the old one still leads here|{n} codes changed; the old ones still lead there")
NOTHING = Words("没有要换的了，编码都对得上", "Nothing to change any more: the codes match")


def opened(app: str, form: str) -> tuple[LiveApp, LiveForm, Rules]:
    """The app, the form and its published code rule with its past; raises NotFound where it has none."""
    found = here.app(app)
    live = found.form(form)
    both = code_audit.rules(here.conn(), found, live)
    if both is None:
        raise NotFound(Problem("form", "no_such_definition", {"key": form}))
    return found, live, both


def judged(app: str, form: str) -> LiveApp:
    """The app, where codes can be judged at all: none of the groupings they read is frozen or still being built."""
    found, _, both = opened(app, form)
    if codes.waits(found, both.now):
        raise Conflict(Problem("", "code_waits"))
    return found


def wanted() -> Filter:
    """The filter that the address or the form says."""
    return Filter(max(0, min(request.values.get("part", 0, type=whole), BITS)), request.values.get("group", "")[:90])


@bp.get("/check")
def check(app: str, form: str) -> Response:
    """Codes that no longer match: now, as it would be, and why."""
    found, live, both = opened(app, form)
    conn, asked, after = here.conn(), wanted(), request.args.get("after", 0, type=whole)
    rows, following = codes_seen.leaf(found, live, both, asked, after)
    return page.show(
        PAGE, **start.surroundings(found), live=live, asked=asked, after=after,
        rows=rows, next=following, count=code_audit.count(conn, found, live, asked), parts=_parts(found, live, both), groups=_groups(found, both),
        running=codes_seen.running(found, form), runs=codes_seen.lately(found, form), checked=codes_seen.checked(found, form),
    )


def _parts(found: LiveApp, live: LiveForm, both: Rules) -> list[tuple[int, str, int]]:
    """The parts that differ somewhere: bit, name, how many."""
    names = {code_audit.bit(at): codes_seen.part_label(found, live, segment) for at, segment in enumerate(both.now.segments)}
    names[code_audit.PATTERN] = codes_seen.PATTERN.say(here.actor().lang)
    return [(each, names[each], n) for each, n in code_audit.by_part(here.conn(), found, live, both.now).items()]


def _groups(found: LiveApp, both: Rules) -> list[tuple[str, list[tuple[str, str]]]]:
    """What one can filter by: the groups of the groupings in the code."""
    lang = here.actor().lang
    return [(words.read(item.newest.label, lang), [(f"{item.key}/{group.key}", words.read(group.label, lang)) for group in item.grouping.top])
            for item in (found.groupings[key] for key in both.now.groupings)]


@bp.post("/check")
def look(app: str, form: str) -> Response:
    """Look through all codes anew."""
    judged(app, form)
    return _ask(app, form, code_jobs.AUDIT, {})


@bp.post("/recode")
def change(app: str, form: str) -> Response:
    """New codes for the ticked ones at once, or for all of the filter by a job."""
    found = judged(app, form)
    if request.form.get("all"):
        asked = wanted()
        return _ask(app, form, code_jobs.RECODE, {"differs": asked.differs, "group": asked.group})
    ids = request.form.getlist("id", type=whole)[:MOST]
    if not ids:
        raise Invalid(Problem("id", "codes_none_chosen"))
    with here.act(app) as act:
        swaps = recode.recode(act, form, ids)
        token = undo.offer(act.conn, act.by, "recode", found.key, {"form": form, "swaps": [[i, *swap] for i, swap in swaps.items()]})
    told = page.toast(DONE, here.actor().lang, undo=token, n=len(swaps)) if swaps else page.toast(NOTHING, here.actor().lang)
    return page.refresh(told)


def take_back(act: Any, params: Mapping[str, Any]) -> None:
    """Undo of new codes for some records."""
    recode.take_back(act, params["form"], {i: (old, new) for i, old, new in params["swaps"]})


UNDOS = {"recode": take_back}


@bp.get("/one/<int:record>")
def one(app: str, form: str, record: int) -> Response:
    """One record's code beside the one it would get now, before it is changed."""
    found, live, both = opened(app, form)
    stored = load.records(here.conn(), live, [record], fields=code_audit.reads(both.now, live)).get(record)
    if stored is None or stored.deleted_at is not None:
        raise NotFound(Problem("id", "no_such_record"))
    text = str(stored.values[both.now.field] or "")
    line = code_audit.Line(record, text, "", 0)
    rows = codes_seen.rows(found, live, both, [line]) if text and not codes.waits(found, both.now) else []
    return page.show("builder/code/one.html", found=found, live=live, row=rows[0] if rows else None, text=text, record=record,
                     frozen=bool(codes.waits(found, both.now)))


@bp.get("/fill")
def rehearse(app: str, form: str) -> Response:
    """What a back-fill would do, before it is done."""
    found, live, both = opened(app, form)
    told, names = code_rehearsal.rehearse(here.conn(), found, live, here.as_of()), here.names(found)
    names.prime_records(form, [*(i for i, _ in told.samples), *told.lacking.values()])
    lack = [(codes_seen.part_label(found, live, both.now.segments[at]), n, names.record(form, told.lacking[at])) for at, n in told.lack.items()]
    frozen = [words.read(found.groupings[key].newest.label, here.actor().lang) for key in told.frozen]
    return page.show("builder/code/fill.html", found=found, live=live, told=told, lack=lack, frozen=frozen, most=code_rehearsal.MOST,
                     samples=[(names.record(form, i), text) for i, text in told.samples])


@bp.post("/fill")
def fill(app: str, form: str) -> Response:
    """Give codes to those without one, by a job that can be watched and taken back."""
    opened(app, form)
    return _ask(app, form, fill_codes.KIND, {})


@bp.post("/runs/<int:number>/undo")
def back(app: str, form: str, number: int) -> Response:
    """Take back what a run gave."""
    found, _, _ = opened(app, form)
    if number not in {run.job.id for run in codes_seen.lately(found, form)}:
        raise NotFound(Problem("", "not_found"))
    return _ask(app, form, code_jobs.BACK, {"batch": number})


@bp.get("/pace")
def pace(app: str, form: str) -> Response:
    """The groupings in the drafted code that move fast; asked for after the page."""
    found = here.app(app)
    live, key = found.form(form), codes_page.key_of(found, form)
    told = [(words.read(found.groupings[name].newest.label, here.actor().lang), code_pace.of(here.conn(), live, found.groupings[name], here.as_of()))
            for name in (codes_page.drafted(found, key).groupings if key else ()) if name in found.groupings]
    return page.show("builder/code/pace.html", told=[(label, each) for label, each in told if each.fast])


def _ask(app: str, form: str, kind: str, more: Mapping[str, Any]) -> Response:
    """One job at a time on the codes of a form; the audit page shows how far it is."""
    found = here.app(app)
    with here.write() as conn:
        if any(row.params["form"] == form for each in codes_seen.KINDS for row in queue.open_jobs(conn, each, found.id)):
            raise Conflict(Problem("", "codes_busy"))
        queue.put(conn, kind, {"app": app, "form": form, **more}, by=here.actor().by, app_id=found.id)
    here.fenzu().runner.wake()
    return page.go(url_for(".check", app=app, form=form))
