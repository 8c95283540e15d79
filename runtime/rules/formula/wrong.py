"""What is wrong with a formula, and where in its text."""

from __future__ import annotations

from typing import Any

from runtime.errors import Problem


class Wrong(ValueError):
    """A formula that means nothing: the code of a sentence, its values, and the characters it is about."""

    def __init__(self, code: str, at: int, end: int, **params: Any) -> None:
        super().__init__(code)
        self.code, self.at, self.end, self.params = code, at, end, params

    def problem(self, path: str = "formula") -> Problem:
        """The same as a problem; `at` and `end` are the place in the text, for marking it."""
        return Problem(path, self.code, {**self.params, "at": self.at, "end": self.end, "place": str(self.at + 1)})
