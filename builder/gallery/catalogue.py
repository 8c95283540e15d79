"""The ready-made apps that come with Fenzu, each a folder of definitions with sample data in two languages."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from runtime.config import ROOT
from runtime.definitions.form import Form
from runtime.definitions.grouping import Grouping
from runtime.definitions.others import Vocabulary
from runtime.errors import NotFound, Problem

FOLDER = ROOT / "app_templates"
LONGEST = 40  # characters of a key
TASKS = "_tasks.csv"
# In this order each document finds what it refers to already published.
PARTS = (
    ("vocabulary", "vocabularies"),
    ("form", "forms"),
    ("grouping", "groupings"),
    ("code", "codes"),
    ("view", "views"),
    ("role", "roles"),
    ("workflow", "workflows"),
)


@dataclass(frozen=True)
class Template:
    """One ready-made app: what `app.json` says and its documents by kind."""

    key: str
    app: dict[str, Any]
    parts: dict[str, list[dict[str, Any]]]
    folder: Path

    @property
    def forms(self) -> list[Form]:
        return [Form(body) for body in self.parts["form"]]

    @property
    def first(self) -> Form:
        """The form people begin with."""
        return min(self.forms, key=lambda form: form.position)

    @property
    def groupings(self) -> list[Grouping]:
        return sorted((Grouping(body) for body in self.parts["grouping"]), key=lambda item: item.position)

    @property
    def vocabularies(self) -> list[Vocabulary]:
        return sorted((Vocabulary(body) for body in self.parts["vocabulary"]), key=lambda item: item.position)

    @property
    def cover(self) -> Grouping | None:
        """The grouping whose groups are drawn on the card."""
        return next((item for item in self.groupings if item.key == self.app.get("cover")), None)

    def samples(self, lang: str) -> list[str]:
        """The forms that have sample records, linked ones after what they link to."""
        present = {path.stem for path in (self.folder / "sample" / lang).glob("*.csv")}
        return [form.key for form in in_order(self.forms) if form.key in present]

    def rows(self, lang: str, form: str) -> Iterator[dict[str, str]]:
        """The sample records of a form as the file spells them."""
        with (self.folder / "sample" / lang / f"{form}.csv").open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    def tasks(self, lang: str) -> list[dict[str, str]]:
        """What whoever installs it finds on Today: `form`, `record` by its name in the samples, `due` and `title`."""
        path = self.folder / "sample" / lang / TASKS
        if not path.is_file():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def count(self, lang: str, form: str) -> int:
        return sum(1 for _ in self.rows(lang, form)) if form in self.samples(lang) else 0


def in_order(forms: list[Form]) -> list[Form]:
    """Forms so that each comes after those it links to; a link to itself does not count."""
    done: list[Form] = []
    waiting = list(forms)
    while waiting:
        known = {form.key for form in done}
        ready = [form for form in waiting if {link.far for link in form.pointing.values()} - {form.key} <= known]
        done += ready or waiting[:1]
        waiting = [form for form in waiting if form not in done]
    return done


@cache
def read(key: str) -> Template:
    """One template by key; raises NotFound."""
    folder = FOLDER / key
    if len(key) > LONGEST or not key.isidentifier() or not (folder / "app.json").is_file():
        raise NotFound(Problem("template", "no_such_template", {"template": key}))
    parts = {kind: [_json(path) for path in sorted((folder / name).glob("*.json"))] for kind, name in PARTS}
    order = [form.key for form in in_order([Form(body) for body in parts["form"]])]
    parts["form"].sort(key=lambda body: order.index(body["x-fenzu"]["key"]))
    return Template(key, _json(folder / "app.json"), parts, folder)


def all_templates() -> list[Template]:
    """Every ready-made app, in the order the gallery shows them."""
    found = [read(path.name) for path in FOLDER.iterdir() if (path / "app.json").is_file()]
    return sorted(found, key=lambda item: (item.app.get("position", 99), item.key))


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
