"""What the computed fields of an entry come to before it is saved: the same expressions, over what has been typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.definitions.form import Field, Form
from runtime.errors import Invalid, Problem
from runtime.fold import fold
from runtime.records import access
from runtime.records.held import held
from runtime.rules.target import FOLDED, MANY, HeldValues, Operand, Related
from runtime.rules.values import kept_as, literal
from runtime.sql.types import BinaryText
from runtime.storage.live import LiveApp


def foretold(app: LiveApp, form: Form, values: Mapping[str, Any], conn: Connection, actor: Actor, as_of: AsOf) -> dict[str, Any]:
    """The values of all computed fields; None for what only a saved record can tell, such as sums over its links."""
    target = EntryTarget(app, form, values, actor, as_of)
    columns: list[Any] = []
    asked: list[Field] = []
    for key, item in form.computed.items():
        try:
            columns.append(target.operand(key).value.label(f"c{len(columns)}"))
        except Invalid:
            continue
        asked.append(item)
    row = conn.execute(sa.select(*columns)).one() if columns else ()
    found = {item.key: None if value is None else item.type.load(value, item.settings) for item, value in zip(asked, row, strict=True)}
    return {key: found.get(key) for key in form.computed}


class EntryTarget:
    """An entry as a target of formulas: its own values, those of the records it links to, and its computed fields."""

    def __init__(self, app: LiveApp, form: Form, values: Mapping[str, Any], actor: Actor, as_of: AsOf | None) -> None:
        self.app, self.form, self.actor, self.as_of = app, form, actor, as_of
        self.columns = held(form, values, [key for key, item in form.fields.items() if not item.type.computed])

    def at(self, as_of: AsOf) -> EntryTarget:
        made = EntryTarget(self.app, self.form, {}, self.actor, as_of)
        made.columns = self.columns
        return made

    @property
    def id(self) -> ColumnElement[Any]:
        return sa.cast(sa.null(), sa.BigInteger)

    def operand(self, name: str) -> Operand:
        link, dot, rest = name.partition(".")
        item = self.form.fields.get(link)
        if item is None:
            raise _missing(name)
        if dot:
            return self._hop(item, rest)
        bind = partial(_bind, item)
        if item.type.computed:
            made = item.type.expression(item.settings, self)
            return Operand(item.type.kind, made.value, bind, made.folded, label=item.label, never_blank=made.never_blank, power=item.type.power)
        value = self.columns.get(name)
        if item.type.kind in MANY:
            return Operand(item.type.kind, sa.null(), bind, many=HeldValues(tuple(value or ())), label=item.label, options=item.options or None)
        folded = literal(self.columns.get(f"{name}/k") or (fold(value) if value else None), BinaryText) if item.type.kind in FOLDED else None
        bound = literal(value, kept_as(item.type.kind))
        return Operand(item.type.kind, bound, bind, folded, label=item.label, options=item.options or None, power=item.type.power)

    def _hop(self, link: Field, rest: str) -> Operand:
        """A field of the record that a link names, as far as the asker may see it."""
        far = self.app.forms.get(link.form or "")
        if far is None or far.tables is None:
            raise _missing(f"{link.key}.{rest}")
        there = access.seen(self.app, far, self.actor)
        inner = there.at(self.as_of).operand(rest) if self.as_of else there.operand(rest)
        if inner.many is not None:
            raise _missing(f"{link.key}.{rest}")
        main = far.tables.main
        rows = [main.c.id == literal(self.columns.get(link.key), sa.BigInteger()), main.c.deleted_at.is_(None)]
        if self.as_of:
            rows.append(access.row_rule(self.app, far, self.actor, self.as_of))

        def reach(column: ColumnElement[Any] | None) -> Any:
            return None if column is None else sa.select(column).select_from(main).where(*rows).scalar_subquery()

        return Operand(inner.kind, reach(inner.value), inner.bind, reach(inner.folded), None, inner.label, inner.options, inner.retired, power=inner.power)

    def related(self, inverse: str) -> Related:
        raise Invalid(Problem("field", "no_such_inverse", {"name": inverse}))

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        raise Invalid(Problem("value", "no_such_group", {"group": groups[0]}))


def _missing(name: str) -> Invalid:
    return Invalid(Problem("field", "no_such_field", {"field": name}))


def _bind(item: Field, value: Any) -> Any:
    """A value as the field's column holds it; by this a formula knows how many decimals that is."""
    return item.type.bind(value, item.settings)
