"""A formula's tree into one SQL expression through a target; what cannot be is a Wrong at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.clock import AsOf
from runtime.errors import Invalid
from runtime.rules.formula import typed
from runtime.rules.formula.compare import SIGNS, compare
from runtime.rules.formula.functions import FUNCTIONS
from runtime.rules.formula.names import SYSTEM
from runtime.rules.formula.tree import Call, Constant, Node, Ref
from runtime.rules.formula.typed import (
    BLANK,
    BOOLEAN,
    CHOICE,
    DATE,
    DATETIME,
    KINDS,
    NUMBER,
    OPAQUE,
    TEXT,
    Expr,
)
from runtime.rules.formula.wrong import Wrong
from runtime.rules.leaves import at as moment
from runtime.rules.target import Operand, Related, Target, moment_of
from runtime.sql.own import own
from runtime.sql.types import BinaryText
from runtime.words import Words

NO_HINT = ""
JOIN = Words("要把文字连起来，用 & 。", "To join texts, use &.")
STORED = 10**15


@dataclass
class Compiler:
    """One formula on its way to SQL. `named` gives the key for a name as it is written, where people write labels.

    `row` are the linked records a condition is about, by their inverse key.
    """

    target: Target
    text: str
    named: Callable[[str], str] = str
    row: tuple[str, Related] | None = None

    @property
    def as_of(self) -> AsOf | None:
        return moment_of(self.target)

    def make(self, node: Node) -> Expr:
        """Any part, with its place."""
        made = self._make(node)
        written = isinstance(node, Constant) and isinstance(node.value, str)
        return replace(made, at=node.at, end=node.end, said=made.said if written else made.label or self.said(node))

    def said(self, node: Node) -> str:
        """A part as the formula wrote it, short enough for a sentence."""
        found = self.text[node.at : node.end].strip("{}")
        return found if len(found) <= 30 else f"{found[:29]}…"

    def _make(self, node: Node) -> Expr:
        if isinstance(node, Constant):
            return constant(node.value)
        if isinstance(node, Ref):
            return self.field(node)
        assert isinstance(node, Call)
        if node.name in SIGNS or node.name == "<>":
            return compare(node.name, *self.met(*(self.make(part) for part in node.parts)), node.at, node.end)
        if node.name not in FUNCTIONS:
            near = get_close_matches(node.name, FUNCTIONS, 1)
            hint: Words | str = Words(f"是 {near[0]} 吗？", f"Did you mean {near[0]}?") if near else NO_HINT
            raise Wrong("formula_no_function", node.at, node.end, name=node.name, hint=hint)
        function = FUNCTIONS[node.name]
        if not function.least <= len(node.parts) <= function.most:
            raise Wrong("formula_count", node.at, node.end, name=node.name, shape=function.shape)
        return function.make(self, node)

    def met(self, a: Expr, b: Expr) -> tuple[Expr, Expr]:
        """Two sides of a comparison; beside a date a moment is its local day, and so is a day written as text."""
        kinds = {a.kind, b.kind}
        if kinds == {DATE, DATETIME} or (kinds == {DATETIME, TEXT}):
            a, b = (replace(self.local_day(one), said=one.said) if one.kind == DATETIME else one for one in (a, b))
        if {a.kind, b.kind} == {DATE, TEXT}:
            a, b = (written_day(one) if one.kind == TEXT else one for one in (a, b))
        return a, b

    def field(self, node: Ref) -> Expr:
        """A field of the record, of the record behind a link, or of the row a condition is about."""
        name = self.named(node.name)
        if name.count(".") > 1:
            raise Wrong("formula_hops", node.at, node.end, text=node.name)
        first, dot, rest = name.partition(".")
        if self.row is not None and dot and first == self.row[0]:
            return self.known(self.row[1].target, rest, node)
        if not name.startswith("$") and self.linked(first) is not None:
            raise Wrong("formula_unlinked", node.at, node.end, text=self.said(node))
        return self.known(self.target, name, node)

    def known(self, target: Target, name: str, node: Node) -> Expr:
        """A field of a target by name; linked records are not looked through any further, a write could not be followed."""
        if target is not self.target and "." in name:
            raise Wrong("formula_hops", node.at, node.end, text=self.said(node))
        if name.startswith("$") and name not in SYSTEM:
            raise Wrong("formula_no_field", node.at, node.end, name=self.said(node), hint=NO_HINT)
        try:
            return from_operand(target.operand(name))
        except Invalid:
            raise Wrong("formula_no_field", node.at, node.end, name=self.said(node), hint=NO_HINT) from None

    def linked(self, inverse: str) -> Related | None:
        """The records behind an inverse key, if it is one."""
        try:
            return self.target.related(inverse)
        except Invalid:
            return None

    def number(self, node: Node, hint: Words | str = NO_HINT) -> Expr:
        return self.of(node, (NUMBER,), hint)

    def of(self, node: Node, kinds: tuple[str, ...], hint: Words | str = NO_HINT) -> Expr:
        """A part that must be of one of these kinds."""
        return self.fit(self.make(node), kinds, hint)

    def fit(self, made: Expr, kinds: tuple[str, ...], hint: Words | str = NO_HINT) -> Expr:
        """A part as one of these kinds; a choice serves as its text, a moment as its local day."""
        if made.kind in kinds or made.kind == BLANK:
            return blank_as(made, kinds[0]) if made.kind == BLANK else made
        if made.kind == CHOICE and TEXT in kinds:
            return replace(typed.labels(made), at=made.at, end=made.end, said=made.said)
        if made.kind == DATETIME and DATE in kinds:
            return replace(self.local_day(made), at=made.at, end=made.end, said=made.said)
        if made.kind == OPAQUE:
            raise opaque(made)
        raise Wrong("formula_kind", made.at, made.end, wanted=KINDS[kinds[0]], given=KINDS[made.kind], text=made.said,
                    hint=hint)

    def condition(self, node: Node) -> ColumnElement[bool]:
        """A part as a condition; blank is not fulfilled."""
        made = self.of(node, (BOOLEAN,))
        return sa.func.coalesce(made.value, sa.false(), type_=sa.Boolean())

    def words(self, node: Node) -> Expr:
        """Any part as text."""
        return self.as_text(self.make(node))

    def as_text(self, made: Expr) -> Expr:
        """What `&` and CONCAT make of a value."""
        if made.kind == TEXT:
            return made
        if made.kind == CHOICE:
            return typed.labels(made)
        if made.kind == BLANK:
            return blank_as(made, TEXT)
        if made.kind == OPAQUE:
            raise opaque(made)
        if made.kind == NUMBER:
            return typed.text(own("say", made.value, made.scale, type_=BinaryText))
        if made.kind == DATETIME:
            return typed.text(sa.func.substr(self.local(made), 1, 16, type_=BinaryText))
        if made.kind == BOOLEAN:
            said = [{truth: typed.word(name) for truth, name in zip((sa.true(), sa.false()), names, strict=True)}
                    for names in (("TRUE", "FALSE"), ("true", "false"))]
            return typed.text(*(sa.case(one, value=made.value) for one in said))
        return typed.text(made.value)

    def local(self, made: Expr) -> ColumnElement[Any]:
        """A moment on the organisation's clock, `2025-02-18 14:30:00`."""
        return own("local", made.value, moment(lambda now: str(now.zone), self.as_of), type_=BinaryText)

    def local_day(self, made: Expr) -> Expr:
        return typed.day(sa.func.substr(self.local(made), 1, 10, type_=BinaryText))


def written_day(text: Expr) -> Expr:
    """A text in the formula that is a date, as that date."""
    try:
        day = date.fromisoformat(text.said).isoformat() if isinstance(text.value, sa.BindParameter) else ""
    except ValueError:
        return text
    return replace(typed.day(typed.word(day)), at=text.at, end=text.end, said=text.said) if day else text


def opaque(made: Expr) -> Wrong:
    """What a formula cannot look into; a link it can look through."""
    hint = Words("要看它的内容，在后面加点和字段名。", "For a field of it, add a dot and the field's name.")
    return Wrong("formula_opaque", made.at, made.end, text=made.said, hint=hint if made.options == LINK else NO_HINT)


LINK: tuple[Mapping[str, Any], ...] = ({"const": "link"},)


def constant(value: Decimal | str | bool) -> Expr:
    """A value that stands in the formula."""
    if isinstance(value, bool):
        return Expr(BOOLEAN, sa.true() if value else sa.false(), said=str(value).upper())
    if isinstance(value, str):
        return typed.written(value)
    scale = max(0, -int(value.normalize().as_tuple().exponent))
    units = int(value.scaleb(scale))
    return Expr(NUMBER, sa.literal_column(str(units), typed.WHOLE), scale=scale, most=abs(units), said=str(value))


def from_operand(operand: Operand) -> Expr:
    """A field as a part of a formula."""
    if operand.many is not None or operand.kind not in (NUMBER, TEXT, DATE, DATETIME, BOOLEAN, CHOICE):
        value = sa.case((operand.many.present(), sa.literal_column("1", typed.WHOLE))) if operand.many else operand.value
        return Expr(OPAQUE, value, options=LINK if operand.kind == "link" else (), label=operand.label)
    if operand.kind == NUMBER:
        scale = len(str(operand.bind(1))) - 1
        made = Expr(NUMBER, operand.value, scale=scale + operand.power, most=STORED, label=operand.label)
        return made if made.scale <= typed.SCALE else typed.scaled(made, typed.SCALE)
    return Expr(operand.kind, operand.value, folded=operand.folded, options=operand.options or (), label=operand.label)


def blank_as(made: Expr, kind: str) -> Expr:
    """A blank of some kind."""
    types: dict[str, sa.types.TypeEngine[Any]] = {NUMBER: typed.WHOLE, BOOLEAN: sa.Boolean()}
    return replace(made, kind=kind, value=sa.cast(sa.null(), types.get(kind, BinaryText)), most=0)
