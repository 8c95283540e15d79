"""Ready groupings: which there are for a form, and the draft of the one that is chosen."""

from __future__ import annotations

from flask import Response, request, url_for

from builder import apps, drafts, ready
from builder.ready import Ready
from builder.web.groupings_room import KIND, bp
from runtime import words
from runtime.storage.live import LiveForm
from runtime.web import here, page


@bp.get("/-/ready")
def ready_ones(app: str) -> Response:
    """The dialog: every ready grouping that some field of the form allows."""
    found, lang = here.app(app), here.actor().lang
    forms = [(key, words.read(live.form.label, lang)) for key, live in found.forms.items()]
    form = found.form(request.args.get("form") or _first(app)).key
    offered = [
        (one, [*_ask(found.form(form), one, lang), *((value, words.read(label, lang)) for value, label in choices)])
        for one in ready.READY
        if (choices := ready.candidates(found, found.form(form), one))
    ]
    return page.show("builder/grouping/ready.html", found=found, forms=forms, form=form, offered=offered)


def _ask(live: LiveForm, one: Ready, lang: str) -> list[tuple[str, str]]:
    """The question itself, where no field is likelier than another."""
    return [] if ready.likely(live, one) else [("", f"{one.asks.say(lang)}…")]


def _first(app: str) -> str:
    """The form that most is grouped by: the one with groupings or links to it, else the first."""
    found = here.app(app)
    return max(found.forms, key=lambda key: (len(found.inverses.get(key, {})), len(found.groupings_of(key))))


@bp.post("/-/ready")
def add_ready(app: str) -> Response:
    """The draft of one of them."""
    found, given = here.app(app), request.form
    live = found.form(given.get("form", ""))
    with here.write() as conn:
        taken = apps.keys(conn, found.id, KIND)
        body = ready.make(found, live, given.get("ready", ""), given.get("about", ""), sorted(taken), len(found.groupings))
        draft = drafts.start(conn, found.id, KIND, body, here.actor().by)
    return page.go(url_for(".one", app=app, key=draft.key))
