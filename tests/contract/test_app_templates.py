"""Every app template is whole by itself: well-formed, in both languages, and all its definitions name exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from runtime.definitions import form_check, grouping, others
from runtime.definitions.form import Field
from runtime.definitions.grouping import Grouping
from runtime.definitions.parts import COLORS, shape_problems, validator
from runtime.rules.dates import ANCHORS, UNITS
from tests.contract.ready_made import (
    FOLDER,
    KEYS,
    Node,
    Template,
    leaves,
    read,
    rules_of,
)

SCHEMAS = {
    "vocabularies": others.VOCABULARY,
    "groupings": grouping.SCHEMA,
    "codes": others.CODE,
    "views": others.VIEW,
    "roles": others.ROLE,
}
APP_KEYS = {"kind", "format", "key", "version", "label", "summary", "industry", "icon", "color", "cover", "minutes", "position"}
SYSTEM = {"$id", "$created_at", "$updated_at", "$created_by"}


@pytest.fixture(params=KEYS)
def template(request: pytest.FixtureRequest) -> Template:
    return read(request.param)


def test_there_are_three_and_they_are_light() -> None:
    assert KEYS == ["community", "retail", "wholesale"]
    files = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1_500_000


def test_wholesale_is_what_the_gallery_shows() -> None:
    found = read("wholesale")
    counts = {name: len(form.fields) for name, form in found.forms.items()}
    assert counts == {"customer": 30, "contact": 12, "followup": 9, "order": 17, "quote": 14}
    assert (len(found.tags), sum(map(len, found.tags.values())), len(found.parts["groupings"])) == (7, 46, 4)
    assert len({item.type.name for form in found.forms.values() for item in form.fields.values()}) == 20


def test_files_are_written_one_way(template: Template) -> None:
    for path in (FOLDER / template.key).rglob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n", path


def test_app_says_who_it_is_for(template: Template) -> None:
    app = template.app
    assert app.keys() == APP_KEYS and (app["kind"], app["format"], app["key"]) == ("app", 1, template.key)
    assert app["cover"] in template.parts["groupings"] and app["color"] in COLORS


def test_documents_have_their_shape_and_their_file_name(template: Template) -> None:
    for name, body in template.parts["forms"].items():
        assert form_check.check(body) == [] and body["x-fenzu"]["key"] == name
    for folder, schema in SCHEMAS.items():
        compiled = validator(schema)
        for name, body in template.parts[folder].items():
            assert shape_problems(compiled, body) == [], f"{folder}/{name}"
            assert body["key"] == name


def texts(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every text for people in a document, with where it stands."""
    if isinstance(node, dict):
        if "zh" in node or "en" in node:
            yield path, node
            return
        for key, value in node.items():
            yield from texts(value, f"{path}.{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from texts(value, f"{path}[{number}]")


def test_every_text_is_there_in_both_languages(template: Template) -> None:
    documents = [template.app, *(body for bodies in template.parts.values() for body in bodies.values())]
    for body in documents:
        for path, text in texts(body):
            where = f"{body.get('key') or body['x-fenzu']['key']}{path}: {text}"
            assert text.keys() == {"zh", "en"} and all(said.strip() for said in text.values()), where
            assert not re.search("[\u4e00-\u9fff，。！]", text["en"]), where
            assert not re.search("[!！]", "".join(text.values())), where
            assert not re.search("[\u4e00-\u9fff][,;:!?]", text["zh"]), where


def test_tags_and_groups_are_named_once(template: Template) -> None:
    everything = [tag["key"] for body in template.parts["vocabularies"].values() for tag in body["tags"]]
    assert len(everything) == len(set(everything))
    for body in template.parts["groupings"].values():
        found = Grouping(body)
        assert len(found.groups) == json.dumps(body).count('"key": ') - 1
        for group in found.groups.values():
            if group.siblings.mode == "overlapping" or group.siblings.fallback != group.key:
                assert group.rule, f"{found.key}/{group.key} has neither a rule nor the place of the fallback"
        for level in found.levels:
            assert level.fallback is None or level.fallback in level.keys


def test_links_have_a_form_and_an_inverse_of_their_own(template: Template) -> None:
    links = [item for form in template.forms.values() for item in form.links.values()]
    assert all(item.form in template.forms for item in links)
    assert len(template.inverses) == len(links)
    for form in template.forms.values():
        for item in form.fields.values():
            assert set(item.settings.get("vocabularies", ())) <= set(template.tags)


def resolve(template: Template, form: str, name: str) -> Field:
    """A field by its name in a rule; one hop over a link is allowed in row rules."""
    head, _, rest = name.partition(".")
    item = template.forms[form].fields[head]
    return template.forms[str(item.form)].fields[rest] if rest else item


def test_rules_name_what_exists(template: Template) -> None:
    for where, form, rule in rules_of(template):
        for leaf, asked in leaves(rule, form, template):
            if leaf["field"] == "$group":
                for value in leaf["value"]:
                    scheme, group = value.split("/")
                    assert group in Grouping(template.parts["groupings"][scheme]).groups, where
                continue
            if "agg" in leaf:
                child, _ = template.inverses[asked, leaf["field"]]
                assert ("of" in leaf["agg"]) is (leaf["agg"]["fn"] != "count"), where
                assert leaf["agg"].get("of", "$id") in {*template.forms[child].fields, "$id"}, where
                continue
            check_value(resolve(template, asked, leaf["field"]), leaf, template, where)


def check_value(item: Field, leaf: Node, template: Template, where: str) -> None:
    """The options and tags a condition names are there."""
    if leaf.get("valueSource") == "field":
        assert leaf["value"] in {"amount"}, where
        return
    values = leaf["value"] if isinstance(leaf.get("value"), list) else [leaf.get("value")]
    if item.options:
        assert set(values) <= {option["const"] for option in item.options}, where
    elif item.type.kind == "many":
        assert set(values) <= set().union(*template.tags.values()), where


def test_rules_speak_of_time_in_known_words(template: Template) -> None:
    for where, form, rule in rules_of(template):
        for leaf, _ in leaves(rule, form, template):
            value = leaf.get("value")
            if isinstance(value, dict):
                assert value.get("anchor", "today") in ANCHORS and value["unit"] in UNITS, where
                assert isinstance(value["offset" if "anchor" in value else "n"], int), where


def test_views_roles_and_codes_name_what_exists(template: Template) -> None:
    for body in template.parts["views"].values():
        fields, schemes = template.forms[body["form"]].fields, template.parts["groupings"]
        for column in [*body["columns"], *(item["field"] for item in body["sort"])]:
            scheme = column.partition("$group/")[2]
            found = schemes[scheme]["form"] == body["form"] if scheme else column in {*fields, *SYSTEM}
            assert found, (body["key"], column)
    assert {body["form"] for body in template.parts["views"].values()} == set(template.forms)
    assert all(set(body["rows"]) <= set(template.forms) for body in template.parts["roles"].values())
    for body in template.parts["codes"].values():
        form = template.forms[body["form"]]
        assert form.fields[body["field"]].type.readonly
        for segment in body["segments"]:
            if "group" in segment:
                assert template.parts["groupings"][segment["group"]]["mode"] == "exclusive" and segment["none"]
            if "field" in segment:
                assert set(segment["map"]) == {option["const"] for option in form.fields[segment["field"]].options}
                assert len({*segment["map"].values(), segment["none"]}) == len(segment["map"]) + 1
