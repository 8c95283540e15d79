"""The dialogs that name things: a new group, a group, the scheme."""

from __future__ import annotations

from flask import Response, request

from builder.web.groupings_room import bp, must_group, open_room
from runtime.web import page
from runtime.words import Words

NEW, NEW_INSIDE = Words("添加分组", "Add group"), Words("添加子分组", "Add sub-group")
RENAME, SCHEME = Words("改名", "Rename"), Words("方案改名", "Rename the scheme")


@bp.get("/<key>/-/add")
@bp.get("/<key>/<group>/add")
def add(app: str, key: str, group: str = "") -> Response:
    """A new group."""
    room = open_room(app, key, group)
    parent = request.args.get("parent", "")
    return page.show(
        "builder/grouping/naming.html",
        room=room,
        names={},
        parent=parent,
        action=room.url("gesture", act="add", group=None),
        title=(NEW_INSIDE if parent else NEW).say(room.lang),
    )


@bp.get("/<key>/<group>/naming")
def naming(app: str, key: str, group: str) -> Response:
    """Another name for a group."""
    room = open_room(app, key, group)
    return page.show(
        "builder/grouping/naming.html",
        room=room,
        names=must_group(room).label,
        parent="",
        action=room.url("gesture", act="name"),
        title=RENAME.say(room.lang),
    )


@bp.get("/<key>/-/settings")
def settings(app: str, key: str) -> Response:
    """Another name for the scheme."""
    room = open_room(app, key)
    return page.show(
        "builder/grouping/naming.html",
        room=room,
        names=room.grouping.body["label"],
        parent="",
        action=room.url("gesture", act="relabel", group=None),
        title=SCHEME.say(room.lang),
    )
