"""Where in the grouping designer a problem is mended."""

from __future__ import annotations

from flask import url_for

from builder.web.groupings_room import Room
from builder.web.rules_rows import owner
from runtime.errors import Problem


def where(room: Room, problem: Problem) -> str:
    """The row that a problem is about: its group is opened at it."""
    for group in room.grouping.groups.values():
        if problem.path == group.path or problem.path.startswith((f"{group.path}.rule", f"{group.path}.prefix")):
            inside = owner(problem.path.removeprefix(f"{group.path}.rule").removeprefix("."))
            mark = (
                "row-" + inside.replace("[", "-").replace("].", "-").replace("]", "").replace(".", "-")
                if inside
                else "rule"
            )
            return url_for("build_groupings.one", app=room.found.key, key=room.key, group=group.key) + f"#{mark}"
    return url_for("build_groupings.one", app=room.found.key, key=room.key)
