"""A record was created, deleted or taken back from the bin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.records.act import Act
from runtime.words import Words
from runtime.workflows import batches, shapes
from runtime.workflows.base import Event, Node, TriggerType


class Each(TriggerType):
    """Every record of the event begins a run."""

    settings = shapes.settings(batches.SETTING)

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        return {one: {} for one in event.ids}


class Created(Each):
    name = "created"
    label = Words("新建了", "Created")
    icon = "user-plus"
    hears = frozenset({"created"})


class Removed(Each):
    name = "removed"
    label = Words("删除了", "Deleted")
    icon = "trash"
    hears = frozenset({"removed"})
    settings = shapes.settings({})  # what lies in the bin is nothing that steps could turn to one by one


class Restored(Each):
    name = "restored"
    label = Words("从回收站恢复了", "Restored")
    icon = "restore"
    hears = frozenset({"restored"})
