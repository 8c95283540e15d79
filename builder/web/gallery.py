"""The template gallery: found, looked into, installed in one click; and the first steps in what was installed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, session, url_for

from builder.gallery import catalogue, shelf
from builder.gallery.catalogue import Template
from builder.gallery.job import INSTALL
from runtime.jobs import queue
from runtime.jobs.queue import Row
from runtime.records import apps as all_apps
from runtime.web import here, page, places

bp = Blueprint("gallery", __name__, url_prefix="/templates")
PAGE = "builder/gallery/index.html"
# The first steps in a new app, and the page each of them leads to; a step is shown while its page is there.
STEPS = {"groups": "build_groupings.index", "form": "build_forms.index", "people": "settings.people"}
WELCOME = "welcome"


@bp.before_request
def _builder() -> None:
    """Everything here is for people who build."""
    here.actor().must("build")


@bp.get("/")
def index() -> Response:
    return _gallery(None)


@bp.get("/<key>")
def show(key: str) -> Response:
    """One template opened beside the shelf."""
    return _gallery(catalogue.read(key))


def _gallery(chosen: Template | None, row: Row | None = None) -> Response:
    lang = here.actor().lang
    search, industry = request.args.get("q", "")[:80], request.args.get("industry", "")
    cards = shelf.cards(search, industry, lang)
    push = request.full_path.removesuffix("?") if page.wants_fragment() else None
    return page.show(
        PAGE,
        "gallery",
        push=push,
        cards=cards,
        chosen=_chosen(chosen, lang) if chosen else None,
        q=search,
        industry=industry,
        industries=shelf.industries(lang),
        row=row or _running(),
        blank=places.there("apps.create"),
    )


def _chosen(template: Template, lang: str) -> dict[str, Any]:
    """What the drawer shows of a template."""
    parts, rest = shelf.code_parts(template, here.as_of())
    samples = {form: template.count(lang, form) for form in template.samples(lang)}
    first = samples.get(template.first.key, 0)
    return {
        "it": template,
        "tags": shelf.tags_of(template),
        "code": parts,
        "serial": rest,
        "first": first,
        "others": sum(samples.values()) - first,
    }


def _running() -> Row | None:
    """The asker's own installation that is under way."""
    rows = queue.open_jobs(here.conn(), INSTALL)
    return next((row for row in rows if row.by == here.actor().by), None)


@bp.post("/<key>/install")
def install(key: str) -> Response:
    """Ask for it; a second click while it runs changes nothing."""
    template, who = catalogue.read(key), here.actor()
    params = {"template": template.key, "lang": who.lang, "sample": bool(request.form.get("sample"))}
    if _running() is None:
        with here.write() as conn:
            queue.put(conn, INSTALL, params, by=who.by)
        here.fenzu().runner.wake()
    return page.go(url_for(".show", key=key))


@bp.get("/jobs/<int:job_id>")
def progress(job_id: int) -> Response:
    """How far an installation is; when it is done, into the new app, where a card says so."""
    row = queue.get(here.conn(), job_id, here.actor())
    if row.open:
        return page.show("builder/gallery/progress.html", row=row)
    if row.state != "done":
        return page.show("builder/gallery/stopped.html", row=row, status=page.LAST_POLL)
    session["app"] = row.value["app"]
    session[WELCOME] = {"app": row.value["app"], "done": []}
    start = url_for(places.LIST, app=row.value["app"], form=row.value["form"]) if places.there(places.LIST) else "/"
    return page.go(start)


@bp.app_context_processor
def welcome() -> dict[str, Any]:
    """The card of first steps, on the pages of the app it belongs to."""
    kept = session.get(WELCOME)
    if not kept or (request.view_args or {}).get("app") != kept["app"]:
        return {}
    key = kept["app"]
    steps = [(step, step in kept["done"]) for step, endpoint in STEPS.items() if places.there(endpoint)]
    return {"welcome": {"app": key, "steps": steps, "sample": all_apps.has_sample(here.conn(), key)}}


@bp.get("/welcome/<app>/<step>")
def step(app: str, step: str) -> Response:
    """Tick a first step and go where it is done."""
    kept = session.get(WELCOME)
    if kept and kept["app"] == app and step not in kept["done"]:
        session[WELCOME] = {**kept, "done": [*kept["done"], step]}
    endpoint = STEPS.get(step, "home.apps")
    return page.go(url_for(endpoint, app=app) if endpoint.startswith("build_") else url_for(endpoint))


@bp.post("/welcome/close")
def close() -> Response:
    """The card goes and stays away."""
    session.pop(WELCOME, None)
    return page.nothing()
