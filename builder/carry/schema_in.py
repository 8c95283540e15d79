"""A form from somebody's JSON Schema: what a property is decides the field's type, what is not understood is listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from builder.carry.maker import CHINESE, Maker, Taken, Words, known, said
from runtime.errors import Invalid, Problem

FORMATS = {
    "date": ("date",),
    "date-time": ("datetime",),
    "time": ("time", "text"),
    "email": ("email",),
    "idn-email": ("email",),
    "uri": ("url", "text"),
    "iri": ("url", "text"),
    "phone": ("phone",),
    "color": ("colour", "text"),
    "data-url": ("file",),
    "textarea": ("long_text",),
}
UNDERSTOOD = {
    "$schema", "$id", "id", "$comment", "$defs", "definitions", "$anchor", "type", "title", "description", "properties",
    "required", "default", "examples", "format", "minLength", "maxLength", "pattern", "minimum", "maximum", "enum",
    "const", "oneOf", "anyOf", "allOf", "items", "minItems", "maxItems", "uniqueItems", "multipleOf", "$ref",
    "additionalProperties", "unevaluatedProperties", "exclusiveMinimum", "exclusiveMaximum", "enumNames", "deprecated",
}  # fmt: skip
LONG = 300  # a text that may be longer has several lines
DEEPEST = 6
MOST_STEPS = 5_000  # references may multiply


class Reader:
    """One document; `follow` resolves what it says about itself, and nothing outside it."""

    def __init__(self, document: Mapping[str, Any], taken: set[str]) -> None:
        self.document, self.steps, self.inside = document, 0, 0
        self.maker = Maker("json_schema", _words(document, "title"), taken)

    def take(self) -> Taken:
        """All properties of the document as fields."""
        root = self.follow(self.document, "")
        if not isinstance(root.get("properties"), dict) or not root["properties"]:
            raise Invalid(Problem("", "schema_no_properties"))
        self._strange(root, "")
        self.properties(self.maker, root, "", 0)
        return self.maker.done()

    def properties(self, maker: Maker, owner: Mapping[str, Any], path: str, depth: int) -> None:
        needed: list[Any] = _list(owner.get("required"))
        for name, part in owner["properties"].items():
            where = f"{path}/properties/{_escaped(name)}"
            if isinstance(part, dict):
                self.property(maker, name, part, where, depth, name in needed)
            else:
                maker.note(where, "schema_not_taken", what=str(part)[:20])

    def property(
        self, maker: Maker, name: str, part: Mapping[str, Any], where: str, depth: int, required: bool
    ) -> None:
        """One property: a heading with fields under it, rows, or a field."""
        self.steps += 1
        if self.steps > MOST_STEPS or depth > DEEPEST:
            maker.note(where, "schema_too_deep")
            return
        found = self.follow(part, where)
        label = _words(found, "title") or _words(part, "title") or said(_spaced(name))
        if isinstance(found.get("properties"), dict):
            self._strange(found, where)
            maker.section(label)
            self.properties(maker, found, where, depth + 1)
            maker.section({})
            return
        inner = self.follow(found.get("items"), where) if isinstance(found.get("items"), dict) else {}
        if isinstance(inner.get("properties"), dict):
            rows = Maker("rows", {})
            self.properties(rows, inner, f"{where}/items", depth + 1)
            maker.rows(rows, label, where, name)
            return
        self._field(maker, name, label, found, inner, where, required)

    def _field(
        self, maker: Maker, name: str, label: Words, found: Mapping[str, Any], inner: Mapping[str, Any], where: str,
        required: bool,
    ) -> None:  # fmt: skip
        self._strange(found, where)
        choices = list(_choices(inner or found))
        kinds = _types(found)
        if choices:
            kind = known("choices" if inner else "choice")
            settings: dict[str, Any] = {"options": maker.options(choices, where)}
        elif (kind := _kind(found, kinds)) and "array" not in kinds:
            settings = _settings(found, kinds)
        else:
            maker.note(where, "schema_not_taken", what=", ".join(kinds) or "?")
            return
        examples = found.get("examples")
        hint = said(str(examples[0])) if isinstance(examples, list) and examples and isinstance(examples[0], str) else {}
        maker.field(
            kind, label, where, name, settings=settings, help=_words(found, "description"), placeholder=hint,
            required=required, default=found.get("default"),
        )  # fmt: skip

    def follow(self, part: Any, where: str) -> Mapping[str, Any]:
        """A part with its references inside the document resolved, and single alternatives taken for what they are."""
        seen: list[str] = []
        while isinstance(part, dict) and isinstance(part.get("$ref"), str):
            ref = part["$ref"]
            target = self._target(ref)
            if ref in seen or not isinstance(target, dict):
                self.maker.note(where, "schema_ref", ref=ref[:120])
                return {}
            seen.append(ref)
            part = {**target, **{key: value for key, value in part.items() if key != "$ref"}}
        if not isinstance(part, dict):
            return {}
        self.inside += 1
        try:
            return self._merged(part, where) if self.inside <= DEEPEST else part
        finally:
            self.inside -= 1

    def _merged(self, part: Mapping[str, Any], where: str) -> Mapping[str, Any]:
        """`allOf` joined, `anyOf` with null only a way to say that it may be blank."""
        self.steps += 1
        joined = dict(part)
        for each in _list(part.get("allOf")) if self.steps < MOST_STEPS else ():
            inner = self.follow(each, where)
            properties = {**_dict(joined.get("properties")), **_dict(inner.get("properties"))}
            joined = {**inner, **joined, **({"properties": properties} if properties else {})}
        for name in ("anyOf", "oneOf"):
            real = [each for each in _list(part.get(name)) if isinstance(each, dict) and each.get("type") != "null"]
            if len(real) == 1 and "const" not in real[0] and self.steps < MOST_STEPS:
                joined = {**self.follow(real[0], where), **{k: v for k, v in joined.items() if k != name}}
        return joined

    def _target(self, ref: str) -> Any:
        if not ref.startswith("#"):
            return None
        part: Any = self.document
        for step in filter(None, ref[1:].split("/")):
            step = unquote(step).replace("~1", "/").replace("~0", "~")
            part = part.get(step) if isinstance(part, dict) else None
        return part

    def _strange(self, part: Mapping[str, Any], where: str) -> None:
        """Name every keyword that says something we do not take."""
        for name in part:
            if name not in UNDERSTOOD and not name.startswith(("x-", "ui:")):
                self.maker.note(f"{where}/{_escaped(name)}", "schema_keyword", name=name[:40])


def take(document: Mapping[str, Any], taken: set[str]) -> Taken:
    """A form from a JSON Schema; raises Invalid when it describes no object."""
    return Reader(document, taken).take()


def _words(part: Mapping[str, Any], name: str) -> Words:
    """A title or description; some give both languages."""
    value = part.get(name)
    if isinstance(value, str):
        return said(value)
    if isinstance(value, dict):
        both = {lang: value[lang] for lang in ("zh", "en") if isinstance(value.get(lang), str) and value[lang].strip()}
        return both
    return {}


def _dict(part: Any) -> dict[str, Any]:
    return part if isinstance(part, dict) else {}


def _list(part: Any) -> list[Any]:
    return part if isinstance(part, list) else []


def _types(part: Mapping[str, Any]) -> list[str]:
    given = part.get("type")
    return [name for name in ([given] if isinstance(given, str) else _list(given)) if isinstance(name, str) and name != "null"]


def _choices(part: Mapping[str, Any]) -> Iterator[tuple[str, Words]]:
    """The values of an enum, or of alternatives that are one value each, with their names."""
    if isinstance(part.get("enum"), list):
        names = _list(part.get("enumNames"))
        for number, value in enumerate(part["enum"]):
            if value is not None:
                name = names[number] if number < len(names) else value
                yield str(value), said(str(name))
        return
    for key in ("oneOf", "anyOf"):
        listed = part.get(key)
        if isinstance(listed, list) and listed and all(isinstance(e, dict) and "const" in e for e in listed):
            yield from ((str(each["const"]), _words(each, "title")) for each in listed if each["const"] is not None)


def _kind(part: Mapping[str, Any], kinds: list[str]) -> str:
    """The field type for a plain value, "" for none."""
    if "boolean" in kinds:
        return known("yes_no")
    if {"integer", "number"} & set(kinds):
        return known("number")
    if "string" in kinds or (not kinds and not {"anyOf", "oneOf", "not", "if"} & part.keys()):
        if isinstance(form := part.get("format"), str) and form in FORMATS:
            return known(*FORMATS[form])
        longest = part.get("maxLength")
        return known("long_text" if isinstance(longest, int) and longest > LONG else "text")
    return ""


def _settings(part: Mapping[str, Any], kinds: list[str]) -> dict[str, Any]:
    """Limits that our types have too."""
    made: dict[str, Any] = {}
    if {"integer", "number"} & set(kinds):
        for name, other in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            value = part.get(name, part.get(other))
            if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12:
                made[name] = value
        made["decimals"] = 0 if "integer" in kinds else _decimals(part.get("multipleOf"))
        return made if made.get("minimum", 0) <= made.get("maximum", made.get("minimum", 0)) else {"decimals": made["decimals"]}
    for name, most in (("minLength", LONG), ("maxLength", 5000)):
        if isinstance(value := part.get(name), int) and not isinstance(value, bool) and 1 <= value <= most:
            made[name] = value
    if isinstance(part.get("pattern"), str) and len(part["pattern"]) <= 500 and "format" not in part:
        made["pattern"] = part["pattern"]
    return made


def _decimals(step: Any) -> int:
    for places in range(5):
        if isinstance(step, (int, float)) and step > 0 and round(step * 10**places, 9) % 1 == 0:
            return places
    return 2


def _spaced(name: str) -> str:
    """`firstName` and `first_name` as people would write them."""
    if CHINESE.search(name):
        return name
    parted = "".join(f" {c.lower()}" if c.isupper() and n and name[n - 1].islower() else c for n, c in enumerate(name))
    plain = parted.replace("_", " ").replace("-", " ").strip()
    return plain[:1].upper() + plain[1:]


def _escaped(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")[:80]
