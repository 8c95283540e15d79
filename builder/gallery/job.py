"""The job that installs a template: killed it goes on after the last form it filled, stopped it leaves nothing."""

from __future__ import annotations

from typing import Any

from builder import apps
from builder.gallery import catalogue, install
from builder.gallery.catalogue import Template
from runtime.accounts import actor as actors
from runtime.accounts import audit
from runtime.accounts.actor import Actor
from runtime.errors import Busy, Denied, FenzuError, Problem
from runtime.jobs.job import Cancelled, Job
from runtime.jobs.kinds import JobFunction, Kinds
from runtime.records.act import acting
from runtime.storage.live import Live
from runtime.words import LANGUAGES, Words, read

INSTALL = "install"
DEFINING = Words("正在建表单和分组", "Making the forms and groups")
FILLING = Words("正在放入示例：{name}", "Adding samples: {name}")
# How much of the bar the documents take, counted in sample records.
DOCUMENTS = 40


def kinds(live: Live) -> Kinds:
    """The kind of job this room does."""
    function: JobFunction = lambda job: run(job, live)  # noqa: E731
    return {INSTALL: function}


def run(job: Job, live: Live) -> dict[str, Any]:
    """Install `template` with samples in `lang`, or without (`sample`); gives the new app's key."""
    try:
        return _install(job, live)
    except (Cancelled, FenzuError) as stopped:
        if not isinstance(stopped, Busy):
            _undo(job)
        raise


def _install(job: Job, live: Live) -> dict[str, Any]:
    template = catalogue.read(job.params["template"])
    lang = job.params["lang"]
    forms = template.samples(lang) if job.params["sample"] else []
    by = _actor(job)
    total = DOCUMENTS + sum(template.count(lang, form) for form in forms)
    if not job.state:
        _define(job, template, by, total)
    done = DOCUMENTS
    for form in forms:
        if form not in job.state["refs"]:
            job.pause()
            job.report(done, total, step=_step(template, form))
            _fill(job, live, template, by, form)
        done += template.count(lang, form)
    if "finished" not in job.state:
        _finish(job, live, template, by)
    return {"app": job.state["app"], "form": template.first.key}


def _actor(job: Job) -> Actor:
    with job.database.read() as conn:
        found = actors.for_job(conn, job.by)
    if found is None:
        raise Denied(Problem("", "denied"))
    return found


def _define(job: Job, template: Template, by: Actor, total: int) -> None:
    job.report(0, total, step=list(DEFINING))
    with job.database.write() as conn:
        app = install.define(conn, template, by)
        job.report(DOCUMENTS, total, step=list(DEFINING))
        job.checkpoint(conn, {"id": app.id, "app": app.key, "refs": {}})


def _fill(job: Job, live: Live, template: Template, by: Actor, form: str) -> None:
    state, refs = job.state, job.state["refs"]
    install.fill(
        job.database,
        live,
        template,
        state["app"],
        job.params["lang"],
        by,
        form,
        refs,
        lambda conn, made: job.checkpoint(conn, {**state, "refs": {**refs, form: made}}),
    )


def _finish(job: Job, live: Live, template: Template, by: Actor) -> None:
    refs: install.Refs = job.state["refs"]
    lang = job.params["lang"]
    with acting(job.database, live, job.state["app"], by, cause="template") as act:
        if refs and by.by is not None:
            install.remind(act, template, lang, refs)
        install.finish(act.conn, job.state["id"], {form: list(made.values()) for form, made in refs.items()})
        audit.note(act.conn, by, "template_installed", read(template.app["label"], lang))
        job.checkpoint(act.conn, {**job.state, "finished": True})


def _step(template: Template, form: str) -> list[str]:
    label = next(item.label for item in template.forms if item.key == form)
    return [FILLING.say(lang, name=read(label, lang)) for lang in LANGUAGES]


def _undo(job: Job) -> None:
    """Take a half-made app away again."""
    if "id" in job.state:
        with job.database.write() as conn:
            apps.remove(conn, job.state["id"])
