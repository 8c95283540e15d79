"""The document of the API: valid, made from the definitions the asker may use, with the forms' own schemas inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.api import APP, Installation, installed

PLACE = "/apps/wholesale_crm/forms/customer/records"
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path_factory.mktemp("api")) as found:
        yield found


def document(site: Installation, who: str = "boss") -> dict[str, Any]:
    found: dict[str, Any] = getattr(site, who).get("/api/v1/openapi.json")
    return found


def operations(doc: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in doc["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method} {path}", item[method]


@pytest.mark.parametrize("who", ["boss", "member"])
def test_it_is_valid(site: Installation, who: str) -> None:
    validate(document(site, who))  # type: ignore[arg-type]


def test_every_address_of_the_server_is_in_it(site: Installation) -> None:
    rules = {
        rule.rule
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and "openapi" not in rule.rule
    }
    known = {
        path.replace("wholesale_crm", "<app>").replace("/forms/customer", "/forms/<form>")
        for path in document(site)["paths"]
    }
    plain = {rule.removeprefix("/api/v1").replace("<int:", "<") for rule in rules}
    assert {path.replace("<app>", "<app>").replace("{", "<").replace("}", ">") for path in known} >= plain


def test_a_form_s_own_schema_is_inside_with_its_words(site: Installation) -> None:
    body = site.boss.get(f"{APP}/definitions/form/customer")["body"]
    assert document(site)["components"]["schemas"]["wholesale_crm.customer"] == body
    assert body["properties"]["name"]["x-fenzu"]["label"]


def test_every_operation_says_what_it_can_answer(site: Installation) -> None:
    for name, operation in operations(document(site)):
        answers = operation["responses"]
        assert {"401", "403", "404", "429", "503"} <= answers.keys(), name
        assert any(status.startswith("2") for status in answers), name
        for status, answer in answers.items():
            assert answer["description"] and ("content" in answer) != (status == "204"), (name, status)
        if "requestBody" in operation:
            assert {"400", "413", "415", "422"} <= answers.keys(), name
    names = [operation["operationId"] for _, operation in operations(document(site))]
    assert len(names) == len(set(names))


def test_who_does_not_build_sees_nothing_of_building(site: Installation) -> None:
    builder, member = document(site), document(site, "member")
    draft = "/apps/wholesale_crm/definitions/{kind}/{key}/draft"
    assert draft in builder["paths"] and draft not in member["paths"]
    assert "搭建" in [tag["name"] for tag in builder["tags"]] and "Building" not in [
        tag["name"] for tag in member["tags"]
    ]
    assert PLACE in member["paths"]


def test_it_speaks_the_caller_s_language(site: Installation) -> None:
    assert document(site)["paths"][PLACE]["post"]["summary"].startswith("新建记录")
    english = site.boss.ask("GET", "/api/v1/openapi.json", Accept_Language="en-GB,en;q=0.8")
    assert english["paths"][PLACE]["post"]["summary"].startswith("Create a record")


def test_it_follows_what_is_published(site: Installation) -> None:
    at = f"{APP}/definitions/form/contact"
    body = site.boss.get(at)["body"]
    body["properties"]["nickname"] = {
        "type": "string",
        "minLength": 1,
        "maxLength": 20,
        "x-fenzu": {"type": "text", "label": {"en": "Nickname"}},
    }
    body["x-fenzu"]["layout"][0]["items"].append({"field": "nickname"})
    assert site.boss.ask("PUT", f"{at}/draft", {"body": body})["problems"] == []
    assert "nickname" not in document(site)["components"]["schemas"]["wholesale_crm.contact.new"]["properties"]
    site.boss.ask("POST", f"{at}/publish", {"note": "more"})
    assert "nickname" in document(site)["components"]["schemas"]["wholesale_crm.contact.new"]["properties"]
