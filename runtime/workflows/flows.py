"""Workflows by version: a run goes on by the version it began with, whatever has been published since."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from runtime.definitions.workflow import Step, Workflow
from runtime.errors import NotFound, Problem
from runtime.storage import versions

MOST = 500  # of one database
_known: WeakKeyDictionary[Engine, OrderedDict[tuple[int, int], Workflow]] = WeakKeyDictionary()
_lock = Lock()


def at(conn: Connection, workflow_id: int, version: int) -> Workflow:
    """A workflow as it was in one version, parsed once in a process."""
    key = (workflow_id, version)
    with _lock:
        mine = _known.setdefault(conn.engine, OrderedDict())
        found = mine.get(key)
    if found is None:
        found = Workflow(versions.body_at(conn, workflow_id, version))
        with _lock:
            mine[key] = found
            while len(mine) > MOST:
                mine.popitem(last=False)
    return found


def step_of(workflow: Workflow, key: str) -> Step:
    """A step by key; raises NotFound."""
    try:
        return workflow.steps[key]
    except KeyError:
        raise NotFound(Problem("steps", "no_such_step", {"step": key})) from None
