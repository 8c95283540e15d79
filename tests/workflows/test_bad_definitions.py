"""Definitions of workflows that are wrong, at the API's door: each refused with all its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api import APP, Installation, installed
from tests.flows import flow, step, way

NEW = {"type": "created"}


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path) as found:
        yield found


def many(n: int) -> list[dict[str, Any]]:
    return [step(f"s{at}", "stop") for at in range(n)]


def deep(n: int) -> list[dict[str, Any]]:
    return [step(f"d{n}", "parallel", branches=[way("x", *deep(n - 1))])] if n else [step("d0", "stop")]


@pytest.mark.parametrize(("body", "code"), [
    ({"steps": many(101)}, ""), ({"steps": [step("a", "parallel", branches=[way("x", *many(60)), way("y", *[{**one, "key": f"t{at}"} for at, one in enumerate(many(60))])])]}, "steps_too_many"),
    ({"steps": deep(9)}, "steps_too_deep"), ({"steps": [*many(1), *many(1)]}, "step_twice"), ({"steps": []}, "workflow_without_steps"),
    ({"steps": [step("a", "teleport")]}, "no_such_step_type"), ({"trigger": {"type": "eclipse"}}, "no_such_trigger"), ({"trigger": None}, ""), ({"trigger": {}}, ""),
    ({"form": "nowhere"}, ""), ({"steps": "all"}, ""), ({"steps": [{"type": "stop"}]}, ""), ({"steps": [step("a", "stop", odd=1)]}, ""),
    ({"steps": [step("a", "set_fields", set=[{"field": "no_such", "value": 1}])]}, "no_such_field"), ({"steps": [step("a", "wait")]}, "wait_one_way"),
    ({"steps": [step("A b", "stop")]}, ""), ({"steps": [step("a", "stop", branches=[way("x")])]}, "step_branches"), ({"steps": [step("a", "branch")]}, "step_no_branches"),
    ({"steps": [step("a", "tag", field="tags", add=["no_such"])]}, ""), ({"steps": [None]}, ""), ({"odd": 1}, "")])  # fmt: skip
def test_a_wrong_definition_is_refused_with_its_reasons(site: Installation, body: dict[str, Any], code: str) -> None:
    made_of = {**flow("odd", NEW, step("a", "stop"))[1], **body}
    answer = site.boss.send("POST", f"{APP}/definitions", {"definitions": [{"kind": "workflow", "body": made_of}]})
    assert answer.status_code == 422, answer.get_data(as_text=True)[:300]
    told = answer.get_json()["errors"]
    assert told and all(error["code"] and error["message"] for error in told)
    assert not code or code in {error["code"] for error in told}
