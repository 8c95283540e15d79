"""What triggers give that no event sets off but the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.records.act import Act
from runtime.storage.live import LiveForm
from runtime.workflows.base import Event, Node, TriggerType
from runtime.workflows.kept_lines import Span, Told
from runtime.workflows.moments import Window

CHUNK = 500  # runs that begin in one transaction


@dataclass(frozen=True)
class Part:
    """Some of those who are due: what each run should know, by record (None: one run without a record).

    `after` is the record after which one has to look on; None when these were all.
    """

    due: Mapping[int | None, Mapping[str, Any]]
    after: int | None = None


class TimedTrigger(TriggerType):
    """A kind of trigger that the clock asks. `due` in what a run knows is its moment; `bounded` kinds begin only so many runs at once."""

    bounded: ClassVar[bool] = False

    def quiet(self, node: Node, live: LiveForm, window: Window) -> bool:
        """Whether nobody can be due in the window; told without asking the database."""
        return False

    def look(self, node: Node, act: Act, live: LiveForm, window: Window, after: int) -> Part:
        """Who is due in the window, by number, from behind a record on."""
        raise NotImplementedError

    def following(self, node: Node, conn: Connection, live: LiveForm, now: AsOf) -> datetime | None:
        """When the clock should look next at the latest; None for never."""
        raise NotImplementedError

    def prepare(self, node: Node, act: Act, live: LiveForm) -> None:
        """Make ready in the database what looking needs."""

    def past(self, node: Node, span: Span) -> Told:
        raise NotImplementedError

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        return {}
