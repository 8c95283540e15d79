"""Somebody else at the same form: what is said when their changes are merged, and the dialog where they cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, g, request

from builder import revisions
from builder.drafts import MYSELF, Draft
from builder.merge.told import told
from builder.together import Clashed, Stale
from runtime.web import here, page
from runtime.words import Words

KEEP = "keep:"
ELSEWHERE = Words("你在另一个窗口里", "You, in another window")
NOBODY_KNOWN = Words("有人", "Somebody")
JOINED = Words("{who}也在改：已合并", "{who} is editing too: merged")
JOINED_OWN = Words("另一个窗口里的修改已合并", "Merged with your changes in another window")


def stale(adds: bool = False) -> Stale:
    """How this request's edit of an older revision is taken, with what was decided in the dialog."""
    sent = request.form.items()
    return Stale(adds, {name.removeprefix(KEEP): value for name, value in sent if name.startswith(KEEP)})


def noted(draft: Draft) -> Draft:
    """Remember for the rest of this request whose changes an edit was put together with."""
    g.beside = draft.beside
    return draft


def shown(draft: Draft) -> dict[str, Any]:
    """Who else is at this draft, and whose changes have just been merged."""
    names = g.get("beside", ())
    said = (JOINED if any(names) else JOINED_OWN).say(here.actor().lang, who=listed(names)) if names else ""
    return {"beside": revisions.beside(here.conn(), draft.name, here.actor().id), "joined": said}


def caught_up(draft: Draft, seen: int | None) -> Draft | None:
    """The draft for a page that shows a revision: with what it showed, if others went on since; None if that is not known."""
    if seen is None or seen in (draft.revision, draft.seen):
        return draft
    before = revisions.body_at(here.conn(), draft.name, seen)
    names = revisions.since(here.conn(), draft.name, seen, here.actor().id)
    return noted(replace(draft, before=before, beside=names or MYSELF)) if before is not None else None


def behind() -> bool:
    """Whether the page showed something older than what it now gets: then all of it is drawn again."""
    return bool(g.get("beside", ()))


def listed(names: tuple[str, ...]) -> str:
    """Several people's names in one line."""
    return ("、" if here.actor().lang == "zh" else ", ").join(filter(None, names))


def who(draft: Draft, revision: int) -> str:
    """The names of those who changed a draft after a revision."""
    names = revisions.since(here.conn(), draft.name, revision, here.actor().id)
    return listed(names) or NOBODY_KNOWN.say(here.actor().lang)


def ask(refused: Clashed) -> Response:
    """Both changed the same: what they did, what I did, and whose counts; the gesture is sent again with the answer."""
    sent = [(name, value) for name, value in request.form.items(multi=True) if not name.startswith(KEEP)]
    kept = [(name, value) for name, value in request.form.items(multi=True) if name.startswith(KEEP)]
    lines = told(refused.merged)
    return page.show(
        "builder/form/clash.html", "card", status=409, wrapped=page.target() != "dialog-slot", lines=lines, sent=[*sent, *kept],
        to=request.full_path.removesuffix("?"), who=listed(refused.beside) or ELSEWHERE.say(here.actor().lang), keep=KEEP,
    )  # fmt: skip
