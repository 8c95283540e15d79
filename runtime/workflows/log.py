"""The log of runs: lines in codes that have sentences, so that everybody reads them in their language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.errors import Problem
from runtime.messages import CODES, say
from runtime.records.entry import plain
from runtime.storage import system_tables as tables
from runtime.words import Words

LONGEST = 400  # lines of one run that are shown


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the step it belongs to ("" is the run itself), what happened, by whom and when."""

    step: str
    code: str
    params: dict[str, Any]
    by: int | None
    at: str

    def sentence(self, lang: str) -> str:
        params = {name: say(read_problem(value), lang) if name == "problem" else value for name, value in self.params.items()}
        return say(Problem("", f"run_{self.code}", params), lang)


def write(conn: Connection, run_id: int, lines: Sequence[tuple[str, str, Mapping[str, Any]]], at: str, by: int | None = None) -> None:
    """Add lines (step, code, values of its sentence) to a run's log."""
    put(conn, rows(run_id, lines, at, by))


def rows(run_id: int, lines: Sequence[tuple[str, str, Mapping[str, Any]]], at: str, by: int | None = None) -> list[dict[str, Any]]:
    """The same lines as rows, for whoever writes those of many runs at once."""
    for _step, code, _params in lines:
        if f"run_{code}" not in CODES:
            raise KeyError(f"the line '{code}' has no sentence")
    return [{"run_id": run_id, "step": step, "code": code, "params": packed(params), "by": by, "at": at} for step, code, params in lines]


def put(conn: Connection, made: Sequence[Mapping[str, Any]]) -> None:
    """Store rows of lines."""
    if made:
        conn.execute(sa.insert(tables.run_line), [dict(row) for row in made])


def of_run(conn: Connection, run_id: int) -> list[Line]:
    """The log of a run, the first line first."""
    t = tables.run_line
    rows = conn.execute(sa.select(t).where(t.c.run_id == run_id).order_by(t.c.id).limit(LONGEST))
    return [Line(row.step, row.code, json.loads(row.params), row.by, row.at) for row in rows]


def packed(params: Mapping[str, Any]) -> str:
    """Values of a sentence as they are stored; words keep both languages."""
    told = {name: value._asdict() if isinstance(value, Words) else value for name, value in params.items()}
    return json.dumps(told, ensure_ascii=False, default=plain) if told else "{}"


def read_problem(text: str) -> Problem:
    """A problem as a run kept it."""
    found = json.loads(text)
    return Problem(found["path"], found["code"], found["params"])


def packed_problem(problem: Problem) -> str:
    """A problem as a run keeps it."""
    return json.dumps({"path": problem.path, "code": problem.code, "params": json.loads(packed(problem.params))}, ensure_ascii=False)
