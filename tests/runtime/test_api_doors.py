"""The API's doors: who gets in, and what becomes of a request that no honest client would send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.accounts import tokens
from runtime.web import here
from tests.api import APP, CUSTOMERS, Installation, installed


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path_factory.mktemp("api")) as found:
        yield found


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer ", "Bearer nonsense", "Bearer fz_nobody", "Basic Ym9zczp4", "fz_x"]
)
def test_without_a_token_there_is_nothing(site: Installation, header: str | None) -> None:
    answer = site.app.test_client().get(CUSTOMERS, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json()["errors"][0]["code"] == "api_sign_in"


def test_a_session_may_read_and_never_write(site: Installation) -> None:
    browser = site.app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = f"{site.boss.by.id}:1", True
    assert browser.get(f"{APP}/tags").status_code == 200
    assert browser.post(CUSTOMERS, json={"values": {}}).status_code == 401


@pytest.mark.parametrize(
    "body, status",
    [
        (b"", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"text"', 400),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b'{"values": NaN}', 400),
        (b'{"values": {"monthly_budget": Infinity}}', 400),
        (b'{"values": {"monthly_budget": 1e999}}', 400),
        (b'{"values": 5}', 422),
        (b'{"values": {}, "more": 1}', 422),
        (b'{"values": {"name": "\\ud800"}}', 400),
        (b'{"values": {"name": "a\\u0000b"}}', 400),
        (b'{"values": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}", 400),
        (b'{"values": {"name": ' + b"[" * 90 + b"]" * 90 + b"}}", 400),
        (b'{"values": {"owner": 99999999999999999999999999}}', 422),
        (b'{"values": {"monthly_budget": 1' + b"0" * 5_000 + b"}}", 400),
        (b'{"values": {"name": {"zh": 1}, "tags": "x", "delivery_days": [[1]], "owner": "$me", "region": []}}', 422),
    ],
)
def test_a_body_that_is_none_is_refused_and_never_breaks_anything(site: Installation, body: bytes, status: int) -> None:
    answer = site.boss.client.post(
        CUSTOMERS, data=body, headers={**site.boss.headers, "Content-Type": "application/json"}
    )
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    assert all({"path", "code", "params", "message"} == error.keys() for error in answer.get_json()["errors"])


def test_a_body_that_says_it_is_something_else(site: Installation) -> None:
    answer = site.boss.client.post(
        CUSTOMERS, data="name=a", headers={**site.boss.headers, "Content-Type": "text/plain"}
    )
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=ten",
        "limit=٣",
        "limit=1e2",
        "cursor=x",
        "cursor=W10",
        "cursor=WzEsMl0",
        "deleted=yes",
        "rule=5",
        "rule={",
        "rule=[]",
        "rule={}",
        'rule={"combinator":"and","rules":[]}',
        "sort=nobody",
        "sort=tags",
        "fields=nobody",
        "nonsense=1",
        "search=%00",
        "groups=1",
        "sort=-",
        "rule=%FF",
    ],
)
def test_a_question_that_means_nothing_is_refused(site: Installation, query: str) -> None:
    answer = site.boss.client.get(f"{CUSTOMERS}?{query}", headers=site.boss.headers)
    assert answer.status_code in (400, 422), (query, answer.get_data(as_text=True)[:300])
    assert answer.get_json()["errors"][0]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/apps/none/tags",
        "/apps/wholesale_crm/forms/none/records",
        f"{CUSTOMERS[7:]}/0",
        f"{CUSTOMERS[7:]}/9007199254740993",
        f"{CUSTOMERS[7:]}/99999999999999999999999",
        "/jobs/1234567",
        "/apps/wholesale_crm/definitions/form/none",
        "/apps/%00/tags",
        "/apps/wholesale_crm/definitions/nonsense/customer",
        "/jobs/1234567/file",
        "/apps/wholesale_crm/forms/customer/imports/..",
    ],
)
def test_addresses_that_lead_nowhere(site: Installation, path: str) -> None:
    answer = site.boss.client.get(f"/api/v1{path.removeprefix('/v1')}", headers=site.boss.headers)
    assert answer.status_code == 404 and answer.get_json()["errors"][0]["message"]


def test_a_method_that_has_no_meaning_says_which_have(site: Installation) -> None:
    answer = site.boss.send("PUT", f"{CUSTOMERS}/1", {})
    assert answer.status_code == 405 and {"GET", "PATCH", "DELETE"} <= set(answer.headers["Allow"].split(", "))


def test_an_ended_token_is_out_at_once(site: Installation) -> None:
    other = site.client(site.member.by.id)
    other.get(f"{APP}/tags")
    with here.of(site.app).database.write() as conn:
        token = tokens.of_person(conn, other.by.id)[0]
        tokens.revoke(conn, other.by, token.id)
    assert other.send("GET", f"{APP}/tags").status_code == 401
    assert site.member.send("GET", f"{APP}/tags").status_code == 200


def test_the_language_of_a_request_beats_the_person_s(site: Installation) -> None:
    def said(**headers: str) -> str:
        message: str = site.member.ask("GET", f"{CUSTOMERS}/1", status=404, **headers)["errors"][0]["message"]
        return message

    assert said().startswith("This record") and said(Accept_Language="zh-CN").startswith("找不到")
    assert said(Accept_Language="fr") == said() == said(Accept_Language="en-US,en;q=0.5")
