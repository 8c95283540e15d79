"""What computed fields of an unsaved entry come to is what they are once it is saved, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.records.foretold import foretold
from runtime.storage.db import Database
from tests.crm import Crm, made
from tests.runtime.test_formula_fields import BODIES, values


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    return made(database, boss, BODIES)


def told(crm: Crm, form: str, given: dict[str, Any]) -> dict[str, Any]:
    with crm.database.read() as conn:
        app = crm.app(conn)
        reader = crm.reader(conn, form)
        return foretold(app, app.form(form).form, given, conn, reader.actor, reader.as_of)


@pytest.mark.parametrize("given", [{"number": "A1", "amount": 123}, {"number": "A2", "amount": None}, {"number": None, "amount": 7}])
def test_before_saving_and_after_it(crm: Crm, given: dict[str, Any]) -> None:
    customer = crm.add("customer", name="沐阳", size=60, since="2026-01-05")
    sent = {**given, "customer": customer}
    before, record = told(crm, "order", sent), crm.add("order", **sent)
    after = values(crm, record, "order")
    assert before["taxed"] == after["taxed"] and before["whose"] == after["whose"]


def test_what_only_a_saved_record_can_tell_is_blank_and_stops_nothing(crm: Crm) -> None:
    given = {"name": "太湖", "size": 80, "since": "2026-01-05"}
    before, record = told(crm, "customer", given), crm.add("customer", **given)
    assert before["spent"] is None and before["recent"] is None and before["grade"] is None
    assert before["days"] == values(crm, record)["days"]
