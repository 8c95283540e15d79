"""Lists are read as they stand, whatever the file is called, and never with another error than a sentence."""

from __future__ import annotations

import sys
import tracemalloc
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from runtime.errors import Invalid
from runtime.exchange import child
from runtime.exchange.formats import FILE_FORMATS
from runtime.exchange.formats.base import Options
from runtime.exchange.formats.csv import write_csv
from runtime.exchange.reading import open_reading
from runtime.exchange.workbook_writer import write_xlsx
from tests.runtime.lists import listed, refused
from tests.runtime.test_preflight import sheet, workbook
from tests.shared import shared


def test_every_format_says_what_it_is() -> None:
    assert list(FILE_FORMATS) == ["xlsx", "xls", "csv"]
    for form in FILE_FORMATS.values():
        assert form.label.zh and form.label.en and form.extensions and form.mime
    assert FILE_FORMATS["xls"].writer is None
    assert FILE_FORMATS["csv"].writer is write_csv and FILE_FORMATS["xlsx"].writer is write_xlsx


def test_the_old_workbook_of_the_real_shop() -> None:
    reading = open_reading(shared("data/crm/superstore_zh/superstore_zh_flat.xls"), "示例.xls")
    rows = listed(reading)
    assert (len(rows), reading.total, len(reading.columns), reading.header_row) == (9_935, 9_935, 20, 1)
    kinds = {name: {type(row[at]) for row in rows} for at, name in enumerate(reading.columns)}
    assert kinds["订单日期"] == {date} and kinds["数量"] == {int} and kinds["折扣"] <= {int, float}
    assert kinds["客户名称"] == {str} and kinds["订单 Id"] == {str}
    at = {name: place for place, name in enumerate(reading.columns)}
    assert len({row[at["客户名称"]] for row in rows}) == 771
    assert sum(row[at["销售额"]] for row in rows if row[at["地区"]] == "华东") == 4_626_821
    assert min(row[at["订单日期"]] for row in rows) == date(2013, 1, 1)


def test_kinds_of_cells_sheets_and_holes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "空"
    page = book.create_sheet("名单")
    page["B3"], page["C3"], page["D3"], page["E3"], page["F3"] = "名称", "数", "日", "时刻", "真"
    page["B5"], page["C5"], page["D5"], page["E5"], page["F5"] = "007", 2.0, date(2024, 2, 29), time(8, 30), True
    page["B6"], page["C6"], page["D6"] = "=1+1", 2.5, datetime(2024, 2, 29, 10, 0, 1)
    page["B6"].data_type = "s"
    book.create_sheet("另一张")["A1"] = "别的"
    book.save(tmp_path / "a.xlsx")
    reading = open_reading(tmp_path / "a.xlsx", "a.xlsx")
    assert (reading.look.sheets, reading.look.sheet, reading.header_row) == (["空", "名单", "另一张"], "名单", 3)
    assert reading.columns == ["", "名称", "数", "日", "时刻", "真"]
    assert [(row.number, row.cells) for row in reading.rows()] == [
        (5, [None, "007", 2, date(2024, 2, 29), time(8, 30), True]),
        (6, [None, "=1+1", 2.5, datetime(2024, 2, 29, 10, 0, 1), None, None]),
    ]
    assert type(listed(reading)[0][2]) is int
    assert open_reading(tmp_path / "a.xlsx", "a.xlsx", Options(sheet="另一张")).columns == ["别的"]
    assert refused(tmp_path / "a.xlsx", options=Options(sheet="没有")) == "no_such_sheet"
    assert FILE_FORMATS["xlsx"].sheets(tmp_path / "a.xlsx") == ["空", "名单", "另一张"]


ONE = '<row r="1"><c r="A1" t="str"><v>名称</v></c></row>'


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (sheet(ONE + '<row r="9"><c r="XFD1048576"><v>1</v></c></row>'), "file_far_cell"),
        (sheet(ONE + '<row r="1048576">' + "<c><v>1</v></c>" * 499 + "</row>"), "file_unreadable"),
        (sheet(ONE + '<row r="2">' + "<c><v>1</v></c>" * 501 + "</row>"), "file_too_many_columns"),
        (sheet(ONE + '<row r="2000000"><c r="A2000000"><v>1</v></c></row>'), "file_far_cell"),
        (sheet(ONE + '<row r="2"><c r="A2"><v>1</v></row>'), "file_damaged"),
        (sheet(ONE)[:-30], "file_damaged"),
        (sheet(ONE + '<row r="2"><c r="A99999999999999999999"><v>1</v></c></row>'), "file_far_cell"),
        ("<html/>", "file_empty"),
        ("", "file_damaged"),
    ],
)
def test_hostile_workbooks_are_refused_with_a_sentence(tmp_path: Path, xml: str, code: str) -> None:
    assert refused(workbook(tmp_path / "a.xlsx", xml)) == code


def test_workbooks_that_only_look_hostile_are_read(tmp_path: Path) -> None:
    styled = '<row r="2"><c r="A2"><v>7</v></c><c r="XFD2" s="1"/></row><row r="1048576"><c r="XFD1048576"/></row>'
    dimension = '<dimension ref="A1:XFD1048576"/>'
    for xml in (sheet(ONE + styled), sheet(ONE + '<row r="2"><c r="A2"><v>7</v></c></row>', dimension)):
        assert listed(open_reading(workbook(tmp_path / "a.xlsx", xml), "a.xlsx")) == [[7]]


@pytest.mark.skipif(sys.platform == "win32", reason="the limit is checked where it can be set")
def test_what_slips_through_the_check_dies_in_the_child(tmp_path: Path) -> None:
    text = sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>')
    path = workbook(tmp_path / "a.xlsx", text)
    with pytest.raises(Invalid) as caught:
        list(child.rows(path, "xls", None))  # an .xls has no directory to check
    assert caught.value.problems[0].code == "file_unreadable"


def test_a_silent_child_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["a"], [["x"]])
    monkeypatch.setattr(child, "WAIT_SECONDS", 0.001)
    assert refused(tmp_path / "a.xlsx") == "file_slow"


def test_leaving_early_leaves_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["a", "b"], ([n, "x" * 50] for n in range(30_000)))
    started = []
    start = child._start
    monkeypatch.setattr(child, "_start", lambda order: started.append(start(order)) or started[-1])
    source = child.rows(tmp_path / "a.xlsx", "xlsx", None)
    next(source)
    source.close()  # type: ignore[attr-defined]
    assert started[0].returncode is not None


def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FENZU_SECRET_KEY", "hush")
    write_xlsx(tmp_path / "a.xlsx", ["a"], [["x"]])
    seen = {}
    run = child.subprocess.Popen
    monkeypatch.setattr(child.subprocess, "Popen", lambda *a, **k: seen.update(k["env"]) or run(*a, **k))
    assert open_reading(tmp_path / "a.xlsx", "a.xlsx").columns == ["a"]
    assert "FENZU_SECRET_KEY" not in seen


def test_a_frame_may_hold_plain_values_only() -> None:
    import io
    import pickle

    with pytest.raises(pickle.UnpicklingError):
        child._PlainUnpickler(io.BytesIO(pickle.dumps(print))).load()
    plain = [1, "x", None, date(2024, 1, 2), datetime(2024, 1, 2, 3), time(1)]
    assert child._PlainUnpickler(io.BytesIO(pickle.dumps(plain))).load() == plain


def test_the_parent_holds_a_few_rows_only(tmp_path: Path) -> None:
    rows = ([f"客户{n}", "13806132288", n, n / 7, "苏州市工业园区"] for n in range(30_000))
    write_xlsx(tmp_path / "a.xlsx", ["名称", "电话", "数", "比", "地址"], rows)
    reading = open_reading(tmp_path / "a.xlsx", "a.xlsx")
    tracemalloc.start()
    assert sum(1 for _ in reading.rows()) == 30_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 << 20
