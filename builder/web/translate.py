"""The translate room of a form: every text beside its other language, edited in place, out to a spreadsheet and in from one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from builder import translations
from builder.drafts import Draft
from builder.edits import texts
from builder.edits.made import Body
from builder.web import designer_bar, start
from builder.web.designer import conflict
from builder.web.designer_room import changed, opened
from builder.web.workbooks import workbook
from runtime import words
from runtime.errors import Conflict, Invalid, Problem
from runtime.exchange import upload
from runtime.exchange.reading import Reading
from runtime.exchange.workbook_writer import write_xlsx
from runtime.messages import say
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import LANGUAGES, Words

bp = Blueprint("build_translate", __name__, url_prefix="/build/<app>/forms/<key>/translate")
bp.before_request(start.guard)
PAGE, TYPED, ALL = "builder/form/translate.html", "facts,state,tools,rooms,gaps", "facts,state,tools,rooms,gaps,grid"
CHANGED = Words("改译文", "Changed a text")
TAKEN = Words("从表格带回译文", "Took texts from a spreadsheet")
DONE = Words("改了 {n} 处", "{n} text changed|{n} texts changed")


@bp.get("/")
def show(app: str, key: str) -> Response:
    """The grid; `missing` shows only what lacks that language."""
    found = here.app(app)
    return page.show(PAGE, "grid", **made(found, opened(found, key)))


def made(found: LiveApp, draft: Draft) -> dict[str, Any]:
    """What the room shows."""
    only = request.values.get("missing", "")
    every, lang = texts.texts(draft.body), here.actor().lang
    listed = [text for text in every if only not in LANGUAGES or text.lacks(only)]
    return {
        **designer_bar.frame(found, draft, "translate"),
        "blocks": _blocks(draft, listed, lang),
        "gaps": texts.lacking(every),
        "only": only if only in LANGUAGES else "",
        "count": len(every),
    }


def _blocks(draft: Draft, listed: list[texts.Text], lang: str) -> list[dict[str, Any]]:
    """The texts under what they belong to: the form, its sections, its fields."""
    blocks: list[dict[str, Any]] = []
    for text in listed:
        if not blocks or blocks[-1]["owner"] != text.owner:
            title = translations.owner_of(text, draft.body, lang)
            if not title and text.owner:
                title = words.read(text.words, lang)
            blocks.append({"owner": text.owner, "title": title, "rows": []})
        blocks[-1]["rows"].append({
            "text": text, "name": translations.name_of(text, draft.body, lang),
            "most": translations.longest(text, draft.body), "lines": translations.lines(text)})  # fmt: skip
    return blocks


@bp.post("/edit")
def edit(app: str, key: str) -> Response:
    """One text in one language as it is typed, or undo and redo."""
    found, id, lang = here.app(app), request.form.get("id", ""), request.form.get("name", "")
    value = {lang: request.form.get("value", "").replace("\r\n", "\n")} if lang in LANGUAGES else {}
    try:
        draft = changed(found, key, lambda body: texts.set_text(body, id, value), CHANGED, same=f"text:{id}:{lang}")
    except Conflict as refused:
        return conflict(refused)
    typing = request.values.get("act") == "text-type" and not draft.beside
    return page.show(PAGE, TYPED if typing else ALL, **made(found, draft))


@bp.get("/list.xlsx")
def out(app: str, key: str) -> Response:
    """All texts as a workbook."""
    rows = translations.rows(opened(here.app(app), key).body, here.actor().lang)
    return workbook(f"{key}-texts.xlsx", lambda path: write_xlsx(path, translations.COLUMNS, rows, ["text"] * 5))


@bp.post("/in")
def receive(app: str, key: str) -> Response:
    """Look through a list that comes back, and say what it would change."""
    found, sent = here.app(app), request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(Problem("file", "no_file_chosen"))
        kept = upload.receive(
            here.fenzu().config.scratch, sent.stream, sent.filename, here.actor(), found.key, f"{key}/texts"
        )
        compared = translations.compare(opened(found, key).body, kept.open())
    except Invalid as refused:
        return _dialog(found, key, problem=say(refused.problems[0], here.actor().lang), status=422)
    return _dialog(found, key, compared=compared, token=kept.token)


def _dialog(found: LiveApp, key: str, status: int = 200, **more: Any) -> Response:
    given: dict[str, Any] = {"problem": "", "compared": None, "token": "", **more}
    return page.show("builder/form/translate_in.html", status=status, found=found, draft=opened(found, key), **given)


@bp.post("/take")
def take(app: str, key: str) -> Response:
    """Do what was shown, as one step; where both sides changed a text, the list wins only when it is told to."""
    found = here.app(app)
    kept = upload.find(here.fenzu().config.scratch, request.form.get("token", ""), here.actor().id, app, f"{key}/texts")
    try:
        told = page.toast(DONE, here.actor().lang, n=_take(found, key, kept.open()))
    except Conflict as refused:
        return conflict(refused)
    return page.go(url_for(".show", app=app, key=key), told)


def _take(found: LiveApp, key: str, sheet: Reading) -> int:
    """Put the texts of a list into the draft as it was looked through; what somebody changed since is merged, or asked about."""
    given: dict[str, dict[str, str]] = {}

    def taken(body: Body) -> Body:
        given.update(translations.compare(body, sheet).given(request.form.get("conflicts") == "1"))
        return texts.set_many(body, given)

    changed(found, key, taken, TAKEN)
    return sum(map(len, given.values()))
