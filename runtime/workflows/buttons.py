"""Workflows that begin when somebody presses their button: which buttons a person has, and what pressing one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runtime.accounts.actor import Actor
from runtime.errors import NotFound, Problem
from runtime.jobs import queue
from runtime.records import access, ask, events
from runtime.records.act import Act
from runtime.records.queries import Reader
from runtime.storage.live import LiveApp, LiveWorkflow
from runtime.workflows import inbox
from runtime.workflows.triggers.by_hand import Button, Called


def of_form(app: LiveApp, form: str, actor: Actor) -> list[LiveWorkflow]:
    """The workflows of a form that a person may begin by hand, in the order people gave them."""
    mine = [item for item in app.workflows.values() if item.on and item.workflow.form == form and _may(item, actor)]
    return sorted(mine, key=lambda item: (item.workflow.position, item.id))


def _may(item: LiveWorkflow, actor: Actor) -> bool:
    trigger = item.workflow.trigger
    return trigger["type"] == Button.name and actor.role in (trigger.get("roles") or [actor.role])


def text(item: LiveWorkflow) -> Mapping[str, str]:
    """What the button says."""
    found: Mapping[str, str] = item.workflow.trigger.get("text") or item.workflow.label
    return found


def of_record(reader: Reader, record: int) -> list[LiveWorkflow]:
    """The buttons of a form that have something to begin for one record."""
    some = [(item, item.workflow.trigger.get("when")) for item in of_form(reader.app, reader.live.key, reader.actor)]
    return [item for item, rule in some if not rule or ask.fits(reading(reader), reader.live, rule, record)]


def reading(reader: Reader) -> Act:
    """What a reader knows, for questions that acts ask too; nothing is written with it."""
    return Act(reader.conn, reader.app, reader.actor, reader.as_of)


def meant(act: Act, form: str, key: str, ids: Sequence[int]) -> tuple[LiveWorkflow, list[int]]:
    """The workflow behind a button, and for which of these records it would begin; raises NotFound where the button is gone."""
    item = next((one for one in of_form(act.app, form, act.by) if one.key == key), None)
    if item is None:
        raise NotFound(Problem("workflow", "press_not_there"))
    live = act.app.form(form)
    seen = sorted(access.visible_ids(act.conn, act.app, live, act.by, ids, act.as_of))
    return item, ask.those(act, live, item.workflow.trigger.get("when"), seen)


def press(act: Act, form: str, key: str, ids: Sequence[int]) -> tuple[LiveWorkflow, list[int]]:
    """Begin the workflow for each of the records it is meant for; gives the runs."""
    item, found = meant(act, form, key, ids)
    return item, _begun(act, item, found)


def _begun(act: Act, item: LiveWorkflow, ids: Sequence[int]) -> list[int]:
    runs = inbox.begin(act, item, item.workflow.form, {one: {} for one in ids}, by=act.by.by, depth=0)
    if ids:
        queue.put(act.conn, events.WORK, {}, once=True)
    return runs


def begin(act: Act, key: str, ids: Sequence[int]) -> list[int]:
    """As another program asks: what has a button begins for whoever may press it, what other workflows run for whoever builds."""
    item = act.app.workflows.get(key)
    if item is None:
        raise NotFound(Problem("workflow", "press_not_there"))
    if item.workflow.trigger["type"] != Called.name or not item.on:
        return press(act, item.workflow.form, key, ids)[1]
    act.by.must("build")
    live = act.app.form(item.workflow.form)
    seen = sorted(access.visible_ids(act.conn, act.app, live, act.by, ids, act.as_of))
    found = ask.those(act, live, item.workflow.trigger.get("when"), seen)
    return _begun(act, item, found)
