"""Everything that can be wrong with a form's pool, each with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.definitions import pool
from runtime.definitions.check_rules import rule_problems
from runtime.definitions.form import Field, Form
from runtime.definitions.pool import ROOT
from runtime.definitions.whole import Whole
from runtime.errors import Problem


def fits(field: Field | None) -> bool:
    """Whether a field can say whose a record is: one person, written down, not retired, and free to be blank."""
    return field is not None and field.type.kind == "person" and not (field.type.computed or field.type.readonly or field.retired)


def check(body: Mapping[str, Any]) -> Iterator[Problem]:
    """The problems of the pool by itself; the form has been checked."""
    found = pool.read(body["x-fenzu"].get("pool"))
    if found is None:
        return
    field = Form(body).fields.get(found.owner)
    if not fits(field):
        yield Problem(f"{ROOT}.owner", "pool_no_owner")
    elif field is not None and field.required:
        yield Problem(f"{ROOT}.owner", "pool_required", {"field": field.label})
    if found.reclaim and found.reclaim.warn >= found.reclaim.days:
        yield Problem(f"{ROOT}.reclaim.warn", "pool_warn", {"n": found.reclaim.days})


def rules(form: Form, whole: Whole) -> Iterator[Problem]:
    """What is wrong with the rules of the pool, which may ask other forms and groups."""
    for path, rule in asked(form):
        yield from rule_problems(rule, whole, form.key, path, me=False)


def asked(form: Form) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rules of a form's pool with their paths."""
    if form.pool is not None and form.pool.free:
        yield f"{ROOT}.free", form.pool.free
    if form.pool is not None and form.pool.reclaim and form.pool.reclaim.when:
        yield f"{ROOT}.reclaim.when", form.pool.reclaim.when
