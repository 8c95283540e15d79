"""Going through the records behind a link of the record at hand, in parts, each of them once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from runtime.definitions.parts import KEY, RULE
from runtime.errors import Invalid, NotFound, Problem
from runtime.records import linked
from runtime.workflows import shapes
from runtime.workflows.base import Here
from runtime.workflows.named import MOST
from runtime.workflows.outcome import Go, Outcome, Wait
from runtime.workflows.ways import MORE

PART = 100  # records changed in one transaction
LINK = shapes.said(KEY, "哪些关联记录", "Which linked records", "link")
WHERE = shapes.said(RULE, "只对符合这些条件的", "Only those that fit", "rule", into="link")


def form_of(here: Here) -> str:
    """The form of the records behind the step's link; raises NotFound where the link is gone."""
    found = here.act.app.related(here.form, here.node["link"])
    if found is None or found[1].type.nested:
        raise NotFound(Problem(here.step.path, "no_such_inverse", {"name": here.node["link"]}))
    return found[0].key


def ids(here: Here, after: int, limit: int) -> list[int]:
    """The next records behind the link that fit."""
    form_of(here)
    return linked.behind(here.act, here.live, here.record_id, here.node["link"], here.node.get("where"), after=after, limit=limit)


def count(here: Here) -> int:
    """How many there are; raises Invalid before anything is done where they are too many for one step."""
    found = len(ids(here, 0, MOST + 1))
    if found > MOST:
        raise Invalid(Problem(here.step.path, "linked_too_many", {"most": MOST}))
    return found


def in_parts(here: Here, act: Callable[[list[int]], list[int]], said: str) -> Outcome:
    """Do something with one part of the linked records, and come back for the next until all are done; `said` is the line
    of the log that tells how many it was done for.
    """
    begun = MORE in here.place.data
    if not begun:
        count(here)
    data: dict[str, Any] = {MORE: here.place.data.get(MORE, 0), "n": here.place.data.get("n", 0)}
    some = ids(here, data[MORE], PART)
    done = data["n"] + len(act(some)) if some else data["n"]
    if len(some) < PART:
        here.note(said, n=done)
        return Go()
    return Wait(here.act.at, {MORE: some[-1], "n": done})
