"""A list's state in its address: view, group, filters, search, sort, columns; so that every list can be shared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from runtime.definitions.others import View
from runtime.records.queries import PAGE, Query
from runtime.records.targets import SYSTEM
from runtime.storage.live import LiveApp, LiveForm

FILTERS = 20


@dataclass(frozen=True)
class State:
    """What the address says. `group` is `grouping/group`; each filter is one condition of a rule."""

    view: str = ""
    group: str = ""
    search: str = ""
    filters: tuple[Mapping[str, Any], ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    trail: tuple[str, ...] = ()

    def address(self, **changes: Any) -> str:
        """The query string of this state with some of it changed; any change but of the page goes to the first page."""
        now = {"view": self.view, "g": self.group, "q": self.search, "sort": self.sort, "cols": ",".join(self.columns),
               "f": [json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in self.filters], **changes}
        pairs = [(key, value) for key, given in now.items() for value in (given if isinstance(given, list) else [given]) if value]
        return "?" + urlencode(pairs)

    def without(self, at: int) -> str:
        """The address without one filter."""
        kept = [part for n, part in enumerate(self.filters) if n != at]
        return self.address(f=[json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in kept])


def read(args: Any, live: LiveForm, views: list[View]) -> State:
    """The state an address asks for; what it names and is not there is left out."""
    known = {view.key for view in views}
    view = args.get("view", "")
    columns = tuple(name for name in args.get("cols", "").split(",") if name)
    trail = tuple(part for part in args.get("trail", "").split(",") if part)
    return State(view if view in known else (views[0].key if views else ""), args.get("g", ""), args.get("q", "")[:200],
                 tuple(_filters(args.getlist("f"))), args.get("sort", ""), columns, args.get("after", ""), trail)


def _filters(texts: list[str]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for text in texts[:FILTERS]:
        try:
            part = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(part, dict):
            found.append(part)
    return found


def rule_of(state: State, view: View | None, more: Mapping[str, Any] | None = None) -> Mapping[str, Any] | None:
    """The view's filter, the chips and the chosen group as one rule."""
    parts: list[Mapping[str, Any]] = [*state.filters]
    if view is not None and view.filter:
        parts.insert(0, view.filter)
    if state.group:
        parts.append({"field": "$group", "operator": "in", "value": [state.group]})
    if more is not None:
        parts.append(more)
    return {"combinator": "and", "rules": parts} if parts else None


def query_of(state: State, view: View | None, limit: int = PAGE) -> Query:
    """What the reader is asked."""
    return Query(rule_of(state, view), state.search, sort_of(state, view), limit, state.after or None)


def sort_of(state: State, view: View | None) -> tuple[tuple[str, bool], ...]:
    """The sort of the address (`-amount`), else the view's, else newest first."""
    if state.sort:
        return ((state.sort.removeprefix("-"), state.sort.startswith("-")),)
    if view is not None and view.sort:
        return tuple((part["field"], bool(part.get("desc"))) for part in view.sort)
    return (("$created_at", True),)


@dataclass(frozen=True)
class Column:
    """One column of a list: a field, a system fact or a grouping."""

    name: str
    label: Mapping[str, str]
    kind: str
    sortable: bool
    on: bool = True
    facts: dict[str, Any] = field(default_factory=dict)

    def is_code(self, app: LiveApp, live: LiveForm) -> bool:
        """The code stands under the title and needs no column of its own."""
        rule = app.code_of(live.key)
        return rule is not None and rule.field == self.name

    @property
    def width(self) -> str:
        """The class of its `<col>`; the title has none and takes what is left."""
        return {"number": "col-s", "group": "col-g", "date": "col-d", "datetime": "col-when", "choice": "col-s", "person": "col-s",
                "time": "col-s", "boolean": "col-xs", "many": "col-l", "people": "col-l", "links": "col-l", "period": "col-p", "file": "col-s", "tree": "col-l", "place": "col-l"}.get(self.kind, "")

    @property
    def right(self) -> bool:
        """Numbers stand at the right, so that their digits line up."""
        return self.kind == "number"


def columns_of(app: LiveApp, live: LiveForm, state: State, view: View | None) -> list[Column]:
    """The columns shown, in order; the title always comes first."""
    title = live.form.title_field
    wanted = list(state.columns) or (view.columns if view else default_columns(app, live))
    names = [title, *(name for name in wanted if name != title)]
    every = {column.name: column for column in all_columns(app, live)}
    return [every[name] for name in names if name in every]


def default_columns(app: LiveApp, live: LiveForm) -> list[str]:
    """Where no view says: the first fields, and every grouping."""
    groups = [f"$group/{item.key}" for item in app.groupings_of(live.key)]
    return [*list(live.form.live_fields)[:6], *groups, "$updated_at"]


def all_columns(app: LiveApp, live: LiveForm) -> list[Column]:
    """Every column a list of the form can have."""
    found = [Column(key, item.label, item.type.kind, key in live.tables.names or item.type.computed) for key, item in live.form.live_fields.items()]
    found += [Column(f"$group/{item.key}", item.newest.label, "group", False) for item in app.groupings_of(live.key)]
    found += [Column(name, label._asdict(), kind, True) for name, (_, kind, label) in SYSTEM.items() if name != "$id"]
    return found
