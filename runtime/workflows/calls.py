"""What a step that calls an address says, and what is wrong with what it is told; the call itself is made later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from runtime.accounts.sending import is_line
from runtime.definitions.form import Form
from runtime.errors import Problem
from runtime.records.entry import plain
from runtime.records.queries import Reader
from runtime.workflows import texts
from runtime.workflows.base import Here, Node
from runtime.workflows.presets import PLAIN, PRESETS, Preset

# An address whose machine is written out: only what follows the host may be filled in.
WRITTEN = re.compile(r"(https?)://([^/?#{}\s@\\]+)([/?].*)?", re.IGNORECASE | re.DOTALL)
HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}):\s*(\S.*)")
# Headers that are ours to write: by them one request could be made to look like two, or like somebody else's.
OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect", "content-type", "user-agent",
                 "accept-encoding", "x-fenzu-timestamp", "x-fenzu-signature", "idempotency-key"})


def preset_of(node: Node) -> Preset:
    """How the receiver wants to be called."""
    return PRESETS.get(node.get("preset", PLAIN), PRESETS[PLAIN])


def told(url: str) -> str:
    """An address as people read it in lists and logs: its machine, or the name of the secret it stands in. Its path may hold a key."""
    found = WRITTEN.fullmatch(url)
    return found[2].lower() if found else url if texts.is_secret(url) else "?"


def address_problems(url: str, form: Form) -> Iterator[Problem]:
    """What is wrong with an address as it is written in a step."""
    if not texts.is_secret(url) and (WRITTEN.fullmatch(url) is None or not is_line(url)):
        yield Problem("url", "call_address")
    yield from texts.problems({"": url}, form, "url", secrets=True)


def header_problems(headers: Sequence[str]) -> Iterator[Problem]:
    """Lines that are no header, and headers that are ours to write."""
    for number, line in enumerate(headers):
        found = HEADER.fullmatch(line.strip())
        if found is None or found[1].lower() in OWN or not line.isascii() or not is_line(line):
            yield Problem(f"headers[{number}]", "call_header")


def made(here: Here) -> dict[str, Any]:
    """The call as it waits to be made: fields are filled in, secrets are still names."""
    node, lang, preset = here.node, here.act.by.lang, preset_of(here.node)
    text = texts.render(here, node["text"], lang) if preset.speaks else ""
    values = _values(here, node) if preset.phones or not preset.speaks else {}
    if preset.phones:
        phone = texts.render(here, f"{{{node['phone']}}}", lang)
        values |= {node.get("phone_as", "phone"): phone, node.get("text_as", "text"): text}
    headers = (HEADER.fullmatch(line.strip()) for line in node.get("headers", ()))
    return {"preset": node.get("preset", PLAIN), "method": node.get("method", "POST"), "url": texts.render(here, node["url"], lang, _quoted),
            "headers": {found[1]: found[2] for found in headers if found}, "body": preset.shape(text, values), "secret": node.get("secret", "")}


def _quoted(value: str) -> str:
    return quote(value, safe="")


def _values(here: Here, node: Node) -> dict[str, Any]:
    """The chosen fields by key, or all; a call without a message says what it is about too."""
    known: Mapping[str, Any] = {}
    if node.get("whole") or node.get("fields"):
        known = Reader(here.act.conn, here.act.app, here.live, here.act.by, here.act.as_of).one(here.record_id).values
    fields = here.live.form.live_fields
    chosen = fields if node.get("whole") else [key for key in node.get("fields", ()) if key in fields]
    values = {key: plain(known.get(key)) for key in chosen}
    if preset_of(node).phones:
        return values
    return {"workflow": here.workflow.key, "run": here.run.id, "form": here.form, "record": here.place.data.get("record", here.run.record),
            "at": here.act.at, "values": values}
