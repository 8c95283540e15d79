"""Records found by where they stand: those behind a link of one record, the first or last of a form, whose there are fewest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.definitions.form import Form
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


def edge(act: Act, live: LiveForm, rule: Rule, by: str, last: bool, beside: tuple[Form, Mapping[str, Any]] | None = None,
         but: int = 0) -> int | None:
    """The first or the last record of a form that fits a rule, in the order of a field; blanks come last, ties go by number.

    `beside` is another record, its form and its values, that the rule may compare with (`$own.city`); `but` is left out.
    """
    def made() -> sa.Select[Any]:
        main, records = live.tables.main, target(act.app, live)
        asked = Beside(records, own_target(beside[0])) if beside else records
        where = sa.true() if rule is None else compile_rule(rule, asked, None).where
        value = records.operand(by).value
        order = (value.desc().nulls_last(), main.c.id.desc()) if last else (value.asc().nulls_last(), main.c.id)
        return sa.select(main.c.id).where(main.c.deleted_at.is_(None), main.c.id != late("but", sa.BigInteger()), where).order_by(*order).limit(1)

    known = _known(act, ("edge", live.key, by, last, _name(rule), beside[0].key if beside else ""), made)
    found = known.run(act.conn, as_of=act.as_of, but=but, values=held(*beside, own_reads(rule)) if beside and rule else {})
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
