"""What a schema cannot say about a record: unique values, links that exist, tags that are one per category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from runtime.commands import out_of_use
from runtime.definitions.form import Field
from runtime.definitions.link_only import only_of
from runtime.errors import Invalid, Problem
from runtime.fields.rows_read import ID
from runtime.groups.beside_words import said
from runtime.records import access, load, offered
from runtime.records.act import Act
from runtime.records.entry import Entry
from runtime.sql.lists import among
from runtime.sql.violations import index_name
from runtime.storage.live import LiveForm

Values = Mapping[str, Any]


def stop_on_problems(entries: Sequence[Entry]) -> None:
    """Refuse the whole act when anything that was typed cannot be stored."""
    found = [p for entry in entries for p in entry.problems if p.severity == "error"]
    if found:
        raise Invalid(found)


def check(act: Act, live: LiveForm, rows: Sequence[Values], ids: Sequence[int] = ()) -> list[list[Problem]]:
    """The problems of each row, in the rows' order. `ids` are the records being changed, so that they may keep their values."""
    found: list[list[Problem]] = [[] for _ in rows]
    before = _before(act, live, rows, ids)
    if act.cause != "undo":
        out_of_use.told(live.form, rows, before, act.names, found)
    for field in live.form.live_fields.values():
        if field.unique == "block":
            _unique(act, live, field, rows, ids, found)
        if field.far:
            _links(act, field, rows, before, found)
            _offered(act, live, field, rows, before, found)
        if field.type.kind in ("person", "people"):
            _people(act, field, rows, found)
        if field.type.nested:
            _nested(act, live.rows[field.key], field.key, rows, before, found)
        if field.type.tagged:
            for at, values in enumerate(rows):
                found[at] += _tags(act, field, values)
    return found


def refuse(found: Sequence[Sequence[Problem]]) -> None:
    """Stop with every problem of every row."""
    errors = [problem for row in found for problem in row]
    if errors:
        raise Invalid(errors)


@contextmanager
def once(live: LiveForm) -> Iterator[None]:
    """Writing rows: a value that another transaction stored between our look and our write is told at its field."""
    try:
        yield
    except IntegrityError as error:
        name = index_name(error)
        for field in live.form.live_fields.values():
            if name == f"uq_{live.tables.main.name}_{live.tables.names.get(field.key)}":
                raise Invalid(Problem(field.key, "just_taken", {"field": field.label})) from None
        raise


def _unique(act: Act, live: LiveForm, field: Field, rows: Sequence[Values], ids: Sequence[int],
            found: list[list[Problem]]) -> None:
    """A value may be in one live record only, and only once in what is being stored."""
    column = live.tables.compared(field.key)
    name = live.tables.names[field.key]
    kept = {at: field.type.store(name, values[field.key], field.settings)[column.key or name]
            for at, values in enumerate(rows) if values.get(field.key) is not None}
    if not kept:
        return
    table = live.tables.main
    query = sa.select(column, table.c.id).where(among(column, sorted(set(kept.values()))), table.c.deleted_at.is_(None))
    if ids:
        query = query.where(sa.not_(among(table.c.id, ids)))
    taken = {row[0]: row[1] for row in act.conn.execute(query)}
    seen: dict[Any, int] = {}
    for at, value in kept.items():
        other = act.names.record(live.key, taken[value]) if value in taken else None
        if other is None and value in seen:
            other = str(rows[seen[value]].get(live.form.title_field, ""))
        seen.setdefault(value, at)
        if other is not None:
            shown = field.type.show(rows[at][field.key], field.settings, act.names)
            found[at].append(Problem(field.key, "not_unique", {"field": field.label, "value": shown, "other": other}))


def _linked(field: Field, values: Values) -> list[int]:
    """The records that a link points to, one or several."""
    held = values.get(field.key)
    return [] if held is None else list(held) if field.type.many else [held]


def _links(act: Act, field: Field, rows: Sequence[Values], before: Sequence[Values], found: list[list[Problem]]) -> None:
    """A link may only point to live records that the person may see; of several, those that were chosen before stay."""
    asked = [[i for i in _linked(field, values) if not field.type.many or i not in _linked(field, before[at])]
             for at, values in enumerate(rows)]
    wanted = sorted({i for each in asked for i in each})
    if not wanted or field.far is None:
        return
    there = access.visible_ids(act.conn, act.app, act.app.form(field.far), act.by, wanted, act.as_of)
    for at, each in enumerate(asked):
        if not there.issuperset(each):
            found[at].append(Problem(field.key, "link_missing", {"field": field.label}))


def _before(act: Act, live: LiveForm, rows: Sequence[Values], ids: Sequence[int]) -> list[Values]:
    """What the records being changed hold, in the rows' order; looked up only where not everything may be chosen."""
    fields = live.form.live_fields.values() if ids else ()
    limited = {field.key for field in fields if only_of(field) or (field.far and field.type.many) or (
        field.type.nested and any(map(only_of, live.rows[field.key].form.links.values())))}
    if not any(limited & values.keys() for values in rows) and not (ids and out_of_use.held(live.form, rows)):
        return [{} for _ in rows]
    stored = load.records(act.conn, live, ids)
    return [stored[i].values if i in stored else {} for i in ids]


def _offered(act: Act, live: LiveForm, field: Field, rows: Sequence[Values], before: Sequence[Values],
             found: list[list[Problem]]) -> None:
    """A link may offer only some records; one that is stored already stays as long as nobody changes it, or comes back by undo."""
    rule = only_of(field)
    if rule is None or field.far is None or act.cause == "undo":
        return
    asked = [(at, i, {**before[at], **values}) for at, values in enumerate(rows)
             for i in _linked(field, values) if i not in _linked(field, before[at]) and not found[at]]
    wrong = offered.misfits(act, live, field, [(i, own) for _, i, own in asked])
    only = said(act.app, live.form, field.far, rule, act.names) if wrong else {}
    for place in sorted(wrong):
        at, linked, _ = asked[place]
        shown = act.names.record(field.far, linked)
        found[at].append(Problem(field.key, "link_not_offered", {"field": field.label, "value": shown, "only": only}))


def _people(act: Act, field: Field, rows: Sequence[Values], found: list[list[Problem]]) -> None:
    """A person who is named must be one of ours; whoever acts certainly is."""
    named = [field.type.persons(values.get(field.key)) for values in rows]
    act.names.prime_people({one for each in named for one in each} - {act.by.id})
    for at, each in enumerate(named):
        for one in each:
            if one != act.by.id and not act.names.person(one):
                found[at].append(Problem(field.key, "no_such_person", {"field": field.label, "text": str(one)}))


def _nested(act: Act, inside: LiveForm, key: str, rows: Sequence[Values], before: Sequence[Values],
            found: list[list[Problem]]) -> None:
    """Links and people inside the rows of a sub-form, of all records at once; each problem at its cell."""
    placed = [(at, n, row) for at, values in enumerate(rows) for n, row in enumerate(values.get(key) or ())]
    flat = [row for _, _, row in placed]
    told: list[list[Problem]] = [[] for _ in flat]
    held = [{row.get(ID): row for row in values.get(key) or ()} for values in before]
    stored = [held[at].get(row.get(ID), {}) if row.get(ID) else {} for at, _, row in placed]
    if act.cause != "undo":
        out_of_use.told(inside.form, flat, stored, act.names, told)
    for field in inside.form.live_fields.values():
        if field.form:
            _links(act, field, flat, stored, told)
            _offered(act, inside, field, flat, stored, told)
        if field.type.kind == "person":
            _people(act, field, flat, told)
    for (at, n, _), problems in zip(placed, told, strict=True):
        found[at] += [problem.under(f"{key}[{n}]") for problem in problems]


def _tags(act: Act, field: Field, values: Values) -> Iterator[Problem]:
    counted: dict[str, int] = {}
    for key in values.get(field.key) or ():
        tag = act.app.tags.get(key)
        if tag is not None and act.app.vocabularies[tag.vocabulary].single:
            counted[tag.vocabulary] = counted.get(tag.vocabulary, 0) + 1
    for vocabulary, count in counted.items():
        if count > 1:
            yield Problem(field.key, "one_of_category", {"field": field.label, "category": act.app.vocabularies[vocabulary].label})
