"""Somebody else at the same form: what is said when their changes are merged, and the dialog where they cannot be."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from builder import revisions
from builder.drafts import Draft
from builder.merge.told import told
from builder.together import Clashed, Stale
from runtime.web import here, page
from runtime.words import Words

KEEP = "keep:"
ELSEWHERE = Words("你在另一个窗口里", "You, in another window")
NOBODY_KNOWN = Words("有人", "Somebody")


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
    joined = g.get("beside", ())
    return {"beside": revisions.beside(here.conn(), draft.name, here.actor().id), "joined": listed(joined)}


def listed(names: tuple[str, ...]) -> str:
    """Several people's names in one line."""
    return ("、" if here.actor().lang == "zh" else ", ").join(names)


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
