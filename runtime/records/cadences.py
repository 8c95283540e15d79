"""How often the members of a group should be contacted, and when each last was: kept right by the acts that change it.

`runtime/workflows/cadence.py` goes through everybody now and then, and asks the owners of those who are due.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.definitions.form import Field
from runtime.definitions.grouping import Group
from runtime.records import access, contacts, history
from runtime.records.act import Act
from runtime.rules import dates
from runtime.sql.bulk import insert_rows
from runtime.sql.lists import among
from runtime.sql.locks import hold_rows
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm, LiveGrouping

MOST = 20  # tasks that one person gets a day, where nothing else is said
COLUMNS = ("group_id", "record_id", "owner", "base", "talked")
c, t = tables.cadence, tables.task


@dataclass(frozen=True)
class Cadence:
    """One group whose members somebody should contact every so often."""

    live: LiveForm
    item: LiveGrouping
    group: Group
    generation: int
    who: str
    n: int
    unit: str
    most: int
    talks: tuple[LiveForm, Field, Field]

    @property
    def number(self) -> int:
        return self.item.ids[self.group.key]

    def edge(self, as_of: AsOf) -> str:
        """Whoever was last contacted before this moment is due: n days after a contact is the day of the next."""
        return clock.text(as_of.start_of(dates.add(as_of.today, -self.n, self.unit) + timedelta(days=1)))

    def late(self, base: str, as_of: AsOf) -> int:
        """How many days ago the next contact was due; 0 for today."""
        day = clock.moment(base).astimezone(as_of.zone).date()
        return (dates.add(as_of.today, -self.n, self.unit) - day).days

    def truth(self) -> sa.Select[Any]:
        """The members of the group with their owner, their last contact and what the time is counted from."""
        m, main = self.live.tables.members, self.live.tables.main
        talk, link, at = self.talks
        of, when = talk.tables.column(link.key), talk.tables.column(at.key)
        last = sa.select(sa.func.max(when)).where(of == m.c.record_id, talk.tables.main.c.deleted_at.is_(None)).scalar_subquery()
        owner = sa.func.coalesce(self.live.tables.column(self.who), 0)
        return sa.select(m.c.record_id, owner.label("owner"), sa.func.coalesce(last, main.c.created_at).label("base"), last.label("talked")).select_from(
            m.join(main, main.c.id == m.c.record_id)).where(m.c.generation == self.generation, m.c.group_id == self.number, main.c.deleted_at.is_(None))


def of(app: LiveApp) -> Sequence[Cadence]:
    """All cadences of an app; the group must have members, its form an owner and a form in which talks are written down."""
    if "cadences" not in app.cache:
        app.cache["cadences"] = [one for item in app.groupings.values() for group in item.newest.groups.values() if (one := made(app, item, group))]
    found: Sequence[Cadence] = app.cache["cadences"]
    return found


def made(app: LiveApp, item: LiveGrouping, group: Group) -> Cadence | None:
    """The cadence of a group; None where it has none, or what it needs is not there."""
    node, live = group.cadence, app.forms.get(item.newest.form)
    if node is None or live is None or item.live is None or group.key not in item.ids:
        return None
    talks = contacts.talks_of(app, live.key)
    if talks is None or not names_one(live.form.live_fields.get(node["who"])) or node["who"] not in live.tables.names:
        return None
    return Cadence(live, item, group, item.live.id, node["who"], node["every"]["n"], node["every"]["unit"], node.get("most", MOST), talks)


def names_one(field: Field | None) -> bool:
    """Whether a field names the one person whose the record is."""
    return field is not None and field.type.kind == "person" and not field.type.computed


def differing(conn: Connection, cadence: Cadence, low: int, high: int) -> list[int]:
    """The records of a range whose row is missing, wrong or too much."""
    main = cadence.live.tables.main
    true = cadence.truth().where(cadence.live.tables.members.c.record_id > low, cadence.live.tables.members.c.record_id <= high).subquery()
    same = sa.and_(c.c.group_id == cadence.number, c.c.record_id == true.c.record_id)
    wrong = sa.or_(c.c.record_id.is_(None), c.c.owner != true.c.owner, c.c.base != true.c.base, c.c.talked.is_distinct_from(true.c.talked))
    found = set(conn.execute(sa.select(true.c.record_id).select_from(true.outerjoin(c, same)).where(wrong)).scalars())
    m = cadence.live.tables.members
    there = sa.exists().where(m.c.generation == cadence.generation, m.c.group_id == cadence.number, m.c.record_id == c.c.record_id,
                              main.c.id == c.c.record_id, main.c.deleted_at.is_(None))
    left = sa.select(c.c.record_id).where(c.c.group_id == cadence.number, c.c.record_id > low, c.c.record_id <= high, ~there)
    return sorted(found | set(conn.execute(left).scalars()))


def seen(query: sa.Select[Any], app: LiveApp, cadence: Cadence, actor: Actor, as_of: AsOf) -> sa.Select[Any]:
    """A query of rows without those about records that the actor may not see; only for somebody who sees some of them it looks at records."""
    if not access.restricted(app, cadence.live, actor):
        return query
    main = cadence.live.tables.main
    return query.join_from(c, main, main.c.id == c.c.record_id).where(access.row_rule(app, cadence.live, actor, as_of))


def last(conn: Connection, cadence: Cadence) -> int:
    """The highest number of a record of the form."""
    return int(conn.execute(sa.select(sa.func.max(cadence.live.tables.main.c.id))).scalar() or 0)


def settle(act: Act, cadence: Cadence, ids: Sequence[int]) -> None:
    """Make the rows of these records right; whoever was contacted, or is no longer theirs to contact, need not be asked for any more."""
    if not ids:
        return
    hold_rows(act.conn, cadence.live.tables.main, ids)
    true = {row[0]: row for row in act.conn.execute(cadence.truth().where(among(cadence.live.tables.members.c.record_id, list(ids))))}
    mine = sa.and_(c.c.group_id == cadence.number, among(c.c.record_id, list(ids)))
    stored = {row.record_id: row for row in act.conn.execute(sa.select(c).where(mine))}
    gone = [one for one in stored if one not in true]
    if gone:
        act.conn.execute(sa.delete(c).where(c.c.group_id == cadence.number, among(c.c.record_id, gone)))
    insert_rows(act.conn, tables.cadence, COLUMNS, [(cadence.number, *row) for one, row in true.items() if one not in stored])
    _mend(act.conn, cadence, [(stored[one], row) for one, row in true.items() if one in stored])
    edge, asked = cadence.edge(act.as_of), {one: row for one, row in stored.items() if row.task is not None}
    contacted = [one for one, row in asked.items() if one in true and _contacted(row, true[one], edge)]
    others = [one for one, row in asked.items() if one not in true or row.owner != true[one][1]]
    ticked = sa.select(t.c.ended_at).where(t.c.id == c.c.task, t.c.state == "done").scalar_subquery()
    for state, ended, more in (("done", contacted, {"ticked": ticked}), ("gone", others, {})):
        if ended:
            act.conn.execute(sa.update(c).where(c.c.group_id == cadence.number, among(c.c.record_id, ended)).values(task=None, **more))
            _end(act, cadence.live, [asked[one].task for one in ended], state)


def _mend(conn: Connection, cadence: Cadence, pairs: Sequence[tuple[Any, Any]]) -> None:
    """Put the rows right that differ from the truth: one statement for those with a new owner, one for the others."""
    wrong = [(old, dict(zip(("mine", *COLUMNS[2:]), now, strict=True))) for old, now in pairs if tuple(now[1:]) != (old.owner, old.base, old.talked)]
    here = sa.update(c).where(c.c.group_id == cadence.number, c.c.record_id == sa.bindparam("mine"))
    columns: dict[str, Any] = {name: sa.bindparam(name) for name in COLUMNS[2:]}
    if handed := [now for old, now in wrong if now["owner"] != old.owner]:
        conn.execute(here.values(**columns, ticked=None), handed)  # what one let pass, the next is asked for
    if kept := [now for old, now in wrong if now["owner"] == old.owner]:
        conn.execute(here.values(**columns), kept)


def _contacted(before: Any, now: Any, edge: str) -> bool:
    return bool(now[1] == before.owner and now[2] > before.base and now[2] >= edge)


def _end(act: Act, live: LiveForm, numbers: Sequence[int], state: str) -> None:
    """End what was asked for and is still open, with a line in the history of each record."""
    ended = sa.update(t).where(among(t.c.id, list(numbers)), t.c.state == "open").values(state=state, ended_at=act.at, ended_by=act.by.by)
    lines = [(row.record_id, {f"$task_{state}": (None, json.loads(row.title))}) for row in act.conn.execute(ended.returning(t.c.record_id, t.c.title))]
    history.note(act.conn, live.id, lines, act="task", cause=act.cause, by=act.by.by, at=act.at, batch=act.batch)


def forget(act: Act, number: int, limit: int) -> bool:
    """Let go of some rows of a group that has no cadence any more, and of what was asked for; gives whether that was the last."""
    rows = act.conn.execute(sa.select(c.c.record_id, c.c.task, t.c.form).select_from(c.outerjoin(t, t.c.id == c.c.task))
                            .where(c.c.group_id == number).limit(limit)).all()
    if rows:
        act.conn.execute(sa.delete(c).where(c.c.group_id == number, among(c.c.record_id, [row.record_id for row in rows])))
    for form in {row.form for row in rows if row.form in act.app.forms}:
        _end(act, act.app.form(form), [row.task for row in rows if row.form == form], "gone")
    return len(rows) < limit


def noted(act: Act, live: LiveForm, kind: str, records: Mapping[int, Mapping[str, Sequence[Any]]] | Iterable[int]) -> None:
    """Something of a kind happened to records of a form; an app without cadences pays one look for it."""
    for cadence in _about(act.app).get(live.key, ()):
        changes = records if isinstance(records, Mapping) and kind == "changed" else None
        if live.key == cadence.live.key:
            if kind in ("removed", "restored") or (changes is not None and any(cadence.who in one for one in changes.values())):
                settle(act, cadence, list(records))
        else:
            settle(act, cadence, _talked_with(act, cadence, list(records), changes))


def moved(act: Act, live: LiveForm, moves: Sequence[tuple[int, str, int, int]]) -> None:
    """Records left or joined groups: record, grouping, the number of the group left and joined."""
    for cadence in _about(act.app).get(live.key, ()) if moves else ():
        if cadence.live.key == live.key:
            settle(act, cadence, sorted({one[0] for one in moves if one[1] == cadence.item.key and cadence.number in one[2:]}))


def _about(app: LiveApp) -> Mapping[str, Sequence[Cadence]]:
    """The cadences that feel what happens to a form's records: those of its own groups, and those for which talks are written down in it."""
    if "cadences about" not in app.cache:
        found: dict[str, list[Cadence]] = {}
        for cadence in of(app):
            for key in (cadence.live.key, cadence.talks[0].key):
                found.setdefault(key, []).append(cadence)
        app.cache["cadences about"] = found
    known: Mapping[str, Sequence[Cadence]] = app.cache["cadences about"]
    return known


def _talked_with(act: Act, cadence: Cadence, talks: Sequence[int], changes: Mapping[int, Mapping[str, Sequence[Any]]] | None) -> list[int]:
    """Whom some talks are with, and were with before they changed."""
    talk, link, at = cadence.talks
    if changes is not None:
        talks = [one for one, changed in changes.items() if link.key in changed or at.key in changed]
    if not talks:
        return []
    of = talk.tables.column(link.key)
    found = set(act.conn.execute(sa.select(of).where(among(talk.tables.main.c.id, list(talks)), of.is_not(None))).scalars())
    before = {changed[link.key][0] for changed in (changes or {}).values() if link.key in changed}
    return sorted(found | {one for one in before if one is not None})
