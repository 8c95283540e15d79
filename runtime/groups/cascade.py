"""Who else is touched by a write: parents whose rules sum over these records or count those of a group, and records that
read them by a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.definitions.form import Field
from runtime.groups import membership, plans
from runtime.groups.membership import Changed
from runtime.jobs import queue
from runtime.records.act import Act
from runtime.sql.lists import among
from runtime.sql.locks import hold_rows
from runtime.storage.live import Inverse, LiveForm

AT_ONCE = 500
# By link field, what it pointed to before a write: a record, several, or none.
Before = Mapping[str, Iterable[int | list[int] | None]]


def follow(act: Act, live: LiveForm, ids: Sequence[int], changed: Changed, before: Before) -> None:
    """Bring the groups of every record that reads these ones up to date.

    `before` gives, by link field, what the links pointed to before the write; what they point to now is read here.
    """
    if changed is not None:
        changed |= plans.graph_of(act.app).touched(live.key, changed)
    _parents(act, live, ids, changed, before)
    _readers(act, live, ids, changed)


def ask(act: Act, live: LiveForm, ids: Sequence[int], only: frozenset[str] | None = None) -> membership.Moves:
    """Ask groupings about records of which nothing was written, and follow whom their moves concern."""
    hold_rows(act.conn, live.tables.main, ids)
    before = len(act.stirred)
    found = membership.refresh(act, live, ids, None, only=only)
    met = ids if len(act.stirred) > before else sorted({move.record for move in found})
    if met:
        follow(act, live, met, frozenset(), {})
    return found


def _parents(act: Act, live: LiveForm, ids: Sequence[int], changed: Changed, before: Before) -> None:
    graph, moved = plans.graph_of(act.app), _moved(act, live)
    for key, link in live.form.pointing.items():
        inverse = link.settings.get("inverse")
        target = act.app.forms.get(link.far or "")
        if target is None or not inverse:
            continue
        plan = plans.plan_of(act.app, target.key)
        read = None if changed is None or key in changed else changed
        if not plan.sums(inverse, read) and not graph.sums(target.key, inverse, read) and not plan.reads_any(moved):
            continue
        parents = {i for held in before.get(key, ()) for i in (held if isinstance(held, list) else [held]) if i is not None}
        parents |= set(act.conn.execute(_pointed(live, link, ids)).scalars())
        _refresh(act, target, sorted(parents), frozenset({f"@{inverse}"}))


def _moved(act: Act, live: LiveForm) -> set[str]:
    """The groupings of a form in which this act has moved anybody: rules about linked records may ask for their groups."""
    moved = {move.grouping for move in act.moves} | set(act.stirred)
    return {key for key in moved if act.app.groupings[key].newest.form == live.key}


def _pointed(live: LiveForm, link: Field, ids: Sequence[int]) -> sa.Select[Any]:
    """What a link of these records points to now."""
    if link.type.many:
        table = live.tables.many[link.key]
        return sa.select(table.c.value).distinct().where(among(table.c.record_id, ids))
    column = live.tables.column(link.key)
    return sa.select(column).distinct().where(among(live.tables.main.c.id, ids), column.is_not(None))


def _readers(act: Act, live: LiveForm, ids: Sequence[int], changed: Changed) -> None:
    """Rules of another form may read this one through their link: `customer.owner`."""
    graph = plans.graph_of(act.app)
    for inverse in act.app.inverses.get(live.key, {}).values():
        plan = plans.plan_of(act.app, inverse.form)
        if inverse.field.type.many:
            _holders(act, live, inverse, ids, changed)
            continue
        read = plan.hops.get(inverse.field.key, frozenset()) | graph.hops(inverse.form, inverse.field.key)
        touched = read if changed is None else read & changed
        if not touched:
            continue
        other = act.app.form(inverse.form)
        column = other.tables.column(inverse.field.key)
        rows = act.conn.execute(sa.select(other.tables.main.c.id).where(among(column, ids)).limit(AT_ONCE + 1))
        _refresh(act, other, list(rows.scalars()), frozenset(f"{inverse.field.key}.{name}" for name in touched))


def _holders(act: Act, live: LiveForm, inverse: Inverse, ids: Sequence[int], changed: Changed) -> None:
    """Records that link to several of another form, and whose rules sum over these."""
    key, other = inverse.field.key, act.app.form(inverse.form)
    plan = plans.plan_of(act.app, other.key)
    if plan.sums(key, changed) or plans.graph_of(act.app).sums(other.key, key, changed) or plan.reads_any(_moved(act, live)):
        table = other.tables.many[key]
        rows = act.conn.execute(sa.select(table.c.record_id).distinct().where(among(table.c.value, ids)).limit(AT_ONCE + 1))
        _refresh(act, other, list(rows.scalars()), frozenset({f"@{key}"}))


def _refresh(act: Act, live: LiveForm, ids: Sequence[int], changed: frozenset[str]) -> None:
    """At once where it is some hundreds of records; a job otherwise, so that the person who saves does not wait.

    Where computed fields of these records read what changed, whoever reads those is followed in turn.
    """
    touched = plans.graph_of(act.app).touched(live.key, changed)
    if len(ids) > AT_ONCE:
        for form in _beyond(act, live.key, touched):
            queue.put(act.conn, "refresh", {"app": act.app.key, "form": form, "cause": act.cause}, by=act.by.by, app_id=act.app.id)
        return
    hold_rows(act.conn, live.tables.main, ids)
    before = len(act.stirred)
    if ids and (membership.refresh(act, live, ids, changed) or len(act.stirred) > before or touched):
        follow(act, live, ids, touched, {})


def _beyond(act: Act, form: str, touched: frozenset[str]) -> list[str]:
    """A form, and with computed fields of it every other that has groupings: they may read these one through another."""
    others = act.app.forms if touched else ()
    return [form, *(other for other in others if other != form and plans.plan_of(act.app, other).deps)]
