"""Lists in and out over the API: a file sent, settled, brought in by a job; a list written by another and fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api import APP, CUSTOMERS, Client, Installation, installed

IMPORTS = f"{APP}/forms/customer/imports"
LIST = "客户名称,手机号,客户类型,所在地区\n苏州沐阳,13806132288,企业客户,江苏/苏州\n无锡太湖,12,个人客户,江苏/无锡\n"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path) as found:
        yield found


def send(client: Client, data: bytes, name: str, status: int = 201) -> Any:
    found = client.client.post(IMPORTS, data={"file": (io.BytesIO(data), name)}, headers=client.headers)
    assert found.status_code == status, found.get_data(as_text=True)[:500]
    return found.get_json()


def test_a_list_is_checked_brought_in_and_its_bad_rows_come_back(site: Installation) -> None:
    sent = send(site.boss, LIST.encode(), "客户.csv")
    assert (
        sent["plan"]["columns"] == {"0": "name", "1": "mobile", "2": "kind", "3": "region"} and sent["problems"] == []
    )
    at = f"{IMPORTS}/{sent['import']}"
    check = site.boss.ask("POST", f"{at}/check", status=202)["id"]
    site.jobs()
    looked = site.boss.get(f"/api/v1/jobs/{check}")
    assert (
        looked["result"]["ready"] == 1
        and looked["result"]["bad"] == 1
        and site.boss.get(f"{CUSTOMERS}/count")["count"] == 0
    )
    run = site.boss.ask("POST", f"{at}/run", status=202)["id"]
    assert site.boss.ask("POST", f"{at}/run", status=202)["id"] == run
    site.jobs()
    done = site.boss.get(f"/api/v1/jobs/{run}")
    assert (done["state"], done["result"]["created"], done["result"]["bad"], done["file"]) == ("done", 1, 1, True)
    assert site.boss.get(CUSTOMERS)["records"][0]["values"]["region"] == "320500"
    back = site.boss.send("GET", f"/api/v1/jobs/{run}/file")
    assert back.status_code == 200 and back.data[:2] == b"PK"
    site.member.ask("GET", f"/api/v1/jobs/{run}/file", status=404)


def test_a_plan_can_be_laid_down_and_what_lacks_is_said(site: Installation) -> None:
    at = f"{IMPORTS}/{send(site.boss, LIST.encode(), '客户.csv')['import']}"
    found = site.boss.ask("PUT", at, {"plan": {"columns": {"0": "name"}, "key": ""}})
    assert {"mobile", "region"} <= {problem["path"] for problem in found["problems"]}
    site.boss.ask("POST", f"{at}/run", status=422)
    again = site.boss.ask("PUT", at, {"options": {"header_row": 1, "delimiter": ","}})
    assert again["plan"]["columns"]["1"] == "mobile" and again["problems"] == []
    site.boss.ask("PUT", at, {"plan": {"columns": {"x": "name"}}}, 422)
    site.boss.ask("PUT", at, {"options": {"encoding": "klingon"}}, 422)
    site.member.ask("GET", at, status=404)


def test_what_is_no_list_is_refused(site: Installation) -> None:
    send(site.boss, b"\x89PNG\r\n\x1a\n", "a.png", 422)
    assert (
        site.boss.client.post(IMPORTS, data={}, headers=site.boss.headers).get_json()["errors"][0]["code"]
        == "no_file_chosen"
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_is_written_with_the_asker_s_rows(site: Installation, kind: str) -> None:
    site.boss.make(name="别人的", mobile="13806132288")
    site.member.make(name="自己的", mobile="13806132289")
    body = {"format": kind, "columns": ["name", "$group/type"], "sort": ["-name"]}
    job = site.member.ask("POST", f"{APP}/forms/customer/exports", body, 202)["id"]
    assert site.member.ask("GET", f"/api/v1/jobs/{job}/file", status=404)["errors"][0]["code"] == "api_no_file"
    site.jobs()
    done = site.member.get(f"/api/v1/jobs/{job}")
    assert (done["state"], done["result"]["rows"], done["file"]) == ("done", 1, True) and "folder" not in done["result"]
    file = site.member.send("GET", f"/api/v1/jobs/{job}/file")
    assert file.mimetype == "application/octet-stream" and f".{kind}" in file.headers["Content-Disposition"]
    if kind == "csv":
        text = file.data.decode("utf-8-sig")
        assert "自己的" in text and "别人的" not in text


def test_an_export_that_cannot_be_is_refused_before_it_begins(site: Installation) -> None:
    at = f"{APP}/forms/customer/exports"
    site.boss.ask("POST", at, {"rule": {"combinator": "and", "rules": []}}, 422)
    site.boss.ask("POST", at, {"sort": ["nobody"]}, 422)
    site.boss.ask("POST", at, {"format": "xls"}, 422)


def test_a_waiting_job_can_be_stopped_by_its_owner(site: Installation) -> None:
    job = site.boss.ask("POST", f"{APP}/forms/customer/exports", {}, 202)["id"]
    site.member.ask("POST", f"/api/v1/jobs/{job}/cancel", status=404)
    assert site.boss.ask("POST", f"/api/v1/jobs/{job}/cancel")["state"] == "cancelled"
    assert [one["id"] for one in site.boss.get("/api/v1/jobs")["jobs"]] == [job]
