"""A large change of types over the API: a draft's is left to a job, several definitions at once are told to wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.edits import retyping
from builder.publish import retype_job
from runtime.jobs.runner import Runner
from runtime.storage.live import Live
from runtime.web import here
from tests.api import APP, Installation, installed

CUSTOMER = f"{APP}/definitions/form/customer"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    monkeypatch.setattr("builder.publish.retype.AT_ONCE", 0)
    with installed(sqlite_template, tmp_path) as found:
        yield found


def test_a_large_change_of_types_is_a_job_and_never_made_while_somebody_waits(site: Installation) -> None:
    site.boss.make(name="甲", mobile="13806132288", notes="约 30 人")
    body = retyping.retype(site.boss.get(CUSTOMER)["body"], "notes", "number")
    refused = site.boss.ask("POST", f"{APP}/definitions", {"definitions": [{"kind": "form", "body": body}]}, 409)
    assert refused["errors"][0]["code"] == "retype_too_many" and refused["errors"][0]["message"]
    draft = site.boss.ask("PUT", f"{CUSTOMER}/draft", {"body": body})
    done = site.boss.ask("POST", f"{CUSTOMER}/publish", {"revision": draft["revision"]})
    assert done["job"] and done["version"] == 1 and [line["act"] for line in done["changes"]] == ["type_changed"]
    assert site.boss.get(CUSTOMER)["version"] == 1
    database = here.of(site.app).database
    Runner(database, {**retype_job.kinds(Live()), "refresh": lambda job: None}, rest=0).drain()
    assert site.boss.get(CUSTOMER)["version"] == 2
    assert site.boss.get(CUSTOMER)["body"]["properties"]["notes"]["x-fenzu"]["type"] == "number"
