"""Who else is touched by a write: parents whose rules sum over these records, and records that read them by a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from runtime.groups import membership, plans
from runtime.groups.membership import Changed
from runtime.jobs import queue
from runtime.records.act import Act
from runtime.sql.lists import among
from runtime.storage.live import LiveForm

AT_ONCE = 500


def follow(act: Act, live: LiveForm, ids: Sequence[int], changed: Changed, before: Mapping[str, Iterable[int | None]]) -> None:
    """Bring the groups of every record that reads these ones up to date.

    `before` gives, by link field, what the links pointed to before the write; what they point to now is read here.
    """
    if changed is not None:
        changed |= plans.graph_of(act.app).touched(live.key, changed)
    _parents(act, live, ids, changed, before)
    _readers(act, live, ids, changed)


def _parents(act: Act, live: LiveForm, ids: Sequence[int], changed: Changed, before: Mapping[str, Iterable[int | None]]) -> None:
    graph = plans.graph_of(act.app)
    for key, link in live.form.links.items():
        inverse = link.settings.get("inverse")
        target = act.app.forms.get(link.form or "")
        if target is None or not inverse:
            continue
        plan = plans.plan_of(act.app, target.key)
        read = None if changed is None or key in changed else changed
        if not plan.sums(inverse, read) and not graph.sums(target.key, inverse, read):
            continue
        parents = {i for i in before.get(key, ()) if i is not None}
        column = live.tables.column(key)
        rows = act.conn.execute(sa.select(column).distinct().where(among(live.tables.main.c.id, ids), column.is_not(None)))
        parents |= set(rows.scalars())
        _refresh(act, target, sorted(parents), frozenset({f"@{inverse}"}))


def _readers(act: Act, live: LiveForm, ids: Sequence[int], changed: Changed) -> None:
    """Rules of another form may read this one through their link: `customer.owner`."""
    graph = plans.graph_of(act.app)
    for inverse in act.app.inverses.get(live.key, {}).values():
        plan = plans.plan_of(act.app, inverse.form)
        read = plan.hops.get(inverse.field.key, frozenset()) | graph.hops(inverse.form, inverse.field.key)
        touched = read if changed is None else read & changed
        if not touched:
            continue
        other = act.app.form(inverse.form)
        column = other.tables.column(inverse.field.key)
        rows = act.conn.execute(sa.select(other.tables.main.c.id).where(among(column, ids)).limit(AT_ONCE + 1))
        _refresh(act, other, list(rows.scalars()), frozenset(f"{inverse.field.key}.{name}" for name in touched))


def _refresh(act: Act, live: LiveForm, ids: Sequence[int], changed: frozenset[str]) -> None:
    """At once where it is some hundreds of records; a job otherwise, so that the person who saves does not wait.

    Where computed fields of these records read what changed, whoever reads those is followed in turn.
    """
    touched = plans.graph_of(act.app).touched(live.key, changed)
    if len(ids) > AT_ONCE:
        for form in _beyond(act, live.key, touched):
            queue.put(act.conn, "refresh", {"app": act.app.key, "form": form, "cause": act.cause}, by=act.by.by, app_id=act.app.id)
        return
    if ids:
        membership.refresh(act, live, ids, changed)
        if touched:
            follow(act, live, ids, touched, {})


def _beyond(act: Act, form: str, touched: frozenset[str]) -> list[str]:
    """A form, and with computed fields of it every other that has groupings: they may read these one through another."""
    others = act.app.forms if touched else ()
    return [form, *(other for other in others if other != form and plans.plan_of(act.app, other).deps)]
