"""What a rule's names mean while a definition is checked: the right kinds and labels, with no table behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.clock import AsOf
from runtime.definitions.form import Field
from runtime.definitions.whole import Whole, form_of
from runtime.errors import Invalid, Problem
from runtime.rules.target import HeldValues, Lines, Operand, Past, Related

SYSTEM = {
    "$id": ("number", {"zh": "编号", "en": "Number"}),
    "$created_at": ("datetime", {"zh": "建档时间", "en": "Created"}),
    "$updated_at": ("datetime", {"zh": "最近修改", "en": "Last changed"}),
    "$created_by": ("person", {"zh": "建档人", "en": "Created by"}),
    "$updated_by": ("person", {"zh": "最近修改人", "en": "Last changed by"}),
}


@dataclass(frozen=True)
class DefinedTarget:
    """The records of one form as definitions describe them; its expressions are never run."""

    whole: Whole
    form: str
    as_of: AsOf | None = None

    def at(self, as_of: AsOf) -> DefinedTarget:
        return self

    @property
    def id(self) -> ColumnElement[Any]:
        return sa.column("id")

    def operand(self, name: str) -> Operand:
        form = form_of(self.whole.forms, self.form)
        assert form is not None
        if name in SYSTEM and (name == "$id" or self.form in self.whole.forms):
            kind, label = SYSTEM[name]
            return Operand(kind, sa.column(name), lambda value: value, label=label)
        link, dot, rest = name.partition(".")
        fields = form.fields
        if link not in fields:
            raise Invalid(Problem("field", "no_such_field", {"field": name}))
        if not dot:
            made = _operand(fields[link], self.whole)
            kept = fields[link].type.remembered and self.form in self.whole.forms
            return replace(made, past=lambda: _past(made, fields[link].type.retold)) if kept else made
        target = fields[link].form
        if target is None or target not in self.whole.forms or "." in rest:
            raise Invalid(Problem("field", "no_such_field", {"field": name}))
        return replace(DefinedTarget(self.whole, target).operand(rest), past=None)

    def related(self, inverse: str) -> Related:
        found = self.whole.related(self.form, inverse)
        if found is None:
            raise Invalid(Problem("field", "no_such_inverse", {"name": inverse}))
        form, link = found
        own = form_of(self.whole.forms, self.form)
        mine = link.type.nested or (own is not None and own.fields.get(inverse) is link)
        label = link.label if mine else link.settings.get("inverse_label") or self.whole.forms[form].label
        return Related(DefinedTarget(self.whole, form), sa.column("link"), sa.true(), sa.table(form), label)

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        for name in groups:
            grouping, _slash, group = name.partition("/")
            found = self.whole.groupings.get(grouping)
            if found is None or found.form != self.form or group not in found.groups:
                raise Invalid(Problem("value", "no_such_group", {"group": name}))
        return sa.true()

    def entered(self, groups: Sequence[str]) -> Lines:
        self.member(groups)
        return _LINES


_LINES = Lines(sa.table("history"), sa.column("record_id"), sa.column("at"), sa.true())


def _past(made: Operand, retold: bool) -> Past:
    """A history of the right kind, with no lines behind it."""
    return Past(_LINES, _LINES, made, made, made, lambda _side: sa.true(), sa.column("changes"), retold)


def _operand(item: Field, whole: Whole) -> Operand:
    many = HeldValues(()) if item.type.many else None
    return Operand(
        item.type.kind,
        sa.column("value"),
        lambda value: item.type.bind(value, item.settings),
        sa.column("folded"),
        many,
        item.label,
        _options(item, whole),
        item.retired,
        power=item.type.power,
        below=lambda value: item.type.below(value, item.settings),
        mine=item.type.mine if item.type.shared else None,
        tagged=item.type.tagged,
    )


def _options(item: Field, whole: Whole) -> list[dict[str, Any]] | None:
    """The values a field may have: its options, or the tags of its categories (all of the app where it names none)."""
    if "vocabularies" not in item.type.settings:
        return item.options or None
    wanted = item.settings.get("vocabularies") or list(whole.vocabularies)
    return [
        {"const": tag.key, "label": tag.label, "retired": tag.retired}
        for key in wanted
        if key in whole.vocabularies
        for tag in whole.vocabularies[key].tags.values()
    ]
