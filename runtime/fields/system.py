"""What the system knows of a record by itself, placed on a form like any field: its number, who made or changed it, when."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from runtime.fields.base import FieldType, Names, Settings, Value
from runtime.fields.computed import Derived
from runtime.fields.datetime import Datetime
from runtime.fields.number import Number
from runtime.fields.person import Person
from runtime.fields.setting import choice, properties
from runtime.rules.deps import Deps
from runtime.rules.target import Computed, Target
from runtime.words import Words

_FACTS: Mapping[str, FieldType] = MappingProxyType(
    {"created_at": Datetime(), "created_by": Person(), "updated_at": Datetime(), "updated_by": Person(), "id": Number()}
)


class System(Derived):
    """It has no column of its own: it is read where the system keeps it, by lists, rules and exports alike."""

    name = "system"
    label = Words("系统信息", "System fact")
    icon = "info-circle"
    shelf = "link"
    settings = properties(
        fact=choice(
            "created_at",
            "哪一项",
            "Which",
            {
                "created_at": ("建档时间", "Created at"),
                "created_by": ("建档人", "Created by"),
                "updated_at": ("最近修改时间", "Last changed at"),
                "updated_by": ("最近修改人", "Last changed by"),
                "id": ("记录编号", "Record number"),
            },
        )
    )
    samples = Datetime.samples
    nonsense = Datetime.nonsense

    def result(self, settings: Settings) -> tuple[FieldType, Settings]:
        return _FACTS[self.setting(settings, "fact")], {}

    def of(self, settings: Settings) -> FieldType:
        made = super().of(settings)
        made.template = "fields/code.html"
        return made

    def reads(self, settings: Settings) -> Deps:
        return Deps(frozenset({f"${self.setting(settings, 'fact')}"}))

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        minute = f"{value[:17]}00Z" if isinstance(value, str) else value  # nobody asks for the second
        return super().show(minute, settings, names)

    def expression(self, settings: Settings, target: Target) -> Computed:
        return Computed(target.operand(f"${self.setting(settings, 'fact')}").value)
