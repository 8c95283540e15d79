"""What field names mean for stored records: columns, link tables, linked records, rows behind a link, membership."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.clock import AsOf
from runtime.definitions.form import Field
from runtime.errors import Invalid, Problem
from runtime.records import pasts
from runtime.rules.target import Lines, Operand, Related
from runtime.storage.live import LiveApp, LiveForm
from runtime.words import Words

SYSTEM: dict[str, tuple[str, str, Words]] = {
    "$id": ("id", "number", Words("编号", "Number")),
    "$created_at": ("created_at", "datetime", Words("建档时间", "Created")),
    "$updated_at": ("updated_at", "datetime", Words("最近修改", "Last changed")),
    "$created_by": ("created_by", "person", Words("建档人", "Created by")),
    "$updated_by": ("updated_by", "person", Words("最近修改人", "Last changed by")),
}
Bool = ColumnElement[bool]
# Which rows of another form count for whoever asks: the form, its source, the moment -> a condition.
Sight = Callable[[LiveForm, Any, AsOf | None], Bool]


def as_is(value: Any) -> Any:
    """System values are compared as they are written."""
    return value


@dataclass(frozen=True)
class StoredMany:
    """The values of a many-valued field in its link table."""

    table: sa.Table
    record: ColumnElement[Any]

    def any_of(self, values: Sequence[Any]) -> Bool:
        m = self.table.alias()
        return sa.exists().where(m.c.record_id == self.record, sa.or_(*(m.c.value == value for value in values)))

    def only(self, values: Sequence[Any]) -> Bool:
        m = self.table.alias()
        return sa.not_(sa.exists().where(m.c.record_id == self.record, sa.and_(*(m.c.value != value for value in values))))

    def present(self) -> Bool:
        m = self.table.alias()
        return sa.exists().where(m.c.record_id == self.record)


class RecordTarget:
    """The `Target` of runtime.rules over a form's tables. `generations` says which build of each grouping is read.

    With a `sight`, linked records count only as far as the asker may see them; without one, all do. `fresh` records were
    inserted by the act that asks, which has yet to write their history.
    """

    def __init__(self, app: LiveApp, live: LiveForm, generations: Mapping[str, int], source: Any = None,
                 as_of: AsOf | None = None, sight: Sight | None = None, fresh: bool = False) -> None:
        self.app, self.live, self.generations, self.as_of, self.sight, self.fresh = app, live, generations, as_of, sight, fresh
        self.source: Any = live.tables.main if source is None else source

    def at(self, as_of: AsOf) -> RecordTarget:
        return RecordTarget(self.app, self.live, self.generations, self.source, as_of, self.sight, self.fresh)

    def _over(self, live: LiveForm, source: Any) -> tuple[RecordTarget, Bool]:
        """The same questions about rows of another form, and which of its rows count."""
        seen = sa.true() if self.sight is None else self.sight(live, source, self.as_of)
        return RecordTarget(self.app, live, self.generations, source, self.as_of, self.sight), seen

    @property
    def id(self) -> ColumnElement[Any]:
        found: ColumnElement[Any] = self.source.c.id
        return found

    def operand(self, name: str) -> Operand:
        if name in SYSTEM:
            column, kind, label = SYSTEM[name]
            if column not in self.source.c:  # a row of a sub-form has a number and nothing else of its own
                raise Invalid(Problem("field", "no_such_field", {"field": name}))
            return Operand(kind, self.source.c[column], as_is, label=label._asdict())
        link, dot, rest = name.partition(".")
        if dot:
            return self._hop(link, rest)
        field = self._field(name)
        if field.type.computed:
            made = field.type.expression(field.settings, self)
            return replace(self._made(field, made.value, made.folded, None), never_blank=made.never_blank)
        if field.type.many:
            return self._made(field, sa.null(), None, StoredMany(self.live.tables.many[name], self.id))
        physical = self.live.tables.names[name]
        return self._made(field, self.source.c[physical], self.source.c.get(f"{physical}_k"), None)

    def _field(self, name: str) -> Field:
        try:
            return self.live.form.fields[name]
        except KeyError:
            raise Invalid(Problem("field", "no_such_field", {"field": name})) from None

    def _made(self, field: Field, value: Any, folded: Any, many: StoredMany | None) -> Operand:
        made = Operand(field.type.kind, value, partial(_bind, field), folded, many, field.label, field.options or None, field.retired,
                       power=field.type.power, below=partial(_below, field), mine=field.type.mine if field.type.shared else None)
        if "created_at" not in self.source.c or not field.type.remembered:  # a row of a sub-form has no history of its own
            return made
        past = partial(pasts.past_of, field, made, self.live.id, self.source.c.created_at, fresh=self.fresh)
        return replace(made, past=past, tagged=field.type.tagged)

    def _hop(self, link: str, name: str) -> Operand:
        """A field of the record that a link points to."""
        field = self._field(link)
        target = self.app.forms.get(field.form or "")
        if target is None:
            raise Invalid(Problem("field", "no_such_field", {"field": f"{link}.{name}"}))
        there = target.tables.main.alias()
        over, seen = self._over(target, there)
        inner = over.operand(name)
        if inner.many is not None:
            raise Invalid(Problem("field", "no_such_field", {"field": f"{link}.{name}"}))
        own = self.source.c[self.live.tables.names[link]]

        def reach(column: ColumnElement[Any] | None) -> Any:
            if column is None:
                return None
            query = sa.select(column).where(there.c.id == own, there.c.deleted_at.is_(None), seen)
            return query.scalar_subquery().correlate(self.source)

        return Operand(inner.kind, reach(inner.value), inner.bind, reach(inner.folded), None, inner.label, inner.options, inner.retired,
                       power=inner.power, below=inner.below, mine=inner.mine)

    def related(self, inverse: str) -> Related:
        found = self.app.related(self.live.key, inverse)
        if found is None:
            raise Invalid(Problem("field", "no_such_inverse", {"name": inverse}))
        other, field = found
        rows = other.tables.main.alias()
        target, seen = self._over(other, rows)
        if field.type.nested:
            return Related(target, rows.c.record_id, sa.true(), rows, field.label)
        there = sa.and_(rows.c.deleted_at.is_(None), seen)
        if self.live.form.pointing.get(inverse) is field:  # what links of one's own point to
            held = self.live.tables.many[inverse].alias()
            return Related(target, held.c.record_id, there, rows.join(held, held.c.value == rows.c.id), field.label)
        label = field.settings.get("inverse_label") or other.form.label
        if field.type.many:
            held = other.tables.many[field.key].alias()
            return Related(target, held.c.value, there, rows.join(held, held.c.record_id == rows.c.id), label)
        name = other.tables.names[field.key]
        return Related(target, rows.c[name], there, rows, label, self.app.covers.get((other.tables.main.name, name), ()))

    def member(self, groups: Sequence[str]) -> Bool:
        found = [self._member(name) for name in groups]
        return sa.or_(*found)

    def entered(self, groups: Sequence[str]) -> Lines:
        """The lines of the diary by which records joined any of these groups."""
        found: dict[str, list[str]] = {}
        for name in groups:
            grouping, _, group = name.partition("/")
            item = self.app.groupings.get(grouping)
            if item is None or item.newest.form != self.live.key or group not in item.ids:
                raise Invalid(Problem("value", "no_such_group", {"group": name}))
            found.setdefault(grouping, []).append(group)
        return pasts.entered([(self.app.groupings[key], keys) for key, keys in found.items()], self.live.id)

    def _member(self, name: str) -> Bool:
        grouping, _, group = name.partition("/")
        item = self.app.groupings.get(grouping)
        if item is None or item.newest.form != self.live.key or group not in item.ids:
            raise Invalid(Problem("value", "no_such_group", {"group": name}))
        if grouping not in self.generations:
            return sa.false()
        g = self.live.tables.members.alias()
        build = sa.literal_column(str(self.generations[grouping]), sa.BigInteger)
        number = sa.literal_column(str(item.ids[group]), sa.BigInteger)
        return sa.exists().where(g.c.record_id == self.id, g.c.generation == build, g.c.group_id == number)


def _bind(field: Field, value: Any) -> Any:
    return field.type.bind(value, field.settings)


def _below(field: Field, value: Any) -> Sequence[Any] | sa.Select[Any] | None:
    return field.type.below(value, field.settings)


def shown(app: LiveApp) -> dict[str, int]:
    """By grouping, the build that people see."""
    return {key: item.live.id for key, item in app.groupings.items() if item.live}


def target(app: LiveApp, live: LiveForm) -> RecordTarget:
    """A form's records with the membership people see; made once per definition revision."""
    key = ("target", live.key)
    if key not in app.cache:
        app.cache[key] = RecordTarget(app, live, shown(app))
    found: RecordTarget = app.cache[key]
    return found
