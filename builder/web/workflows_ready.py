"""Ready-made workflows: which there are, and the draft of the one that is chosen."""

from __future__ import annotations

from flask import Response, request, url_for

from builder import apps, drafts, flows_ready
from builder.web.workflows_room import KIND, bp
from runtime.web import here, page
from runtime.words import read


@bp.get("/-/ready")
def ready_ones(app: str) -> Response:
    """The dialog: each of them, and about which form it should be."""
    found, lang = here.app(app), here.actor().lang
    called = {key: read(live.form.label, lang) for key, live in found.forms.items()}
    offered = [(one, [(key, called[key]) for key in forms]) for one, forms in flows_ready.fitting(found)]
    return page.show("builder/flow/ready.html", found=found, offered=offered)


@bp.post("/-/ready")
def add_ready(app: str) -> Response:
    """The draft of one of them."""
    found, given = here.app(app), request.form
    live = found.form(given.get("form", ""))
    with here.write() as conn:
        body = flows_ready.made(found, live, given.get("ready", ""), apps.keys(conn, found.id, KIND), len(found.workflows))
        draft = drafts.start(conn, found.id, KIND, body, here.actor().by)
    return page.go(url_for(".one", app=app, key=draft.key))
