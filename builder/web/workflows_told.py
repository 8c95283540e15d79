"""What texts of a workflow may name beside the fields of a record, by what begins it."""

from __future__ import annotations

from builder.web.workflows_room import Room
from runtime.workflows.registry import TRIGGERS


def given(room: Room) -> list[tuple[str, str, str]]:
    """The names to put in, as a setting's control offers them."""
    name = room.flow.trigger["type"]
    return [(key, words.say(room.lang), "") for key, words in (TRIGGERS[name].gives.items() if name in TRIGGERS else ())]
