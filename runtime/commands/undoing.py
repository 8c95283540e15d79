"""How an act is taken back: by the opposite act, through the same writer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.commands import bulk, change, remove
from runtime.groups import pins
from runtime.records import entry
from runtime.records.act import Act


def restore(act: Act, params: Mapping[str, Any]) -> None:
    """Take removed records out of the recycle bin."""
    remove.restore(act, params["form"], params["ids"])


def put_back(act: Act, params: Mapping[str, Any]) -> None:
    """Give one record's fields the values they had, unless somebody has changed it since."""
    read = entry.read(act.app.form(params["form"]).form, params["values"], act.names, whole=False)
    change.change(act, params["form"], params["id"], read, version=params["version"])


def put_back_many(act: Act, params: Mapping[str, Any]) -> None:
    """Give each of several records the value it had of one field."""
    form = act.app.form(params["form"]).form
    read = [(item["id"], entry.read(form, item["values"], act.names, whole=False)) for item in params["records"]]
    change.change_many(act, params["form"], read)


def tags_off(act: Act, params: Mapping[str, Any]) -> None:
    """Take tags off again, and put back what was taken off."""
    bulk.tag(act, params["form"], params["ids"], params["field"], params["put_on"], params["take_off"])


def unpin(act: Act, params: Mapping[str, Any]) -> None:
    """Let the rule decide again."""
    pins.take_away(act, params["form"], params["ids"], params["group"])


UNDOS = {"restore": restore, "set": put_back, "set_many": put_back_many, "tags": tags_off, "unpin": unpin}
