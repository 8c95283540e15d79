"""The list behind a region field's selects: whole, in both languages, and kept by browsers."""

from __future__ import annotations

import json

import pytest

from runtime.fields.divisions import divisions
from tests.web import Site


def walked(nodes: list[dict[str, object]]) -> list[tuple[str, str]]:
    """Every code with its name."""
    found: list[tuple[str, str]] = []
    for node in nodes:
        found.append((str(node["code"]), str(node["name"])))
        found += walked(node.get("children", []))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_division_has_its_name(site: Site, lang: str) -> None:
    answer = site.visitor(lang).get(f"/divisions/{lang}.json")
    assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
    found = dict(walked(json.loads(answer.data)))
    assert found.keys() == divisions().by_code.keys()
    assert all(name.encode("latin-1") for name in found.values()) if lang == "en" else found["320508"] == "姑苏区"


def test_no_other_language(site: Site) -> None:
    assert site.visitor("en").get("/divisions/xx.json").status_code == 404
