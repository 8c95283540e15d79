"""How an act is taken back: by the opposite act, through the same writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.commands import bulk, change, remove
from runtime.errors import Conflict, Problem
from runtime.groups import pins
from runtime.records import entry, load
from runtime.records.act import Act
from runtime.storage.live import LiveForm


def restore(act: Act, params: Mapping[str, Any]) -> None:
    """Take removed records out of the recycle bin."""
    remove.restore(act, params["form"], params["ids"])


def put_back(act: Act, params: Mapping[str, Any]) -> None:
    """Give one record's fields the values they had, unless somebody has changed it since."""
    read = entry.read(act.app.form(params["form"]).form, params["values"], act.names, whole=False)
    change.change(act, params["form"], params["id"], read, version=params["version"])


def put_back_many(act: Act, params: Mapping[str, Any]) -> None:
    """Give each of several records the value it had of one field; where an item says what it `was` left as, only if it still is."""
    live = act.app.form(params["form"])
    items = _still(act, live, params["records"])
    change.change_many(act, live.key, [(item["id"], entry.read(live.form, item["values"], act.names, whole=False)) for item in items])


def _still(act: Act, live: LiveForm, items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that nobody has changed since; raises Conflict where that is none of them."""
    told = {item["id"]: item["was"] for item in items if "was" in item}
    now = load.records(act.conn, live, sorted(told), lock=True)
    kept = [item for item in items if item["id"] not in told or (item["id"] in now
            and all(now[item["id"]].values.get(key) == value for key, value in told[item["id"]].items()))]
    if items and not kept:
        raise Conflict(Problem("", "undo_changed"))
    return kept


def tags_off(act: Act, params: Mapping[str, Any]) -> None:
    """Take tags off again, and put back what was taken off."""
    bulk.tag(act, params["form"], params["ids"], params["field"], params["put_on"], params["take_off"])


def unpin(act: Act, params: Mapping[str, Any]) -> None:
    """Let the rule decide again."""
    pins.take_away(act, params["form"], params["ids"], params["group"])


UNDOS = {"restore": restore, "set": put_back, "set_many": put_back_many, "tags": tags_off, "unpin": unpin}
