"""What every page of the grouping designer stands in: the app, the draft, what it says, and the chosen group."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from sqlalchemy import Connection

from builder import drafts
from builder.drafts import Draft
from builder.edits.made import Edit
from builder.publish.plan import plan
from builder.web import start
from runtime import clock
from runtime.definitions.grouping import Group, Grouping
from runtime.errors import NotFound, Problem
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm, LiveGrouping
from runtime.web import here
from runtime.words import LANGUAGES, Words, read

bp = Blueprint("build_groupings", __name__, url_prefix="/build/<app>/groupings")
KIND = "grouping"
# So close together, and so few, gestures come from one hand whose page has not caught up yet.
ONE_HAND, FEW = timedelta(seconds=15), 3
TABS = ("rule", "pins", "examples", "kids", "more")
PANELS = ("impact", "list", "why")


bp.before_request(start.guard)


@dataclass
class Room:
    """One grouping being designed. `group` is the one whose rule is open; it is None while there is none."""

    found: LiveApp
    draft: Draft
    grouping: Grouping
    live: LiveForm
    group: Group | None
    lang: str

    @property
    def key(self) -> str:
        return self.draft.key

    @property
    def item(self) -> LiveGrouping | None:
        """The published grouping, if there is one."""
        return self.found.groupings.get(self.key)

    @property
    def rule(self) -> Any:
        return self.group.rule if self.group else None

    @property
    def origin(self) -> dict[str, str]:
        """Where a rule that is saved here came from."""
        own = self.group.label if self.group else {}
        return {lang: f"{read(self.grouping.label, lang)} · {read(own, lang)}" for lang in LANGUAGES}

    @property
    def is_fallback(self) -> bool:
        return self.group is not None and self.group.siblings.fallback == self.group.key

    @property
    def old_rule(self) -> Any:
        """The chosen group's rule as it was last published."""
        before = self.item.newest.groups.get(self.group.key) if self.item and self.group else None
        return before.rule if before else None

    @property
    def frozen(self) -> str:
        """Why the published grouping stands still, or ""."""
        return read(json.loads(self.item.frozen), self.lang) if self.item and self.item.frozen else ""

    @property
    def changes(self) -> int:
        """How many changes publishing would make."""
        return len(plan(KIND, self.item.newest.body if self.item else None, self.draft.body))

    @property
    def published(self) -> bool:
        """Whether the chosen group has been published, so that people can be put into it by hand."""
        return self.item is not None and self.group is not None and self.group.key in self.item.newest.groups

    def url(self, endpoint: str, **values: Any) -> str:
        """An address of this grouping, of its chosen group where the endpoint wants one."""
        group = {"group": self.group.key} if self.group else {}
        return url_for(f"build_groupings.{endpoint}", **{"app": self.found.key, "key": self.key, **group, **values})


def open_room(app: str, key: str, group: str | None = None) -> Room:
    """The room of a request; a group that is not there (any more) gives the first one."""
    found = here.app(app)
    draft = drafts.open_draft(here.conn(), found.id, KIND, key)
    return room_of(found, draft, group)


def room_of(found: LiveApp, draft: Draft, group: str | None) -> Room:
    """The room over a draft."""
    grouping = Grouping(draft.body)
    chosen = grouping.groups.get(group or "") or next(iter(grouping.groups.values()), None)
    return Room(found, draft, grouping, found.form(grouping.form), chosen, here.actor().lang)


def must_group(room: Room) -> Group:
    """The chosen group; raises NotFound where the grouping has none."""
    if room.group is None:
        raise NotFound(Problem("group", "no_such_part", {"key": ""}))
    return room.group


def revision() -> int:
    """The revision of the draft that the asker saw."""
    return request.form.get("revision", type=int, default=0)


def seen_by(conn: Connection, draft: Draft, by: int | None) -> int:
    """The revision the asker saw; leaving a field and pressing a button are two gestures of one hand."""
    seen = revision()
    if not seen < draft.revision <= seen + FEW or draft.at is None or clock.now() - clock.moment(draft.at) > ONE_HAND:
        return seen
    last = conn.execute(sa.select(tables.draft.c.by).where(tables.draft.c.id == draft.id)).scalar()
    return draft.revision if last == by else seen


def edit(app: str, key: str, change: Edit, what: Words, group: str | None = None, same: str | None = None) -> Room:
    """Do one gesture on the draft and come back to the room with what it made."""
    found, by = here.app(app), here.actor().by
    with here.write() as conn:
        seen = seen_by(conn, drafts.open_draft(conn, found.id, KIND, key), by)
        draft = drafts.apply(conn, found.id, KIND, key, seen, change, what, by, same)
    return room_of(found, draft, draft.made or group)
