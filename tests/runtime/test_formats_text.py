"""Text files are read as they stand: encoding, delimiter, quotes, the row of the names."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.errors import FenzuError
from runtime.exchange import limits
from runtime.exchange.formats.base import Options
from runtime.exchange.reading import letters, open_reading
from runtime.exchange.workbook_writer import write_xlsx
from runtime.messages import say
from tests.runtime.lists import CHINESE, listed, refused, saved
from tests.shared import shared


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_the_encoding_and_the_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = saved(tmp_path / "a.csv", CHINESE.replace(",", delimiter).encode(encoding))
    reading = open_reading(path, "a.csv")
    assert reading.columns == ["客户名称", "电话", "城市"]
    assert listed(reading)[1] == ["无锡太湖人家", "13915206671", "无锡"]
    assert (reading.look.delimiter, reading.header_row, reading.total) == (delimiter, 1, 2)
    again = open_reading(path, "a.csv", reading.options)
    assert listed(again) == listed(reading)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_the_mark_is_no_part_of_a_name(tmp_path: Path, encoding: str) -> None:
    path = saved(tmp_path / "a.csv", ("\ufeff" + CHINESE).encode(encoding))
    assert open_reading(path, "a.csv").columns[0] == "客户名称"


def test_the_spectrum_of_text_tables_reads_as_its_answers_say(tmp_path: Path) -> None:
    folder = shared("data/messy/csv_spectrum")
    for source in sorted((folder / "csvs").glob("*.csv")):
        data = source.read_bytes()
        if source.stem.endswith("_crlf"):
            data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        reading = open_reading(saved(tmp_path / source.name, data), source.name)
        wanted = json.loads((folder / "json" / f"{source.stem}.json").read_text(encoding="utf-8"))
        assert [dict(zip(reading.columns, row, strict=True)) for row in listed(reading)] == wanted, source.name


def test_the_wrong_encoding_is_said_and_the_right_one_can_be_chosen(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.csv", CHINESE.encode("gb18030"))
    assert refused(path, options=Options(encoding="utf-8")) == "encoding_mismatch"
    assert refused(path, options=Options(encoding="klingon")) == "encoding_unknown"
    assert refused(path, options=Options(encoding="base64")) == "encoding_unknown"
    assert refused(path, options=Options(delimiter=";;")) == "bad_delimiter"
    assert listed(open_reading(path, "a.csv", Options(encoding="gb18030")))[0][2] == "苏州"


def test_a_few_broken_characters_are_repaired_and_said(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.csv", (CHINESE * 20).encode()[:-3] + b"\xe8\n")
    reading = open_reading(path, "a.csv")
    assert [note.code for note in reading.notes] == ["encoding_repaired"]
    assert "�" in str(listed(reading)[-1])


@pytest.mark.parametrize(
    ("encoding", "text"), [("cp1252", "Straße,Málaga,Ångström"), ("big5", "客戶編號,中文名稱,電話")]
)
def test_other_languages_are_a_guess_that_is_said(tmp_path: Path, encoding: str, text: str) -> None:
    reading = open_reading(saved(tmp_path / "a.csv", (f"{text}\n" + "a,b,c\n" * 3).encode(encoding)), "a.csv")
    assert reading.columns == text.split(",")
    assert [note.code for note in reading.notes] == ["encoding_guessed"]


def test_ragged_rows_blank_rows_and_quotes(tmp_path: Path) -> None:
    text = '名称,备注,城市\n甲,"第一行\n第二行, ""引号""",苏州\n\n乙\n丙,a,b,c\n'
    reading = open_reading(saved(tmp_path / "a.csv", text), "a.csv")
    assert [(row.number, row.cells) for row in reading.rows()] == [
        (2, ["甲", '第一行\n第二行, "引号"', "苏州", None]),
        (4, ["乙", None, None, None]),
        (5, ["丙", "a", "b", "c"]),
    ]
    assert reading.columns == ["名称", "备注", "城市", ""]


def test_nuls_and_old_line_ends(tmp_path: Path) -> None:
    reading = open_reading(saved(tmp_path / "a.csv", "a,b\r1,\x002\r3,4\r"), "a.csv")
    assert listed(reading) == [["1", "2"], ["3", "4"]]
    assert listed(open_reading(saved(tmp_path / "b.csv", "sep=;\na,b;c\n1;2\n"), "b.csv")) == [["1", "2"]]


def test_the_limits_of_a_text_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    assert refused(saved(path, "a,b\n" + "1," * 600 + "\n")) == "file_too_many_columns"
    assert refused(saved(path, "a,b\n1," + "字" * 32_768 + "\n")) == "cell_too_long"
    assert refused(saved(path, 'a,b\n1,"' + "x\n" * 80_000)) == "quote_left_open"
    assert refused(saved(path, b"a,b\n" + b"x" * (limits.MAX_LINE + 9))) == "line_too_long"
    assert listed(open_reading(saved(path, "a,b\n1," + "字" * 32_767), "a.csv"))[0][1] == "字" * 32_767
    monkeypatch.setattr("runtime.exchange.formats.csv.MAX_ROWS", 50)
    assert refused(saved(path, "a,b\n" + "1,2\n" * 50)) == "file_too_many_rows"
    monkeypatch.setattr("runtime.exchange.preflight.MAX_UPLOAD", 100)
    assert refused(path) == "file_too_big"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\n\n  \r\n", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b",,,\n,,\n", "file_empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "file_not_spreadsheet"),
        (b"%PDF-1.7\n%\xe2\xe3", "file_not_spreadsheet"),
        (b"\x7fELF\x02\x01\x01" + bytes(200), "file_not_spreadsheet"),
        (bytes(range(256)) * 40, "file_not_spreadsheet"),
        (b"PK\x03\x04 and then nothing", "file_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file_password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "file_not_spreadsheet"),
        (b"\r\n<HTML><body><table><tr><td>a</td></tr></table>", "file_html_table"),
        ("\ufeff<!-- 导出 --><table><tr><td>甲".encode("utf-16-le"), "file_html_table"),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook", "file_html_table"),
        (b'<?xml version="1.0"?><W xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "file_other_workbook"),
        (b'<?xml version="1.0"?><note/>', "file_not_spreadsheet"),
    ],
)
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv"])
def test_what_is_no_list_is_refused_under_any_name(tmp_path: Path, data: bytes, code: str, name: str) -> None:
    assert refused(saved(tmp_path / name, data)) == code


def test_a_wrong_extension_does_not_matter(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["名称", "数"], [["甲", 1]])
    data = (tmp_path / "a.xlsx").read_bytes()
    for name in ("b.xls", "b.csv", "b"):
        assert listed(open_reading(saved(tmp_path / name, data), name)) == [["甲", 1]]
    assert listed(open_reading(saved(tmp_path / "c.xlsx", CHINESE), "c.xlsx"))[1][2] == "无锡"


def test_every_horror_is_read_or_refused_with_a_sentence() -> None:
    read = set()
    for source in sorted(shared("data/messy/messytables_horror").iterdir()):
        try:
            reading = open_reading(source, source.name)
            assert len(listed(reading)) >= len(reading.preview())
            read.add(source.name)
        except FenzuError as error:
            assert say(error.problems[0], "zh") and say(error.problems[0], "en")
    assert {"simple.csv", "simple.xls", "simple.xlsx", "large.xlsx", "utf-16le_encoded.csv"} <= read


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = saved(Path(folder) / "a.csv", data)
        try:
            reading = open_reading(path, "a.csv")
            assert len(listed(reading)) >= len(reading.preview())
        except FenzuError as error:
            assert say(error.problems[0], "zh") and say(error.problems[0], "en")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("名称,城市\n甲,苏州\n", 1),
        ("名称,城市\n", 1),
        ("2024 年客户名单,,\n\n名称,城市,电话\n甲,苏州,1\n乙,无锡,2\n", 3),
        ("甲,13806132288,2024-01-02\n乙,13806132289,2024-01-03\n", 0),
        ("Year,2000,2001,2002\nTimber,1,2,3\n", 1),
        ("名称\n甲\n乙\n", 1),
        ("1,2\n3,4\n", 0),
    ],
)
def test_the_row_of_the_names_is_found(tmp_path: Path, text: str, row: int) -> None:
    assert open_reading(saved(tmp_path / "a.csv", text), "a.csv").header_row == row


def test_the_row_of_the_names_can_be_chosen(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.csv", "x,y\n名称,城市\n甲,苏州\n")
    reading = open_reading(path, "a.csv", Options(header_row=2))
    assert reading.columns == ["名称", "城市"] and [row.number for row in reading.preview()] == [3]
    without = open_reading(path, "a.csv", Options(header_row=0))
    assert without.columns == ["A", "B"] and len(listed(without)) == 3
    assert refused(path, options=Options(header_row=99)) == "no_such_header_row"
    assert refused(path, options=Options(header_row=-1)) == "no_such_header_row"
    assert [letters(n) for n in (1, 26, 27, 16384)] == ["A", "Z", "AA", "XFD"]


def test_a_list_with_names_only_says_so(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", ["名称", "城市"], [])
    for path in (tmp_path / "a.xlsx", saved(tmp_path / "a.csv", "名称,城市\n")):
        reading = open_reading(path, path.name)
        assert (reading.columns, reading.preview(), reading.total) == (["名称", "城市"], [], 0)
        assert [note.code for note in reading.notes] == ["file_no_rows"]


def test_the_preview_reaches_past_the_first_look(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.csv", "名称,数\n" + "".join(f"甲,{n}\n" for n in range(500)))
    reading = open_reading(path, "a.csv")
    assert [row.number for row in reading.preview(3)] == [2, 3, 4]
    assert len(reading.preview(300)) == 300
    assert (reading.total, reading.look.exact) == (500, False)
