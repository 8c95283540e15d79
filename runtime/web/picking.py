"""The picker of a link: the records it offers beside what is being typed, and a new one made on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from runtime.commands import create
from runtime.definitions.form import Field, Form
from runtime.definitions.layout import QUICK
from runtime.definitions.link_only import only_of
from runtime.errors import Invalid, NotFound, Problem
from runtime.fields.base import Refused
from runtime.messages import say
from runtime.records import access, offered
from runtime.records.entry import Entry, read
from runtime.records.queries import Query, Reader
from runtime.rules.beside import OWN, own_reads
from runtime.storage.live import LiveForm
from runtime.web import here, live_logic, page, sheet
from runtime.web.bound import Binder
from runtime.web.linking import At
from runtime.web.odd import whole
from runtime.web.records import opened
from runtime.words import Words

bp = Blueprint("picking", __name__, url_prefix="/a/<app>/<form>/pick/<field>")
MADE = Words("已新建「{name}」", "“{name}” is made")
APART = Words("已新建「{name}」，不过这里不能选它", "“{name}” is made, but cannot be chosen here")
MOST = 20


class Link:
    """A link field of a form, or of the rows of one (`lines.product`), as somebody is filling it in."""

    def __init__(self, app: str, form: str, field: str) -> None:
        self.app, self.live, self.reader = opened(app, form)
        rows, dot, inner = field.partition(".")
        near = self.live.form.subforms.get(rows) if dot else self.live.form
        item = near.live_fields.get(inner or rows) if near else None
        if near is None or item is None or item.far is None:
            raise NotFound(Problem("field", "no_such_field", {"field": field[:60]}))
        self.form: Form = near
        self.field: Field = item
        self.far: LiveForm = self.app.form(item.far)
        self.own = {} if dot else self._stored()
        rule = only_of(item)
        self.reads = own_reads(rule) if rule else frozenset()
        self.known = not self.reads or bool(self.own) or any(f"own.{key}" in request.args for key in self.reads)
        self.own |= {key: self._typed(key) for key in self.reads if f"own.{key}" in request.args}

    def _stored(self) -> dict[str, Any]:
        """What the record being changed holds; nothing for a new one."""
        number = request.args.get("record", type=whole)
        return dict(self.reader.one(number).values) if number else {}

    def _typed(self, key: str) -> Any:
        """One value of the record being filled in, as far as it can be read yet."""
        item = self.form.fields[key]
        try:
            return item.type.parse(request.args.get(f"own.{key}", ""), item.settings, here.names(self.app))
        except Refused:
            return None

    def there(self) -> Reader:
        """A reader of the linked form."""
        return Reader(self.reader.conn, self.app, self.far, here.actor(), here.as_of())

    def where(self) -> Any:
        """What limits the choice; nothing where what it depends on is not at hand, as for many records at once."""
        if not self.known:
            return None
        return offered.condition(self.app, self.form, self.field, self.own, here.actor(), here.as_of())


@bp.get("")
def pick(app: str, form: str, field: str) -> Response:
    """Records by words, of those that the link offers."""
    link = Link(app, form, field)
    rows = link.there().page(Query(search=request.args.get("q", ""), limit=MOST, where=link.where())).records
    names = here.names(link.app)
    return jsonify([{"value": r.id, "text": sheet.title_of(link.far, r, names), "hint": sheet.code_of(link.app, link.far, r)} for r in rows])


@bp.get("/new")
def new(app: str, form: str, field: str) -> Response:
    """The small form of the linked form, with what is known of the record already."""
    link = Link(app, form, field)
    access.must(link.app, here.actor(), "create")
    far, names = link.far.form, here.names(link.app)
    given = {far.title_field: request.args.get("q", ""), **_implied(link)}
    first = read(far, {key: value for key, value in given.items() if value not in ("", None)}, names)
    typed = {key: far.fields[key].type.typed(value, far.fields[key].settings, names) for key, value in first.values.items()}
    return _dialog(link, Entry(far, first.values, {**typed, far.title_field: given[far.title_field]}))


def _implied(link: Link) -> dict[str, Any]:
    """What the link's rule says that every record it offers has: the same customer, the one kind."""
    rule, found = only_of(link.field), dict[str, Any]()
    leaves = rule["rules"] if rule and rule["combinator"] == "and" and not rule.get("not") else ()
    for leaf in leaves:
        item = link.far.form.live_fields.get(str(leaf.get("field")))
        value = leaf.get("value")
        if leaf.get("valueSource") == "field" and leaf.get("operator") == "=":
            value = link.own.get(str(value).removeprefix(OWN))
        elif leaf.get("operator") in ("in", "hasAnyOf") and isinstance(value, list) and len(value) == 1:
            value = value if item and item.type.many else value[0]
        elif leaf.get("operator") != "=":
            continue
        if item is not None and not item.type.readonly and value is not None and not isinstance(value, Mapping):
            found[item.key] = value
    return found


@bp.post("/new")
def save(app: str, form: str, field: str) -> Response:
    """The new record stored and picked, or the small form again with what is wrong."""
    link = Link(app, form, field)
    entry = live_logic.sent(link.far, here.names(link.app))
    if not entry.ok:
        return _dialog(link, entry, 422)
    try:
        with here.act(app) as act:
            saved = create.create(act, link.far.key, entry)
    except Invalid as refused:
        entry.problems += refused.problems
        return _dialog(link, entry, 422)
    return _picked(Link(app, form, field), saved.id)


def _picked(link: Link, number: int) -> Response:
    """Tell the picker; a record that it does not offer is said to be there and not chosen."""
    name = here.names(link.app).record(link.far.key, number)
    fits = number in link.there().ids(Query(ids=(number,), where=link.where()))[0]
    chosen = {"at": request.args.get("at", ""), "value": number if fits else None, "text": name}
    return page.tell("made", chosen, page.toast(MADE if fits else APART, here.actor().lang, name=name))


def _dialog(link: Link, entry: Entry, status: int = 200) -> Response:
    names, far = here.names(link.app), link.far
    logic = live_logic.shown(entry, names, None)
    wrong = [problem.path.split(".")[0].split("[")[0] for problem in entry.problems]
    keys = quick_fields(far.form, [*wrong, *_implied(link)])
    binder = Binder(link.app, far.key, names, "q-", At())
    fields = {key: binder.entry(far.form.live_fields[key], entry) for key in keys}
    live_logic.apply(logic, fields, binder)
    loose = [say(problem, here.actor().lang) for problem in entry.problems if problem.path.split(".")[0].split("[")[0] not in fields]
    return page.show("records/link_new.html", status=status, found=link.app, far=far, fields=fields, loose=loose,
                     address=request.full_path)


def quick_fields(form: Form, more: list[str]) -> list[str]:
    """What the small form asks: its own layout where there is one, else the title and all that must be filled in."""
    laid = form.layouts.get(QUICK)
    if laid is not None:
        keys = [key for section in laid.sections for key in section.fields]
    else:
        keys = [key for key, item in form.live_fields.items() if key == form.title_field or item.required]
    asked = [key for key in dict.fromkeys([*keys, *more]) if key in form.live_fields]
    return [key for key in asked if not form.live_fields[key].type.readonly]
