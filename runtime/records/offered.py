"""Which records a link offers to somebody who fills a form in: asked by the picker, and again by whoever stores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.definitions.form import Field, Form
from runtime.definitions.link_only import only_of, own_target
from runtime.records import access
from runtime.records.act import Act
from runtime.records.held import held
from runtime.rules.beside import Beside, own_reads
from runtime.rules.compile import compile_rule
from runtime.rules.values import ValuesTarget
from runtime.sql.lists import among_bound
from runtime.sql.prepared import Prepared, late
from runtime.storage.live import LiveApp, LiveForm

Values = Mapping[str, Any]


def condition(app: LiveApp, form: Form, field: Field, own: Values, actor: Actor, as_of: AsOf) -> ColumnElement[bool] | None:
    """What the linked records must fulfil beside an entry's values; None where the link offers all."""
    rule, far = only_of(field), app.forms.get(field.far or "")
    if rule is None or far is None:
        return None
    known, columns = own_target(form).fields, held(form, own, own_reads(rule))
    mine = ValuesTarget({key: (known[key].kind, columns[key], known[key].bind) for key in own_reads(rule)})
    return compile_rule(rule, Beside(access.seen(app, far, actor), mine), as_of, me=actor.id).where


def misfits(act: Act, live: LiveForm, field: Field, rows: Sequence[tuple[int, Values]]) -> set[int]:
    """Of some linked records, each beside the values of its own row, the places of those that the link does not offer."""
    rule = only_of(field)
    if rule is None or not rows:
        return set()
    asked, reads = _asked(act, live, field, rule), sorted(own_reads(rule))
    alike: dict[str, tuple[dict[str, Any], list[int]]] = {}
    for at, (_, own) in enumerate(rows):
        columns = held(live.form, own, reads)
        alike.setdefault(json.dumps(columns, default=str), (columns, []))[1].append(at)
    wrong: set[int] = set()
    for columns, places in alike.values():
        ids = json.dumps(sorted({rows[at][0] for at in places}))
        fit = {row[0] for row in asked.run(act.conn, ids=ids, values=columns, as_of=act.as_of, me=act.by.id)}
        wrong |= {at for at in places if rows[at][0] not in fit}
    return wrong


def _asked(act: Act, live: LiveForm, field: Field, rule: Mapping[str, Any]) -> Prepared:
    """Which of some records a link offers, as a statement made once per definition revision and kind of asker."""
    app = act.app
    key = ("offered", live.key, field.key, access.kept_apart(app, act.by))
    if key not in app.cache:
        far = app.form(field.far or "")
        where = compile_rule(rule, Beside(access.seen(app, far, act.by, late=True), own_target(live.form)), None).where
        query = sa.select(far.tables.main.c.id).where(among_bound(far.tables.main.c.id, late("ids", sa.Text())), where)
        app.cache[key] = Prepared(query, act.conn.dialect)
    found: Prepared = app.cache[key]
    return found
