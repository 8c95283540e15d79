"""Workflows by version: a run goes on by the version it began with, whatever has been published since."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from sqlalchemy import Connection

from runtime.definitions.workflow import Step, Workflow
from runtime.errors import NotFound, Problem
from runtime.storage import versions

MOST = 500
_known: OrderedDict[tuple[str, int, int], Workflow] = OrderedDict()
_lock = Lock()


def at(conn: Connection, workflow_id: int, version: int) -> Workflow:
    """A workflow as it was in one version, parsed once in a process."""
    key = (str(conn.engine.url), workflow_id, version)
    with _lock:
        found = _known.get(key)
    if found is None:
        found = Workflow(versions.body_at(conn, workflow_id, version))
        with _lock:
            _known[key] = found
            while len(_known) > MOST:
                _known.popitem(last=False)
    return found


def step_of(workflow: Workflow, key: str) -> Step:
    """A step by key; raises NotFound."""
    try:
        return workflow.steps[key]
    except KeyError:
        raise NotFound(Problem("steps", "no_such_step", {"step": key})) from None
