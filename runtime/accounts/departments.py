"""The organisation's departments: a tree with people in it, changed at once by whoever administers, with a way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from runtime.accounts import audit, settings
from runtime.accounts.actor import Actor
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.fields.trees import APART
from runtime.fold import fold, free, slug
from runtime.sql.locks import hold_app
from runtime.storage.system_tables import department, department_line, department_person
from runtime.words import read

MOST, DEEPEST, LONGEST = 2_000, 8, 60
# How often the tree was changed; whoever remembers it asks this first.
TURN = "departments"
WAYS = ("up", "down", "in", "out", "top")
ORDER = sa.select(department).order_by(department.c.position, department.c.key)


@dataclass(slots=True)
class Department:
    """One department with those under it, in their order."""

    key: str
    label: dict[str, str]
    parent: str | None
    level: int = 0
    under: list[str] = field(default_factory=list)


Tree = dict[str, Department]
# The tree as it was read last, and at which count of changes. Whoever changes it never reads it here.
_KNOWN: WeakKeyDictionary[Engine, tuple[str, list[dict[str, Any]]]] = WeakKeyDictionary()


def tree(conn: Connection) -> Tree:
    """Every department by key, from the top down."""
    rows = conn.execute(ORDER).all()
    found = {row.key: Department(row.key, {"zh": row.zh, "en": row.en}, row.parent) for row in rows}
    for row in rows:
        if row.parent in found:
            found[row.parent].under.append(row.key)
    return {one.key: one for one in _walk(found, [row.key for row in rows if row.parent not in found], 0)}


def _walk(found: Tree, keys: Sequence[str], level: int) -> Iterator[Department]:
    for key in keys:
        found[key].level = level
        yield found[key]
        yield from _walk(found, found[key].under, level + 1)


def rows(conn: Connection) -> list[dict[str, Any]]:
    """The tree as `runtime.fields.trees` reads one; the same list for as long as nothing changes."""
    turn, held = settings.get(conn, TURN), _KNOWN.get(conn.engine)
    if turn is None:
        return []
    if held and held[0] == turn:
        return held[1]
    made = [{"key": one.key, "label": {k: v for k, v in one.label.items() if v}, "level": one.level} for one in tree(conn).values()]
    _KNOWN[conn.engine] = (turn, made)
    return made


def main_of(conn: Connection, person_id: int | None) -> str | None:
    """The department that a person mainly belongs to."""
    d = department_person
    query = sa.select(d.c.department).where(d.c.person == person_id, d.c.main)
    found: str | None = None if person_id is None else conn.execute(query).scalar()
    return found


def of_people(conn: Connection) -> dict[int, list[str]]:
    """The departments of everybody, the main one first."""
    d = department_person
    found: dict[int, list[str]] = {}
    for row in conn.execute(sa.select(d).order_by(d.c.main.desc(), d.c.department)):
        found.setdefault(row.person, []).append(row.department)
    return found


def paths(found: Tree, lang: str) -> dict[str, str]:
    """Every department with its whole way, as people say it."""
    made: dict[str, str] = {}
    for one in found.values():
        name = read(one.label, lang)
        made[one.key] = f"{made[one.parent]} / {name}" if one.parent in made else name
    return made


def named(conn: Connection, lang: str) -> dict[int, list[str]]:
    """The departments of everybody in words, the main one first."""
    said = paths(tree(conn), lang)
    return {person: [said[key] for key in keys if key in said] for person, keys in of_people(conn).items()}


def sizes(conn: Connection) -> dict[str, int]:
    """How many people belong to each department itself."""
    d = department_person
    return {row[0]: row[1] for row in conn.execute(sa.select(d.c.department, sa.func.count()).group_by(d.c.department))}


def add(conn: Connection, by: Actor, label: Mapping[str, str], parent: str | None) -> str:
    """A new department, the last under another one or at the top; gives its key."""
    found = _begin(conn, by)
    if parent and parent not in found:
        raise NotFound(Problem("parent", "no_such_department", {"text": parent}))
    names = _named(found, label, parent or None, "")
    if len(found) >= MOST or (parent and found[parent].level + 1 >= DEEPEST):
        raise Invalid(Problem("parent", "department_too_deep" if parent else "department_too_many", {"most": DEEPEST if parent else MOST}))
    key = free(slug(names["en"]) or slug(names["zh"]) or "department", found)
    last = conn.execute(sa.select(sa.func.max(department.c.position))).scalar() or 0
    conn.execute(sa.insert(department).values(key=key, parent=parent or None, position=last + 1, **names))
    _turned(conn)
    audit.note(conn, by, "department_added", read(names, by.lang))
    return key


def rename(conn: Connection, by: Actor, key: str, label: Mapping[str, str]) -> None:
    """Another name; everything that names the department follows, because it holds the key."""
    found = _begin(conn, by)
    one = _one(found, key)
    names = _named(found, {**one.label, **label}, one.parent, key)
    conn.execute(sa.update(department).where(department.c.key == key).values(names))
    _turned(conn)
    audit.note(conn, by, "department_renamed", read(one.label, by.lang), to=read(names, by.lang))


def move(conn: Connection, by: Actor, key: str, *, way: str = "", after: str | None = None, into: str | None = None) -> None:
    """Move a department with all under it: a step (`way`), behind the line `after` ("" for the top), or `into` another."""
    found = _begin(conn, by)
    one = _one(found, key)
    parent, before = _step(found, one, way) if way else _last(found, into or None) if into is not None else _behind(found, after)
    inside = {key, *(each.key for each in _walk(found, one.under, one.level + 1))}
    if parent in inside or before == key:
        return
    deep = max(found[each].level for each in inside) - one.level
    if (found[parent].level + 1 if parent else 0) + deep >= DEEPEST:
        raise Invalid(Problem("into", "department_too_deep", {"most": DEEPEST}))
    _named(found, one.label, parent, key)
    line = [each for each in _siblings(found, parent) if each != key]
    line.insert(line.index(before) + 1 if before in line else 0, key)
    _place(conn, parent, line)
    _turned(conn)
    where = read(found[parent].label, by.lang) if parent else "/"
    audit.note(conn, by, "department_moved", read(one.label, by.lang), to=where)


def _step(found: Tree, one: Department, way: str) -> tuple[str | None, str | None]:
    """Where one step leads: the department above, and the one it then stands behind."""
    line = _siblings(found, one.parent)
    at = line.index(one.key)
    if way == "in":
        return (line[at - 1], _end(found, line[at - 1])) if at else (one.parent, one.key)
    if way == "out":
        return (found[one.parent].parent, one.parent) if one.parent else (None, one.key)
    if way == "down":
        return one.parent, line[at + 1] if at + 1 < len(line) else one.key
    if way == "top":
        return one.parent, None if at else one.key
    return one.parent, one.key if not at else line[at - 2] if at > 1 else None


def _behind(found: Tree, after: str | None) -> tuple[str | None, str | None]:
    """Behind a line of the drawn tree: the first under it where it has any, else its neighbour."""
    if not after or after not in found:
        return None, None
    return (after, None) if found[after].under else (found[after].parent, after)


def _last(found: Tree, into: str | None) -> tuple[str | None, str | None]:
    if into and into not in found:
        raise NotFound(Problem("into", "no_such_department", {"text": into}))
    return into, _end(found, into)


def _end(found: Tree, parent: str | None) -> str | None:
    line = _siblings(found, parent)
    return line[-1] if line else None


def remove(conn: Connection, by: Actor, key: str, records: int, rules: int) -> None:
    """Take out a department that nothing uses any more; people, records, rules and departments in it stand in the way."""
    found = _begin(conn, by)
    one = _one(found, key)
    d = department_person
    people = conn.execute(sa.select(sa.func.count()).where(d.c.department == key)).scalar_one()
    if one.under or people or records or rules:
        used = {"name": one.label, "under": len(one.under), "people": people, "records": records, "rules": rules}
        raise Conflict(Problem("key", "department_used", used))
    conn.execute(sa.delete(department).where(department.c.key == key))
    _turned(conn)
    audit.note(conn, by, "department_removed", read(one.label, by.lang))


def assign(conn: Connection, by: Actor, person_id: int, name: str, main: str | None, others: Sequence[str]) -> None:
    """Say where a person belongs: one department as the main one, and any number beside it."""
    found = _begin(conn, by)
    wanted = {key: False for key in others if key} | ({main: True} if main else {})
    for key in wanted:
        _one(found, key)
    if wanted and not main:
        wanted[next(iter(wanted))] = True
    d = department_person
    conn.execute(sa.delete(d).where(d.c.person == person_id))
    if wanted:
        conn.execute(sa.insert(d), [{"person": person_id, "department": key, "main": is_main} for key, is_main in wanted.items()])
    _count(conn)
    audit.note(conn, by, "department_people", name, to=", ".join(read(found[key].label, by.lang) for key in wanted) or "–")


def snapshot(conn: Connection) -> dict[str, Any]:
    """Everything about departments as it is now, to come back to."""
    tables = {"departments": department, "people": department_person}
    return {name: [dict(row._mapping) for row in conn.execute(sa.select(table))] for name, table in tables.items()}


def restore(conn: Connection, by: Actor, kept: Mapping[str, Any], turn: str) -> None:
    """Come back to a snapshot, unless somebody has changed the tree since."""
    by.must("administer")
    hold_app(conn, 0, alone=True)
    if settings.get(conn, TURN) != turn:
        raise Conflict(Problem("", "departments_changed"))
    conn.execute(sa.delete(department))
    conn.execute(sa.delete(department_person))
    if kept["departments"]:
        conn.execute(sa.insert(department), kept["departments"])
    if kept["people"]:
        conn.execute(sa.insert(department_person), kept["people"])
    _turned(conn)
    audit.note(conn, by, "department_undone", "")


def _begin(conn: Connection, by: Actor) -> Tree:
    """The tree, held still until the transaction ends."""
    by.must("administer")
    hold_app(conn, 0, alone=True)
    return tree(conn)


def _one(found: Tree, key: str) -> Department:
    if key not in found:
        raise NotFound(Problem("key", "no_such_department", {"text": key}))
    return found[key]


def _siblings(found: Tree, parent: str | None) -> list[str]:
    return list(found[parent].under) if parent else [one.key for one in found.values() if one.level == 0]


def _named(found: Tree, label: Mapping[str, str], parent: str | None, key: str) -> dict[str, str]:
    """The two names, cleaned; one of them is needed, and no neighbour may be called the same."""
    names = {lang: " ".join(str(label.get(lang, "")).split())[: LONGEST + 1] for lang in ("zh", "en")}
    if not any(names.values()):
        raise Invalid(Problem("zh", "name_needed"))
    for lang, text in names.items():
        if len(text) > LONGEST or APART.search(text):
            raise Invalid(Problem(lang, "department_name", {"most": LONGEST}))
    near = [found[one] for one in _siblings(found, parent) if one != key]
    taken = {fold(text) for one in near for text in one.label.values() if text}
    for lang, text in names.items():
        if text and fold(text) in taken:
            raise Invalid(Problem(lang, "department_twice", {"text": text}))
    return names


def _place(conn: Connection, parent: str | None, line: Sequence[str]) -> None:
    for at, key in enumerate(line):
        conn.execute(sa.update(department).where(department.c.key == key).values(parent=parent, position=at))


def _turned(conn: Connection) -> None:
    """The tree is another one: who stands under whom is written anew."""
    _count(conn)
    found = tree(conn)
    conn.execute(sa.delete(department_line))
    lines = []
    for one in found.values():
        above: str | None = one.key
        while above is not None:
            lines.append({"above": above, "department": one.key})
            above = found[above].parent
    if lines:
        conn.execute(sa.insert(department_line), lines)


def _count(conn: Connection) -> None:
    settings.put(conn, TURN, str(int(settings.get(conn, TURN) or 0) + 1))
