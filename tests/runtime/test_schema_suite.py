"""The official JSON Schema cases (draft 2020-12, the required ones) in the validators that we ship."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from runtime.definitions.parts import refuse, validator
from tests.shared import shared

SUITE = "data/suites/json_schema_test_suite"
BASE = "http://localhost:1234/"
# Cases that a validator decides otherwise, each by its name; none is silently skipped.
UNICODE = "pattern: pattern with Unicode property escape requires unicode mode"
NAMES = "patternProperties: patternProperties with Unicode property escape"
KNOWN: dict[str, set[str]] = {
    "jsonschema_rs": set(),
    # Python's regular expressions have no Unicode properties; custom vocabularies are not read.
    "jsonschema": {
        f"{UNICODE}: ASCII letters match",
        f"{UNICODE}: Non-ASCII letters match",
        f"{UNICODE}: Digits do not match",
        f"{NAMES}: Unicode letter property name matches",
        f"{NAMES}: Non-letter property name does not match pattern",
        "vocabulary: schema that uses custom metaschema with with no validation vocabulary: no validation: "
        "invalid number, but it still validates",
    },
}

Case = tuple[str, Any, Any, bool]


def cases() -> Iterator[Case]:
    for path in sorted((shared(SUITE) / "tests/draft2020-12").glob("*.json")):
        for group in json.loads(path.read_text("utf-8")):
            for test in group["tests"]:
                name = f"{path.stem}: {group['description']}: {test['description']}"
                yield name, group["schema"], test["data"], test["valid"]


def remotes() -> dict[str, Any]:
    folder = shared(SUITE) / "remotes"
    return {f"{BASE}{path.relative_to(folder).as_posix()}": json.loads(path.read_text("utf-8")) for path in folder.rglob("*.json")}


def test_the_validator_of_records_decides_every_required_case() -> None:
    known = remotes()
    known_places = jsonschema_rs.Registry(list(known.items()), draft=jsonschema_rs.Draft202012)
    wrong, count = set(), 0
    for name, schema, data, valid in cases():
        count += 1
        made = jsonschema_rs.Draft202012Validator(
            schema, registry=known_places, retriever=refuse, pattern_options=jsonschema_rs.RegexOptions()
        )
        if made.is_valid(data) != valid:
            wrong.add(name)
    assert count > 1200
    assert wrong == KNOWN["jsonschema_rs"]


def test_the_validator_of_definitions_decides_every_required_case() -> None:
    known_places: Any = Registry()
    for url, body in remotes().items():
        known_places = known_places.with_resource(url, Resource.from_contents(body, default_specification=DRAFT202012))
    wrong = set()
    for name, schema, data, valid in cases():
        try:
            decided = jsonschema.Draft202012Validator(schema, registry=known_places).is_valid(data)
        except re.error:
            decided = None
        if decided != valid:
            wrong.add(name)
    assert wrong == KNOWN["jsonschema"]


def test_a_schema_that_leads_elsewhere_is_refused() -> None:
    with pytest.raises((ValueError, jsonschema_rs.ReferencingError)):
        validator({"$ref": f"{BASE}integer.json"})


def test_the_suite_is_the_official_one() -> None:
    assert Path(shared(SUITE) / "LICENSE").is_file()
