"""Runs that gave codes and ended early, a check whose records changed since, and how both read."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from builder.web import codes_seen
from runtime.commands import fill_codes
from runtime.errors import Conflict, Problem
from runtime.jobs import queue
from runtime.jobs.pace import Pace
from runtime.storage import system_tables as tables
from tests.builder.test_web_codes import Codes, codes, southern
from tests.builder.wholesale import designer, installed
from tests.web import visible

__all__ = ["codes", "designer", "installed"]  # fixtures: pytest finds them here by name
SOUTH = "440305"


def ending_early(patch: pytest.MonkeyPatch, state: str) -> None:
    """A back-fill that gives two codes and is then stopped by a person, or fails."""
    real, calls = fill_codes.following, []

    def following(conn: Any, *given: Any) -> list[int]:
        calls.append(given)
        if state == "cancelled":
            conn.execute(tables.job.update().where(tables.job.c.state == "running").values(cancel=True))
        elif len(calls) > 1:
            raise Conflict(Problem("", "code_waits"))
        return real(conn, *given)

    patch.setattr(fill_codes, "following", following)
    patch.setattr(fill_codes, "Pace", lambda **_: Pace(start=2, most=2))


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_a_run_that_ended_early_is_taken_back_as_well(codes: Codes, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    bare = codes.ids[-4:]
    codes.bare(bare)
    with monkeypatch.context() as patch:
        ending_early(patch, state)
        codes.post("/fill")
        codes.site.jobs()
    assert [bool(codes.codes()[i]) for i in bare] == [True, True, False, False]
    with codes.site.database.read() as conn:
        number, ended = conn.execute(sa.select(tables.job.c.id, tables.job.c.state).where(tables.job.c.kind == fill_codes.KIND)).one()
    assert ended == state and "给了 2 个编码，没做完就停了" in codes.page()
    assert f"/runs/{number}/undo" in codes.person.text(f"{codes.build}/check")
    codes.post(f"/runs/{number}/undo")
    codes.site.jobs()
    assert {codes.codes()[i] for i in bare} == {None} and "没做完" not in codes.page()
    codes.post(f"/runs/{number}/undo", 404)


def test_a_run_that_kept_no_list_is_not_offered(codes: Codes) -> None:
    with codes.site.database.write() as conn:
        number = queue.put(conn, fill_codes.KIND, {"app": codes.app, "form": "customer"}, app_id=codes.designer.app.id)
        ended = {"state": "done", "ended_at": "2026-01-01T00:00:00Z", "result": '{"value": {"given": 5}}'}
        conn.execute(tables.job.update().where(tables.job.c.id == number).values(**ended))
    assert "给了 5 个编码" not in codes.page()
    codes.post(f"/runs/{number}/undo", 404)


def test_pages_that_match_by_now_hide_none_that_do_not(codes: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes_seen, "AT_ONCE", 2)
    monkeypatch.setattr(codes_seen, "READ_ON", 2)
    moved = southern(codes, 6)
    codes.post("/check")
    codes.site.jobs()
    codes.move(moved[:2], region=SOUTH)
    html = codes.person.text(f"{codes.build}/check")  # the first page matches by now: the second stands in its place
    assert re.findall(r'name="id" value="(\d+)"', html) == [str(i) for i in moved[2:4]]
    assert 'id="change-all"' in html and 'id="change-ticked"' in html and f"after={moved[3]}" in html
    codes.move(moved[2:4], region=SOUTH)
    html = codes.person.text(f"{codes.build}/check")  # it does not read on for ever, and leads on
    said = visible(html)
    assert "这里的又对得上了" in said and "上次核对时 6 个对不上" in said and "都对得上" not in said and "导出" in said
    assert 'id="change-all"' in html and 'id="change-ticked"' not in html and f"after={moved[3]}" in html
    assert "6 个对不上" in codes.page(f"/check?after={moved[3]}")
    codes.move(moved[4:], region=SOUTH)
    html = codes.person.text(f"{codes.build}/check?after={moved[3]}")
    assert "这里的又对得上了" in visible(html) and "上次核对时 6 个对不上" in visible(html)
    with codes.site.database.write() as conn:  # a check that was stopped found something too
        conn.execute(tables.job.update().values(state="cancelled"))
    html = codes.person.text(f"{codes.build}/check")
    assert "还没核对过" not in visible(html) and html.count('id="look"') == 1


def test_where_only_the_check_sign_is_wrong_the_file_says_so(codes: Codes) -> None:
    codes.design("do/add", kind="check")
    codes.design("publish")
    codes.post("/check")
    codes.site.jobs()
    codes.post("/recode", all=1)
    codes.site.jobs()
    text = str(codes.codes()[codes.ids[0]])
    slip = text[:-1] + ("A" if text[-1] != "A" else "B")
    live = codes.designer.live().form("customer")
    with codes.site.database.write() as conn:
        main = live.tables.main
        conn.execute(main.update().where(main.c.id == codes.ids[0]).values({live.tables.names["code"]: slip}))
    codes.post("/check")
    codes.site.jobs()
    answer = codes.person.post(f"{codes.use}/codes/export", {"list": "audit", "format": "csv"})
    codes.site.jobs()
    file = codes.person.get(f"/exports/{answer.headers['Location'].rsplit('/', 1)[-1]}/file")
    (line,) = file.get_data().decode("utf-8-sig").splitlines()[1:]
    assert slip in line and line.endswith(",校验位")
    assert "校验位 1" in codes.page()


@pytest.mark.parametrize(("count", "said", "asked"), [(1, "1 does not match", "Give 1 record a new code?"), (2, "2 do not match", "Give 2 records new codes?")])
def test_one_reads_as_one_in_english(codes: Codes, count: int, said: str, asked: str) -> None:
    southern(codes, count)
    codes.bare(codes.ids[-count:])
    codes.post("/check")
    codes.site.jobs()
    with codes.site.database.write() as conn:
        conn.execute(tables.person.update().values(lang="en"))
    html = codes.person.text(f"{codes.build}/check")
    assert said in visible(html) and asked in html
    filling = visible(codes.person.htmx("GET", f"{codes.build}/fill").get_data(as_text=True))
    assert ("Give 1 code " in f"{filling} ") == (count == 1)
