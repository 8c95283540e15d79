"""What the pages of records show: rows of a list, one record with its groups, its code and its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime import words
from runtime.groups import code_register, codes, membership, pins
from runtime.groups.code_reading import mistyped
from runtime.records import entry, history, logic, originals
from runtime.records.load import Record
from runtime.records.queries import Query, Reader
from runtime.storage import retypes
from runtime.storage.live import LiveApp, LiveForm
from runtime.storage.retypes import Past
from runtime.web import here, lists, places, subform
from runtime.web.bound import Binder, Bound
from runtime.web.chips import chips_of

# What a line of history tells that no field holds.
TOLD = {
    "$why": words.Words("原因", "Why"),
    "$code": words.Words("客户编码", "Code"), "$task_asked": words.Words("安排", "To do"), "$task_done": words.Words("做完了", "Done"), "$task_gone": words.Words("不用办了", "No longer needed"),
    "$task_reopened": words.Words("还没做完", "Not done after all"), "$task_moved": words.Words("改到", "Due"), "$task_handed": words.Words("转给", "Handed to"),
    "$comment_removed": words.Words("删除了一条评论，写的人", "Deleted a comment by"), "$comment_back": words.Words("放回了一条评论，写的人", "Brought back a comment by"),
}
LISTED = {"zh": 2, "en": 1}  # tags in a cell before "+3"; English words are longer


@dataclass
class Row:
    """One record of a list: its title, its code and a cell per column (a bound field, or groups)."""

    record: Record
    title: str
    code: str
    cells: dict[str, Any]


def typed(live: LiveForm, form: Any) -> dict[str, Any]:
    """What a browser sent, by field; several values of one field come as a list, a yes/no box that is off as nothing."""
    found: dict[str, Any] = {}
    for key, field in live.form.live_fields.items():
        if key in form and not field.type.readonly:
            values = form.getlist(key)
            if field.type.nested:
                found[key] = subform.sent(field, form)
                continue
            found[key] = [value for value in values if value] if field.type.many or field.type.kind == "file" else (
                values if field.type.parts > 1 else values[-1])
    return found


def prime(reader: Reader, records: Sequence[Record]) -> None:
    """Load the names of all people and linked records that some records mention, in a few queries."""
    names = here.names(reader.app)
    for field in reader.live.form.live_fields.values():
        held = [value for record in records if (value := record.values.get(field.key)) is not None]
        if field.far:
            names.prime_records(field.far, [one for value in held for one in (value if field.type.many else [value])])
        names.prime_people([one for value in held for one in field.type.persons(value)])
        for inner in subform.fields_of(field):
            cells = [cell for rows in held for row in rows if (cell := row.get(inner.key)) is not None]
            if inner.form:
                names.prime_records(inner.form, cells)
            elif inner.type.kind == "person":
                names.prime_people(cells)
    names.prime_people([record.updated_by for record in records if record.updated_by]
                       + [record.created_by for record in records if record.created_by])


def made(reader: Reader, args: Any) -> dict[str, Any]:
    """Everything the list page needs."""
    app, live = reader.app, reader.live
    views = app.views_of(live.key)
    state = lists.read(args, live, views)
    view = app.views.get(state.view)
    result = reader.page(lists.query_of(state, view))
    prime(reader, result.records)
    columns = lists.columns_of(app, live, state, view)
    trail = state.trail
    return {
        "found": app, "live": live, "state": state, "view": view, "views": views, "columns": columns,
        "every": lists.all_columns(app, live), "rows": rows_of(reader, result.records, columns), "groupings": app.groupings_of(live.key),
        "sort": lists.sort_of(state, view)[0], "chips": chips_of(app, live, state, here.names(app)),
        "next": state.address(after=result.after, trail=",".join([*trail, state.after or "-"])) if result.after else "",
        "prev": state.address(after="" if trail[-1] == "-" else trail[-1], trail=",".join(trail[:-1])) if trail else "",
        "first": len(trail) * 50 + 1, "group_label": _group_label(app, state.group),
        "slip": bool(state.search) and not result.records and mistyped(app, live.key, state.search),
    }


def _group_label(app: LiveApp, name: str) -> Mapping[str, str]:
    """What people call `grouping/group`."""
    item = app.groupings.get(name.split("/")[0])
    group = item.newest.groups.get(name.partition("/")[2]) if item else None
    return group.label if group else {}


def rows_of(reader: Reader, records: Sequence[Record], columns: Sequence[lists.Column]) -> list[Row]:
    """Rows with their cells; groups of all rows come in one query."""
    names = here.names(reader.app)
    binder = Binder(reader.app, reader.live.key, names)
    wanted = any(column.kind == "group" for column in columns)
    groups = membership.groups_of(reader.conn, reader.app, reader.live, [r.id for r in records]) if wanted else {}
    return [Row(record, title_of(reader.live, record, names), code_of(reader.app, reader.live, record),
                {c.name: _cell(reader, binder, c, record, groups.get(record.id, {})) for c in columns}) for record in records]


def _cell(reader: Reader, binder: Binder, column: lists.Column, record: Record, groups: Mapping[str, list[str]]) -> Any:
    if column.kind == "group":
        item = reader.app.groupings[column.name.removeprefix("$group/")]
        return [item.grouping.groups[key] for key in groups.get(item.key, ())]
    if column.name.startswith("$"):
        value = getattr(record, column.name[1:])
        return here.names(reader.app).person(value) if column.kind == "person" and value else value
    bound = binder.value(reader.live.form.fields[column.name], record.values.get(column.name))
    bound.most = LISTED[bound.lang]
    return bound


def title_of(live: LiveForm, record: Record, names: Any) -> str:
    """What a record is called."""
    field = live.form.fields[live.form.title_field]
    return field.type.show(record.values.get(field.key), field.settings, names) or f"#{record.id}"


def code_of(app: LiveApp, live: LiveForm, record: Record) -> str:
    """A record's code, or ""."""
    rule = app.code_of(live.key)
    return (record.values.get(rule.field) or "") if rule else ""


def code_parts(app: LiveApp, live: LiveForm, record: Record, groups: Mapping[str, list[str]], lang: str) -> dict[str, Any]:
    """A code taken apart again, as far as its groups still say the same; else it stands whole."""
    rule, text = app.code_of(live.key), code_of(app, live, record)
    parts: list[dict[str, str]] = []
    if rule is None or not text:
        return {"parts": parts, "rest": text}
    item = codes.Coded(record.id, record.values, {key: keys[0] for key, keys in groups.items() if keys})
    rest = text
    for part in codes.parts(rule, app, item, here.as_of()):
        if "group" not in part.source or not part.text or not rest.startswith(part.text):
            break
        grouping = app.groupings[part.source["group"]].grouping
        group = grouping.groups.get(item.groups.get(grouping.key, ""))
        title = words.read(group.label, lang) if group else ""
        parts.append({"text": part.text, "color": group.color if group else "mo", "title": f"{part.text} {title}".strip()})
        rest = rest[len(part.text):]
    return {"parts": parts, "rest": rest.lstrip("-") if parts else text}


def one(reader: Reader, record: Record) -> dict[str, Any]:
    """Everything the page of one record needs."""
    app, live = reader.app, reader.live
    prime(reader, [record])
    names = here.names(app)
    binder = Binder(app, live.key, names)
    groups = membership.groups_of(reader.conn, app, live, [record.id]).get(record.id, {})
    held = pins.of_record(reader.conn, app, live, record.id)
    names.prime_people([pin.by for pin in held if pin.by])
    idle = _idle(reader, record)
    shown = {key: field for key, field in live.form.live_fields.items() if key not in idle}
    fields: dict[str, Bound] = {key: binder.value(field, record.values.get(key)) for key, field in shown.items()}
    kept = {key: item.type.show(value, item.settings, names) for key, (item, value) in originals.of_record(reader.conn, live, record).items()}
    return {
        "found": app, "live": live, "record": record, "title": title_of(live, record, names), "fields": fields, "originals": kept,
        "code": code_parts(app, live, record, groups, names.lang), "groups": groups, "groupings": app.groupings_of(live.key),
        "pins": {(pin.grouping, pin.group): pin for pin in held}, "names": names,
        "checks": bool(code_of(app, live, record)) and here.actor().may("build") and places.there("build_codes_given.one"),
        "former": code_register.former(reader.conn, live, record.id) if app.code_of(live.key) else [],
    }


def _idle(reader: Reader, record: Record) -> set[str]:
    """Blank fields that logic hides: nobody was asked for them, so their being blank says nothing."""
    form = reader.live.form
    if not form.logic:
        return set()
    found = logic.evaluate(form, {}, reader.conn, here.names(reader.app), reader.as_of, record.values)
    return {key for key in found.hidden if record.values.get(key) is None}


def timeline(reader: Reader, record: Record, before: int | None) -> dict[str, Any]:
    """A page of a record's history with every value as people read it."""
    lines = history.of_record(reader.conn, reader.live.id, record.id, before=before)
    return {"lines": told(reader, lines), "record": record, "live": reader.live, "found": reader.app,
            "more": lines[-1].id if len(lines) == history.PAGE else None}


def told(reader: Reader, lines: Sequence[history.Line]) -> list[dict[str, Any]]:
    """Lines of history as people read them."""
    names = here.names(reader.app)
    names.prime_people([line.by for line in lines if line.by])
    left = retypes.past(reader.conn, reader.live.id) if lines else {}
    return [_line(reader, line, names, left) for line in lines]


def _line(reader: Reader, line: history.Line, names: Any, left: Mapping[str, list[Past]]) -> dict[str, Any]:
    changes = []
    for key, (old, new) in line.changes.items():
        field = reader.live.form.fields.get(key)
        field = field and retypes.as_of(left, field, line.id)
        if key in TOLD:
            changes.append({"key": key, "label": TOLD[key].say(names.lang), "said": "", "old": words.read(old or "", names.lang), "new": words.read(new or "", names.lang)})
        elif field is not None:
            said = field.type.differs(old, new, field.settings, names) if old and new else ""
            changes.append({"key": key, "label": words.read(field.label, names.lang), "said": said, "old": field.type.show(old, field.settings, names),
                            "new": field.type.show(new, field.settings, names)})
    flow = next((item for item in reader.app.workflows.values() if item.id == line.batch), None) if line.cause == "workflow" else None
    return {"line": line, "who": names.person(line.by) if line.by else "Fenzu", "changes": changes, "flow": flow.workflow.label if flow else None}


def both(app: LiveApp, live: LiveForm, stored: Record, read: entry.Entry, names: Any) -> list[dict[str, str]]:
    """Where what somebody stored meanwhile differs from what is being saved."""
    shown = []
    for key, value in read.values.items():
        field, theirs = live.form.fields[key], stored.values.get(key)
        if theirs != value and not (field.type.many and set(theirs or ()) == set(value or ())):
            shown.append({"label": words.read(field.label, names.lang), "mine": field.type.show(value, field.settings, names),
                          "theirs": field.type.show(theirs, field.settings, names)})
    return shown


def bin(reader: Reader, query: Query) -> dict[str, Any]:
    """The recycle bin of a form."""
    result = reader.page(query)
    prime(reader, result.records)
    names = here.names(reader.app)
    rows = [Row(record, title_of(reader.live, record, names), code_of(reader.app, reader.live, record), {}) for record in result.records]
    return {"found": reader.app, "live": reader.live, "rows": rows, "after": result.after, "names": names, "search": query.search}
