"""Two people draw at one workflow: whoever comes second sees the newest drawing at once, and whose it is."""

from __future__ import annotations

from flask import Response, request

from builder.web import workflows_page
from builder.web.workflows_page import PAGE
from builder.web.workflows_room import bp, open_room
from runtime.errors import Conflict
from runtime.web import errors, page
from runtime.words import Words

NEWER = Words("{who}刚刚也改了，这里换成了最新的。你刚才那一下没算，请再做一次。", "{who} has just changed it too; this is the newest. Your last change did not count: please make it again.")
SELF = Words("你在另一个窗口里", "You, in another window,")


@bp.errorhandler(Conflict)
def behind(refused: Conflict) -> Response:
    """The newest drawing in place of the one that was gone on from; any other conflict is told as everywhere."""
    values = request.view_args or {}
    if refused.problems[0].code != "stale_draft" or not page.wants_fragment() or page.target() == "dialog-slot":
        return errors.fenzu_error(refused)
    room = open_room(values["app"], values["key"])
    who = room.beside[0].name if room.beside else SELF.say(room.lang)
    toast = page.toast(NEWER, room.lang, who=who)
    return page.show(PAGE, "name,bar,canvas,drawer", toast=toast, **workflows_page.made(room) | {"oob": True, "quiet": False})
