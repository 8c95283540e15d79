"""A form from an XLSForm workbook: pyxform says what the sheets mean, we say which field each question becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builder.carry import workbook, xlsform_child, xlsform_rules
from builder.carry.maker import CHINESE, Maker, Taken, Words, known, said
from builder.carry.workbook import Sheet, Workbook
from builder.edits import made
from runtime.errors import Invalid, Problem
from runtime.fields import FIELD_TYPES

# A question's type, and the field types it may become, the best first.
TYPES: Mapping[str, tuple[str, ...]] = {
    "text": ("text",), "string": ("text",), "hidden": ("text",),
    "integer": ("number",), "int": ("number",), "decimal": ("number",), "range": ("slider", "number"),
    "date": ("date",), "time": ("time", "text"), "datetime": ("datetime",), "dateTime": ("datetime",),
    "select one": ("choice",), "select all that apply": ("choices",), "rank": ("choices",),
    "geopoint": ("location", "text"), "gps": ("location", "text"), "barcode": ("barcode", "text"),
    "photo": ("image", "file"), "image": ("image", "file"), "signature": ("signature", "image", "file"),
    "audio": ("file",), "video": ("file",), "file": ("file",),
    "acknowledge": ("consent", "yes_no"), "trigger": ("consent", "yes_no"),
    "phonenumber": ("phone",), "phone number": ("phone",), "email": ("email",), "percentage": ("percent",),
}  # fmt: skip
# What a record has by itself: when it was made, by whom, on which machine.
KEPT = {"start", "end", "today", "deviceid", "uri:deviceid", "username", "uri:username", "simserial", "subscriberid", "start-geopoint", "audit"}
# What an appearance makes of a question.
LOOKS = {"multiline": "long_text", "signature": "signature"}
NEAREST = {"rank", "geopoint", "gps", "hidden"}
RELEVANT = ("relevant", "bind:relevant", "relevance", "skip_logic")
CONSTRAINT = ("constraint", "bind:constraint")
UNDERSTOOD = re.compile(
    r"(type|command|name|list[ _]name|value|label|caption|hint|required|read[ _]?only|relevant|relevance|skip[ _]logic|constraint|"
    r"constraint[ _]message|required[ _]message|appearance|default|calculation|parameters|choice[ _]filter|order|disabled|"
    r"bind:+(relevant|constraint|required|readonly|calculate)|form[ _]title|form[ _]id|version|id[ _]string|default[ _]language|title)"
    r"(:.*)?", re.IGNORECASE)  # fmt: skip


class Reader:
    """One workbook on its way in."""

    def __init__(self, book: Workbook, taken: set[str]) -> None:
        self.book, self.taken = book, taken
        self.survey = book.sheets.get("survey") or Sheet("survey", [])
        self.keys: dict[str, str] = {}
        self.later: list[tuple[str, str, str]] = []  # relevant, target, cell
        rows = [(row.get(column, ""), number) for number, row in self.survey.rows for column in row if _is_name(column)]
        self.rows: dict[str, list[int]] = {}
        for name, number in rows:
            self.rows.setdefault(name, []).append(number)

    def take(self) -> Taken:
        """All questions; raises Invalid with the cell where pyxform could not go on."""
        answer = xlsform_child.understand(self.book.data())
        if "error" in answer:
            raise Invalid(self._refused(str(answer["error"])))
        form = answer["form"]
        self.maker = Maker("xlsform", _words(form.get("title")), self.taken)
        self._columns()
        self.children(self.maker, form.get("children", ()), top=True)
        self._logic()
        return self.maker.done()

    def children(self, maker: Maker, listed: Any, top: bool) -> None:
        for each in listed:
            if not isinstance(each, dict) or (each.get("type") == "group" and each.get("name") == "meta"):
                continue
            row = self._row(str(each.get("name", "")))
            kind = str(each.get("type", ""))
            if kind == "group":
                self._group(maker, each, row, top)
            elif kind in ("repeat", "loop"):
                self._repeat(maker, each, row, top)
            else:
                self._question(maker, each, kind, row, top)

    def _group(self, maker: Maker, each: Mapping[str, Any], row: int, top: bool) -> None:
        """A group with a name is a section; what follows it stands under no heading again."""
        label = _words(each.get("label"))
        if label and top:
            section = maker.section(label)
            self._relevant(each, section, row)
        else:
            self._not_taken(each, row, "relevant")
        self.children(maker, each.get("children", ()), top)
        if label and top:
            maker.section({})

    def _repeat(self, maker: Maker, each: Mapping[str, Any], row: int, top: bool) -> None:
        where = self.survey.cell(row, "name")
        if not top or each.get("type") == "loop":
            maker.note(where, "xlsform_repeat", name=str(each.get("name", "")))
            return
        inner = Maker("rows", {})
        self.children(inner, each.get("children", ()), top=False)
        label = _words(each.get("label")) or said(str(each.get("name", "")))
        key = maker.rows(inner, label, where, str(each.get("name", "")))
        self._relevant(each, key, row)

    def _question(self, maker: Maker, each: Mapping[str, Any], kind: str, row: int, top: bool) -> None:
        name, where = str(each.get("name", "")), self.survey.cell(row, "name")
        label, hint = _words(each.get("label")), _words(each.get("hint"))
        if kind == "note":
            maker.words({**label} or hint, where) if top else maker.note(where, "xlsform_type", type=kind)
            return
        if kind in KEPT or kind == "calculate":
            code = "xlsform_kept" if kind in KEPT else "xlsform_calculate"
            maker.note(self.survey.cell(row, "calculation", "type") if kind == "calculate" else where, code, name=name)
            return
        if kind not in TYPES:
            maker.note(self.survey.cell(row, "type"), "xlsform_type", type=kind[:40])
            return
        if kind in NEAREST and known(*TYPES[kind]) == TYPES[kind][-1]:
            maker.note(self.survey.cell(row, "type"), "xlsform_nearest", type=kind)
        self._field(maker, each, kind, row, label, hint, top)

    def _field(
        self, maker: Maker, each: Mapping[str, Any], kind: str, row: int, label: Words, hint: Words, top: bool
    ) -> None:  # fmt: skip
        name, bind = str(each.get("name", "")), _dict(each.get("bind"))
        settings = self._settings(maker, each, kind, row)
        if settings is None:
            return
        type_ = known(*TYPES[kind])
        looks = str(_dict(each.get("control")).get("appearance", ""))
        type_ = next((known(ours) for look, ours in LOOKS.items() if look in looks), type_)
        key = maker.field(
            type_, label or said(name), self.survey.cell(row, "name"), name, settings=settings, help=hint,
            required=str(bind.get("required", "")).strip().lower() in ("yes", "true", "true()", "1"), default=each.get("default"),
        )  # fmt: skip
        if top and key:
            self.keys[name] = key
        self._relevant(each, key if top else "", row)
        self._not_taken(each, row, "choice_filter", "calculation")

    def _settings(self, maker: Maker, each: Mapping[str, Any], kind: str, row: int) -> dict[str, Any] | None:
        """What our type needs to know: its choices, its limits; None when there are no choices to choose from."""
        made_of: dict[str, Any] = {}
        bind, parameters = _dict(each.get("bind")), _dict(each.get("parameters"))
        if "options" in _settings_of(kind):
            listed = [(str(c.get("name", "")), _words(c.get("label"))) for c in each.get("choices") or () if isinstance(c, dict)]
            if not listed:
                maker.note(self.survey.cell(row, "type"), "xlsform_no_choices", name=str(each.get("name", "")))
                return None
            made_of["options"] = maker.options(listed, self._choices_cell(str(each.get("list_name", ""))))
            if "minimal" in str(_dict(each.get("control")).get("appearance", "")):
                made_of["display"] = "dropdown"
        for ours, theirs in (("minimum", "start"), ("maximum", "end"), ("step", "step")):
            if str(parameters.get(theirs, "")).lstrip("-").isdigit():
                made_of[ours] = int(parameters[theirs])
        if kind == "decimal":
            made_of["decimals"] = 2
        if constraint := str(bind.get("constraint", "")):
            limits = xlsform_rules.limits(constraint) if "minimum" in _settings_of(kind) else None
            made_of |= limits or {}
            if not limits:
                maker.note(self.survey.cell(row, *CONSTRAINT), "xlsform_constraint", text=constraint[:120])
        return made_of

    def _relevant(self, each: Mapping[str, Any], target: str, row: int) -> None:
        if text := str(_dict(each.get("bind")).get("relevant", "")).strip():
            self.later.append((text, target, self.survey.cell(row, *RELEVANT)))

    def _logic(self) -> None:
        """Conditions, once every field is there: the simple ones as logic, the others listed."""
        entries: list[dict[str, Any]] = []
        fields = self.maker.body["properties"]
        for text, target, where in self.later:
            rule = xlsform_rules.relevant(text, fields, self.keys) if target else None
            if rule is None or any(leaf["field"] == target for leaf in rule["rules"]):
                self.maker.note(where, "xlsform_relevant", text=text[:120])
                continue
            key = made.free(f"show_{target}"[: made.LONGEST], {entry["key"] for entry in entries})
            entries.append({"key": key, "when": rule, "then": [{"show": target}]})
        if entries:
            self.maker.body["x-fenzu"]["logic"] = entries

    def _not_taken(self, each: Mapping[str, Any], row: int, *names: str) -> None:
        for name in names:
            text = each.get(name) or _dict(each.get("bind")).get({"calculation": "calculate"}.get(name, name))
            if text:
                self.maker.note(self.survey.cell(row, name), "xlsform_not_taken", what=name, text=str(text)[:120])

    def _columns(self) -> None:
        """Columns of which nothing comes along, each once, at its heading."""
        for sheet in (self.book.sheets[name] for name in ("survey", "choices") if name in self.book.sheets):
            for name in sheet.header:
                if name and not UNDERSTOOD.fullmatch(name.strip()) and any(name in row for _number, row in sheet.rows):
                    self.maker.note(sheet.cell(sheet.header_row, name), "xlsform_column", name=name[:60])
        for extra in ("external_choices", "entities", "osm"):
            if extra in self.book.sheets:
                self.maker.note(f"{self.book.sheets[extra].name}!A1", "xlsform_sheet", name=extra)

    def _row(self, name: str) -> int:
        """The next row that has this name."""
        numbers = self.rows.get(name) or [1]
        return numbers.pop(0) if len(numbers) > 1 else numbers[0]

    def _choices_cell(self, list_name: str) -> str:
        sheet = self.book.sheets.get("choices") or Sheet("choices", [])
        row = next((number for number, row in sheet.rows if list_name in row.values()), 1)
        return sheet.cell(row, "list_name", "list name")

    def _refused(self, text: str) -> Problem:
        """pyxform's sentence with the cell it is about."""
        row = re.search(r"\[row : (\d+)\]", text) or re.search(r"row (\d+)", text)
        named = next((n for n in self.book.sheets if f"'{n}'" in text), "survey")
        sheet = self.book.sheets.get(named, self.survey)
        words = {word.strip() for word in re.findall(r"'([^']+)'|\"([^\"]+)\"", text) for word in word}
        number = int(row[1]) if row else sheet.header_row
        cells = dict(sheet.rows).get(number, {}) if row else {name: name for name in sheet.header if name}
        column = next((name for name, value in cells.items() if {_bare(name), value} & {_bare(w) for w in words} | {value} & words), "type")
        return Problem(sheet.cell(number, column), "xlsform_refused", {"cell": sheet.cell(number, column), "detail": text[:300]})


def take(path: Path, name: str, names: list[str], taken: set[str]) -> Taken:
    """A form from a workbook; raises Invalid."""
    return Reader(workbook.read(path, name, names), taken).take()


def _settings_of(kind: str) -> Mapping[str, Any]:
    return FIELD_TYPES[known(*TYPES[kind])].settings


def _bare(name: str) -> str:
    return name.strip().casefold().replace("::", ":")


def _is_name(column: str) -> bool:
    return column.strip().casefold() in ("name", "value")


def _dict(part: Any) -> Mapping[str, Any]:
    return part if isinstance(part, dict) else {}


def _words(part: Any) -> Words:
    """A text, or one for each language by whatever name the author gave the language."""
    if isinstance(part, str):
        return said(part)
    made_of: Words = {}
    for language, text in _dict(part).items():
        if not isinstance(text, str) or not text.strip() or text.strip() == "-":
            continue
        lang = _language(str(language)) or next(iter(said(text)), "en")
        made_of.setdefault(lang, next(iter(said(text).values()), ""))
    return {lang: text for lang, text in made_of.items() if text}


def _language(name: str) -> str:
    """Our code for a language by its name; "" for any other, whose texts are told by their letters."""
    plain = name.casefold()
    if CHINESE.search(plain) or plain.startswith(("zh", "chinese", "mandarin")) or "(zh" in plain:
        return "zh"
    return "en" if (plain.startswith(("en", "default")) and not plain.startswith("enc")) or "(en" in plain else ""
