"""Pairs of fields that must hold the same: one of another form's records, one of the record at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from builder.web.rules_editors import Options
from builder.web.workflows_room import Room
from builder.web.workflows_set import Choices
from runtime.definitions.form import Field, Form
from runtime.definitions.link_only import comparable
from runtime.errors import Invalid, Problem
from runtime.rules.target import MANY
from runtime.words import read


class Pair(NamedTuple):
    """Their field, ours, and which of ours could stand there."""

    at: int
    key: str
    label: str
    take: str
    ours: Choices


def rows(room: Room, form: Form | None, held: Sequence[Mapping[str, Any]]) -> tuple[list[Any], list[Options]]:
    """The pairs so far, and the fields of the other form that could be next."""
    able = _able(room, form)
    drawn = [Pair(at, one["field"], read(form.fields[one["field"]].label, room.lang) if form and one["field"] in form.fields else one["field"],
                  one["take"], _with(_ours(room, able.get(one["field"])), one["take"])) for at, one in enumerate(held)]
    used = {one["field"] for one in held}
    return drawn, [Options("", [(key, read(item.label, room.lang), item.type.icon) for key, item in able.items() if key not in used])]


def _with(ours: Choices, take: str) -> Choices:
    """What stands there now is among the choices, even where it no longer fits."""
    return ours if take in dict(ours) else [*ours, (take, take)]


def put(room: Room, form: Form | None, held: Sequence[Mapping[str, Any]], sent: Any) -> Any:
    """A pair more (`add`), a pair less (`drop`), or another field of ours in one (`take`)."""
    made, able = [dict(one) for one in held], _able(room, form)
    if sent.get("add"):
        if sent["add"] not in able:
            raise Invalid(Problem("field", "no_such_field", {"field": sent["add"][:60]}))
        ours = [key for key, _ in _ours(room, able[sent["add"]])]
        return [*made, {"field": sent["add"], "take": sent["add"] if sent["add"] in ours else ours[0]}]
    at = int(sent["row"]) if sent.get("row", "").isdecimal() else -1
    if "drop" in sent:
        return [one for number, one in enumerate(made) if number != at] or None
    if 0 <= at < len(made) and sent.get("take") in {key for key, _ in _ours(room, able.get(made[at]["field"]))}:
        made[at]["take"] = sent["take"]
    return made or None


def _able(room: Room, form: Form | None) -> dict[str, Field]:
    """The fields of the other form to which some field of ours could be equal."""
    return {key: item for key, item in (form.live_fields.items() if form else ()) if _ours(room, item)}


def _ours(room: Room, item: Field | None) -> Choices:
    if item is None or item.type.kind in MANY or item.type.nested or item.type.kind == "file":
        return []
    return [(key, read(other.label, room.lang)) for key, other in room.form.live_fields.items()
            if comparable(other) and other.type.kind == item.type.kind and other.far == item.far and _alike(other, item)]


def _alike(one: Field, other: Field) -> bool:
    """Two choices can only be equal where they share an option."""
    mine, theirs = ({option["const"] for option in each.options} for each in (one, other))
    return (not mine and not theirs) or bool(mine & theirs)
