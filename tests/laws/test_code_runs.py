"""The runs that can be taken back are those that gave a code and were not taken back, however they ended."""

from __future__ import annotations

import pytest

from runtime.commands import code_jobs, fill_codes
from runtime.storage import system_tables as tables
from tests.crm import Crm
from tests.laws.test_codes import bare, code_now, crm, run

__all__ = ["crm"]  # a fixture: pytest finds it here by name


def given(crm: Crm) -> list[tuple[int, int, bool]]:
    with crm.database.read() as conn:
        app = crm.app(conn)
        return [(one.job.id, one.given, one.whole) for one in code_jobs.runs(conn, app, app.form("customer"), 5)]


@pytest.mark.parametrize("state", ["done", "cancelled", "failed"])
def test_a_run_is_offered_until_it_was_taken_back(crm: Crm, state: str) -> None:
    ids = bare(crm)
    first = run(crm, fill_codes.KIND)
    if state != "done":
        with crm.database.write() as conn:
            conn.execute(tables.job.update().where(tables.job.c.id == first.id).values(state=state, result='{"value": {}}'))
    run(crm, fill_codes.KIND)  # finds nobody: it gave nothing and is not offered
    assert given(crm) == [(first.id, len(ids), state == "done")]
    run(crm, code_jobs.BACK, batch=first.id)
    assert given(crm) == [] and {code_now(crm)[i] for i in ids} == {None}
