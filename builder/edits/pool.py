"""Gestures on a form's pool: on and off, whose the records are, who may claim, the numbers, and which groups count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits import made
from builder.edits.made import Body
from runtime.definitions.form import Form
from runtime.definitions.pool import SHAPE
from runtime.definitions.pool_check import fits
from runtime.errors import Invalid, NotFound, Problem

BACK = ("days", "warn")
NUMBERS = ("most", "daily", "again", "keep", *BACK)
RULES = ("free", "when")


def switch(body: Mapping[str, Any], on: bool) -> Body:
    """A pool by the first person field of the form, or none."""
    whole = made.copy(body)
    owner = next((key for key, field in Form(body).live_fields.items() if fits(field)), None)
    if on and owner is None:
        raise Invalid(Problem("owner", "pool_no_owner"))
    made.put(whole["x-fenzu"], "pool", {"owner": owner} if on else None)
    return whole


def _pool(body: Mapping[str, Any]) -> tuple[Body, Body]:
    whole = made.copy(body)
    if "pool" not in whole["x-fenzu"]:
        raise NotFound(Problem("pool", "pool_none"))
    pool: Body = whole["x-fenzu"]["pool"]
    return whole, pool


def owner(body: Mapping[str, Any], key: str) -> Body:
    """The field that says whose a record is."""
    whole, pool = _pool(body)
    if not fits(Form(body).fields.get(key)):
        raise Invalid(Problem("owner", "pool_no_owner"))
    pool["owner"] = key
    return whole


def number(body: Mapping[str, Any], name: str, typed: str) -> Body:
    """One of the numbers; "" for none. Without days nothing returns by the clock."""
    whole, pool = _pool(body)
    if name not in NUMBERS:
        raise NotFound(Problem("name", "no_such_part", {"key": name[:40]}))
    shape = (SHAPE["properties"]["reclaim"]["properties"] if name in BACK else SHAPE["properties"])[name]
    said = typed.strip()
    if said and not (said.isascii() and said.isdigit() and len(said) < 9 and shape["minimum"] <= int(said) <= shape["maximum"]):
        raise Invalid(Problem(name, "pool_number", {"value": said[:20], "most": shape["maximum"]}))
    given = int(said) if said else None
    if name in BACK:
        back = {**pool.get("reclaim", {}), name: given}
        made.put(pool, "reclaim", {each: value for each, value in back.items() if value is not None} if back.get("days") else None)
    else:
        made.put(pool, name, given)
    return whole


def who(body: Mapping[str, Any], one: str, on: bool) -> Body:
    """Somebody who may claim, written `person:3`, `role:member` or `department:key`; or no longer."""
    whole, pool = _pool(body)
    kind, _, value = one.partition(":")
    counted = value.isascii() and value.isdigit() and len(value) < 19
    if kind not in ("person", "role", "department") or not value or (kind == "person" and not counted):
        raise NotFound(Problem("who", "no_such_part", {"key": one[:40]}))
    node = {kind: int(value) if kind == "person" else value}
    kept = [each for each in pool.get("who", ()) if each != node]
    made.put(pool, "who", [*kept, node] if on else kept)
    return whole


def group(body: Mapping[str, Any], name: str, chosen: str) -> Body:
    """Which group does not count, or which alone returns; "" for no such rule."""
    whole, pool = _pool(body)
    rule = {"combinator": "and", "rules": [{"field": "$group", "operator": "in", "value": [chosen]}]} if chosen else None
    if name not in RULES:
        raise NotFound(Problem("name", "no_such_part", {"key": name[:40]}))
    if name == "free":
        made.put(pool, "free", rule)
    elif "reclaim" in pool:
        made.put(pool["reclaim"], "when", rule)
    return whole


def renamed(body: Body, key: str, to: str) -> Body:
    """Follow the field that says whose a record is to its new key; done in place."""
    pool = body["x-fenzu"].get("pool")
    if pool and pool["owner"] == key:
        pool["owner"] = to
    return body
