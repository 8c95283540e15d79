"""Every operation of the API, asked by a machine that reads its document: no 500, no answer outside of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from tests.api import Client, Installation, installed

load_all_checks()
WANTED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
EXAMPLES = 100 if os.environ.get("FENZU_TEST_PROFILE") == "deep" else 4
# All forms are served by the same operations: one form's are asked, and a second form's that carry its own fields.
FORM, SECOND = "/forms/customer/", ("/forms/order/records", "/forms/order/records/{record}")


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A server on which there is something to meet: customers of both people, orders, a group, jobs."""
    with installed(sqlite_template, tmp_path_factory.mktemp("api")) as found:
        for number in range(4):
            for client in (found.boss, found.member):
                client.make(name=f"客户 {client.by.id}-{number}", mobile=f"1380613{client.by.id}00{number}")
        yield found


def one_by_one(schema: Any) -> Iterator[Any]:
    """The operations of the document; of the forms' own, those of one form and some of another."""
    for found in schema.get_all_operations():
        operation = found.ok()
        if "/forms/" not in operation.path or FORM in operation.path or operation.path.endswith(SECOND):
            yield operation


def ask(operation: Any, client: Client, mode: GenerationMode) -> None:
    """Some requests as the document allows them, or as it does not."""
    checks = [check for check in CHECKS.get_all() if check.__name__ in WANTED]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers(case: Any) -> None:
        case.validate_response(case.call(headers=client.headers), checks=checks)

    answers()


@pytest.mark.parametrize("who", ["boss", "member"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: str(mode.value))
def test_every_answer_is_in_the_document(
    site: Installation, subtests: pytest.Subtests, who: str, mode: GenerationMode
) -> None:
    client: Client = getattr(site, who)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site.app, headers=client.headers)
    asked = 0
    for operation in one_by_one(schema):
        with subtests.test(operation.label):
            asked += 1
            ask(operation, client, mode)
    assert asked > 40
