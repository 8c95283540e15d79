"""What another program sends to a workflow's address: checked, turned into a record, and a run begun, in one transaction."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.commands import change, create
from runtime.errors import Conflict, Denied, Invalid, NotFound, Problem
from runtime.jobs import queue
from runtime.records import ask, entry, public_links
from runtime.records.act import Act
from runtime.records.events import WORK
from runtime.records.queries import Query, Reader
from runtime.storage.live import LiveForm, LiveWorkflow
from runtime.workflows import hooks, inbox
from runtime.workflows.base import Node

CAUSE = "hook"
LARGEST = 65_536
FRESH = 300  # seconds that a signed call may be old, or ahead of our clock


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: the record and the run; no run where the record does not fit, nothing at all when it was sent before."""

    record: int | None
    run: int | None
    again: bool = False


def signed(key: str, moment: str, mark: str, data: bytes, now: float) -> None:
    """See that a call comes from who holds the secret, and is not an old one sent again; raises Denied."""
    fresh = moment.isascii() and moment.isdigit() and len(moment) < 12 and abs(int(moment) - now) <= FRESH
    wanted = "sha256=" + hmac.new(key.encode(), moment.encode() + b"." + data, hashlib.sha256).hexdigest()
    if not fresh or not hmac.compare_digest(wanted.encode(), mark.encode()):
        raise Denied(Problem("", "hook_signature"))


def take(act: Act, item: LiveWorkflow, given: Mapping[str, Any], mark: str) -> Taken:
    """Find or make the record and begin the run; what comes under the same mark a second time is not taken again."""
    if not item.on:
        raise Conflict(Problem("", "hook_paused"))
    if mark and public_links.sent_before(act.conn, hashlib.sha256(f"hook {item.id} {mark}".encode()).hexdigest(), act.as_of.at):
        return Taken(None, None, again=True)
    live = act.app.form(item.workflow.form)
    record = _record(act, live, item.workflow.trigger, given)
    hooks.used(act.conn, item.id, act.at)
    if not ask.fits(act, live, item.workflow.trigger.get("when"), record):
        return Taken(record, None)
    runs = inbox.start(act, item, live.key, record, by=None, depth=0, detail={"hook": True})
    queue.put(act.conn, WORK, {}, once=True)
    return Taken(record, runs[0])


def _record(act: Act, live: LiveForm, node: Node, given: Mapping[str, Any]) -> int:
    """The record that is meant: found, changed where the workflow says so, or made."""
    typed, match = _typed(live, node, given), node.get("match")
    found = _found(act, live, match, typed) if match else None
    if found is None:
        if not node.get("make", True):
            raise NotFound(Problem(str(match), "hook_no_record", {"key": match}))
        return create.create(act, live.key, entry.read(live.form, typed, act.names)).id
    if node.get("write"):
        rest = {key: value for key, value in typed.items() if key != match}
        change.change(act, live.key, found, entry.read(live.form, rest, act.names, whole=False), version=None)
    return found


def _typed(live: LiveForm, node: Node, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, by the fields that are taken."""
    names, _ = hooks.names(node.get("names", ()), live.form)
    wanted = dict.fromkeys([*([node["match"]] if node.get("match") else []), *node.get("fields", ())])
    values = {key: _inside(given, names.get(key, key)) for key in wanted if key in live.form.live_fields}
    return {key: value for key, value in values.items() if value is not None}


def _inside(given: Any, name: str) -> Any:
    """A value by its name, or by the names on the way to it."""
    if isinstance(given, Mapping) and name in given:
        return given[name]
    first, _, rest = name.partition(".")
    return _inside(given[first], rest) if rest and isinstance(given, Mapping) and first in given else None


def _found(act: Act, live: LiveForm, match: str, typed: Mapping[str, Any]) -> int | None:
    """The one record whose field holds what was sent."""
    if typed.get(match) in (None, ""):
        raise Invalid(Problem(match, "hook_key_missing", {"key": match}))
    read = entry.read(live.form, {match: typed[match]}, act.names, whole=False)
    if not read.ok or read.values.get(match) is None:
        raise Invalid(read.problems or [Problem(match, "hook_key_missing", {"key": match})])
    rule = {"combinator": "and", "rules": [{"field": match, "operator": "=", "value": entry.plain(read.values[match])}]}
    ids, _ = Reader(act.conn, act.app, live, act.by, act.as_of).ids(Query(rule, limit=2))
    if len(ids) > 1:
        raise Conflict(Problem(match, "hook_many", {"key": match}))
    return ids[0] if ids else None
