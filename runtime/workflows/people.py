"""Who a step is about: people by name, by role, by a field of the record, whoever set it off, and those above them; leavers are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.accounts import superiors
from runtime.accounts.actor import ROLES
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY
from runtime.errors import Problem
from runtime.storage import system_tables as tables
from runtime.workflows import valued
from runtime.workflows.base import Here

ONE = {
    "type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": False,
    "properties": {"person": {"type": "integer", "minimum": 1}, "role": {"enum": list(ROLES)}, "field": KEY,
                   "starter": {"const": True}, "department": KEY, "up": {"type": "integer", "minimum": 1, "maximum": superiors.MOST}},
    "oneOf": [{"required": [name]} for name in ("person", "role", "field", "starter", "department")],
    "not": {"required": ["up"], "anyOf": [{"required": ["role"]}, {"required": ["department"]}]},
}
WHO = {"type": "array", "items": ONE, "minItems": 1, "maxItems": 50}
KINDS = ("person", "people")
NAMED = 3  # as many people as a line of a log names


def of(here: Here, who: Sequence[Mapping[str, Any]]) -> list[int]:
    """The people meant, each once, in the order they were named; those who have left are not among them."""
    named = [one for given in who for one in _named(here, given)]
    there = active(here, named)
    return [one for one in dict.fromkeys(named) if one in there]


def said(here: Here, ids: Sequence[int]) -> dict[str, str]:
    """People by name for a line of the log, in both languages: the first ones, and how many there are."""
    names, more = [here.act.names.person(one) for one in ids[:NAMED]], len(ids) - NAMED
    return {"zh": "、".join(names) + (f"等 {len(ids)} 人" if more > 0 else ""), "en": ", ".join(names) + (f" and {more} more" if more > 0 else "")}


def active(here: Here, named: Sequence[int]) -> set[int]:
    """Which of these still work here."""
    p = tables.person

    def asked() -> set[int]:
        return set(here.act.conn.execute(sa.select(p.c.id).where(p.c.id.in_(list(named)), p.c.active)).scalars())

    return here.once(("active", *named), asked) if named else set()


def _named(here: Here, given: Mapping[str, Any]) -> list[int]:
    p = tables.person
    if "up" in given:  # so many levels above whoever is meant; nobody where nobody is there
        return superiors.above(here.act.conn, _named(here, {name: value for name, value in given.items() if name != "up"}), given["up"])
    if "person" in given:
        return [given["person"]]
    if "role" in given:
        role = sa.select(p.c.id).where(p.c.role == given["role"], p.c.active).order_by(p.c.id)
        return here.once(("role", given["role"]), lambda: list(here.act.conn.execute(role).scalars()))
    if "department" in given:
        d, line = tables.department_person, tables.department_line
        inside = sa.select(d.c.person).join(line, line.c.department == d.c.department).where(line.c.above == given["department"])
        return list(here.act.conn.execute(inside.distinct().order_by(d.c.person)).scalars())
    if "starter" in given:
        return [here.run.by] if here.run.by else []
    value = valued.of(here, given["field"])
    return list(value) if isinstance(value, list) else [value] if value else []


def problems(who: Sequence[Mapping[str, Any]], form: Form, path: str) -> Iterator[Problem]:
    """Fields that are not there or hold no people."""
    for number, given in enumerate(who):
        field = form.live_fields.get(given.get("field", ""))
        if "field" in given and (field is None or field.type.kind not in KINDS):
            yield Problem(f"{path}[{number}].field", "no_such_field", {"field": given["field"]})
