"""The contract of a field type, held by every registered one."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from runtime.errors import Problem
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType, Refused
from runtime.fields.divisions import divisions
from runtime.messages import CODES, say
from runtime.words import LANGUAGES
from tests.contract.bound import SampleNames, bind, draw
from tests.shared import shared

TYPES = [pytest.param(kind, id=name) for name, kind in FIELD_TYPES.items()]
STRANGE = (object(), b"x", float("nan"), float("inf"), 10**400, -1, 1.5, {}, {"a": 1}, [None], [[1]], [{}], {1})
KINDS = {"text", "number", "date", "datetime", "time", "period", "choice", "boolean", "consent", "tree", "many", "file", "person", "people", "link", "links", "rows", "place"}
each_type = pytest.mark.parametrize("kind", TYPES)
each_language = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture(autouse=True)
def places() -> None:
    """Regions need the list of divisions, which the asset build or the shared material brings."""
    if not divisions().by_code:
        shared("data/cn/division")


def plain(value: Any) -> Any:
    """A value as JSON carries it."""
    return float(value) if isinstance(value, Decimal) else value


def values(kind: FieldType, lang: str = "zh") -> list[Any]:
    return [kind.parse(sample, {}, SampleNames(lang)) for sample in kind.samples]


def test_each_is_listed_under_its_own_name() -> None:
    assert all(name == kind.name for name, kind in FIELD_TYPES.items())


@each_type
def test_it_says_what_it_is(kind: FieldType) -> None:
    assert kind.label.zh and kind.label.en and kind.icon
    assert kind.shelf in {"common", "customer", "link", "place", "more"}
    assert kind.kind in KINDS
    assert kind.samples and kind.nonsense


@each_type
def test_its_kind_has_operators(kind: FieldType) -> None:
    operators = pytest.importorskip("runtime.rules.operators")
    assert kind.kind in operators.OPERATORS_OF


@each_type
def test_its_settings_draw_a_panel(kind: FieldType) -> None:
    schema = {
        "type": "object",
        "properties": json.loads(json.dumps(dict(kind.settings))),
        "additionalProperties": False,
    }
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({key: spec["default"] for key, spec in kind.settings.items()}, schema)
    assert all(spec["x-label"]["zh"] and spec["x-label"]["en"] for spec in kind.settings.values())
    with pytest.raises(TypeError):
        kind.settings["new"] = {}  # type: ignore[index]


@each_type
@each_language
def test_samples_are_accepted_and_shown(kind: FieldType, lang: str) -> None:
    for value in values(kind, lang):
        assert value is not None
        assert kind.show(value, {}, SampleNames(lang)).strip()


@each_type
def test_nonsense_is_refused_in_words(kind: FieldType) -> None:
    for typed in kind.nonsense:
        with pytest.raises(Refused) as refused:
            kind.parse(typed, {}, SampleNames())
        assert refused.value.code in CODES, refused.value.code
        problem = Problem("f", refused.value.code, refused.value.params)
        assert all(say(problem, lang) for lang in LANGUAGES)


@each_type
@pytest.mark.parametrize("typed", [None, "", "   ", "　", [], ()])
def test_blank_is_no_value(kind: FieldType, typed: Any) -> None:
    assert kind.parse(typed, {}, SampleNames()) is None
    assert kind.from_cell(typed, {}, SampleNames()) is None
    assert kind.show(None, {}, SampleNames()) == ""
    assert kind.to_cell(None, {}, SampleNames()) is None
    assert all(stored is None for stored in kind.store("f_1", None, {}).values())
    assert kind.load(None, {}) is None


@each_type
def test_what_is_stored_is_what_is_loaded(kind: FieldType) -> None:
    for value in values(kind):
        stored = kind.store("f_1", value, {})
        assert list(stored) == [column.name for column in kind.columns("f_1", {})]
        if kind.computed:
            continue
        if not kind.many and not kind.nested and kind.kind != "file":
            assert kind.load(stored["f_1"], {}) == value
        elif kind.many:
            assert sorted(kind.load(random.sample(value, len(value)), {})) == sorted(value)


@each_type
def test_its_columns_can_be_made(kind: FieldType) -> None:
    table = sa.Table("r_1", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), *kind.columns("f_1", {}))
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        str(sa.schema.CreateTable(table).compile(dialect=dialect))
    assert (kind.many or kind.computed) == (len(table.columns) == 1)
    assert {column.name.removeprefix("f_1") for column in table.columns} <= {"id", "", "_k", "_p"}


@each_type
@each_language
def test_a_cell_goes_out_and_comes_back(kind: FieldType, lang: str) -> None:
    names = SampleNames(lang)
    for value in values(kind, lang):
        assert kind.from_cell(kind.to_cell(value, {}, names), {}, names) == value


@each_type
@each_language
def test_an_input_holds_what_can_be_read_again(kind: FieldType, lang: str) -> None:
    names = SampleNames(lang)
    for value in values(kind, lang):
        assert kind.parse(kind.typed(value, {}, names), {}, names) == value


@each_type
def test_a_value_is_read_as_itself(kind: FieldType) -> None:
    for value in values(kind):
        assert kind.parse(json.loads(json.dumps(plain(value))), {}, SampleNames()) == value


@each_type
def test_its_schema_accepts_its_values(kind: FieldType) -> None:
    schema = json.loads(json.dumps(kind.schema({})))
    jsonschema.Draft202012Validator.check_schema(schema)
    fast = jsonschema_rs.validator_for(schema | {"$schema": "https://json-schema.org/draft/2020-12/schema"})
    for value in map(plain, values(kind)):
        assert fast.is_valid(value), value
        jsonschema.validate(value, schema)
    assert not fast.is_valid({"no": "value"})


class Tags(HTMLParser):
    """The elements of a drawn control, each with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"an attribute twice in <{tag}>"
        self.found.append((tag, dict(attrs)))


def faults(html: str) -> list[str]:
    """What a strict page may not hold."""
    found = Tags(html).found
    scripts = [f"{tag} {name}" for tag, attrs in found for name in attrs if name == "style" or name.startswith("on")]
    return scripts + [tag for tag, _ in found if tag in ("script", "style")]


@each_type
@each_language
def test_it_draws_its_control(kind: FieldType, lang: str) -> None:
    for value in [None, *values(kind, lang)]:
        html = draw(kind, "input", bind(kind, value, lang, error="错了", help="帮助"))
        elements = [attrs for _, attrs in Tags(html).found]
        assert faults(html) == []
        assert sum(attrs.get("id") == "f-kind" for attrs in elements) == 1
        if not kind.readonly:
            assert any(attrs.get("name") == "kind" for attrs in elements)
            assert any(attrs.get("aria-invalid") == "true" for attrs in elements)
            assert any("f-kind-error" in (attrs.get("aria-describedby") or "") for attrs in elements)


@each_type
@each_language
def test_it_draws_its_cell(kind: FieldType, lang: str) -> None:
    assert faults(draw(kind, "cell", bind(kind, None, lang))) == []
    for value in values(kind, lang):
        html = draw(kind, "cell", bind(kind, value, lang))
        assert faults(html) == [] and html.strip()


@each_type
def test_it_escapes_what_it_draws(kind: FieldType) -> None:
    evil = '"><script>alert(1)</script>'
    bound = bind(kind, None, "zh", label=evil, placeholder=evil, help=evil, error=evil)
    bound.typed = [evil] if kind.many else evil
    bound.shown = evil
    bound.options = [{"const": evil, "label": evil, "color": evil}]
    for macro in ("input", "cell"):
        assert "<script" not in draw(kind, macro, bound)


@pytest.mark.parametrize(
    "kind", [kind for kind in FIELD_TYPES.values() if "display" in kind.settings], ids=lambda kind: kind.name
)
@each_language
@pytest.mark.parametrize("display", ["buttons", "dropdown", "list"])
def test_each_look_of_it_draws(kind: FieldType, lang: str, display: str) -> None:
    for value in [None, *values(kind, lang)]:
        bound = bind(kind, value, lang, required=True)
        bound.settings = {**bound.settings, "display": display}
        html = draw(kind, "input", bound)
        assert faults(html) == []
        chosen = {attrs["value"] for _, attrs in Tags(html).found if {"checked", "selected"} & attrs.keys()}
        assert chosen == ({value} if isinstance(value, str) else set(value or ()))


@each_type
def test_naughty_strings_are_a_value_or_refused(kind: FieldType) -> None:
    naughty = json.loads((shared("data/suites/blns") / "blns.json").read_text("utf-8"))
    for text in [*naughty, "\x00", "\ud800", "1" * 400, "9" * 5000, "٣", "²", "½", "-" * 50, "1e999999999"]:
        for read in (kind.parse, kind.from_cell):
            try:
                value = read(text, {}, SampleNames())
            except Refused as refused:
                assert say(Problem("f", refused.code, refused.params), "zh")
            else:
                kind.store("f_1", value, {})
                assert value is None or kind.show(value, {}, SampleNames()) is not None


@each_type
@pytest.mark.parametrize("thing", STRANGE, ids=lambda thing: str(type(thing).__name__))
def test_strange_things_are_a_value_or_refused(kind: FieldType, thing: Any) -> None:
    for read in (kind.parse, kind.from_cell):
        try:
            read(thing, {}, SampleNames())
        except Refused as refused:
            assert say(Problem("f", refused.code, refused.params), "en")
    try:
        kind.bind(thing, {})
    except Refused as refused:
        assert refused.code in CODES
