"""The import room over HTTP: what is no list is refused where it was chosen, and nobody sees another's list."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.imports import define
from tests.runtime.test_preflight import sheet, workbook
from tests.web import Person, Site, visible

LIST = (
    "客户名称,手机号,客户类型,所在地区\n苏州沐阳餐饮,13806132288,企业客户,江苏苏州\n无锡太湖人家,13915,个体,江苏无锡\n"
)
URL = "/a/wholesale/customer/import/"


@pytest.fixture
def person(site: Site) -> Person:
    define(site.database, "wholesale", site.actor())
    return site.person()


def send(person: Person, data: bytes, name: str) -> Any:
    return person.post(URL, {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def uploaded(person: Person, text: str = LIST) -> str:
    answer = send(person, text.encode(), "名单.csv")
    assert answer.status_code == 303, visible(answer.get_data(as_text=True))
    return str(answer.headers["Location"])


def far_cell(path: Path) -> bytes:
    rows = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return workbook(path, sheet(rows)).read_bytes()


def bomb(path: Path) -> bytes:
    return workbook(path, sheet(" " * 60_000_000)).read_bytes()


@pytest.mark.parametrize(("data", "name", "said"), [
    (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "名单.xlsx", "图片"),
    (b"%PDF-1.7 abc", "名单.csv", "PDF"),
    (b"", "空.csv", "空的"),
    (far_cell, "远.xlsx", "XFD1048576"),
    (bomb, "大.xlsx", "太大"),
])  # fmt: skip
def test_what_is_no_list_is_refused_with_a_sentence(
    person: Person, tmp_path: Path, data: Any, name: str, said: str
) -> None:
    answer = send(person, data(tmp_path / "made.xlsx") if callable(data) else data, name)
    assert answer.status_code == 422
    assert said in visible(answer.get_data(as_text=True))
    assert 'role="alert"' in answer.get_data(as_text=True)


def test_without_a_file_it_asks_for_one(person: Person) -> None:
    answer = person.post(URL, {}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "先选一份表格" in answer.get_data(as_text=True)


def test_the_wrong_encoding_is_said_at_its_field_and_the_right_one_reads(person: Person) -> None:
    answer = send(person, LIST.encode("gb18030"), "名单.csv")
    url = answer.headers["Location"]
    wrong = person.htmx("POST", f"{url}/reading", {"encoding": "utf-8", "header_row": "1"})
    assert wrong.status_code == 422 and "编码读不通" in wrong.get_data(as_text=True)
    assert "苏州沐阳餐饮" in person.text(url)  # the reading that worked is still there
    right = person.htmx("POST", f"{url}/reading", {"encoding": "gb18030", "delimiter": ",", "header_row": "0"})
    assert right.status_code == 200 and "没有列名" in right.get_data(as_text=True)
    assert person.htmx("POST", f"{url}/reading", {"header_row": "999"}).status_code == 422


def test_columns_are_checked_changed_and_brought_in(site: Site, person: Person) -> None:
    url = uploaded(person)
    assert "对上 4 列" in visible(person.text(url))
    site.jobs()
    checked = person.htmx("GET", f"{url}/check")
    text = visible(checked.get_data(as_text=True))
    assert checked.status_code == 286 and "手机号位数不对" in text and "没有这些选项" in text
    fields = {"c0": "name", "c1": "mobile", "c2": "kind", "c3": "region", "key": "mobile", "existing": "keep"}
    person.htmx("POST", url, {**fields, "v:kind:1": "企业客户", "t:kind:1": "个体"})
    site.jobs()
    assert "个体" in person.text(url)
    assert person.post(f"{url}/run").status_code == 303
    assert person.post(f"{url}/run").status_code == 303  # a second press starts nothing
    site.jobs()
    page = person.text(f"{url}/result")
    assert re.search(r"1\s+新建\s+1\s+没进去", visible(page))
    back = person.get(re.findall(r'href="([^"]*/problems/\d+)"', page)[0])
    assert back.status_code == 200 and back.headers["Content-Disposition"].startswith("attachment")


def test_a_word_close_to_an_option_can_be_taken_as_it(site: Site, person: Person) -> None:
    url = uploaded(person, "客户名称,手机号,客户类型,所在地区\n苏州沐阳餐饮,13806132288,企业,江苏苏州\n")
    site.jobs()
    checked = person.htmx("GET", f"{url}/check").get_data(as_text=True)
    assert "是不是「企业客户」" in checked and "没有这些选项" in visible(checked)
    assert re.search(r'name="v:kind:\d+"', checked) and "当作企业客户" in checked


def test_a_plan_that_lacks_a_required_field_cannot_run(site: Site, person: Person) -> None:
    url = uploaded(person)
    answer = person.htmx("POST", url, {"c0": "name", "c1": "-", "c2": "", "c3": "", "key": ""})
    assert "手机号必须填，还没有对上哪一列" in visible(answer.get_data(as_text=True))
    assert person.post(f"{url}/run").status_code == 422


def test_another_persons_list_is_not_there(site: Site, person: Person) -> None:
    url = uploaded(person)
    other = site.person("builder")
    for path in (url, f"{url}/result", f"{url}/problems/1", url[:-3] + "abc"):
        assert other.get(path).status_code == 404


def test_files_are_kept_by_content_and_served_as_downloads(site: Site, person: Person) -> None:
    with site.database.read() as conn:
        app = site.fenzu.live.app(conn, "wholesale")
    form = next(
        form for form in app.forms.values() if any(item.type.kind == "file" for item in form.form.live_fields.values())
    )
    key = next(key for key, item in form.form.live_fields.items() if item.type.kind == "file")
    url = f"/a/wholesale/{form.key}/files"
    answer = person.post(
        f"{url}/{key}",
        {"file": (io.BytesIO(b"<script>alert(1)</script>"), "../x<y>.html")},
        content_type="multipart/form-data",
    )
    sent = answer.get_json()[0]
    assert (sent["name"], sent["size"]) == ("x<y>.html", 25)
    got = person.get(f"{url}/{sent['id']}?show=1")
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert (
        got.headers["Content-Disposition"].startswith("attachment")
        and got.headers["X-Content-Type-Options"] == "nosniff"
    )
    picture = person.post(
        f"{url}/{key}", {"file": (io.BytesIO(b"\x89PNG\r\n\x1a\n123"), "a.png")}, content_type="multipart/form-data"
    ).get_json()[0]
    with person.get(f"{url}/{picture['id']}?show=1") as shown:
        assert shown.headers["Content-Type"] == "image/png"
    assert site.person("builder").get(f"{url}/{sent['id']}").status_code == 404
    assert person.get(f"{url}/{'0' * 24}").status_code == 404


def test_a_short_list_is_exported_at_once_a_long_one_by_a_job(
    site: Site, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runtime.exchange import exporter

    url = uploaded(person)
    person.post(f"{url}/run")
    site.jobs()
    page = person.text("/a/wholesale/customer/export?q=沐阳")
    assert "1 行" in visible(page)
    answer = person.post("/a/wholesale/customer/export?q=沐阳", {"format": "csv"})
    assert answer.status_code == 200 and "苏州沐阳餐饮" in answer.get_data().decode("utf-8-sig")
    assert person.post("/a/wholesale/customer/export", {"format": "exe"}).status_code == 422
    monkeypatch.setattr(exporter, "SOON", 0)
    later = person.post("/a/wholesale/customer/export", {"format": "xlsx"})
    place = later.headers["Location"]
    assert person.text(place)
    site.jobs()
    assert "文件准备好了" in person.text(place)
    with person.get(f"{place}/file") as file:
        assert file.status_code == 200 and file.headers["Content-Disposition"].startswith("attachment")
    assert site.person("builder").get(f"{place}/file").status_code == 404
