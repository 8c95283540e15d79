"""The rarer controls of the drawer: people, days of the week and the month, moments, lines, workflows, who for which value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for

from builder.web import workflows_set
from builder.web.rules_editors import Options
from builder.web.workflows_room import Room
from runtime.accounts.actor import ROLE_NAMES, ROLES
from runtime.definitions.parts import KEY
from runtime.web import here
from runtime.web.bound import Binder
from runtime.words import Words, read
from runtime.workflows import people
from runtime.workflows.wording import UNITS, Teller

Spec = Mapping[str, Any]
Choices = Sequence[tuple[str, str, str]]
Made = Any  # a workflows_controls.Control
DAYS = [Words(f"周{zh}", en) for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)]
LAST, DAY = Words("最后一天", "the last day"), Words("{n} 号", "{n}")


def whom(room: Room, held: Sequence[Spec], own: Choices) -> tuple[list[Any], Spec]:
    """The people meant, one by one, and what can be added; `own` are the fields that hold people."""
    tell = Teller(room.found, room.form.key, here.names(room.found))
    tell.names.prime_people([one["person"] for one in held if "person" in one])
    rows = [(at, "user" if "person" in one else "users", tell.who([{**one, "up": 1} if "up" in one else one]), one.get("up", 0)) for at, one in enumerate(held)]
    given: Mapping[str, Spec] = people.ONE["properties"]  # type: ignore[assignment]
    flags = [(f"{name}:1", tell.who([{name: True}]), "user-star") for name, each in given.items() if each.get("const") is True]
    fields = [(f"{name}:{key}", tell.who([{name: key}]), "user-circle") for name, each in given.items() if each == KEY and name != "department" for key, _, _ in own]
    above = [(f"up:{key}", tell.who([{name: value or True, "up": 1}]), "hierarchy") for key, _, _ in [*flags, *fields]
             for name, value in [(key.partition(":")[0], key.partition(":")[2] if not key.endswith(":1") else "")]]
    roles = [(f"role:{role}", ROLE_NAMES[role].say(room.lang), "users") for role in ROLES]
    departments = [(f"department:{one['key']}", read(one["label"], room.lang), "building") for one in tell.names.departments()]
    return rows, {"adds": [*flags, *fields, *above, *roles, *departments], "search": url_for("finding.persons", app=room.found.key, form=room.form.key)}


def cases(room: Room, made: Made, spec: Spec, own: Choices) -> None:
    """Each value with its people, and the values that have none yet."""
    key = str(room.node.get(str(spec.get("into")), ""))
    item, names = room.form.live_fields.get(key), here.names(room.found)
    _, made.groups, more = workflows_set.values(room, room.form, key, [])
    for at, one in enumerate(made.value or ()):
        rows, adds = whom(room, one.get("who", ()), own)
        made.rows.append((at, item.type.show(one["value"], item.settings, names) if item else str(one["value"]), rows, adds))
    control = Binder(room.found, room.form.key, names, f"case-{made.name}-").value(item, None) if item and not made.choices else None
    if control is not None:
        control.name, control.required, control.help, control.placeholder = "value", False, "", ""
    made.more = {**more, "control": control}


def _offset(room: Room, made: Made, spec: Spec) -> None:
    held = made.value or {}
    units = [(unit, UNITS[unit].say(room.lang, n=2).replace("2", "").strip(), "") for unit in spec["properties"]["unit"]["enum"]]
    made.groups = [Options("", units)]
    made.more = {"side": "on" if not held.get("n") else "before" if held["n"] < 0 else "after", "n": abs(held.get("n", 1)) or 1, "unit": held.get("unit", "day")}


def _weekdays(room: Room, made: Made, spec: Spec) -> None:
    made.look, made.value = "boxes", [str(one) for one in made.value or ()]
    made.groups = [Options("", [(str(n), words.say(room.lang), "") for n, words in enumerate(DAYS, 1)])]


def _roles(room: Room, made: Made, spec: Spec) -> None:
    made.look, made.value = "boxes", list(made.value or ())
    made.groups = [Options("", [(role, ROLE_NAMES[role].say(room.lang), "") for role in spec["items"]["enum"]])]


def _several(room: Room, made: Made, spec: Spec) -> None:
    """Some of a few named values, all of them in sight."""
    made.look, made.value = "boxes", list(made.value or ())
    made.groups = [Options("", [(one["const"], read(one["x-label"], room.lang), "") for one in spec["items"]["oneOf"]])]


def _monthday(room: Room, made: Made, spec: Spec) -> None:
    made.look, made.value = "pick", str(made.value or "")
    made.groups = [Options("", [*((str(n), DAY.say(room.lang, n=n), "") for n in range(1, 32)), ("last", LAST.say(room.lang), "")])]


def _moment(room: Room, made: Made, spec: Spec) -> None:
    made.more = {"type": "datetime-local" if made.look == "moment" else "time"}
    made.look = "line"


def _lines(room: Room, made: Made, spec: Spec) -> None:
    made.value = "\n".join(made.value or ())


def _workflows(room: Room, made: Made, spec: Spec) -> None:
    """The other published workflows."""
    made.look = "pick"
    made.groups = [Options("", [(key, read(item.workflow.label, room.lang), "") for key, item in room.found.workflows.items() if key != room.key])]


def _groupings(room: Room, made: Made, spec: Spec) -> None:
    made.look = "pick"
    made.groups = [Options("", [(one.key, read(one.newest.label, room.lang), "") for one in room.found.groupings_of(room.form.key)])]


MAKERS: Mapping[str, Callable[[Room, Made, Spec], None]] = {
    "offset": _offset, "several": _several, "weekdays": _weekdays, "roles": _roles, "monthday": _monthday, "moment": _moment, "time": _moment, "lines": _lines,
    "workflow": _workflows, "grouping": _groupings,
}
