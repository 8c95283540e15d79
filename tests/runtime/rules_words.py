"""Words for the fields of `rules_table`: every field is called by its key."""

from __future__ import annotations

from typing import Any

from runtime.fields import FIELD_TYPES
from runtime.rules.wording import RelatedWords
from tests.runtime.rules_table import TYPES


class TableWords:
    """The wording of `t_main` and of its orders."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def field(self, name: str) -> str:
        return name

    def kind(self, name: str) -> str:
        return FIELD_TYPES[TYPES[name][0]].kind if name in TYPES else "text"

    def show(self, name: str, value: Any) -> str:
        return str(value)

    def may_be_blank(self, name: str) -> bool:
        return True

    def related(self, inverse: str) -> RelatedWords:
        return RelatedWords(
            "订单" if self.lang == "zh" else "Orders", "笔" if self.lang == "zh" else "order|orders", "born", self
        )

    def group(self, key: str) -> str:
        return key
