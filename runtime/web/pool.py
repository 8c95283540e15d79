"""How pages show a pool: its place in the sidebar, what a list has to know of it, and how one record stands in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from runtime import words
from runtime.definitions.pool import Pool
from runtime.errors import Problem
from runtime.messages import say
from runtime.records import access, pools
from runtime.records.load import Record
from runtime.records.queries import Reader
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here
from runtime.web.lists import State
from runtime.words import Words

POOL = Words("{form}公海", "{form} pool")


def lying(pool: Pool) -> str:
    """The filter of a list by which it shows the pool, as its address has it."""
    return json.dumps({"field": pool.owner, "operator": "null"}, separators=(",", ":"))


def places(found: LiveApp, lang: str) -> list[dict[str, Any]]:
    """One place in the sidebar for each pool of an app; its list is the form's, filtered."""
    args, at_use = request.view_args or {}, not (request.blueprint or "").startswith("build")
    return [{"label": POOL.say(lang, form=words.read(live.form.label, lang)), "icon": "pool", "count": 0,
             "href": url_for("records.list_page", app=found.key, form=live.key, view=_bare(found, live), f=lying(pool)),
             "on": at_use and args.get("app") == found.key and args.get("form") == live.key and shown(pool)}
            for live, pool in pools.of(found)]


def shown(pool: Pool | None) -> bool:
    """Whether the address asks for the list of a pool."""
    return pool is not None and request.endpoint == "records.list_page" and lying(pool) in request.args.getlist("f")


def _bare(found: LiveApp, live: LiveForm) -> str | None:
    """The first view that holds nobody back, so that the pool is seen whole."""
    return next((view.key for view in found.views_of(live.key) if not view.filter), None)


def of_list(live: LiveForm, state: State) -> dict[str, Any] | None:
    """What a list has to know: whether it shows the pool now; None where the form has none."""
    pool = live.form.pool
    if pool is None:
        return None
    return {"owner": pool.owner, "here": {"field": pool.owner, "operator": "null"} in [dict(one) for one in state.filters]}


def of_record(reader: Reader, record: Record) -> dict[str, Any] | None:
    """How a record stands in its pool, for its page: whose it is and until when, or who may take it and when."""
    pool = reader.live.form.pool
    standing = pools.standing(reader.conn, reader.app, reader.live, record.id, reader.as_of)
    if pool is None or standing is None:
        return None
    me, names = here.actor(), here.names(reader.app)
    change = "change" in access.acts(reader.app, me)
    return {"owner": names.person(standing.owner) if standing.owner else "", "kept": standing.kept, "back": standing.back, "mine": standing.owner == me.id,
            "give": change and standing.owner is not None and (standing.owner == me.id or me.may("build")),
            "assign": change and standing.owner is None and me.may("build"), "field": pool.owner,
            **({"claim": change, "why": ""} if standing.owner is not None else _open(reader, record, pool, change))}


def _open(reader: Reader, record: Record, pool: Pool, change: bool) -> Mapping[str, Any]:
    """Whether the asker may take a record that lies in the pool, and if not, the sentence that says why and when."""
    me = here.actor()
    if not pools.may_claim(reader.conn, pool, me):
        return {"claim": False, "why": say(Problem("", "pool_who"), me.lang) if change else ""}
    if pool.again and not me.may("build"):
        left = pools.left_by(reader.conn, reader.live, me.id, [record.id]).get(record.id)
        day = pools.again_on(pool, left, reader.as_of) if left else reader.as_of.today
        if day > reader.as_of.today:
            return {"claim": False, "why": say(Problem("", "pool_again", {"day": day.isoformat()}), me.lang) if change else ""}
    return {"claim": change, "why": ""}
