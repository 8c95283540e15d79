"""What a person does in the designer while another layout of the form is shown: the same gestures, on that layout only."""

from __future__ import annotations

from collections.abc import Callable

from builder.edits import layouts, node
from builder.edits.made import Body, Made
from builder.web import layout_gestures as parts
from builder.web.layout_gestures import Given

Act = Callable[[Body], "Body | Made"]
ARG, ADD, DROP, FIELD = "layout", "layout-add", "layout-drop", "field"


def add(body: Body, given: Given) -> Body:
    """A layout of its own for adding quickly, for phones or for strangers."""
    return layouts.add(body, given.get("value", ""))


def drop(body: Body, given: Given) -> Body:
    """The same as the full one again."""
    return layouts.drop(body, given.get("value", ""))


def done(act: Act, body: Body, given: Given) -> Body | Made:
    """A gesture on the layout that is shown; a field is only put on it or taken off, the form has it all the same."""
    name, wanted, what = given.get(ARG, ""), given.get("id", ""), given.get("act", "")
    if not name or what in (ADD, DROP):
        return act(body)
    head, _, key = given.get("kind", "").partition(":")
    if what == "add" and head == FIELD:
        return Made(layouts.put(body, name, key, parts.spot(layouts.seen(body, name), given)), key)
    if what == "remove" and parts.kind_of(wanted) == FIELD and "." not in wanted:
        return Made(layouts.take(body, name, wanted), parts.neighbour(node.item_ids(layouts.seen(body, name)), wanted))
    return layouts.within(body, name, act)
