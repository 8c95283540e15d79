"""Forms of 200 fields: the designer's gestures, a save, and the logic that answers while somebody fills the form in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks import wide_form
from benchmarks.client import Browser, Server
from benchmarks.figures import Figure
from benchmarks.over_http import by_turns, signed_in
from benchmarks.world import World, opened, started

FORM = "wide"
REVISION = re.compile(rb'name="revision" value="([^"]+)"')
OPEN, EDIT, SAVE, LOGIC = 0.4, 0.06, 0.025, 0.06


def build(folder: Path) -> World:
    """An installation with one app and one form of 200 fields."""
    return opened(folder) if (folder / "fenzu.db").exists() else started(folder, wide_form.body(key=FORM))


class Desk:
    """A builder's browser at the designer of the form, and the bare server's beside it."""

    def __init__(self, world: World, ours: Server, bare: Server) -> None:
        self.base, self.records = f"/build/{world.key}/forms/{FORM}", f"/a/{world.key}/{FORM}"
        self.person, self.bare = signed_in(ours), Browser(bare.port)
        self.secret = self.person.secret(f"{self.base}/")
        self.turn, self.size, self.revision = count(), 0, "0"

    def ask(self, method: str, path: str, /, **given: Any) -> None:
        """A request as htmx sends it; its answer's size and the draft's revision are kept."""
        headers = {"HX-Request": "true", "X-CSRFToken": self.secret, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"revision": self.revision, **given}).encode() if method == "POST" else None
        status, found = self.person.ask(method, path, body, headers)
        if status != 200:
            raise RuntimeError(f"{method} {path} {given}: {status} {found[:300].decode()}")
        self.size = len(found)
        if seen := REVISION.search(found):
            self.revision = seen[1].decode()

    def open(self) -> None:
        status, found = self.person.get(f"{self.base}/")
        seen = REVISION.search(found)
        assert seen is not None, (status, found[:300])
        self.size, self.revision = len(found), seen[1].decode()

    def edit(self, act: str, sel: str, **given: Callable[[int], Any]) -> Callable[[], None]:
        """One gesture; what it sends differs from turn to turn, so that each changes something."""

        def once() -> None:
            now = next(self.turn)
            sent = {name: value(now) for name, value in given.items()}
            self.ask("POST", f"{self.base}/edit", act=act, sel=sel, look="", **{"id": sel, **sent})

        return once

    def get(self, path: str) -> Callable[[], None]:
        return lambda: self.ask("GET", f"{self.base}{path}")

    def same_size(self) -> None:
        """The bare server's page of the size that ours just had."""
        assert self.bare.get(f"/page/{self.size}")[0] == 200

    def save(self) -> None:
        status = self.person.form(f"{self.records}/", {**wide_form.typed(), "csrf_token": self.secret})
        if status != 303:
            raise RuntimeError(f"the form was answered with {status}")

    def save_bare(self) -> None:
        assert self.bare.form("/record", wide_form.typed()) == 303

    def logic(self) -> None:
        self.ask("POST", f"{self.records}/logic", **wide_form.typed())


def gestures(desk: Desk) -> list[tuple[str, Callable[[], None], float | None]]:
    """What people do in the designer, each with its limit in seconds."""
    edit, last = desk.edit, f"k{wide_form.FIELDS - 1}"
    return [
        ("designer: open", desk.open, OPEN),
        ("designer: select a field", desk.get("/?sel=k5"), EDIT),
        ("designer: type a name", edit("type", "k5", name=lambda _: "label.en", value=lambda turn: f"Mail {turn}"), EDIT),
        ("designer: a setting", edit("set", "k5", name=lambda _: "required", value=either("1", "")), EDIT),
        ("designer: name a choice", edit("option-name", "k3", option=lambda _: "retail", name=lambda _: "label.en", value=lambda turn: f"Shop {turn}"), EDIT),
        ("designer: move a field", edit("move", "k17", to=either("up", "down")), EDIT),
        ("designer: undo and redo", edit_of_turns(desk), EDIT),
        ("designer: move a section", edit("move", "section:s3", to=either("up", "down")), EDIT),
        ("designer: show when", edit("show-when", "k61", tab=lambda _: "when", value=either("when", "always")), EDIT),
        ("designer: a formula", edit("set", last, name=lambda _: "formula", value=lambda turn: f"{{Field 1}} + {turn}"), EDIT),
        ("designer: a logic rule", logic_rule(desk), EDIT),
        ("designer: a translation", translation(desk), EDIT),
        ("designer: add and remove a field", add_and_remove(desk), 2 * EDIT),
        ("designer: what publishing would do", desk.get("/publish"), OPEN),
    ]


def either(one: str, other: str) -> Callable[[int], str]:
    """One at this turn, the other at the next."""
    return lambda turn: (one, other)[turn % 2]


def edit_of_turns(desk: Desk) -> Callable[[], None]:
    ways = {act: desk.edit(act, "k5") for act in ("undo", "redo")}
    return lambda: ways[("undo", "redo")[next(desk.turn) % 2]]()


def logic_rule(desk: Desk) -> Callable[[], None]:
    return lambda: desk.ask("POST", f"{desk.base}/logic/rule_3/rule/not", path="", v=next(desk.turn) % 2, sel="")


def translation(desk: Desk) -> Callable[[], None]:
    given = {"act": "text-type", "id": "properties.k5.x-fenzu.label", "name": "zh"}
    return lambda: desk.ask("POST", f"{desk.base}/translate/edit", **given, value=f"邮件 {next(desk.turn)}")


def add_and_remove(desk: Desk) -> Callable[[], None]:
    add, remove = desk.edit("add", "k5", kind=lambda _: "text"), desk.edit("remove", "text")

    def both() -> None:
        add()
        remove()

    return both


def figures(folder: Path, times: int) -> list[Figure]:
    """All of it, in a run of its own."""
    made = build(folder / "wide")
    bare_file = made.copied(folder / "bare_wide.db")
    tables = made.app.form(FORM).tables
    given = (str(bare_file), "{port}", FORM, tables.main.name, json.dumps(dict(tables.names)))
    with Server("benchmarks.bare_form", *given) as bare, Server("benchmarks.served", str(made.config.instance), "{port}") as ours:
        desk = Desk(made, ours, bare)
        found = [by_turns((ours, bare), what, act, desk.same_size, most, times, worked=True) for what, act, most in gestures(desk)]
        found.append(by_turns((ours, bare), "save a record of 200 fields", desk.save, desk.save_bare, SAVE, times, worked=True))
        found.append(by_turns((ours, bare), "logic while it is filled in", desk.logic, desk.same_size, LOGIC, times, worked=True))
    made.database.close()
    return found
