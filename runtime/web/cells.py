"""One cell of a list changed in place."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime.commands import change
from runtime.definitions.form import Field
from runtime.errors import Conflict, Invalid, Problem
from runtime.records import access, entry, undo
from runtime.records.load import Record
from runtime.storage.live import LiveForm
from runtime.web import here, live_logic, page, sheet
from runtime.web.bound import Binder
from runtime.web.linking import At
from runtime.web.odd import whole
from runtime.web.records import missing, opened
from runtime.words import Words, read

bp = Blueprint("cells", __name__, url_prefix="/a/<app>/<form>/<int:record>/cell/<field>")
CHANGED = Words("「{label}」已改", "{label} changed")


def _field(live: object, key: str) -> Field:
    """A field that people may fill in."""
    found: Field | None = live.form.live_fields.get(key)  # type: ignore[attr-defined]
    if found is None or found.type.readonly or found.type.nested:
        raise missing(key)
    return found


@bp.get("")
def open(app: str, form: str, record: int, field: str) -> Response:
    found, live, reader = opened(app, form)
    access.must(found, here.actor(), "change")
    stored = reader.one(record)
    bound = Binder(found, form, here.names(found), "cell-", At(record)).value(_field(live, field), stored.values.get(field))
    return page.show("records/cell.html", found=found, live=live, record=stored, bound=bound,
                     title=sheet.title_of(live, stored, here.names(found)))


@bp.post("")
def save(app: str, form: str, record: int, field: str) -> Response:
    """The value stored, with a way back; or the same small form with the reason."""
    found, live, reader = opened(app, form)
    item, before = _field(live, field), reader.one(record)
    read_in = _read(live, field, before, here.names(found))
    if read_in.ok:
        try:
            back = _store(app, form, before, read_in, field)
            told = page.toast(CHANGED, here.actor().lang, undo=back, label=read(item.label, here.actor().lang))
            return page.refresh(told)
        except (Invalid, Conflict) as refused:
            read_in.problems += [Problem(field, p.code, p.params) for p in refused.problems[:1]]
    bound = Binder(found, form, here.names(found), "cell-", At(record)).entry(item, read_in)
    return page.show("records/cell.html", status=422, found=found, live=live, record=before, bound=bound,
                     title=sheet.title_of(live, before, here.names(found)))


def _read(live: LiveForm, field: str, before: Record, names: Any) -> entry.Entry:
    """The one value as it may be stored; where the form's logic has closed the field, that is said."""
    typed = {field: sheet.typed(live, request.form).get(field)}
    made = live_logic.settle(entry.read(live.form, typed, names, whole=False), names, before.values)
    if made.outcome and field in made.outcome.closed:
        made.problems.append(Problem(field, "logic_locked", {"field": live.form.fields[field].label}))
    # this small form has one place to say what another field lacks now
    made.problems = [Problem(field, p.code, p.params, p.severity) for p in made.problems]
    return made


def _store(app: str, form: str, before: Record, read_in: entry.Entry, field: str) -> str:
    """Change the value and keep a way back; gives its address."""
    with here.act(app) as act:
        saved = change.change(act, form, before.id, read_in, version=request.form.get("version", type=whole))
        old = {key: entry.plain(before.values.get(key)) for key in read_in.values}
        token = undo.offer(act.conn, act.by, "set", app, {"form": form, "id": before.id, "version": saved.version, "values": old})
    return url_for("undo.take_back", token=token)
