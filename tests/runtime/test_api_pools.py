"""Pools over the API: claimed and given back by the rules of the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api import APP, Installation, installed

POOL, FORM = f"{APP}/forms/customer/pool", f"{APP}/definitions/form/customer"


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path_factory.mktemp("api")) as found:
        yield found


def body(site: Installation) -> dict[str, Any]:
    with site.fenzu.database.read() as conn:
        found: dict[str, Any] = json.loads(json.dumps(site.fenzu.live.app(conn, "wholesale_crm").form("customer").form.body))
    return found


def test_claim_and_give_back(site: Installation) -> None:
    one, two = (site.boss.make(name=f"c{n}", mobile=f"1391111000{n}", owner=None)["id"] for n in range(2))
    assert site.boss.ask("POST", f"{APP}/forms/order/pool/claim", {"ids": [1]}, 404)["errors"][0]["code"] == "pool_none"
    form = body(site)
    form["x-fenzu"]["pool"] = {"owner": "owner", "most": 1}
    site.boss.ask("POST", f"{APP}/definitions", {"definitions": [{"kind": "form", "body": form}]})
    assert site.boss.ask("POST", f"{POOL}/claim", {"ids": [one]}) == {"ids": [one], "refused": []}
    assert site.boss.ask("POST", f"{POOL}/claim", {"ids": [two]}, 422)["errors"][0]["params"] == {"n": 1, "most": 1, "who": site.boss.by.name}
    site.boss.ask("POST", f"{POOL}/give-back", {"ids": [one], "why": ""}, 422)
    found = site.boss.ask("POST", f"{POOL}/give-back", {"ids": [one, two], "why": "closed down"})
    assert found["ids"] == [one] and [(each["id"], each["errors"][0]["code"]) for each in found["refused"]] == [(two, "pool_in_already")]
    site.member.ask("POST", f"{POOL}/claim", {"ids": [one]}, 404)  # nobody learns of what they may not see
