"""Every job that anybody asks for is one that this program does, with a name for people."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import app
from runtime.config import Config
from runtime.storage.live import Live
from runtime.web import jobs
from tests.shared import ROOT


def asked_for() -> set[str]:
    """The kinds that the code puts into the queue, where they are written out."""
    found = set()
    for folder in ("runtime", "builder"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "queue.put" and len(node.args) > 1:
                    kind = node.args[1]
                    if isinstance(kind, ast.Constant):
                        found.add(str(kind.value))
    return found


def kinds() -> set[str]:
    """The kinds of job this program does."""
    database: Any = None
    return set(app.jobs(database, Live(), Config(Path("nowhere"), "", "")))


def test_whoever_asks_for_a_job_finds_somebody_who_does_it() -> None:
    done = kinds()
    assert asked_for() and asked_for() <= done
    assert set(app.SCHEDULES) <= done


def test_every_job_has_a_name_for_people() -> None:
    assert kinds() - set(jobs.KINDS) <= {"audit", "cadence", "clock", "index", "mend", "pool", "remind", "sweep_files", "sweep_notices", "sweep_runs", "sweep_scratch", "workflow_clock", "workflows"}
