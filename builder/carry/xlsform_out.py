"""A form as an XLSForm workbook, as far as XLSForm can say it; what it cannot is listed on a sheet of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.definitions.form import Field, Form
from runtime.words import LANGUAGES, read

NAMES = {"zh": "中文 (zh)", "en": "English (en)"}
# By the type's own name first, then by the kind of its values.
TYPES = {
    "long_text": "text", "datetime": "dateTime", "time": "time", "barcode": "barcode", "file": "file", "image": "image",
    "signature": "image", "location": "geopoint", "slider": "range", "consent": "acknowledge", "rating": "integer", "scale": "integer",
}  # fmt: skip
# How a question looks that XLSForm has no type of its own for.
LOOKS = {"signature": "signature"}
KINDS = {"text": "text", "date": "date", "boolean": "select_one yes_no", "choice": "select_one", "many": "select_multiple"}
SURVEY = ("type", "name", *(f"label::{NAMES[lang]}" for lang in LANGUAGES), *(f"hint::{NAMES[lang]}" for lang in LANGUAGES),
          "required", "constraint", "relevant", "default", "appearance", "parameters")  # fmt: skip
CHOICES = ("list_name", "name", *(f"label::{NAMES[lang]}" for lang in LANGUAGES))
YES_NO = (("yes", {"zh": "是", "en": "Yes"}), ("no", {"zh": "否", "en": "No"}))
COMPARED = {"=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
Row = dict[str, str]


class Writer:
    """The rows of one form's sheets."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.form = Form(body)
        self.survey: list[Row] = []
        self.choices: list[Row] = []
        self.notes: list[tuple[str, str]] = []
        self.relevant: dict[str, str] = {}

    def sheets(self) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
        """Every sheet with its columns and rows."""
        self._logic()
        for section in self.form.sections:
            self.survey.append({"type": "begin_group", "name": f"section_{section.key}", **_label(section.label),
                                "relevant": self.relevant.get(section.key, "")})  # fmt: skip
            for item in section.content:
                if item.field in self.form.live_fields:
                    self._field(self.form.fields[str(item.field)])
                elif item.kind == "text":
                    self.survey.append({"type": "note", "name": str(item.node["key"]), **_label(item.node["text"])})
            self.survey.append({"type": "end_group"})
        settings = [{"form_title": read(self.form.label, "zh"), "form_id": self.form.key, "default_language": NAMES["zh"]}]
        made = {"survey": (SURVEY, self.survey), "choices": (CHOICES, self.choices),
                "settings": (("form_title", "form_id", "default_language"), settings)}  # fmt: skip
        notes = [{"field": field, "left out": text} for field, text in self.notes]
        return made | ({"left out": (("field", "left out"), notes)} if notes else {})

    def _field(self, item: Field) -> None:
        if item.type.nested:
            self.survey.append({"type": "begin_repeat", "name": item.key, **_label(item.label)})
            for inner in item.settings["fields"]:
                self._field(inner)
            self.survey.append({"type": "end_repeat"})
            return
        type_ = self._type(item)
        if type_ is None:
            self.notes.append((item.key, read(item.type.label._asdict(), "en")))
            return
        row = {"type": type_, "name": item.key, **_label(item.label), **_label(item.ui.get("help", {}), "hint"),
               "required": "yes" if item.required else "", "relevant": self.relevant.get(item.key, "")}  # fmt: skip
        self._limits(item, row)
        default = item.default
        if isinstance(default, (str, int, float)) and not isinstance(default, bool):
            row["default"] = str(default)
        self.survey.append(row)

    def _type(self, item: Field) -> str | None:
        """The XLSForm type of a field, its choices written on the way; None where there is none."""
        if item.type.readonly or item.type.kind in ("person", "link"):
            return None
        if item.type.many and not item.options:
            return None
        if "options" in item.type.settings:
            live = [option for option in item.options if not option["retired"]]
            self._choices(item.key, [(option["const"], option["label"]) for option in live])
            return f"{KINDS[item.type.kind]} {item.key}"
        if item.type.kind == "boolean" and item.type.name not in TYPES:
            self._choices("yes_no", YES_NO)
        if item.type.kind == "number" and item.type.name not in TYPES:
            return "decimal" if item.settings.get("decimals") else "integer"
        return TYPES.get(item.type.name) or KINDS.get(item.type.kind)

    def _choices(self, name: str, listed: Any) -> None:
        if not any(row["list_name"] == name for row in self.choices):
            self.choices += [{"list_name": name, "name": const, **_label(label)} for const, label in listed]

    def _limits(self, item: Field, row: Row) -> None:
        least, most = item.settings.get("minimum"), item.settings.get("maximum")
        if row["type"] == "range":
            row["parameters"] = f"start={least} end={most} step={item.settings.get('step', 1)}"
        elif item.type.kind == "number":
            parts = [f". {sign} {value:g}" for sign, value in ((">=", least), ("<=", most)) if value is not None]
            row["constraint"] = " and ".join(parts)
        if item.settings.get("display") == "dropdown":
            row["appearance"] = "minimal"
        if item.settings.get("rows"):
            row["appearance"] = "multiline"
        if item.type.name in LOOKS:
            row["appearance"] = LOOKS[item.type.name]

    def _logic(self) -> None:
        """Conditions that only show one thing go as `relevant`; all others are listed."""
        for entry in self.form.body["x-fenzu"].get("logic", ()):
            said = _expression(entry["when"], self.form)
            targets = [action["show"] for action in entry.get("then", ()) if "show" in action]
            if said and len(targets) == len(entry.get("then", ())) == 1 and not entry.get("else"):
                self.relevant[targets[0]] = said
            else:
                self.notes.append((entry["key"], "logic"))


def _expression(rule: Mapping[str, Any], form: Form) -> str:
    """A flat rule as XLSForm writes it, or ""."""
    parts = []
    for leaf in rule.get("rules", ()):
        item = form.fields.get(leaf.get("field", ""))
        value = leaf.get("value")
        if item is None or rule.get("not") or not isinstance(value, (str, int, float, list, type(None))):
            return ""
        made = _comparison(item.key, str(leaf.get("operator", "")), value)
        if not made:
            return ""
        parts.append(made)
    return f" {rule['combinator']} ".join(parts)


def _comparison(key: str, operator: str, value: Any) -> str:
    quoted = f"'{value}'" if isinstance(value, str) and "'" not in value else value
    if operator in COMPARED and isinstance(quoted, (str, int, float)) and (not isinstance(value, str) or quoted != value):
        return f"${{{key}}} {COMPARED[operator]} {quoted}"
    if operator in ("null", "notNull"):
        return f"${{{key}}} {'=' if operator == 'null' else '!='} ''"
    if operator == "hasAnyOf" and isinstance(value, list) and len(value) == 1 and "'" not in str(value[0]):
        return f"selected(${{{key}}}, '{value[0]}')"
    return ""


def _label(words: Mapping[str, str], name: str = "label") -> Row:
    return {f"{name}::{NAMES[lang]}": words[lang] for lang in LANGUAGES if words.get(lang)}


def write(path: Path, body: Mapping[str, Any]) -> None:
    """The workbook; every cell is text and stays text."""
    import xlsxwriter  # late: few ever ask for one

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        plain, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        for name, (columns, rows) in Writer(body).sheets().items():
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            page.set_column(0, len(columns) - 1, 22, plain)
            for at, column in enumerate(columns):
                page.write_string(0, at, column, bold)
                for number, row in enumerate(rows, 1):
                    if row.get(column):
                        page.write_string(number, at, row[column], plain)
