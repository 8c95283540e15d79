"""What is written comes back as it was, and no spreadsheet program runs it."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.exchange.cells import guard, is_exact, plain_text, unguard, workbook_text
from runtime.exchange.formats.base import Cell, Options
from runtime.exchange.formats.csv import write_csv
from runtime.exchange.limits import MAX_CELL
from runtime.exchange.problem_rows import write_problem_rows
from runtime.exchange.reading import open_reading
from runtime.exchange.workbook_writer import write_xlsx
from tests.shared import shared

HEADER = ["名称", "值"]
CSV = Options(delimiter=",", header_row=1)
XLSX = Options(header_row=1)
RISKY = "=+-@\t\r\n＝＋－＠"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=60)


def back_from_csv(texts: list[str]) -> list[str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        write_csv(path, HEADER, [["x", text] for text in texts])
        rows = list(open_reading(path, "a.csv", CSV).rows())
        return [str(row.cells[1]) for row in rows]


def back_from_xlsx(texts: list[str]) -> list[str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write_xlsx(path, HEADER, [["x", text] for text in texts], ["text", "text"])
        rows = list(open_reading(path, "a.xlsx", XLSX).rows())
        return [row.cells[1] or "" for row in rows]  # type: ignore[misc]


def payloads() -> list[str]:
    lines: list[str] = []
    for source in sorted(shared("data/suites/payloads").rglob("*.txt")):
        text = source.read_text(encoding="utf-8", errors="replace")
        lines += [line.replace("\0", "") for line in text.split("\n") if line.strip()]
    return lines


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=8))
def test_texts_come_back_from_a_text_file(texts: list[str]) -> None:
    back = back_from_csv(texts)
    assert [unguard(text) for text in back] == texts
    assert back == [guard(text) for text in texts]


@settings(max_examples=12, deadline=None)
@given(st.lists(TEXTS, min_size=20, max_size=80))
def test_texts_come_back_from_a_workbook(texts: list[str]) -> None:
    assert back_from_xlsx(texts) == texts


@given(TEXTS)
def test_guarding_is_safe_and_can_be_undone(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in set(RISKY) or guard(text)[1:].replace(".", "", 1).isdecimal()


def test_injections_stay_text() -> None:
    lines = payloads()
    assert [unguard(text) for text in back_from_csv(lines)] == lines
    assert all(text[:1] not in "=@\t" for text in back_from_csv(lines))
    clean = [workbook_text(line) for line in lines]
    assert back_from_xlsx(lines) == clean


def test_numbers_with_a_sign_stay_numbers() -> None:
    for text in ("-5", "+8613806132288", "-12.50"):
        assert guard(text) == text
    for text in ("-5+3", "=1", "+86 138", "-", "@x", "\tx", "＝1", "'=1"):
        assert guard(text) == f"'{text}"
    assert guard("'quoted'") == "'quoted'" and unguard("'quoted'") == "'quoted'"


def test_no_formula_and_no_link_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, ["=1+1", "b"], [["=1+1", "https://example.com"], ["{=1}", "mailto:a@b.cn"], [" 1", "007"]])
    with zipfile.ZipFile(path) as archive:
        parts = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels")))
    assert "<f>" not in parts and "hyperlink" not in parts


def test_each_kind_of_value_comes_back(tmp_path: Path) -> None:
    kinds = ["text", "number", "date", "datetime", "boolean", "number", "text"]
    row: list[Cell] = ["013806", 12, date(2024, 2, 29), datetime(2024, 2, 29, 8, 30, 1), True, Decimal("12.5"), 42]
    old: list[Cell] = ["x", 123_456_789_012_345_678, date(1850, 1, 1), None, False, float("nan"), Decimal("1.50")]
    path = tmp_path / "a.xlsx"
    assert write_xlsx(path, list("abcdefg"), [row, old], kinds) == 2
    back = [line.cells for line in open_reading(path, "a.xlsx", XLSX).rows()]
    assert back[0] == ["013806", 12, date(2024, 2, 29), datetime(2024, 2, 29, 8, 30, 1), True, 12.5, "42"]
    assert back[1] == ["x", "123456789012345678", "1850-01-01", None, False, None, "1.50"]
    write_csv(tmp_path / "a.csv", list("abcdefg"), [row, old], kinds)
    lines = [line.cells for line in open_reading(tmp_path / "a.csv", "a.csv", CSV).rows()]
    assert lines[0] == ["013806", "12", "2024-02-29", "2024-02-29 08:30:01", "TRUE", "12.5", "42"]
    assert lines[1] == ["x", "123456789012345678", "1850-01-01", "", "FALSE", "", "1.50"]


def test_what_a_cell_cannot_hold(tmp_path: Path) -> None:
    assert len(workbook_text("字" * 40_000)) == MAX_CELL
    assert workbook_text("a\0b\ud800c\uffff") == "abc"
    write_xlsx(tmp_path / "a.xlsx", HEADER, [["x", "字" * 40_000], ["y", "\x01\x1b\x7f _x0041_ \r\n"]])
    rows = [row.cells[1] for row in open_reading(tmp_path / "a.xlsx", "a.xlsx", XLSX).rows()]
    assert rows == ["字" * (MAX_CELL - 1) + "…", "\x01\x1b\x7f _x0041_ \r\n"]
    write_csv(tmp_path / "a.csv", HEADER, [["a\0b", "\ud800"]])
    assert next(open_reading(tmp_path / "a.csv", "a.csv", CSV).rows()).cells == ["ab", "?"]


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [[f"客户{n}", n] for n in range(25)]
    assert write_xlsx(path, HEADER, rows, sheet="客户", sheet_rows=11) == 25
    first = open_reading(path, "a.xlsx")
    assert first.look.sheets == ["客户", "客户 2", "客户 3"]
    again = [line.cells for name in first.look.sheets for line in open_reading(path, "", Options(sheet=name)).rows()]
    assert again == rows


def test_problem_rows_keep_their_columns_and_say_why(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows: list[tuple[list[Cell], str]] = [(["甲", date(2024, 1, 2), "=x"], "电话位数不对"), (["乙"], "少了日期")]
    assert write_problem_rows(path, ["名称", "日期", "电话"], rows, "zh") == 2
    reading = open_reading(path, "a.xlsx")
    assert reading.columns == ["名称", "日期", "电话", "原因"]
    cells = [row.cells for row in reading.rows()]
    assert cells == [["甲", date(2024, 1, 2), "=x", "电话位数不对"], ["乙", None, None, "少了日期"]]
    write_problem_rows(path, ["Name"], [], "en")
    assert open_reading(path, "a.xlsx").columns == ["Name", "Reason"]


def test_numbers_are_shown_as_people_read_them() -> None:
    assert [plain_text(v) for v in (1e-7, 1e21, 0.1, Decimal("1E+3"), None, 7)] == [
        "0.0000001", "1000000000000000000000", "0.1", "1000", "", "7",
    ]  # fmt: skip
    assert is_exact(999_999_999_999_999) and not is_exact(10**15) and not is_exact(Decimal("0.1234567890123456"))
