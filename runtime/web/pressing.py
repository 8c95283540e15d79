"""Buttons that begin workflows: on a record's page and for the chosen records of a list."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request, url_for

from runtime import words
from runtime.errors import NotFound
from runtime.messages import say
from runtime.storage.live import LiveWorkflow
from runtime.web import here, page
from runtime.web.records import opened
from runtime.web.together import ids
from runtime.words import Words
from runtime.workflows import buttons, unpressing

bp = Blueprint("pressing", __name__, url_prefix="/a/<app>/<form>/press")
BEGUN = Words("「{what}」开始了，{n} 条", "“{what}” began for {n} record|“{what}” began for {n} records")
NOBODY = Words("「{what}」不是为选中的记录准备的，没有开始", "“{what}” is not meant for what was chosen; nothing began")


@bp.post("/<workflow>")
def press(app: str, form: str, workflow: str) -> Response:
    """Begin it; for several records somebody is asked first."""
    chosen = ids()
    try:
        if len(chosen) > 1 and "sure" not in request.form:
            return _ask(app, form, workflow, chosen)
        with here.act(app) as act:
            item, runs = buttons.press(act, form, workflow, chosen)
            back = unpressing.offer(act, item, runs)
    except NotFound as gone:
        return page.nothing({"text": say(gone.problems[0], here.actor().lang), "tone": "bad"})
    here.fenzu().runner.wake()
    told = _told(item, len(runs), url_for("undo.take_back", token=back) if back else "")
    return _begun(told, url_for("records.one", app=app, form=form, record=chosen[0]) if runs else "")


def _begun(told: page.Toast, url: str) -> Response:
    """The page as it was asked from; without the address of a record nothing began."""
    if url and request.form.get("on") == "record":
        return page.show("records/pressed.html", toast=told, url=url)
    return page.refresh(told) if url else page.nothing(told)


def _ask(app: str, form: str, workflow: str, chosen: Sequence[int]) -> Response:
    """For how many of the chosen it would begin."""
    found, live, reader = opened(app, form)
    item, fit = buttons.meant(buttons.reading(reader), form, workflow, chosen)
    if not fit:
        return page.nothing(_told(item, 0))
    return page.show("records/press.html", found=found, live=live, item=item, said=buttons.text(item), ids=fit, rest=len(chosen) - len(fit))


def _told(item: LiveWorkflow, n: int, back: str = "") -> page.Toast:
    lang = here.actor().lang
    return page.toast(BEGUN if n else NOBODY, lang, undo=back, tone="" if n else "bad", what=words.read(buttons.text(item), lang), n=n)
