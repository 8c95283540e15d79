"""The customer code: given by the system from its segments, read and searched by people."""

from __future__ import annotations

from typing import Any

from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.folded import Folded, check_length
from runtime.fields.typed import blank, clean
from runtime.words import Words

LONGEST = 64


class Code(Folded):
    """Nobody types it on a form; an import may name a record by it."""

    name = "code"
    label = Words("客户编码", "Customer code")
    icon = "barcode"
    shelf = "customer"
    template = "fields/code.html"
    readonly = True
    coded = True
    searchable = True
    samples = ("SEL-00421", "N/P/20261122-7")
    nonsense = ("9" * 65, {"code": 1}, "\ud800")

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST, "readOnly": True}

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if not isinstance(typed, str):
            raise Refused("not_text")
        return check_length(clean(typed), 0, LONGEST) or None
