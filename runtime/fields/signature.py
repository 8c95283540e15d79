"""Somebody's signature: drawn by hand, or a typed name; kept as a small picture with who signed and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from runtime.fields import drawings
from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.file import File
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, clean, short
from runtime.words import Words

LONGEST = 60
TYPED = "text:"
# What a kept signature is called: who and when, so that its name says it wherever it goes.
_CALLED = re.compile(r"(?P<who>.*?) ?(?P<when>\d{4}-\d\d-\d\d) (?P<hour>\d\d)\.(?P<minute>\d\d)\.(?:png|txt)")
_MARKED = re.compile(r"<([^<>]+)>")


class Signature(File):
    """A file of its own kind. What was just drawn or typed comes as `data:…` or `text:…` until the record is stored."""

    name = "signature"
    label = Words("签名", "Signature")
    icon = "signature"
    template = "fields/signature.html"
    settings = properties(locked=setting("boolean", False, "签了就不能再改", "Locked once signed"))
    public = True
    drawn = True
    samples = ("a1", ["a1"], "林晓雨", ["", "Lin Xiaoyu"], [{"id": "a1"}])
    nonsense = ("data:image/png;base64,AAAA", "data:text/html,hi", ["data:image/png;base64,iVBORw0KGgo="], "长" * 61, 5, [5], {"id": "zz"}, [{"id": 5}])

    def schema(self, settings: Settings) -> dict[str, Any]:
        item = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer"}}}
        return {"type": "array", "minItems": 1, "maxItems": 1, "items": item}

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if isinstance(typed, str):
            typed = _MARKED.findall(typed)[-1:] or [typed]
        if not isinstance(typed, (list, tuple)):
            raise Refused("not_a_signature", text=short(typed))
        found = [self._one(item, names) for item in typed if not blank(item)]
        # What is new beats what there was, and a drawing beats a name.
        found.sort(key=lambda entry: entry["id"].startswith(drawings.HEAD) * 2 + entry["id"].startswith(TYPED))
        if len(found) > 1 and found[-2]["id"].startswith(TYPED):  # a typed name drawn as text says who signed
            found[-1]["name"] = found[-2]["name"]
        return found[-1:] or None

    def _one(self, item: Any, names: Names) -> dict[str, Any]:
        held = item.get("id") if isinstance(item, Mapping) else item
        if not isinstance(held, str):
            raise Refused("not_a_signature", text=short(held))
        if held.startswith("data:"):
            return {"id": held, "name": "", "size": len(drawings.png(held))}
        known = names.file(held)
        if known is not None:
            return {"id": known["id"], "name": known["name"], "size": known["size"]}
        name = clean(held.removeprefix(TYPED))
        if isinstance(item, Mapping) and not held.startswith(TYPED):
            raise Refused("no_such_file", text=short(held))
        if len(name) > LONGEST:
            raise Refused("text_too_long", most=LONGEST, n=len(name))
        return {"id": TYPED + name, "name": name, "size": len(name.encode())}

    def fresh(self, entry: Mapping[str, Any]) -> bytes | None:
        """The content of a signature that was just given; None for one that is kept already."""
        given = entry["id"]
        if given.startswith(TYPED):
            return str(entry["name"]).encode()
        return drawings.png(given) if given.startswith("data:") else None

    def admit(self, name: str, mime: str | None, settings: Settings) -> None:
        raise Refused("not_a_signature", text=short(name))

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        if isinstance(value, int) or not value:
            return super().show(value, settings, names)
        called = _CALLED.fullmatch(value[0]["name"])
        if called is None:
            return str(value[0]["name"]) or Words("刚签的名", "just signed").say(names.lang)
        when = f"{called['when']} {called['hour']}:{called['minute']}"
        said = Words("{who} 签于 {when}", "signed by {who} at {when}") if called["who"] else Words("签于 {when}", "signed at {when}")
        return said.say(names.lang, who=called["who"], when=when)

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        entries = value if isinstance(value, list) else []
        return next((f"{re.sub('[<>]', '_', self.show(value, settings, names))} <{entry['id']}>" for entry in entries), None)
