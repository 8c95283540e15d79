"""Sub-forms on pages and over files: rows typed in a browser, shown, listed, told apart in the history, out and in again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from runtime.accounts import tokens
from runtime.commands import create
from runtime.exchange import exporter
from runtime.exchange.formats import FILE_FORMATS
from runtime.records import entry
from runtime.records.names import RecordNames
from tests import crm as crm_app
from tests.api import Client
from tests.crm import Crm
from tests.runtime.test_subform import SALE, bare, rows_of
from tests.web import Person, Site, visible


@pytest.fixture
def crm(site: Site) -> Crm:
    return crm_app.running(site, [*crm_app.BODIES, ("form", SALE)])


def sent(*rows: dict[str, str], **values: str) -> MultiDict[str, str]:
    """A form as a browser sends it: each row names itself, then its cells."""
    made = MultiDict([("number", "A1"), ("lines", ""), *values.items()])
    for at, row in enumerate(rows):
        made.add("lines", str(at))
        for key, text in row.items():
            made.add(f"lines.{at}.{key}", text)
    return made


def post(person: Person, url: str, form: MultiDict[str, str]) -> Any:
    form.add("csrf_token", person.token)
    return person.client.post(url, data=form)


def url(crm: Crm, rest: str = "") -> str:
    return f"/a/{crm.key}/sale/{rest}"


def test_rows_are_typed_saved_and_shown(site: Site, crm: Crm) -> None:
    boss = site.person()
    answer = post(boss, url(crm), sent({"goods": "米", "price": "¥12.50", "count": "2"}, {}, {"goods": "面"}))
    assert answer.status_code == 303
    assert [row["goods"] for row in bare(rows_of(crm, 1))] == ["米", "面"]
    seen = visible(boss.text(url(crm, "1")))
    assert "米" in seen and "¥12.50" in seen and "2 行" in seen and "合计" in seen
    assert "2 行" in visible(boss.text(url(crm)))
    html = boss.text(url(crm, "1/edit"))
    assert 'name="lines.0.goods"' in html and re.search(r'name="lines\.0\.\$id" value="\d+"', html)


def test_a_wrong_cell_is_told_at_its_cell_and_nothing_typed_is_lost(site: Site, crm: Crm) -> None:
    boss = site.person()
    answer = post(boss, url(crm), sent({"goods": "米", "price": "十二"}, {"goods": "", "price": "8"}))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "不是数字" in visible(re.search(r'id="f-lines-0-price-error">(.*?)</div>', html, re.DOTALL)[1])  # type: ignore[index]
    assert "请填写" in visible(re.search(r'id="f-lines-1-goods-error">(.*?)</div>', html, re.DOTALL)[1])  # type: ignore[index]
    assert 'value="十二"' in html and 'value="8"' in html and "有 2 格要改" in visible(html)


def test_rows_are_changed_taken_away_and_the_history_says_so(site: Site, crm: Crm) -> None:
    boss = site.person()
    record = crm.add("sale", number="A1", lines=[{"goods": "米", "price": 1}, {"goods": "面"}])
    first, second = rows_of(crm, record)
    form = sent({"goods": "米", "price": "3", "$id": str(first["$id"])}, {"goods": "面", "$id": str(second["$id"]), "$off": "1"}, {"goods": "油"})
    assert post(boss, url(crm, f"{record}"), form).status_code == 303
    now = rows_of(crm, record)
    assert bare(now) == [{"goods": "米", "price": 3}, {"goods": "油"}] and now[0]["$id"] == first["$id"]
    assert "加了 1 行，改了 1 行，去掉 1 行" in visible(boss.text(url(crm, f"{record}")))


def test_a_form_without_its_rows_leaves_them_alone(site: Site, crm: Crm) -> None:
    record = crm.add("sale", number="A1", lines=[{"goods": "米"}])
    assert post(site.person(), url(crm, f"{record}"), MultiDict([("number", "B")])).status_code == 303
    assert bare(rows_of(crm, record)) == [{"goods": "米"}]
    assert post(site.person(), url(crm, f"{record}"), sent(number="B")).status_code == 303
    assert rows_of(crm, record) is None


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_rows_go_out_as_a_readable_cell_and_come_back(crm: Crm, tmp_path: Path, kind: str) -> None:
    lines = [{"goods": '"米", 5kg', "price": 12.5, "day": "2026-11-01"}, {"goods": "面\n条", "count": 3}]
    record = crm.add("sale", number="A1", lines=lines)
    with crm.database.read() as conn:
        app = crm.app(conn)
        names = RecordNames(conn, app, "zh", "Asia/Shanghai")
        columns = exporter.Columns(app, app.form("sale"), ["number", "lines"], names)
        [cells] = columns.cells(conn, [crm.reader(conn, "sale").one(record)])
        assert str(cells[1]).startswith("货品,单价,数量,到货,经手,收货\n")
        writer = FILE_FORMATS[kind].writer
        assert writer is not None and writer(tmp_path / "list", columns.header, iter([cells]), columns.kinds) == 1
        again = entry.read(app.form("sale").form, {"number": "A2", "lines": cells[1]}, names, cells=True)
        assert again.ok and again.values["lines"] == bare(rows_of(crm, record))


def test_many_imported_rows_with_the_same_cell_are_rows_of_their_own(crm: Crm) -> None:
    with crm.act(cause="import") as act:
        form = act.app.form("sale").form
        reader = entry.CellReader(form, ["number", "lines"], act.names)
        entries = [reader.read({"number": f"N{n}", "lines": "货品\n米\n面"}) for n in range(3)]
        ids = [saved.id for saved in create.create_many(act, "sale", entries)]
    numbers = [row["$id"] for record in ids for row in rows_of(crm, record)]
    assert len(set(numbers)) == 6


def test_a_program_makes_changes_and_is_refused_rows(site: Site, crm: Crm) -> None:
    with site.database.write() as conn:
        api = Client(site.app, site.actor(), tokens.create(conn, site.actor(), "test")[1])
    place = f"/api/v1/apps/{crm.key}/forms/sale/records"
    made = api.ask("POST", place, {"values": {"number": "A1", "lines": [{"goods": "米", "price": 12.5}, {"goods": "面"}]}}, 201)
    first, second = made["values"]["lines"]
    assert (first["goods"], first["price"], second["goods"]) == ("米", 12.5, "面") and first["$id"] != second["$id"]

    def put(lines: Any, status: int = 200) -> Any:
        return api.ask("PATCH", f"{place}/{made['id']}", {"values": {"lines": lines}}, status, If_Match="*")

    now = put([{**second, "count": 3}, first])["values"]["lines"]
    assert [(row["$id"], row.get("count")) for row in now] == [(second["$id"], 3), (first["$id"], None)]
    for wrong, path, code in (
        ([{"goods": "米", "price": "x"}], "lines[0].price", "not_a_number"),
        ([{"goods": "米"}, {"price": 3}], "lines[1].goods", "blank"),
        ([{"goods": "米", "colour": 1}], "lines", "rows_no_field"),
        ([{"goods": str(n)} for n in range(5000)], "lines", "rows_too_many"),
        ("no rows", "lines", None),
    ):  # fmt: skip
        [error, *_] = put(wrong, 422)["errors"]
        assert error["path"].endswith(path) and code in (error["code"], None) and error["message"].strip(), wrong
    assert api.get(f"{place}/{made['id']}")["values"]["lines"] == now
    assert put([])["values"].get("lines") is None
