"""The page of columns as its template needs it: each column with its field, its state and what its values mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from runtime import words
from runtime.accounts.actor import Actor
from runtime.definitions.form import Field
from runtime.errors import Problem
from runtime.exchange import plan as plans
from runtime.exchange.formats.base import Options
from runtime.exchange.plan import Plan
from runtime.exchange.reading import Reading
from runtime.exchange.sniff import DELIMITERS, ENCODINGS
from runtime.exchange.upload import Upload
from runtime.fields.typed import cell_text, short
from runtime.jobs.queue import Row
from runtime.messages import say
from runtime.messages.exchange import HEADINGS, OTHER_HEADING
from runtime.records.names import RecordNames
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp
from runtime.words import Words

PEEK = 8
EMPTY = "="  # chosen for a text: leave the field empty
UNKNOWN = ("no_such_option", "no_such_option_near", "no_such_person", "no_such_tag")
NOT_LENIENT = ("blank", "not_unique", "import_twice")


def proposed(found: Upload, app: LiveApp, names: RecordNames) -> Plan:
    """The plan that the column names suggest."""
    return plans.propose(app, app.form(found.form), found.open(), names)[0]


class Screen:
    """One upload on its way: its reading, its plan, and what the look through it has found so far."""

    def __init__(
        self, upload: Upload, app: LiveApp, by: Actor, names: RecordNames, check: Row | None, run: Row | None
    ) -> None:
        self.upload, self.app, self.live, self.by, self.names = upload, app, app.form(upload.form), by, names
        self.check, self.run = check, run
        self.plan = plans.from_json(upload.plan or {})
        self.fields = plans.takers(self.live)

    @cached_property
    def reading(self) -> Reading:
        return self.upload.open()

    @cached_property
    def problems(self) -> list[Problem]:
        """What must be settled first."""
        return plans.problems(self.live, self.plan, self.reading.columns)

    @property
    def sentences(self) -> list[str]:
        return [say(problem, self.by.lang) for problem in self.problems]

    @property
    def notes(self) -> list[str]:
        return [say(problem, self.by.lang) for problem in self.reading.notes]

    @property
    def checking(self) -> bool:
        return self.check is not None and self.check.open

    @property
    def found(self) -> Mapping[str, Any] | None:
        """The result of the look, once there is one."""
        return self.check.value if self.check is not None and self.check.state == "done" else None

    @property
    def counts(self) -> Mapping[str, Any]:
        """Ready, bad and existing rows so far."""
        so_far = self.check.progress["words"] if self.check is not None else {}
        return {"ready": 0, "bad": 0, "existing": 0, **so_far, **(self.found or {})}

    @property
    def total(self) -> int:
        return self.found["rows"] if self.found else self.reading.total

    @property
    def importable(self) -> int:
        return int(self.counts["ready"] + self.counts["existing"])

    def label(self, key: str) -> str:
        item = self.live.form.fields.get(key)
        return words.read(item.label, self.by.lang) if item else key

    def form_label(self, key: str) -> str:
        return words.read(self.app.form(key).form.label, self.by.lang)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(key, self.label(key)) for key in self.fields]

    @property
    def keys(self) -> list[tuple[str, str]]:
        return [(key, self.label(key)) for key in plans.key_fields(self.live, self.plan)]

    @property
    def links(self) -> dict[str, Field]:
        """The mapped links whose missing records can be made."""
        return plans.creatable(self.app, self.live, self.plan)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Each column of the list: its name, some of its cells, its field and how it stands."""
        preview = [row.cells for row in self.reading.preview(50)]
        return [self._row(column, name, preview) for column, name in enumerate(self.reading.columns)]

    def _row(self, column: int, name: str, preview: Sequence[Sequence[Any]]) -> dict[str, Any]:
        key = self.plan.columns.get(column, "")
        texts = dict.fromkeys(str(cell_text(row[column])) for row in preview if row[column] not in (None, ""))
        sample = ("、" if self.by.lang == "zh" else ", ").join(short(text) for text in list(texts)[:3])
        kinds = [kind for kind in (self.found or {}).get("kinds", ()) if kind["field"] == key] if key else []
        item = self.fields.get(key)
        return {
            "column": column,
            "name": name,
            "sample": sample,
            "more": len(texts) > 3,
            "key": key,
            "kinds": kinds,
            "icon": item.type.icon if item else "",
            "left": column in self.plan.left,
            "values": self.values(key, kinds) if item else [],
            "link": key if key in self.links else "",
            "code": bool(item and item.type.readonly),
            "unknown": sum(kind["count"] for kind in kinds),
        }

    def values(self, key: str, kinds: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What stands in a column of choices, people or tags and what it is taken for; empty where all is plain."""
        item, instead = self.fields[key], self.plan.values.get(key, {})
        unknown = {text: n for kind in kinds if kind["code"] in UNKNOWN for text, n in kind["texts"].items()}
        counted = {text: (n, means) for text, n, means in (self.found or {}).get("values", {}).get(key, ())}
        if not (unknown or instead):
            return []
        texts = [*counted, *(text for text in {**unknown, **instead} if text not in counted)]
        return [self._value(item, text, counted.get(text, (unknown.get(text), None)), instead) for text in texts]

    def _value(
        self, item: Field, text: str, known: tuple[int | None, Any], instead: Mapping[str, str]
    ) -> dict[str, Any]:
        count, means = known
        shown = item.type.show(means, item.settings, self.names) if means is not None else ""
        color = next((option["color"] for option in item.options if option["const"] == means), None)
        return {"text": text, "count": count, "shown": shown, "color": color, "chosen": _chosen(instead, text)}

    def choices_of(self, key: str) -> list[str]:
        """What a text of this field may be taken for: its options, the people, the tags."""
        item = self.fields[key]
        if item.options:
            return [words.read(option["label"], self.by.lang) for option in item.options if not option["retired"]]
        if item.type.kind in ("person", "people"):
            p = tables.person
            return list(self.names.conn.execute(sa.select(p.c.name).where(p.c.active).order_by(p.c.name)).scalars())
        wanted = item.settings.get("vocabularies") or self.app.vocabularies
        return [
            words.read(tag.label, self.by.lang)
            for tag in self.app.tags.values()
            if tag.vocabulary in wanted and not tag.retired
        ]

    @property
    def mapped(self) -> int:
        return len(self.plan.columns)

    @property
    def undecided(self) -> int:
        return len([row for row in self.rows if not row["key"] and not row["left"]])

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The problems by kind, each with its heading and what can be done about all its rows at once."""
        return [self._card(kind) for kind in (self.found or {}).get("kinds", ())]

    def _card(self, kind: Mapping[str, Any]) -> dict[str, Any]:
        item = self.fields.get(kind["field"])
        heading = HEADINGS.get(kind["code"], OTHER_HEADING).say(self.by.lang, field=self.label(kind["field"]) or "")
        lenient = bool(
            item
            and not item.required
            and not item.type.readonly
            and kind["code"] not in NOT_LENIENT
            and not kind["code"].startswith("import_")
        )
        link = kind["field"] if kind["code"] == "link_not_found" and kind["field"] in self.links else ""
        why = say(
            Problem(kind["field"], kind["code"], {**kind["params"], "field": self.label(kind["field"])}), self.by.lang
        )
        return {
            **kind,
            "heading": heading,
            "lenient": lenient,
            "create": link,
            "label": self.label(kind["field"]),
            "why": "" if kind["code"] == "blank" else why,
        }

    @property
    def leniency(self) -> list[tuple[str, str]]:
        """Fields whose unreadable cells are left empty, to take it back."""
        return [(key, self.label(key)) for key in sorted(self.plan.lenient) if key in self.fields]

    @property
    def made(self) -> list[tuple[str, int]]:
        """The records that will be made because others link to them."""
        return [(self.form_label(form), n) for form, n in (self.found or {}).get("made", {}).items()]

    @property
    def encodings(self) -> list[str]:
        own = self.reading.look.encoding or ""
        return list(dict.fromkeys([own, *ENCODINGS])) if own else []

    @property
    def delimiters(self) -> list[tuple[str, str]]:
        tab = Words("制表符", "Tab").say(self.by.lang)
        signs = dict.fromkeys([self.reading.look.delimiter or ",", *DELIMITERS])
        return [("tab", tab) if sign == "\t" else (sign, sign) for sign in signs]

    def same(self, texts: Sequence[str]) -> list[tuple[str, str]]:
        """Texts as choices that are called what they are."""
        return [(text, text) for text in texts]

    @property
    def peek(self) -> list[tuple[int, list[str]]]:
        """The first rows as they are read."""
        return [
            (row.number, [short(str(cell_text(cell))) if cell is not None else "" for cell in row.cells])
            for row in self.reading.preview(PEEK)
        ]


def _chosen(instead: Mapping[str, str], text: str) -> str:
    if text not in instead:
        return ""
    return instead[text] or EMPTY


def plan_from(given: Any, shown: Screen) -> Plan:
    """The plan as the form has it; what it does not name stays."""
    old, width = shown.plan, len(shown.reading.columns)
    chosen = {column: given.get(f"c{column}", "") for column in range(width)}
    columns = {column: key for column, key in chosen.items() if key in shown.fields}
    left = frozenset(column for column, key in chosen.items() if key == "-")
    lenient = (old.lenient | set(given.getlist("lenient"))) - set(given.getlist("strict"))
    values = {key: dict(texts) for key, texts in old.values.items()}
    for name, text in given.items():
        _, key, at = f"{name}::".split(":")[:3]
        if name.startswith("v:") and key in shown.fields:
            _choose(values.setdefault(key, {}), given.get(f"t:{key}:{at}", ""), text)
    existing = given.get("existing", old.existing)
    key = given.get("key", old.key)
    return Plan(
        columns,
        key if key in columns.values() else "",
        existing if existing in plans.EXISTING else "keep",
        {key: texts for key, texts in values.items() if texts},
        frozenset(lenient),
        frozenset(given.getlist("create")),
        left,
    )


def _choose(texts: dict[str, str], text: str, chosen: str) -> None:
    if chosen:
        texts[text] = "" if chosen == EMPTY else chosen
    else:
        texts.pop(text, None)


def options_from(given: Any) -> dict[str, Any]:
    """How a person wants the file read."""
    row = given.get("header_row", "")
    delimiter = {"tab": "\t"}.get(given.get("delimiter", ""), given.get("delimiter") or None)
    made = Options(
        given.get("encoding") or None,
        delimiter,
        given.get("sheet") or None,
        min(int(row), 1000) if row.isascii() and row.isdigit() else None,
    )
    return {"encoding": made.encoding, "delimiter": made.delimiter, "sheet": made.sheet, "header_row": made.header_row}
