"""What a rule's names mean while a definition is checked: the right kinds and labels, with no table behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.definitions.form import Field
from runtime.definitions.whole import Whole
from runtime.errors import Invalid, Problem
from runtime.rules.target import HeldValues, Operand, Related

SYSTEM = {
    "$id": ("number", {"zh": "编号", "en": "Number"}),
    "$created_at": ("datetime", {"zh": "创建时间", "en": "Created"}),
    "$updated_at": ("datetime", {"zh": "修改时间", "en": "Changed"}),
    "$created_by": ("person", {"zh": "创建人", "en": "Created by"}),
}


@dataclass(frozen=True)
class DefinedTarget:
    """The records of one form as definitions describe them; its expressions are never run."""

    whole: Whole
    form: str

    @property
    def id(self) -> ColumnElement[Any]:
        return sa.literal(0)

    def operand(self, name: str) -> Operand:
        if name in SYSTEM:
            kind, label = SYSTEM[name]
            return Operand(kind, sa.null(), lambda value: value, label=label)
        link, dot, rest = name.partition(".")
        fields = self.whole.forms[self.form].fields
        if link not in fields:
            raise Invalid(Problem("field", "no_such_field", {"field": name}))
        if not dot:
            return _operand(fields[link])
        target = fields[link].form
        if target is None or target not in self.whole.forms or "." in rest:
            raise Invalid(Problem("field", "no_such_field", {"field": name}))
        return DefinedTarget(self.whole, target).operand(rest)

    def related(self, inverse: str) -> Related:
        found = self.whole.inverses.get(self.form, {}).get(inverse)
        if found is None:
            raise Invalid(Problem("field", "no_such_inverse", {"name": inverse}))
        form, link = found
        label = link.settings.get("inverse_label") or self.whole.forms[form].label
        return Related(DefinedTarget(self.whole, form), sa.null(), sa.true(), sa.table(form), label)

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        for name in groups:
            grouping, _slash, group = name.partition("/")
            found = self.whole.groupings.get(grouping)
            if found is None or found.form != self.form or group not in found.groups:
                raise Invalid(Problem("value", "no_such_group", {"group": name}))
        return sa.true()


def _operand(item: Field) -> Operand:
    many = HeldValues(()) if item.type.many else None
    options = item.options or None
    return Operand(item.type.kind, sa.null(), lambda value: item.type.bind(value, item.settings), sa.null(), many,
                   item.label, options, item.retired)
