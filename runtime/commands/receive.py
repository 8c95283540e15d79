"""Take what a stranger filled in by a form's public link: counted, taken once, and stored like any other record."""

from __future__ import annotations

from runtime.commands import create
from runtime.commands.create import Saved
from runtime.errors import Conflict, Invalid, Problem
from runtime.records import public_links, waiting_files
from runtime.records.act import Act
from runtime.records.entry import Entry
from runtime.records.public_links import Link

CAUSE = "public"


class Closed(Conflict):
    """The link takes nothing any more: full, over, or replaced meanwhile."""


class Again(Conflict):
    """The same page has been taken before."""


def receive(act: Act, link: Link, entry: Entry, nonce: str) -> Saved:
    """Store one answer with its place in the quota and its page's nonce, or nothing at all."""
    public = act.app.form(link.form).form.public
    if public_links.closed(link, public, act.as_of) or not public_links.count_one(act.conn, link, public.quota):
        raise Closed(Problem("", "public_stuck"))
    if public_links.sent_before(act.conn, nonce, act.as_of.at):
        raise Again(Problem("", "public_stuck"))
    try:
        waiting_files.take(act, act.app.form(link.form), nonce, entry.values)
        return create.create(act, link.form, entry)
    except Invalid as refused:
        raise Invalid([_unsaid(problem) for problem in refused.problems]) from refused


def _unsaid(problem: Problem) -> Problem:
    """Which other record has the value is nobody's business."""
    taken = problem.code in ("not_unique", "just_taken")
    return Problem(problem.path, "public_taken", {"field": problem.params["field"]}) if taken else problem
