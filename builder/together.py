"""An edit of a form that others have changed meanwhile: put together with theirs, or a plain conflict that can be decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import Connection

from builder.edits.made import Body, Edit, Made
from builder.merge import forms
from builder.merge.forms import Merged
from builder.publish import check
from builder.published import published
from runtime.definitions import form_check
from runtime.errors import Conflict, FenzuError, Problem


@dataclass(frozen=True)
class Stale:
    """How an edit of an older revision is taken: `adds` where it only puts something in, `chosen` what was decided.

    `chosen` says by the key of a clash whose side counts: `mine` or `theirs`.
    """

    adds: bool = False
    chosen: Mapping[str, str] = field(default_factory=dict)


SEEN = Stale()


class Clashed(Conflict):
    """Both changed the same, or one took away what the other changed: nothing is kept until somebody decides."""

    def __init__(self, merged: Merged, beside: tuple[str, ...]) -> None:
        super().__init__(Problem("revision", "draft_clash", {"who": beside[0] or "—"}))
        self.merged, self.beside = merged, beside


def edited(edit: Edit, before: Body, now: Body, stale: Stale) -> Body | Made:
    """What an edit makes of the body that was seen.

    What only puts something in is put into the newest one, under a key that is free there: two people's additions are two.
    """
    if stale.adds:
        with suppress(FenzuError):
            return edit(now)
    return edit(before)


def joined(conn: Connection, app_id: int, before: Body, mine: Body, now: Body, stale: Stale, beside: tuple[str, ...]) -> Body:
    """The newest body with what an edit changed of an older one; raises Clashed where that cannot be."""
    merged = forms.merge(before, mine, now, stale.chosen, _checker(conn, app_id))
    if merged.clashes:
        raise Clashed(merged, beside)
    return merged.body


def _checker(conn: Connection, app_id: int) -> Callable[[Body], list[Problem]]:
    """What is wrong with a form among the others of its app."""
    whole = published(conn, app_id)

    def wrong(body: Body) -> list[Problem]:
        return form_check.check(body) or check.problems([check.Part("form", body["x-fenzu"]["key"], body)], whole)

    return wrong
