"""Records found by where they stand: those behind a link of one record, the first or last of a form, whose there are fewest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from runtime.definitions.link_only import own_target
from runtime.records.act import Act
from runtime.records.held import held
from runtime.records.targets import target
from runtime.rules.beside import Beside, own_reads
from runtime.rules.compile import compile_rule
from runtime.sql.lists import among_bound
from runtime.sql.prepared import Prepared, late
from runtime.storage.live import LiveForm

Rule = Mapping[str, Any] | None


def behind(act: Act, live: LiveForm, record: int, inverse: str, rule: Rule = None, *, after: int = 0, limit: int = 500) -> list[int]:
    """The numbers of the records behind an inverse key of one record that fit a rule of their own, by number, from `after` on."""

    def made() -> sa.Select[Any]:
        rows = target(act.app, live).related(inverse)
        number = rows.target.id
        fit = sa.true() if rule is None else compile_rule(rule, rows.target, None).where
        query = sa.select(number).select_from(rows.source).where(rows.link == late("record", sa.BigInteger()), rows.live, fit)
        return query.where(number > late("after", sa.BigInteger())).order_by(number).limit(late("limit", sa.Integer()))

    found = _known(act, ("behind", live.key, inverse, _name(rule)), made)
    return [row[0] for row in found.run(act.conn, as_of=act.as_of, record=record, after=after, limit=limit)]


@dataclass(frozen=True, slots=True)
class Hand:
    """The record at hand: its form, its number, its values."""

    live: LiveForm
    record: int
    values: Mapping[str, Any]


def edge(act: Act, live: LiveForm, rule: Rule, by: str, last: bool, hand: Hand | None = None, inverse: str = "") -> int | None:
    """The first or the last record of a form that fits a rule, in the order of a field; blanks come last, ties go by number.

    The rule may compare with the record at hand (`$own.city`), which is never found itself; with `inverse` only the
    records behind that key of it are looked at.
    """

    def made() -> sa.Select[Any]:
        rows = target(act.app, hand.live).related(inverse) if hand and inverse else None
        records = rows.target if rows else target(act.app, live)
        parts: list[sa.ColumnElement[bool]] = [rows.live, rows.link == late("record", sa.BigInteger())] if rows else [live.tables.main.c.deleted_at.is_(None)]
        if hand and hand.live.key == live.key:
            parts.append(records.id != late("record", sa.BigInteger()))
        if rule is not None:
            parts.append(compile_rule(rule, Beside(records, own_target(hand.live.form)) if hand else records, None).where)
        value, source = records.operand(by).value, rows.source if rows else live.tables.main
        order = (value.desc().nulls_last(), records.id.desc()) if last else (value.asc().nulls_last(), records.id)
        return sa.select(records.id).select_from(source).where(*parts).order_by(*order).limit(1)

    known = _known(act, ("edge", live.key, by, last, _name(rule), hand.live.key if hand else "", inverse), made)
    own = held(hand.live.form, hand.values, own_reads(rule)) if hand and rule else {}
    found = known.run(act.conn, as_of=act.as_of, values=own, record=hand.record if hand else 0)
    return found[0][0] if found else None


def there(act: Act, live: LiveForm, record: int) -> bool:
    """Whether a record is there and not in the recycle bin."""

    def made() -> sa.Select[Any]:
        main = live.tables.main
        return sa.select(main.c.id).where(main.c.id == late("id", sa.BigInteger()), main.c.deleted_at.is_(None))

    return bool(_known(act, ("there", live.key), made).run(act.conn, id=record))


def load_of(act: Act, live: LiveForm, field: str, people: Sequence[int], rule: Rule = None) -> dict[int, int]:
    """How many records that fit a rule each of these people has in a field of one person; who has none is not in it."""

    def made() -> sa.Select[Any]:
        main, owner = live.tables.main, live.tables.column(field)
        fit = sa.true() if rule is None else compile_rule(rule, target(act.app, live), None).where
        query = sa.select(owner, sa.func.count()).select_from(main).where(main.c.deleted_at.is_(None), fit)
        return query.where(among_bound(owner, late("people", sa.Text()))).group_by(owner)

    found = _known(act, ("load", live.key, field, _name(rule)), made)
    return {row[0]: row[1] for row in found.run(act.conn, as_of=act.as_of, people=json.dumps(list(people)))}


def _name(rule: Rule) -> str:
    return json.dumps(rule, sort_keys=True, ensure_ascii=False)


def _known(act: Act, key: tuple[Any, ...], made: Any) -> Prepared:
    """A statement made once for each revision of the app."""
    if key not in act.app.cache:
        act.app.cache[key] = Prepared(made(), act.conn.dialect)
    found: Prepared = act.app.cache[key]
    return found
