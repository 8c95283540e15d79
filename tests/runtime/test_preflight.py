"""A workbook is checked before anything opens it."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from runtime.errors import Invalid
from runtime.exchange.preflight import column_number, preflight
from runtime.messages import say

TYPES = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}">'


def workbook(path: Path, sheet: str | bytes, more: Iterable[tuple[str, str | bytes]] = ()) -> Path:
    """The least a reader accepts as a workbook, with one sheet given as XML."""
    rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    override = "http://schemas.openxmlformats.org/package/2006/content-types"
    parts = [
        ("[Content_Types].xml", f"<Types xmlns='{override}'/>"),
        ("_rels/.rels", f"<Relationships xmlns='{package}'><Relationship Id='rId1' "
         f"Type='{rels}/officeDocument' Target='xl/workbook.xml'/></Relationships>"),
        ("xl/workbook.xml", f"<workbook xmlns='{MAIN}' xmlns:r='{rels}'><sheets>"
         "<sheet name='S' sheetId='1' r:id='rId1'/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", f"<Relationships xmlns='{package}'><Relationship Id='rId1' "
         f"Type='{rels}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet),
        *more,
    ]  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts:
            archive.writestr(name, text)
    return path


def sheet(rows: str, before: str = "") -> str:
    return f"{HEAD}{before}<sheetData>{rows}</sheetData></worksheet>"


def refused(path: Path) -> str:
    """The code of the one problem; its sentence exists in both languages."""
    start = time.perf_counter()
    with pytest.raises(Invalid) as caught:
        preflight(path)
    assert time.perf_counter() - start < 5
    problem = caught.value.problems[0]
    assert all("{" not in say(problem, lang) for lang in ("zh", "en"))
    return problem.code


def test_a_plain_workbook_passes(tmp_path: Path) -> None:
    preflight(workbook(tmp_path / "a.xlsx", sheet('<row r="1"><c r="A1"><v>1</v></c></row>')))


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="XFD1048576"><v>1</v></c>',
        "<c r='XFD1048576'><v>1</v></c>",
        '<c  s="1"\n r = "XFD1048576" ><v>1</v></c>',
        '<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>',
        '<x:c xmlns:x="y" r="XFD1048576"><x:v>1</x:v></x:c>',
        '<c r="xfd1048576"><v>1</v></c>',
        '<c r="XFD1048576"><!-- --><v>1</v></c>',
        '<c r="AAA1"><v>1</v></c>',
    ],
)
def test_a_cell_at_the_far_corner_is_refused(tmp_path: Path, cell: str) -> None:
    text = sheet(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{cell}</row>')
    assert refused(workbook(tmp_path / "a.xlsx", text)) == "file_far_cell"


def test_the_far_cell_is_named(tmp_path: Path) -> None:
    text = sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(Invalid) as caught:
        preflight(workbook(tmp_path / "a.xlsx", text))
    assert "XFD1048576" in say(caught.value.problems[0], "zh")


def test_a_sheet_that_is_only_formatted_to_its_far_end_passes(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'
    last = '<row r="1048576"><c r="XFD1048576" s="1"></c></row>'
    preflight(workbook(tmp_path / "a.xlsx", sheet(rows + last)))


def test_a_far_cell_across_two_pieces_is_found(tmp_path: Path) -> None:
    for shift in range(0, 40, 3):
        filler = '<row r="1"><c r="A1"><v>1</v></c></row>' * 26_880 + " " * shift
        text = sheet(filler + '<row r="2"><c r="XFD1048576"><v>1</v></c></row>')
        assert refused(workbook(tmp_path / "a.xlsx", text)) == "file_far_cell"


def test_a_dimension_that_lies_is_no_matter(tmp_path: Path) -> None:
    text = sheet('<row r="1"><c r="A1"><v>1</v></c></row>', '<dimension ref="A1:XFD1048576"/>')
    preflight(workbook(tmp_path / "a.xlsx", text))


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!-- " + "x" * 9000 + " --><!DOCTYPE x>",
    ],
)
def test_declarations_are_refused(tmp_path: Path, declaration: str) -> None:
    text = f'<?xml version="1.0"?>{declaration}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    assert refused(workbook(tmp_path / "a.xlsx", text)) == "file_declares_entities"
    shared = [("xl/sharedStrings.xml", f'<?xml version="1.0"?>{declaration}<sst/>')]
    assert refused(workbook(tmp_path / "b.xlsx", sheet(""), shared)) == "file_declares_entities"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_another_encoding_cannot_hide_a_declaration(tmp_path: Path, encoding: str) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE x><worksheet/>'.encode(encoding)
    assert refused(workbook(tmp_path / "a.xlsx", text)) == "file_damaged"
    assert refused(workbook(tmp_path / "b.xlsx", '<?xml version="1.0" encoding="UTF-7"?><x/>')) == "file_damaged"


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    workbook(bomb, sheet(""))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(60):
            part.write(b" " * (1 << 20))
    assert bomb.stat().st_size < 1 << 20
    assert refused(bomb) == "file_swollen"


def test_a_size_that_lies_is_damage(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (3).to_bytes(4, "little")
    path.write_bytes(data)
    assert refused(path) == "file_damaged"


def test_an_encrypted_part_asks_for_no_password(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", sheet(""))
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refused(path) == "file_password"


def test_a_name_that_stands_twice_is_damage(tmp_path: Path) -> None:
    with pytest.warns(UserWarning):
        path = workbook(tmp_path / "a.xlsx", sheet(""), [("xl/worksheets/sheet1.xml", sheet(""))])
    assert refused(path) == "file_damaged"


def test_other_zip_files_are_named(tmp_path: Path) -> None:
    def zipped(name: str, text: str = "") -> Path:
        with zipfile.ZipFile(tmp_path / "z", "w") as archive:
            archive.writestr(name, text)
        return tmp_path / "z"

    assert refused(zipped("notes.txt")) == "file_not_spreadsheet"
    assert refused(zipped("[Content_Types].xml")) == "file_not_spreadsheet"
    assert refused(zipped("xl/workbook.bin")) == "file_other_workbook"
    assert refused(zipped("Index/Document.iwa")) == "file_other_workbook"
    assert refused(zipped("mimetype", "application/vnd.oasis.opendocument.spreadsheet")) == "file_other_workbook"


def test_a_cut_file_is_damage(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", sheet('<row r="1"><c r="A1"><v>1</v></c></row>' * 500))
    data = path.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        path.write_bytes(data[: int(len(data) * share)])
        assert refused(path) == "file_damaged"
    path.write_bytes(b"")
    assert refused(path) == "file_empty"


def test_columns_are_counted() -> None:
    assert [column_number(name) for name in (b"A", b"Z", b"AA", b"xfd")] == [1, 26, 27, 16384]
