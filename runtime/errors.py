"""Errors are sentences with an address: a path, a code and the values its sentence needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (`rules[1].value`), which kind (`blank`), and the values for its sentence.

    `runtime.messages.say(problem, lang)` makes the sentence. `severity` is `error` or `warning`.
    """

    path: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    severity: str = "error"

    def under(self, prefix: str) -> Problem:
        """The same problem seen from one level further out."""
        inner = self.path
        glue = "" if not inner or not prefix or inner.startswith("[") else "."
        return Problem(f"{prefix}{glue}{inner}", self.code, self.params, self.severity)


class FenzuError(Exception):
    """Anything the person or client can be told about; `status` is the HTTP status that fits."""

    status = 400

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(f"{p.path}: {p.code} {p.params}" for p in self.problems))


class Invalid(FenzuError):
    """What was sent cannot be accepted: values, a rule, a definition."""

    status = 422


class NotFound(FenzuError):
    """There is no such thing, or the asker may not know of it."""

    status = 404


class Denied(FenzuError):
    """The asker may see the thing but not do this with it."""

    status = 403


class Conflict(FenzuError):
    """Somebody else changed it first, or something in use stands in the way."""

    status = 409


class Busy(FenzuError):
    """It would work a moment later: a lock, a limit."""

    status = 503
