"""Why something could not be sent, in words, and whether another try may help."""

from __future__ import annotations

from datetime import timedelta

from runtime.errors import Problem


class Unsent(Exception):
    """It did not go out. `passing`: another try may help; `after`: not before this; `dead`: the machine did not answer at all."""

    def __init__(self, problem: Problem, *, passing: bool = True, after: timedelta | None = None, dead: bool = False) -> None:
        super().__init__(problem.code)
        self.problem, self.passing, self.after, self.dead = problem, passing, after, dead
