"""Everything that can be wrong with a form's public side, each with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.public import ROOT, Public
from runtime.definitions.public_form import asked, may
from runtime.errors import Problem


def check(body: Mapping[str, Any]) -> Iterator[Problem]:
    """All problems of the public side; the form itself has been checked."""
    if "public" not in body["x-fenzu"]:
        return
    form = Form(body)
    public = form.public
    yield from _times(public)
    for at, key in enumerate(public.fields):
        if key not in form.fields:
            yield Problem(f"{ROOT}.fields[{at}]", "public_gone", {"field": key})
        elif not may(form.fields[key]) and not form.fields[key].retired:
            yield Problem(f"{ROOT}.fields[{at}]", "public_never", {"field": form.fields[key].label})
    for key in public.prefill:
        if key not in form.fields:
            yield Problem(f"{ROOT}.prefill.{key}", "public_gone", {"field": key})
    if public.enabled:
        yield from _fillable(form)


def _times(public: Public) -> Iterator[Problem]:
    for name, text in (("opens", public.opens), ("closes", public.closes)):
        try:
            datetime.fromisoformat(text or "2026-01-01T00:00")
        except ValueError:
            yield Problem(f"{ROOT}.{name}", "public_no_time", {"value": text})
    if public.opens and public.closes and public.closes <= public.opens:
        yield Problem(f"{ROOT}.closes", "public_closes_first")


def _fillable(form: Form) -> Iterator[Problem]:
    """What must be filled in has to be on the page, or nobody could ever submit it."""
    chosen = asked(form)
    if not chosen:
        yield Problem(f"{ROOT}.fields", "public_nothing")
    for key, item in form.live_fields.items():
        bare = item.required and item.default is None and not item.type.readonly
        if chosen and bare and key not in chosen and key not in form.logic.about:
            yield Problem(f"{ROOT}.fields", "public_lacks", {"field": item.label})
